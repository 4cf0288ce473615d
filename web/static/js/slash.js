// slash.js: "/" puts the cursor in the search box, but not while somebody types or picks a character; Esc takes it out
// again, so that single keys work the page, and leaves what was typed.
import { isComposing } from "./ime.js";
import { isTyping } from "./typing.js";

export function focusOnSlash(box) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || isTyping(event)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.preventDefault();
    box.blur();
  });
}
