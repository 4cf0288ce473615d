// judge.js: 1 to 4 judge the rule one stands on and go on to the next; u takes the last judgement of this page back.
import { isTyping } from "./typing.js";

const last = []; // addresses that undo, the newest at the end

export function judgeByKeys(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(form);
    body.set("verdict", event.submitter.value);
    send(form, form.action, body, true);
  });
  if (form.dataset.undo) last.push([form.id, form.dataset.undo]);
}

async function send(form, address, body, goesOn) {
  const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  // Signed out, offline or judged by somebody else meanwhile: the page itself says so.
  if (!answer?.ok || answer.redirected) return location.reload();
  const row = form.closest("[data-row]");
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form");
  form.replaceWith(made);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: made } }));
  const next = goesOn ? (row?.nextElementSibling ?? row) : row;
  next?.querySelector("[data-row-link]").focus();
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  // A judgement with a reason came back as a page: what was just done is taken back where it is said.
  if (event.key === "u" && !last.length) document.querySelector("[data-toast] form")?.requestSubmit();
  if (event.key === "u" && last.length) {
    const [id, address] = last.pop();
    const form = document.getElementById(id);
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    return send(form, address, body, false);
  }
  if (!"1234".includes(event.key)) return;
  const place = document.activeElement.closest("[data-rule]") ?? document.querySelector("[data-judge-page]");
  place?.querySelectorAll("[data-judge] button")[Number(event.key) - 1]?.click();
});
