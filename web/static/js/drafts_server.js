// drafts_server.js: unsent texts are sent to the server every few seconds, so that any browser of this member has them.
import { drafts } from "./drafts.js";

const PAUSE_MS = 3000;

export function keepAtServer(place) {
  const { drafts: address, member } = place.dataset;
  const token = () => place.querySelector("[name=csrf_token]").value;
  const waiting = new Set();
  const going = new Map(); // by draft the request on its way
  let timer;

  const post = (to, fields) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrf_token: token(), ...fields })) body.set(name, value);
    // Offline or signed out, this browser has it; keepalive, as the page may be left.
    const size = [...body.values()].join("").length;
    return fetch(to, { method: "POST", body, keepalive: size < 20_000 }).then((answer) => answer.ok, () => false);
  };
  // Of two on their way the earlier may come last; but a page that is left waits for nothing.
  const inTurn = (key, act, isLeaving = false) => {
    const before = going.get(key);
    const turn = before && !isLeaving ? before.then(act) : act();
    going.set(key, turn);
    turn.then(() => going.get(key) === turn && going.delete(key));
  };
  const send = async (key) => {
    const draft = drafts.get(key);
    if (!draft) return;
    const form = drafts.formOf(key);
    const note = /^edit-(\d+)$/.exec(form)?.[1] ?? "";
    const { path, title = "", fields, at } = draft;
    const sent = { key: drafts.short(key), form, path, title, note, fields: JSON.stringify(fields) };
    if (await post(address, sent)) drafts.sent(key, at);
  };
  const sendAll = (isLeaving) => {
    clearTimeout(timer);
    timer = null;
    // What is being saved just now is not to come back.
    for (const key of waiting) if (key !== sessionStorage.getItem("kezhi:sent")) inTurn(key, () => send(key), isLeaving);
    waiting.clear();
  };
  const drop = (key) => post(`${address}/drop`, { key: drafts.short(key) });
  const take = async () => {
    // What is sent while the list is on its way may not stand in it.
    const known = new Set(drafts.ofMember(member).filter((draft) => draft.sent === draft.at).map((draft) => draft.key));
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const there = new Map((await answer.json()).map((draft) => [drafts.long(draft.key), draft]));
    let isNew = false;
    for (const draft of drafts.ofMember(member)) {
      // Saved or given up in another browser.
      if (draft.sent === draft.at && !there.has(draft.key)) isNew ||= known.has(draft.key) && drafts.forget(draft.key);
      else if (draft.sent !== draft.at) inTurn(draft.key, () => send(draft.key));
    }
    for (const [key, { path, title, fields, kept_at: at }] of there) {
      const here = drafts.get(key);
      if (here && (here.sent !== here.at || JSON.stringify(here.fields) === JSON.stringify(fields))) continue;
      drafts.came(key, { path, title, fields, at: Date.parse(at) });
      isNew = true;
    }
    if (isNew) document.dispatchEvent(new Event("kezhi:drafts"));
  };

  document.addEventListener("kezhi:kept", ({ detail: key }) => {
    waiting.add(key);
    timer ??= setTimeout(() => sendAll(false), PAUSE_MS);
  });
  document.addEventListener("kezhi:dropped", ({ detail: key }) => {
    waiting.delete(key);
    // At once, as the page may be left; and again after what would bring it back.
    const isGoing = going.has(key);
    drop(key);
    if (isGoing) inTurn(key, async () => drafts.get(key) || drop(key));
  });
  window.addEventListener("pagehide", () => sendAll(true));
  take();
}
