// @ts-check
// A form with data-guard asks before the page is left with answers not yet
// saved, and cannot be sent twice by a double click.

/** @type {Set<HTMLFormElement>} */
const changed = new Set();

/** @param {HTMLFormElement} form */
export function saved(form) {
  changed.delete(form);
}

export function start() {
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form?.hasAttribute("data-guard")) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement) || event.defaultPrevented) return;
    const form = event.target;
    changed.delete(form);
    if (event.submitter instanceof HTMLButtonElement && event.submitter.name === "tep") return; // a file comes, the page stays
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
  addEventListener("beforeunload", (event) => {
    for (const form of changed) if (form.isConnected) { event.preventDefault(); return; }
  });
}
