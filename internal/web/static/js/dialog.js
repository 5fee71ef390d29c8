// @ts-check
// Dialogs: a button with data-open="id" opens, data-close closes; the browser
// keeps the focus inside and gives it back.

export function start() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = /** @type {HTMLElement | null} */ (event.target.closest("[data-open]"));
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open ?? "");
      if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
      return;
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });
}
