// drafts.js: unsent texts in this browser, each under the member who wrote it, the form, and the tab it was in.
const PREFIX = "kezhi:unsaved:";
let closed = false; // after a wipe the page that is being left must not write once more

function tab() {
  const known = sessionStorage.getItem("kezhi:tab") ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
  sessionStorage.setItem("kezhi:tab", known);
  return known;
}

function all(start) {
  const found = [];
  for (let n = 0; n < localStorage.length; n += 1) {
    const key = localStorage.key(n);
    if (key.startsWith(PREFIX + start)) found.push({ key, ...JSON.parse(localStorage.getItem(key)) });
  }
  return found.sort((a, b) => b.at - a.at);
}

const tell = (what, key) => document.dispatchEvent(new CustomEvent(`kezhi:${what}`, { detail: key }));
const put = (key, draft) => closed || localStorage.setItem(key, JSON.stringify(draft));

export const drafts = {
  get: (key) => JSON.parse(localStorage.getItem(key)),
  short: (key) => key.slice(PREFIX.length),
  long: (short) => PREFIX + short,
  keyOf: (member, form) => `${PREFIX}${member}:${form}:${tab()}`,
  formOf: (key) => key.slice(PREFIX.length).split(":")[1],
  ofForm: (member, form) => all(`${member}:${form}:`),
  ofMember: (member) => all(`${member}:`),
  exist: () => all("").length > 0,
  keep: (key, draft) => {
    put(key, { ...draft, at: Date.now() });
    tell("kept", key);
  },
  drop: (key) => {
    if (localStorage.getItem(key) === null) return;
    localStorage.removeItem(key);
    tell("dropped", key);
  },
  // What the server has: `sent` is of which moment the text is that lies there.
  sent: (key, at) => localStorage.getItem(key) && put(key, { ...drafts.get(key), sent: at }),
  came: (key, draft) => put(key, { ...draft, sent: draft.at }),
  forget: (key) => localStorage.removeItem(key) ?? true,
  wipe: (member) => {
    closed = true;
    all(`${member}:`).forEach((draft) => localStorage.removeItem(draft.key));
  },
};
