// kept.js: tells that a text is still here: whoever was signed out by the clock, and whoever writes.
import { drafts } from "./drafts.js";

export function sayKept(sentence) {
  sentence.hidden = !drafts.exist();
}

// When the text was last kept in this browser, to the minute.
export function sayKeptAt(place) {
  if (!place) return;
  const minute = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const said = place.dataset.keptAt.replace("#", minute);
  if (place.textContent !== said) place.textContent = said; // said once a minute, also to who listens
}
