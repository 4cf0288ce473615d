// capture_saved.js: after a save the page shows the note, and undo puts the text back into the drawer.
import { ask } from "./ask.js";
import { freshen } from "./fresh.js";
import { say, show } from "./say.js";

export function sayDone(html, words, takeBack) {
  const toast = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const form = toast.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.hidden = true; // once
    const options = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } };
    if (!(await ask(form.action, options, words, say))) return;
    toast.remove();
    takeBack();
    freshen();
  });
  show(toast);
  freshen();
}
