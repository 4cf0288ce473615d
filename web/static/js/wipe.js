// wipe.js: whoever signs out on a shared machine leaves nothing behind.
import { drafts } from "./drafts.js";
import { searched } from "./searched.js";

export function wipeOnLeave(form) {
  form.addEventListener("submit", (event) => {
    const { wipe: member, wipeAsk: question } = form.dataset;
    // What lies at the server waits there for the next time.
    const count = drafts.ofMember(member).filter((draft) => draft.sent !== draft.at).length;
    if (count && !confirm(question.replace("#", count))) return event.preventDefault();
    drafts.wipe(member);
    searched.wipe(member);
    sessionStorage.clear();
  });
}
