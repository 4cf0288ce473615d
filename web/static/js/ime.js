// ime.js: whether a key belongs to an input method that is picking a character. Safari sends the key that ends a
// composition after it has ended, with the code 229.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
