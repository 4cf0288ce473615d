// typing.js: whether a key belongs to somebody's text. While an input method composes, every key does; Safari sends
// the key that ends a composition after it, with the code 229.
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  if (event.ctrlKey || event.altKey || event.metaKey) return true;
  return event.target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}
