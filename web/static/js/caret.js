// caret.js: how far below the top of a text field the line ends in which one writes: measured on a copy of the field.
const SAME = ["font", "lineHeight", "letterSpacing", "padding", "border", "boxSizing", "wordBreak", "overflowWrap"];

export function belowCaret(text) {
  const copy = document.createElement("div");
  const styles = getComputedStyle(text);
  for (const name of SAME) copy.style[name] = styles[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", inlineSize: `${text.offsetWidth}px` });
  const end = document.createElement("span");
  end.textContent = "|";
  copy.append(text.value.slice(0, text.selectionStart), end);
  document.body.append(copy);
  const below = end.offsetTop + end.offsetHeight - text.scrollTop;
  copy.remove();
  return Math.max(0, Math.min(below, text.offsetHeight));
}
