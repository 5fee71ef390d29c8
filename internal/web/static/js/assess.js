// @ts-check
import { askIf, show } from "./askif.js";
import { draft } from "./draft.js";

// Entry of a paper form by keyboard alone, in the form's order. A digit chooses
// the answer and goes on by itself; Enter is needed only after a number, which
// may have more digits. Up and down move between questions, 0 takes an answer
// back, F2 shows last year's, F8 saves and opens the next household. The class
// beside the form follows each answer. Without this script the form works as
// any other form.

const quiet = 250; // milliseconds without a key before the class is asked for again

/** @param {HTMLFormElement} form */
function enter(form) {
  const questions = /** @type {HTMLElement[]} */ (Array.from(form.querySelectorAll("[data-question]")));

  // The optional questions are passed over by Enter and by digits; arrow down
  // leads into them.
  const optional = form.querySelector("[data-optional]");
  const last = questions.findLastIndex((q) => !q.closest("[data-optional]"));

  /** @param {HTMLElement} question @returns {HTMLInputElement | null} */
  const field = (question) => question.querySelector("input:checked") ?? question.querySelector("input:not([type=hidden])");

  // The next question that is asked, in a direction: others are hidden.
  /** @param {number} at @param {number} step @returns {number} */
  const shown = (at, step) => {
    while (at >= 0 && at < questions.length && questions[at].hidden) at += step;
    return at;
  };

  /** @param {number} at @param {number} [step] */
  const go = (at, step = 1) => {
    at = shown(at, step);
    if (at < 0) return;
    if (at > last && at < questions.length && optional instanceof HTMLDetailsElement) optional.open = true;
    const target = at < questions.length ? field(questions[at]) : /** @type {HTMLElement | null} */ (form.querySelector("[data-finish]"));
    target?.focus();
    if (target instanceof HTMLInputElement && target.type !== "radio") target.select();
    (questions[at] ?? target)?.scrollIntoView({ block: "nearest" });
  };

  /** @param {number} at @returns {number} the question after this one, or the end of the form */
  const after = (at) => {
    const next = shown(at + 1, 1);
    return at <= last && next > last ? questions.length : next;
  };

  /** @param {HTMLElement} question @param {string} value @returns {boolean} whether there is such an answer */
  const choose = (question, value) => {
    for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (question.querySelectorAll("input[type=radio]"))) {
      if (value === "0" ? !radio.checked : radio.dataset.key !== value) continue;
      radio.checked = value !== "0";
      radio.focus();
      radio.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    }
    return false;
  };

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const question = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-question]")) : null;
    if (!question) {
      if (event.key === "ArrowUp" && event.target instanceof Element && event.target.matches("[data-finish]")) { event.preventDefault(); go(optional instanceof HTMLDetailsElement && optional.open ? questions.length - 1 : last, -1); }
      return;
    }
    const at = questions.indexOf(question);
    const number = event.target instanceof HTMLInputElement && event.target.type !== "radio";
    if (event.key === "ArrowDown") { event.preventDefault(); go(at + 1); return; }
    if (event.key === "Enter") { event.preventDefault(); go(after(at)); return; }
    if (event.key === "ArrowUp") { event.preventDefault(); go(at - 1, -1); return; }
    if (number || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    if (choose(question, event.key) && event.key !== "0") go(after(at));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "F2") { event.preventDefault(); lastYear(form.classList.toggle("lastyear")); }
    if (event.key === "F8") { event.preventDefault(); form.requestSubmit(/** @type {HTMLElement | null} */ (form.querySelector("[data-finish]"))); }
  });
  const toggle = /** @type {HTMLElement | null} */ (form.querySelector("[data-last-year]"));
  /** @param {boolean} shown */
  const lastYear = (shown) => toggle?.setAttribute("aria-pressed", String(shown));
  toggle?.addEventListener("click", () => lastYear(form.classList.toggle("lastyear")));

  askIf(form);
  draft(form);
  preview(form);
  const begin = () => {
    const empty = questions.slice(0, last + 1).findIndex((q) => { const f = field(q); return !q.hidden && f && (f.type === "radio" ? !f.checked : f.value === ""); });
    go(Math.max(empty, 0));
  };
  form.addEventListener("restored", begin);
  if (!document.querySelector("[data-summary]")) begin();
}

// A question that answers what is doubtful is asked once something is.
/** @param {HTMLFormElement} form */
function doubtful(form) {
  const is = document.querySelector("#result [data-doubtful]") !== null;
  for (const question of form.querySelectorAll("[data-when-doubtful]")) {
    const answered = /** @type {HTMLInputElement | null} */ (question.querySelector("input"))?.value;
    show(question, is || Boolean(answered));
  }
}

/** @param {HTMLFormElement} form */
function preview(form) {
  const result = document.getElementById("result");
  const address = form.dataset.preview;
  if (!result || !address) return;
  /** @type {AbortController | undefined} */
  let asking;
  let timer = 0;
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    result.setAttribute("aria-busy", "true");
    try {
      // As an ordinary form, so that server and page read answers in one way.
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, signal: asking.signal });
      const html = await answer.text();
      if (answer.ok || answer.status === 422) result.innerHTML = html;
      doubtful(form);
      result.toggleAttribute("data-stale", !answer.ok);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      result.setAttribute("data-stale", "");
    }
    result.removeAttribute("aria-busy");
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, quiet);
  });
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-assess]"))) {
  doubtful(form);
  enter(form);
}
