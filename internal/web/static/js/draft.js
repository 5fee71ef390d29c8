// @ts-check
// What was typed into a form and not saved comes back when the page is opened
// again in the same tab, after a mistaken click or a session that ended. It is
// about people, and machines are shared: nothing outlives the tab, saving
// removes it, signing out removes all.

const prefix = "nhap ";

/** @param {HTMLFormElement} form @returns {boolean} whether something came back */
export function draft(form) {
  const key = prefix + form.dataset.draft;
  if (!form.dataset.draft) return false;
  form.addEventListener("input", () => {
    /** @type {[string, string][]} */
    const typed = [];
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.push([name, value]);
    try { sessionStorage.setItem(key, JSON.stringify(typed)); } catch { /* no room: the form itself still holds it */ }
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
  if (document.querySelector("[data-summary]")) return false; // the server has sent back what was typed
  return restore(form, sessionStorage.getItem(key));
}

/** @param {HTMLFormElement} form @param {string | null} kept @returns {boolean} */
function restore(form, kept) {
  if (!kept) return false;
  /** @type {Map<string, string>} */
  const typed = new Map(JSON.parse(kept));
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && field.type === "radio") field.checked = typed.get(field.name) === field.value;
    else if ((field instanceof HTMLInputElement && field.type !== "hidden") || field instanceof HTMLSelectElement) field.value = typed.get(field.name) ?? field.value;
  }
  const told = document.createElement("p");
  told.className = "notice info";
  told.setAttribute("role", "status");
  told.textContent = form.dataset.restored ?? "";
  form.prepend(told);
  return true;
}

// Signing out forgets everything that was typed.
document.addEventListener("submit", (event) => {
  if (event.target instanceof HTMLFormElement && new URL(event.target.action).pathname === "/dang-xuat") forget();
});

export function forget() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}
