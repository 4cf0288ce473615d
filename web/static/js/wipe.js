// wipe.js: whoever signs out on a shared machine leaves nothing behind.
import { drafts } from "./drafts.js";

export function wipeOnLeave(form) {
  form.addEventListener("submit", () => drafts.wipe(form.dataset.wipe));
}
