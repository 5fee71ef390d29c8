// @ts-check
// The button that turns the page light or dark and remembers it.

const root = document.documentElement;
const wish = matchMedia("(prefers-color-scheme: dark)");

/** @returns {boolean} */
function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : wish.matches;
}

/** Shows on each button what a press would do. */
function label() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-theme-toggle]"))) {
    const words = (isDark() ? button.dataset.toLight : button.dataset.toDark) ?? "";
    const span = button.querySelector("span");
    if (span) span.textContent = words;
    button.setAttribute("aria-label", words);
    button.hidden = false;
  }
}

export function start() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-theme-toggle]")) return;
    const next = isDark() ? "light" : "dark";
    root.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* holds for this page only */ }
    label();
  });
  wish.addEventListener("change", label);
  label();
}
