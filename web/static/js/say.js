// say.js: one quiet sentence at the edge of the page; a later one takes its place.
export function show(toast) {
  document.querySelector("[data-toast]")?.remove();
  document.body.append(toast);
  tell(toast);
}

export function say(sentence) {
  show(written(sentence));
}

// The same of what `takeBack` takes back.
export function sayDone(sentence, takeBack) {
  const toast = written(sentence);
  const act = document.createElement("button");
  Object.assign(act, { type: "button", className: "toast__act", textContent: blank().dataset.undo });
  act.addEventListener("click", () => {
    toast.remove();
    takeBack();
  });
  toast.append(act);
  show(toast);
}

const blank = () => document.querySelector("[data-toast-blank]");

function written(sentence) {
  const toast = blank().content.firstElementChild.cloneNode(true);
  toast.firstElementChild.textContent = sentence;
  return toast;
}

// What arrives later wants the same improvements as the page.
export function tell(element) {
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } }));
}
