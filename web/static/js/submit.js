// submit.js: a form is sent once; its button says so, keeping its width. Ctrl+Enter sends the form one writes in.
import { isComposing } from "./ime.js";

export function submitOnce(form) {
  let label = null;
  form.addEventListener("submit", (event) => {
    if (label) return event.preventDefault();
    // Its button may stand elsewhere on the page.
    const button = event.submitter ?? [...form.elements].find((each) => each.matches("button:not([type=button])"));
    label = { button, nodes: [...button.childNodes] };
    button.style.inlineSize = `${button.offsetWidth}px`;
    button.setAttribute("aria-disabled", "true");
    if (button.dataset.saying) button.replaceChildren(button.dataset.saying);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (isComposing(event)) return event.preventDefault();
    if ((event.ctrlKey || event.metaKey) && event.target.closest("input, textarea, select")) form.requestSubmit();
  });
  // Back from the next page, the browser may show this one as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !label) return;
    label.button.replaceChildren(...label.nodes);
    label.button.style.inlineSize = "";
    label.button.removeAttribute("aria-disabled");
    label = null;
  });
}
