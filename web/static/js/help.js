// help.js: "?" or its button opens the list of keys; the browser's own dialog keeps the focus and closes on Esc.
import { isTyping } from "./typing.js";

export function openHelp(dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !isTyping(event)) dialog.showModal();
  });
  for (const button of document.querySelectorAll("[data-help-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
  }
}
