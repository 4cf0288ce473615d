// kinds.js: Alt+1 to Alt+4 choose the type of a note, also while one writes. By the key's place, as Alt changes what
// it types on some keyboards.
import { isComposing } from "./ime.js";

export function chooseByNumber(choices) {
  const buttons = choices.querySelectorAll("input[type=radio]");
  document.addEventListener("keydown", (event) => {
    const place = /^Digit([1-4])$/.exec(event.code);
    if (!place || !event.altKey || event.ctrlKey || event.metaKey || isComposing(event)) return;
    event.preventDefault();
    buttons[place[1] - 1].click();
  });
}
