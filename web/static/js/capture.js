// capture.js: the drawer in which one writes a note beside the page. Several drafts live in this browser at once, each
// its own; Esc folds the drawer and throws nothing away.
import { ask } from "./ask.js";
import { draw, fresh, label, ofDrawer } from "./capture_drafts.js";
import { fill, focusFirst, formIn, known, read, renew, sendByKeys, target, write } from "./capture_form.js";
import { openers } from "./capture_openers.js";
import { panel } from "./capture_panel.js";
import { sayDone } from "./capture_saved.js";
import { drafts } from "./drafts.js";
import { sayKeptAt } from "./kept.js";
import { say as quietly, tell } from "./say.js";

const PAUSE_MS = 300;

export function captureBeside(drawer) {
  const { address, member } = drawer.dataset;
  const say = JSON.parse(drawer.dataset.words);
  const body = drawer.querySelector("[data-capture-body]");
  const row = drawer.querySelector("[data-capture-drafts]");
  let [form, key] = [null, null];
  let first = ""; // what the form held before anybody wrote
  let timer;

  const list = () => draw(row, ofDrawer(member), key, say, { take, another: () => begin(known()) });
  const keep = () => {
    clearTimeout(timer);
    if (!form || JSON.stringify(read(form)) === first) return;
    const fields = read(form);
    drafts.keep(key, { path: location.pathname, title: label(fields), fields });
    sayKeptAt(form.querySelector("[data-kept-at]"));
    list();
  };
  const { open, fold, trouble } = panel(drawer, () => {
    keep();
    if (ofDrawer(member).some((draft) => draft.key === key)) quietly(say.folded);
  });
  const show = (html) => {
    form = formIn(html);
    if (!form) return trouble(say.signed_out);
    body.replaceChildren(form);
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE_MS);
    });
    form.addEventListener("submit", send);
    sendByKeys(form);
    tell(form);
    focusFirst(form);
  };
  const begin = async (asked) => {
    keep();
    const answer = await ask(`${address}?${new URLSearchParams(asked)}`, {}, say, trouble);
    if (!answer) return;
    key = fresh(member);
    show(await answer.text());
    first = form ? JSON.stringify(read(form)) : "";
    list();
  };
  const take = async (draft) => {
    if (draft.key === key) return;
    await begin({});
    if (!form) return;
    key = draft.key;
    write(form, draft.fields);
    list();
  };
  const send = async (event) => {
    event.preventDefault();
    const save = form.querySelector(".button--main");
    if (save.disabled) return;
    keep();
    save.disabled = true;
    const post = (stale) => ask(target(event), { method: "POST", body: new FormData(form) }, say, trouble, stale);
    const answer = await post(async () => ((await renew(form, address)) ? post() : trouble(say.signed_out)));
    save.disabled = false;
    if (answer?.status === 422) return show(await answer.text());
    if (!answer) return;
    const saved = { key, fields: read(form) };
    drafts.drop(key);
    key = form = null;
    body.replaceChildren();
    fold();
    list();
    sayDone(await answer.text(), say, () => openWith(saved).then(keep));
  };
  const openWith = async (draft) => {
    open();
    const asked = known();
    const isHers = ({ fields }) => asked.customer && fields.customers?.split("、").some((each) => each.endsWith(`#${asked.customer}`));
    const wanted = draft ?? ofDrawer(member).find(isHers);
    if (wanted && wanted.key !== key) await take(wanted);
    else if (!form) await begin(asked);
    list();
    if (form) focusFirst(draft ? form : fill(form, asked));
  };

  openers(openWith, (wanted) => ofDrawer(member).find((draft) => draft.key === wanted));
  window.addEventListener("pagehide", keep);
  list();
}
