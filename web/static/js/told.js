// told.js: after a text was copied for a customer, asks to whom it goes; Esc skips, and the focus goes back.
import { ask } from "./ask.js";
import { sayDone } from "./capture_send.js";
import { isComposing } from "./ime.js";
import { say, show } from "./say.js";

export async function askWhomTold(link) {
  const drawer = document.querySelector("[data-capture]");
  if (!drawer) return; // who may write nothing is asked nothing
  const words = JSON.parse(drawer.dataset.words);
  // Offline or signed out, the text is copied all the same.
  const answer = await ask(link.dataset.told, {}, words, () => null);
  // Who reads on in a list stands on its row, not on the link in the note beside it.
  const stood = document.activeElement === document.body ? link : document.activeElement;
  if (answer) put(await answer.text(), stood, words);
}

function put(html, stood, words) {
  const form = new DOMParser().parseFromString(html, "text/html").querySelector("[data-told-form]");
  if (!form) return;
  const close = () => {
    form.remove();
    if (document.activeElement === document.body) stood.focus();
  };
  form.querySelector("[data-told-skip]").addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.stopPropagation();
    close();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await ask(form.action, { method: "POST", body: new FormData(form) }, words, say);
    if (!answer) return;
    if (answer.status === 422) return put(await answer.text(), stood, words);
    form.remove();
    sayDone(await answer.text(), words, () => {});
    stood.focus();
  });
  show(form);
  form.querySelector("input:not([type=hidden])").focus();
}
