// kept.js: tells whoever was signed out by the clock that their text is still here.
import { drafts } from "./drafts.js";

export function sayKept(sentence) {
  sentence.hidden = !drafts.exist();
}
