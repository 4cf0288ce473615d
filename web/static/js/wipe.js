// wipe.js: whoever signs out on a shared machine leaves nothing behind.
import { drafts } from "./drafts.js";

export function wipeOnLeave(form) {
  form.addEventListener("submit", (event) => {
    const { wipe: member, wipeAsk: question } = form.dataset;
    const count = drafts.ofMember(member).length;
    if (count && !confirm(question.replace("#", count))) return event.preventDefault();
    drafts.wipe(member);
    sessionStorage.clear();
  });
}
