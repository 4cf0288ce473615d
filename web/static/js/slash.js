// slash.js: "/" puts the cursor in the search box, but not while somebody types or picks a character.
import { isTyping } from "./typing.js";

export function focusOnSlash(box) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || isTyping(event)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
