// slash.js: "/" puts the cursor in the search box, but not while somebody types or picks a character; Esc takes it out
// again, so that single keys work the page, and leaves what was typed. Pressed out of habit where the cursor stands in
// the empty box already, it is no part of the question.
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
    if (isComposing(event)) return;
    if (event.key === "/" && box.value === "") event.preventDefault();
    if (event.key !== "Escape") return;
    event.preventDefault();
    box.blur();
  });
}
