// capture_form.js: the form in the drawer: what it holds, and which keys send it.
import { caller } from "./caller.js";
import { isComposing } from "./ime.js";

const PAUSE_MS = 300;

export function formIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-capture-form]");
}

export function read(form) {
  // Chosen files cannot be chosen again by a script, so they are no part of a draft.
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  delete fields.csrf_token;
  return fields;
}

export function write(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const control = form.elements.namedItem(name);
    if (control?.type === "checkbox") control.checked = Boolean(value);
    else if (control) control.value = value;
  }
  form.dispatchEvent(new Event("kezhi:written")); // a draft came back
}

// A draft that names no topic takes that of the page one came to.
export function fill(form, { topic }) {
  const field = form.elements.namedItem("topics");
  if (topic && !field.value.trim()) field.value = topic;
  return form;
}

// A while after the last letter, not at each.
export function onPause(form, act) {
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(act, PAUSE_MS);
  });
}

export function sendByKeys(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Enter that confirms an input method sends nothing; Enter in a single field does not, as it is not the whole note.
    if (isComposing(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey) return form.requestSubmit();
    if (event.target.matches("input")) event.preventDefault();
  });
}

export function focusFirst(form) {
  const refused = form.querySelector("[aria-invalid=true], fieldset:has(.field__error) input");
  (refused ?? form.querySelector("textarea")).focus();
  // The foot of the form lies over what is scrolled just so far.
  refused?.closest(".field").scrollIntoView({ block: "center" });
}

// What the page one looks at knows: the customer, the topic, the type; without one, the customer of this call.
export function known() {
  const of = document.querySelector("main").dataset;
  const isCall = !of.customer && caller.last() !== null;
  const { topic } = of;
  const customer = isCall ? caller.last() : of.customer;
  const dimension = of.dimension || (isCall ? "from" : "");
  return Object.fromEntries(Object.entries({ customer, topic, dimension }).filter(([, value]) => value));
}
