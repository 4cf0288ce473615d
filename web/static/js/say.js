// say.js: one quiet sentence at the edge of the page; a later one takes its place.
export function show(toast) {
  document.querySelector("[data-toast]")?.remove();
  document.body.append(toast);
  tell(toast);
}

export function say(sentence) {
  const toast = document.querySelector("[data-toast-blank]").content.firstElementChild.cloneNode(true);
  toast.firstElementChild.textContent = sentence;
  show(toast);
}

// What arrives later wants the same improvements as the page.
export function tell(element) {
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } }));
}
