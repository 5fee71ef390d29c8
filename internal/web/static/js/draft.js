// @ts-check
// What was typed into a form and not saved outlives the tab, a session that
// ended and a lost connection: it is kept in this browser under the account,
// the household, the round and the state that the form was read from, and
// offered when that form is opened again. It is about people, and machines are
// shared: it goes with signing out, when somebody else opens a form here, once
// the form was saved, and after three days.

const prefix = "nhap ";
const keepFor = 3 * 24 * 60 * 60 * 1000;

/** @typedef {{at: number, path: string, sent?: boolean, typed: [string, string][]}} Draft */

/** @param {string} key @returns {Draft | undefined} */
function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "");
    if (Array.isArray(kept.typed) && Date.now() - kept.at < keepFor) return kept;
  } catch { /* nothing kept, or nothing that can be read */ }
  return undefined;
}

/** @param {HTMLFormElement} form */
export function draft(form) {
  if (!form.dataset.draft) return;
  const key = prefix + form.dataset.draft;
  const mine = prefix + form.dataset.draft.split(" ")[0] + " ";
  for (const other of Object.keys(localStorage)) if (other.startsWith(prefix) && !other.startsWith(mine)) localStorage.removeItem(other);

  /** @param {boolean} sent */
  const keep = (sent) => {
    /** @type {[string, string][]} */
    const typed = [];
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.push([name, value]);
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), path: location.pathname, sent, typed }));
    } catch { /* no room: the form itself still holds it */ }
  };
  const before = document.querySelector("[data-summary]") ? undefined : read(key); // else the server has sent back what was typed
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));
  if (before) offer(form, before, () => localStorage.removeItem(key));
}

/** @param {HTMLFormElement} form @param {Draft} before @param {() => void} drop */
function offer(form, before, drop) {
  const box = /** @type {HTMLElement | null} */ (form.querySelector("[data-draft-offer]"));
  if (!box) return;
  const when = box.querySelector("[data-draft-when]");
  if (when) when.textContent = new Date(before.at).toLocaleString("en-GB", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" }).replace(",", "");
  box.hidden = false;
  box.querySelector("[data-draft-take]")?.addEventListener("click", () => {
    restore(form, new Map(before.typed));
    box.hidden = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    form.dispatchEvent(new CustomEvent("restored"));
  });
  box.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
    drop();
    box.hidden = true;
    form.dispatchEvent(new CustomEvent("restored"));
  });
}

/** @param {HTMLFormElement} form @param {Map<string, string>} typed */
function restore(form, typed) {
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && field.type === "radio") field.checked = typed.get(field.name) === field.value;
    else if ((field instanceof HTMLInputElement && field.type !== "hidden") || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) field.value = typed.get(field.name) ?? field.value;
  }
}

export function start() {
  // What was sent and led to another page was saved.
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(prefix)) continue;
    const kept = read(key);
    if (!kept || (kept.sent && kept.path !== location.pathname)) localStorage.removeItem(key);
  }
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && new URL(event.target.action).pathname === "/dang-xuat") forget();
  });
}

export function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
