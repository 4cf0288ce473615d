// suggest.js: offers what a field may hold while one types.
import { offer } from "./options.js";
import { searched, searchedBefore } from "./searched.js";

const PARTED = /^([\s\S]*[,，、;；\n]\s*)?([\s\S]*)$/;

export function suggest(input) {
  const many = "suggestMany" in input.dataset;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");

  const address = () => {
    const word = (many ? input.value.match(PARTED)[2] : input.value).trim();
    return word && `${input.dataset.suggest}?q=${encodeURIComponent(word)}`;
  };
  const shown = (list) => input.setAttribute("aria-expanded", String(!list.hidden));
  const take = (option) => {
    if (option.dataset.href) return location.assign(option.dataset.href);
    input.value = many ? `${input.value.match(PARTED)[1] ?? ""}${option.dataset.value}、` : option.dataset.value;
    // The draft of the form hears of it; asking again about what was just chosen is of no use.
    input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "chosen" }));
  };
  const own = input.dataset.searched ? () => searchedBefore(input) : undefined;
  if (own) input.form.addEventListener("submit", () => input.value.trim() && searched.add(input.dataset.searched, input.value.trim()));
  offer(input, { id: `${input.id}-options`, style: "suggest", address, own, take, shown });
}
