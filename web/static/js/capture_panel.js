// capture_panel.js: the drawer as a thing that opens and folds, gives the focus back, and says what went wrong.
import { isComposing } from "./ime.js";

export function panel(drawer, beforeFold) {
  let opener = null;
  const open = () => {
    if (drawer.hidden) opener = document.activeElement;
    drawer.hidden = false;
    document.body.classList.add("has-capture");
  };
  const fold = () => {
    beforeFold();
    drawer.hidden = true;
    document.body.classList.remove("has-capture");
    opener?.focus();
  };
  drawer.querySelector("[data-capture-fold]").addEventListener("click", fold);
  drawer.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !isComposing(event)) fold();
  });
  const trouble = (sentence) => {
    const place = drawer.querySelector("[data-capture-trouble]");
    if (place) place.hidden = false;
    drawer.querySelector(place ? "[data-capture-trouble-text]" : "[data-capture-body]").textContent = sentence;
    return null;
  };
  return { open, fold, trouble };
}
