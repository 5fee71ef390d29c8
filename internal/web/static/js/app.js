// @ts-check
// What every page loads; each module does one thing and starts itself here.
import { start as dialog } from "./dialog.js";
import { start as draft } from "./draft.js";
import { start as guard } from "./guard.js";
import { start as keys } from "./keys.js";
import { start as poll } from "./poll.js";
import { start as theme } from "./theme.js";

theme();
draft();
keys();
dialog();
guard();
poll();

// Parts that htmx brought in may hold progress bars of their own.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) poll(event.target);
});
// The page went wrong at the top: the reader of a screen reader hears it first.
const summary = /** @type {HTMLElement | null} */ (document.querySelector("[data-summary]"));
summary?.focus();
