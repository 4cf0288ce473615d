// capture_send.js: the form of the drawer on its way; after a save the page shows it, and undo puts the text back.
import { ask } from "./ask.js";
import { formIn } from "./capture_form.js";
import { freshen } from "./fresh.js";
import { say as quietly, show } from "./say.js";

export function post(event, form, address, say, trouble) {
  const send = (stale) => ask(event.target.action, { method: "POST", body: written(event) }, say, trouble, stale);
  return send(async () => ((await renew(form, address)) ? send() : trouble(say.signed_out)));
}

export function sayDone(html, words, takeBack) {
  const toast = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const form = toast.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.hidden = true; // once
    const options = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } };
    if (!(await ask(form.action, options, words, quietly))) return;
    toast.remove();
    takeBack();
    freshen();
  });
  show(toast);
  freshen();
}

// What a form holds, and what the button says that sends it.
function written({ target, submitter }) {
  const body = new FormData(target);
  if (submitter?.name) body.set(submitter.name, submitter.value);
  return body;
}

// Give a form the token of today's session; false where there is none.
async function renew(form, address) {
  const answer = await fetch(address).catch(() => null);
  const token = answer && formIn(await answer.text())?.elements.csrf_token.value;
  if (token) form.elements.csrf_token.value = token;
  return Boolean(token);
}
