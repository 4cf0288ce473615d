// mention.js: @ offers colleagues, # topics, [[ notes, while one writes.
import { belowCaret } from "./caret.js";
import { offer } from "./options.js";

const BEGUN = [
  ["members", /(?:^|[^\w.@/])@([^\s@[\]]{1,20})$/, (value) => `@${value} `],
  ["topics", /(?:^|[^\w#&/])#([^\s#[\]]{1,20})$/, (value) => (/^[^\s#[\]()<>,.，。、;；:：!！?？（）]+$/.test(value) ? `#${value} ` : `#[${value}] `)],
  ["notes", /\[\[([^\]\n]{1,30})$/, (value) => `[[${value}]]`],
];

export function offerNames(text) {
  let begun = null; // what is being named: where it begins, and how it is written

  const address = () => {
    const before = text.value.slice(0, text.selectionStart);
    const [what, sign, write] = BEGUN.find((each) => each[1].test(before)) ?? [];
    if (!what) return "";
    const word = sign.exec(before)[1];
    begun = { at: before.length - word.length - (what === "notes" ? 2 : 1), write };
    return `${text.dataset[`mention${what[0].toUpperCase()}${what.slice(1)}`]}?q=${encodeURIComponent(word)}`;
  };
  const shown = (list) => {
    if (!list.hidden) list.style.insetBlockStart = `${text.offsetTop + belowCaret(text)}px`;
  };
  const take = (option) => {
    text.setSelectionRange(begun.at, text.selectionStart);
    const written = begun.write(option.dataset.value);
    if (document.execCommand("insertText", false, written)) return;
    text.setRangeText(written, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  offer(text, { id: `${text.id}-names`, style: "suggest suggest--text", picksFirst: true, address, take, shown });
}
