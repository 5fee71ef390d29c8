// @ts-check
// The minutes of a meeting are written over hours, on phones: what was typed
// and not saved is kept and offered again.
import { draft } from "./draft.js";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-minutes]"))) draft(form);
