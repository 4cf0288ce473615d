// leftovers.js: names the texts this member has not saved yet, leads back to them, and lets go of one.
import { drafts } from "./drafts.js";
import { giveUp } from "./drafts_drop.js";

const TEXTS = ["title", "summary", "body", "said", "told", "outline"];

export function listLeftovers(notice) {
  list(notice);
  for (const what of ["drafts", "kept", "dropped"]) document.addEventListener(`kezhi:${what}`, () => list(notice));
}

function list(notice) {
  const found = drafts.ofMember(notice.dataset.member);
  const rows = notice.querySelector("[data-leftovers-list]");
  rows.replaceChildren();
  for (const draft of found) {
    const row = notice.querySelector("[data-leftovers-row]").content.firstElementChild.cloneNode(true);
    const link = row.querySelector("a");
    link.href = draft.path;
    link.textContent = draft.title || rows.dataset.untitled;
    link.dataset.captureDraft = draft.key; // a draft of the drawer opens there
    // Also where the page of it is closed to its writer by now.
    row.querySelector("[data-leftovers-text]").textContent = TEXTS.flatMap((name) => draft.fields[name] || []).join("\n\n");
    const out = row.querySelector("button");
    out.setAttribute("aria-label", `${out.title}: ${link.textContent}`);
    out.addEventListener("click", () => giveUp(draft.key, rows.dataset.deleted));
    rows.append(row);
  }
  notice.querySelector("[data-leftovers-none]").hidden = found.length > 0;
}
