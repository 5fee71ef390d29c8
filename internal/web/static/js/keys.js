// @ts-check
// The keyboard outside of forms: "/" goes to the search box, arrows walk the
// rows of a table, Escape leaves the menu. A click anywhere on a row opens it.

/** @param {EventTarget | null} target @returns {boolean} */
function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}

/** @param {Element} row @returns {HTMLElement | null} */
function link(row) {
  return row.querySelector("a[href]");
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const row = event.target instanceof Element ? event.target.closest("tbody tr[data-href]") : null;
  if (!row || typing(event.target)) return;
  const rows = Array.from(row.closest("tbody")?.querySelectorAll("tr[data-href]") ?? []);
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || !rows[to]) return;
  event.preventDefault();
  link(rows[to])?.focus();
}

/** @param {KeyboardEvent} event */
function shortcut(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "/" && !typing(event.target)) {
    const box = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"));
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.key === "Escape" && location.hash === "#nav") {
    location.hash = "";
    return;
  }
  // From the search box one arrow leads into the list of what was found.
  if (event.key === "ArrowDown" && event.target instanceof HTMLInputElement && event.target.type === "search") {
    const first = document.querySelector("tbody tr[data-href]");
    if (!first) return;
    event.preventDefault();
    link(first)?.focus();
    return;
  }
  walk(event);
}

/** @param {MouseEvent} event */
function open(event) {
  if (!(event.target instanceof Element) || event.button !== 0) return;
  if (event.target.closest("a, button, input, select, label, summary")) return;
  const row = /** @type {HTMLElement | null} */ (event.target.closest("tr[data-href]"));
  if (!row?.dataset.href || String(getSelection()) !== "") return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
}

export function start() {
  document.addEventListener("keydown", shortcut);
  document.addEventListener("click", open);
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
  });
}
