// mention.js: @ offers colleagues, # topics, [[ notes, while one writes; never while an input method picks a character.
import { belowCaret } from "./caret.js";
import { isComposing } from "./ime.js";

const PAUSE_MS = 150;
const BEGUN = [
  ["members", /(?:^|[^\w.@/])@([^\s@[\]]{1,20})$/, (value) => `@${value} `],
  ["topics", /(?:^|[^\w#&/])#([^\s#[\]]{1,20})$/, (value) => (/^[^\s#[\]()<>,.，。、;；:：!！?？（）]+$/.test(value) ? `#${value} ` : `#[${value}] `)],
  ["notes", /\[\[([^\]\n]{1,30})$/, (value) => `[[${value}]]`],
];

export function offerNames(text) {
  const list = document.createElement("ul");
  Object.assign(list, { className: "suggest suggest--text", id: `${text.id}-names`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text.labels[0].textContent.trim());
  text.after(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  let timer;
  let asked; // the request on its way; a newer one makes it void
  let begun = null; // what is being named: where it begins, and how it is written

  const chosen = () => list.querySelector("[aria-selected=true]");
  const show = (html) => {
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    for (const option of list.children) option.id = `${list.id}-${option.id}`;
    list.hidden = !list.children.length;
    if (!list.hidden) list.style.insetBlockStart = `${text.offsetTop + belowCaret(text)}px`;
    text.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    show("");
  };
  const look = async () => {
    const before = text.value.slice(0, text.selectionStart);
    const [what, sign, write] = BEGUN.find((each) => each[1].test(before)) ?? [];
    if (!what) return close();
    const word = sign.exec(before)[1];
    begun = { at: before.length - word.length - (what === "notes" ? 2 : 1), write };
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const address = `${text.dataset[`mention${what[0].toUpperCase()}${what.slice(1)}`]}?q=${encodeURIComponent(word)}`;
    // Offline, or signed out meanwhile: one writes on without.
    const read = (answer) => (answer.ok && !answer.redirected ? answer.text() : "");
    const options = await fetch(address, { signal }).then(read).catch(() => "");
    if (signal.aborted) return;
    show(options);
    if (list.firstElementChild) choose(list.firstElementChild);
  };
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => {
    text.setSelectionRange(begun.at, text.selectionStart);
    const written = begun.write(option.dataset.value);
    close();
    if (document.execCommand("insertText", false, written)) return;
    text.setRangeText(written, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  };

  text.addEventListener("input", (event) => event.isComposing || later());
  text.addEventListener("compositionend", later);
  text.addEventListener("keydown", (event) => {
    if (isComposing(event) || list.hidden || event.ctrlKey || event.metaKey) return;
    const act = {
      ArrowDown: () => choose(chosen().nextElementSibling ?? list.firstElementChild),
      ArrowUp: () => choose(chosen().previousElementSibling ?? list.lastElementChild),
      Enter: () => take(chosen()),
      Tab: () => take(chosen()),
      Escape: close,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // before the text loses the focus to it
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  text.addEventListener("blur", close);
}
