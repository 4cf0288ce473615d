// drafts_drop.js: a draft is given up by one tap, and a toast gives it back as it was.
import { drafts } from "./drafts.js";
import { sayDone } from "./say.js";

export function giveUp(key, sentence, shown = () => {}) {
  const draft = drafts.get(key);
  const tell = () => {
    document.dispatchEvent(new Event("kezhi:drafts"));
    shown();
  };
  document.dispatchEvent(new CustomEvent("kezhi:given-up", { detail: key }));
  drafts.drop(key);
  tell();
  sayDone(sentence, () => {
    drafts.keep(key, draft);
    tell();
  });
}
