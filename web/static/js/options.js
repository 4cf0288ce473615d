// options.js: below a field, what may be meant by what one types: asked for after a pause, walked by the arrows; never
// while an input method picks a character.
import { isComposing } from "./ime.js";

const PAUSE_MS = 150;

// `address` says where to ask, nothing for no list; `own` gives what is offered before that, unasked; `take` writes what
// was chosen; `shown` hears what the list became.
export function offer(field, { id, style, picksFirst = false, address, own = () => [], take, shown = () => {} }) {
  const list = document.createElement("ul");
  Object.assign(list, { className: style, id, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() || field.getAttribute("aria-label"));
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  let timer;
  let asked; // the request on its way; a newer one makes it void

  const chosen = () => list.querySelector("[aria-selected=true]");
  const options = () => [...list.querySelectorAll("[role=option]")]; // beside them stand headings
  const show = (html, before = []) => {
    list.replaceChildren(...before, ...new DOMParser().parseFromString(html, "text/html").body.children);
    for (const option of options()) option.id = `${id}-${option.id}`;
    list.hidden = !list.children.length;
    field.removeAttribute("aria-activedescendant");
    shown(list);
  };
  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    show("");
  };
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const walk = (step) => {
    const all = options();
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
  };
  const ask = async () => {
    const where = address();
    const before = own();
    if (!where && !before.length) return close();
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    // Offline, or signed out meanwhile: one writes on without.
    const read = (answer) => (answer.ok && !answer.redirected ? answer.text() : "");
    const answer = where ? await fetch(where, { signal }).then(read).catch(() => "") : "";
    if (signal.aborted) return;
    show(answer, before);
    if (picksFirst && options().length) choose(options()[0]);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  const pick = (option) => {
    close();
    take(option);
  };

  field.addEventListener("input", (event) => event.isComposing || event.detail === "chosen" || later());
  field.addEventListener("compositionend", later);
  field.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.metaKey) return;
    if (list.hidden) return event.key === "ArrowDown" && own().length ? ask() : undefined;
    const act = {
      ArrowDown: () => walk(1),
      ArrowUp: () => walk(-1),
      Enter: chosen() && (() => pick(chosen())),
      Tab: picksFirst && (() => pick(chosen())),
      Escape: close,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  // Before the field loses the focus to the click.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) pick(option);
  });
  field.addEventListener("blur", close);
}
