// suggest.js: offers what a field may hold while one types; never while an input method is picking a character.
import { isComposing } from "./ime.js";

const PAUSE_MS = 150;
const PARTED = /^([\s\S]*[,，、;；\n]\s*)?([\s\S]*)$/;

export function suggest(input) {
  const many = "suggestMany" in input.dataset;
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = `${input.id}-options`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() || input.getAttribute("aria-label"));
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let timer;
  let asked; // the request on its way; a newer one makes it void

  const options = () => [...list.children];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const show = (html) => {
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    show("");
  };
  const ask = async () => {
    const word = (many ? input.value.match(PARTED)[2] : input.value).trim();
    if (!word) return close();
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(word)}`, { signal });
      // Signed out meanwhile, the answer is the sign-in page.
      if (answer.ok && !answer.redirected && !signal.aborted) show(await answer.text());
    } catch (problem) {
      if (problem.name !== "AbortError") close(); // offline: the field still takes what one types
    }
  };
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const walk = (step) => {
    const all = options();
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
  };
  const take = (option) => {
    if (option.dataset.href) return location.assign(option.dataset.href);
    input.value = many ? `${input.value.match(PARTED)[1] ?? ""}${option.dataset.value}、` : option.dataset.value;
    close();
    // The draft of the form hears of it; asking again about what was just chosen is of no use.
    input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "chosen" }));
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing || event.detail === "chosen") return;
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (isComposing(event) || list.hidden) return;
    const act = {
      ArrowDown: () => walk(1),
      ArrowUp: () => walk(-1),
      Enter: chosen() && (() => take(chosen())),
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
    if (option) take(option);
  });
  input.addEventListener("blur", close);
}
