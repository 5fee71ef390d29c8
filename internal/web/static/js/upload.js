// @ts-check
// A form with data-upload sends its file with a bar that tells how far it is,
// refuses one that the server would not take before sending it, and shows what
// the server answers in its place. Without this script the form works all the
// same.

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-upload]"))) {
  const answer = /** @type {HTMLElement} */ (form.querySelector("[data-answer]"));
  const sending = /** @type {HTMLElement} */ (form.querySelector("[data-sending]"));
  const bar = /** @type {HTMLProgressElement} */ (sending.querySelector("progress"));
  const share = /** @type {HTMLElement} */ (sending.querySelector("[data-sent-share]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button.primary"));

  /** @param {string} words */
  const refuse = (words) => {
    const box = document.createElement("div");
    box.className = "notice bad";
    box.textContent = words;
    answer.replaceChildren(box);
  };

  /** @param {boolean} on */
  const busy = (on) => {
    sending.hidden = !on;
    button.disabled = on;
  };

  form.addEventListener("submit", (event) => {
    const file = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"))?.files?.[0];
    if (!file) return; // the server says what is missing
    event.preventDefault();
    answer.replaceChildren();
    if (file.size > Number(form.dataset.max)) return refuse(form.dataset.over ?? "");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = (e) => {
      if (!e.lengthComputable) return;
      bar.value = Math.floor((100 * e.loaded) / e.total);
      share.textContent = `${bar.value} %`;
    };
    request.onload = () => {
      const next = request.getResponseHeader("HX-Redirect");
      if (next) return location.assign(next);
      busy(false);
      if (request.responseText.trim()) answer.innerHTML = request.responseText; // of our own server, which escapes
      else refuse(form.dataset.failed ?? "");
    };
    request.onerror = request.onabort = () => {
      busy(false);
      refuse(form.dataset.failed ?? "");
    };
    bar.value = 0;
    share.textContent = "";
    busy(true);
    request.send(new FormData(form));
  });
}
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // the back button: the list is older than the import
});
