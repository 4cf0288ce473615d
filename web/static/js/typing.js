// typing.js: whether a key is somebody's text or a browser's own shortcut, so that single keys leave it alone.
import { isComposing } from "./ime.js";

export function isTyping(event) {
  if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return true;
  return event.target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}
