// @ts-check
// Progress of long work: an element with data-poll="/address" is replaced by
// what that address answers, until the answer has no data-poll any more. A lost
// connection is told and tried again, ever more slowly.

const first = 700, slowest = 10_000;

/** @param {HTMLElement} element @param {number} wait */
function follow(element, wait) {
  setTimeout(async () => {
    if (!element.isConnected || !element.dataset.poll) return;
    const lost = /** @type {HTMLElement | null} */ (element.querySelector("[data-lost]"));
    try {
      const answer = await fetch(element.dataset.poll, { headers: { "HX-Request": "true" } });
      // Gone, or nobody is signed in any more: the page itself says what to do.
      if (answer.status === 404 || answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      const next = /** @type {HTMLElement | null} */ (made.content.firstElementChild);
      if (!next) return;
      element.replaceWith(next);
      if (next.dataset.poll) follow(next, first);
      else if (next.dataset.then) location.assign(next.dataset.then);
    } catch {
      if (lost) lost.hidden = false;
      follow(element, Math.min(wait * 2, slowest));
    }
  }, wait);
}

/** @param {ParentNode} [within] */
export function start(within = document) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll("[data-poll]"))) follow(element, first);
}
