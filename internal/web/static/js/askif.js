// @ts-check
// Some questions are asked only with certain answers. The condition stands on
// the question as JSON, in the shape of the form's definition with the names of
// fields (docs/data.md); the server decides by the same one. What is not asked
// is hidden and not sent.

/** @typedef {{all?: Condition[], any?: Condition[], not?: Condition, field?: string, count?: string[], is?: string | number, has?: number, from?: number, above?: number, up_to?: number, below?: number}} Condition */

/** @param {HTMLFormElement} form @param {string} name @returns {string} */
function answer(form, name) {
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList) return field.value;
  return field instanceof HTMLInputElement && (field.type !== "radio" || field.checked) ? field.value.trim() : "";
}

// Three-valued: undefined while the answer that decides is missing.
/** @param {HTMLFormElement} form @param {Condition} c @returns {boolean | undefined} */
function holds(form, c) {
  /** @type {(boolean | undefined)[]} */
  const parts = (c.all ?? []).map((one) => holds(form, one));
  if (c.any) {
    const some = c.any.map((one) => holds(form, one));
    parts.push(some.includes(true) ? true : some.includes(undefined) ? undefined : false);
  }
  if (c.not) {
    const other = holds(form, c.not);
    parts.push(other === undefined ? undefined : !other);
  }
  if (c.count) {
    const answers = c.count.map((name) => answer(form, name));
    const yes = answers.filter((a) => a === "1").length;
    const open = answers.filter((a) => a === "" || a === "-").length;
    if (c.from !== undefined) parts.push(yes >= c.from ? true : yes + open < c.from ? false : undefined);
  } else if (c.field) {
    const given = answer(form, c.field);
    const number = Number(given.replace(",", "."));
    /** @param {boolean} said */
    const known = (said) => parts.push(given === "" || given === "-" ? undefined : said);
    if (c.is !== undefined) known(given === String(c.is));
    if (c.has !== undefined) known(given.split(/[^0-9]+/).includes(String(c.has)));
    if (c.from !== undefined) known(number >= c.from);
    if (c.above !== undefined) known(number > c.above);
    if (c.up_to !== undefined) known(number <= c.up_to);
    if (c.below !== undefined) known(number < c.below);
  }
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** @param {Element} question @param {boolean} shown */
export function show(question, shown) {
  if (!(question instanceof HTMLElement)) return;
  question.hidden = !shown;
  for (const field of question.querySelectorAll("input")) field.disabled = !shown;
}

/** @param {HTMLFormElement} form */
export function askIf(form) {
  const questions = /** @type {HTMLElement[]} */ (Array.from(form.querySelectorAll("[data-ask-if]")));
  const ask = () => {
    for (const question of questions) show(question, holds(form, JSON.parse(question.dataset.askIf ?? "{}")) === true);
  };
  form.addEventListener("input", ask);
  ask();
}
