// leftovers.js: names the texts this member has not saved yet and leads back to them.
import { drafts } from "./drafts.js";

export function listLeftovers(notice) {
  list(notice);
  document.addEventListener("kezhi:drafts", () => list(notice));
}

function list(notice) {
  const found = drafts.ofMember(notice.dataset.member);
  const rows = notice.querySelector("[data-leftovers-list]");
  rows.replaceChildren();
  for (const draft of found) {
    const link = document.createElement("a");
    link.href = draft.path;
    link.textContent = draft.title || draft.path;
    link.dataset.captureDraft = draft.key; // a draft of the drawer opens there
    link.className = "list__link";
    const row = document.createElement("li");
    row.className = "list__row";
    row.append(link);
    rows.append(row);
  }
  notice.querySelector("[data-leftovers-none]").hidden = found.length > 0;
}
