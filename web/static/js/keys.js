// keys.js: j and k walk the rows of a page, Enter opens one (it has the focus), o opens it in a new tab, n writes a note,
// c copies what the row or the page tells a customer, x ticks the row.
import { say } from "./say.js";
import { isTyping } from "./typing.js";

const acts = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => window.open(focusedRow()?.href ?? location.href, "_blank", "noopener"),
  c: () => copy(),
  x: () => document.activeElement?.closest("[data-row]")?.querySelector("[data-tick]")?.click(),
  n: () => document.querySelector("[data-new-note]")?.click(),
};

export function workByKeys(page) {
  page.addEventListener("keydown", (event) => {
    if (isTyping(event) || !Object.hasOwn(acts, event.key)) return;
    if (event.key === "o" && !focusedRow()) return;
    event.preventDefault();
    acts[event.key]();
  });
}

// The note that lies open, unless another one is on its way; else the row one stands on, else the page.
function copy() {
  const place = document.querySelector(":not([aria-busy]) > [data-pane-note]") ?? document.activeElement?.closest("[data-row]") ?? document;
  const link = place.querySelector("[data-copy]");
  // Of a note for customers that has nothing to copy it stands there why; of a page, in what lies beside its note.
  const why = place.querySelector(place === document ? ".side [data-no-copy]" : "[data-no-copy]");
  if (link) link.click();
  else say(why?.dataset.noCopy ?? document.body.dataset.nothingToCopy);
}

function walk(step) {
  const links = [...document.querySelectorAll("[data-row-link]")];
  const here = links.indexOf(focusedRow());
  const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next]?.focus();
}

function focusedRow() {
  return document.activeElement?.closest("[data-row]")?.querySelector("[data-row-link]");
}
