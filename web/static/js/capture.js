// capture.js: the drawer beside the page, with several drafts of this browser at once; Esc folds it and loses nothing.
import { ask } from "./ask.js";
import { draw, fresh, label, ofCustomer, ofDrawer } from "./capture_drafts.js";
import { fill, focusFirst, formIn, known, onPause, read, sendByKeys, write } from "./capture_form.js";
import { openers } from "./capture_openers.js";
import { panel } from "./capture_panel.js";
import { post, sayDone } from "./capture_send.js";
import { onSwitch } from "./capture_switch.js";
import { drafts } from "./drafts.js";
import { sayKeptAt } from "./kept.js";
import { say as quietly, tell } from "./say.js";

export function captureBeside(drawer) {
  const { address, member } = drawer.dataset;
  const say = JSON.parse(drawer.dataset.words);
  const [body, row] = ["body", "drafts"].map((part) => drawer.querySelector(`[data-capture-${part}]`));
  let [form, key] = [null, null];
  let [first, held] = ["", {}]; // what the form held before anybody wrote, and what of the other kind it lacks

  const list = () => draw(row, ofDrawer(member), key, say, { take, another: () => begin(known()) });
  const keep = () => {
    if (form && JSON.stringify(read(form)) === first) drafts.drop(key); // all of it was taken out again
    if (!form || JSON.stringify(read(form)) === first) return list();
    drafts.keep(key, { path: location.pathname, title: label(read(form)), fields: read(form) });
    sayKeptAt(form.querySelector("[data-kept-at]"));
    list();
  };
  const clear = () => {
    [key, form] = [null, null];
    body.replaceChildren();
  };
  const { open, fold, trouble } = panel(drawer, () => {
    keep();
    if (ofDrawer(member).some((draft) => draft.key === key)) quietly(say.folded);
  });
  const show = (html) => {
    form = formIn(html);
    if (!form) return trouble(say.signed_out);
    body.replaceChildren(form);
    onPause(form, keep);
    form.addEventListener("submit", send);
    sendByKeys(form);
    onSwitch(form, held, load, keep);
    tell(form);
    focusFirst(form);
  };
  const load = async (asked, other = {}) => {
    const answer = await ask(`${address}?${new URLSearchParams(asked)}`, {}, say, trouble);
    if (!answer) return null;
    held = other;
    show(await answer.text());
    first = form ? JSON.stringify(read(form)) : "";
    return form;
  };
  const begin = async (asked) => {
    keep();
    if (!(await load(asked))) return;
    key = fresh(member);
    list();
  };
  const take = async (draft) => {
    if (draft.key === key) return;
    await begin({ talk: draft.fields.talk ?? "" });
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
    const answer = await post(event, form, address, say, trouble);
    save.disabled = false;
    if (answer?.status === 422) return show(await answer.text());
    if (!answer) return;
    const saved = { key, fields: read(form) };
    drafts.drop(key);
    clear();
    fold();
    sayDone(await answer.text(), say, () => openWith(saved).then(keep));
  };
  const openWith = async (draft) => {
    open();
    const asked = known();
    const wanted = draft ?? ofCustomer(member, asked.customer);
    if (wanted && wanted.key !== key) await take(wanted).then(() => draft || quietly(say.resumed));
    else if (!form) await begin(asked);
    list();
    if (form) focusFirst(draft ? form : fill(form, asked));
  };

  openers(openWith, (wanted) => ofDrawer(member).find((draft) => draft.key === wanted));
  window.addEventListener("pagehide", keep);
  document.addEventListener("kezhi:drafts", list);
  document.addEventListener("kezhi:given-up", ({ detail }) => detail === key && clear());
  list();
}
