// verify.js: v verifies the note one stands on or has open, and goes on to the next; u takes the last one of this page back.
import { isTyping } from "./typing.js";

const last = []; // the forms that undo, the newest at the end

export function verifyByKeys(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await sent(form);
    if (!answer) return;
    const row = form.closest("[data-row]");
    const made = new DOMParser().parseFromString(answer, "text/html").querySelector("form");
    form.replaceWith(made);
    made.addEventListener("submit", takeBack);
    last.push(made);
    // What an earlier page said was done is no longer the last.
    document.querySelector("[data-toast]")?.remove();
    (row.nextElementSibling ?? row).querySelector("[data-row-link]").focus();
  });
}

async function takeBack(event) {
  event.preventDefault();
  if ((await sent(event.currentTarget ?? event.target)) !== null) location.reload();
}

async function sent(form) {
  if (form.hasAttribute("aria-busy")) return null;
  form.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) return answer.text();
  // Signed out, offline or changed by somebody else meanwhile: the page itself says so.
  location.reload();
  return null;
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "u" && last.length) last.pop().requestSubmit();
  if (event.key !== "v") return;
  const open = document.querySelector("[data-pane-link][aria-current]")?.closest("[data-row]");
  const place = document.activeElement?.closest("[data-row]") ?? open ?? document.querySelector("#verification");
  place?.querySelector("[data-verify-button]")?.click();
});
