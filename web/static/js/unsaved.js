// unsaved.js: what one writes in a form is kept in this browser until it is saved, and offered back after a crash,
// a closed tab or a session that ran out.
import { drafts } from "./drafts.js";
import { giveUp } from "./drafts_drop.js";
import { sayKeptAt } from "./kept.js";

const PAUSE_MS = 400;

export function keepUnsaved(form) {
  const { unsaved: name, member } = form.dataset;
  const key = drafts.keyOf(member, name);
  const first = JSON.stringify(read(form));
  let timer;
  let touched = false;
  const keep = () => {
    clearTimeout(timer);
    if (!touched) return; // an older draft under the same key is not answered yet
    const fields = read(form);
    if (JSON.stringify(fields) === first) return drafts.drop(key);
    drafts.keep(key, { path: location.pathname, title: fields.title || fields.said || fields.told, fields });
    sayKeptAt(form.querySelector("[data-kept-at]"));
  };
  form.addEventListener("input", () => {
    touched = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    keep();
    touched = false;
    // What the server cannot save it keeps in the place of this.
    if (form.elements.draft) form.elements.draft.value = drafts.short(key);
    // The page that confirms the save drops it (saved.js); any other answer leaves it here.
    sessionStorage.setItem("kezhi:sent", key);
  });
  window.addEventListener("pagehide", keep);

  const notice = document.querySelector("[data-unsaved-offer]");
  const look = () => {
    const draft = drafts.ofForm(member, name).find(({ fields }) => JSON.stringify(fields) !== first);
    // Two versions side by side hold the text already; and nobody is offered what they are writing.
    if (!draft || !notice?.hidden || touched) return;
    offer(notice, draft, () => {
      write(form, draft.fields);
      touched = true;
      keep();
      if (draft.key !== key) drafts.drop(draft.key);
    });
  };
  look();
  document.addEventListener("kezhi:drafts", look, { once: true });
}

function offer(notice, draft, take) {
  notice.querySelector("[data-unsaved-time]").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
  notice.querySelector("[data-unsaved-title]").textContent = draft.title;
  notice.hidden = false;
  notice.querySelector("[data-unsaved-take]").addEventListener("click", () => {
    take();
    notice.hidden = true;
  });
  notice.querySelector("[data-unsaved-drop]").addEventListener("click", () => {
    giveUp(draft.key, notice.dataset.deleted, () => (notice.hidden = drafts.get(draft.key) === null));
  });
}

// The version goes along: a draft made on an older text must meet the question which of the two should stand.
function read(form) {
  // Chosen files cannot be chosen again by a script, so they are no part of a draft.
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  delete fields.csrf_token;
  delete fields.draft;
  return fields;
}

function write(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const control = form.elements.namedItem(name);
    if (control?.type === "checkbox") control.checked = true;
    else if (control) control.value = value;
  }
  form.dispatchEvent(new Event("kezhi:written")); // a draft came back
}
