// capture_drafts.js: the drafts of the drawer, in this browser, as a row of buttons.
import { drafts } from "./drafts.js";

const FORM = "capture-";

export const fresh = (member) =>
  drafts.keyOf(member, FORM + crypto.getRandomValues(new Uint32Array(1))[0].toString(36));

export const ofDrawer = (member) =>
  drafts.ofMember(member).filter((draft) => drafts.formOf(draft.key).startsWith(FORM));

export const ofCustomer = (member, customer) =>
  customer && ofDrawer(member).find(({ fields }) => whom(fields)?.split("、").some((each) => each.endsWith(`#${customer}`)));

const whom = (fields) => fields.customers ?? fields.customer;

export function label(fields) {
  const who = whom(fields)?.replace(/ #\d+/g, "").replace(/[、,，\s]+$/, "");
  const body = (fields.body ?? (fields.said || fields.told)).replace(/!\[[^\]\n]*\]\([^()\n]*\)/g, "").trim();
  return [who, body.length > 16 ? `${body.slice(0, 16)}…` : body].filter(Boolean).join("：");
}

export function draw(row, found, key, say, { take, another }) {
  for (const place of document.querySelectorAll("[data-draft-count]")) {
    place.textContent = found.length;
    place.hidden = found.length === 0;
  }
  const made = found.map((draft) => button(draft.title || say.untitled, draft.key === key, () => take(draft)));
  row.replaceChildren(...made, button(say.another, false, another));
  row.hidden = made.length === 0;
}

function button(text, isPressed, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "capture__draft";
  made.textContent = text;
  made.setAttribute("aria-pressed", String(isPressed));
  made.addEventListener("click", act);
  return made;
}
