// step.js: a key follows a link that leads one step back or on; the link names the key.
import { isTyping } from "./typing.js";

export function stepByKey(link) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== link.dataset.step || event.shiftKey || isTyping(event) || !link.isConnected) return;
    event.preventDefault();
    link.click();
  });
}
