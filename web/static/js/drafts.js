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

export const drafts = {
  keyOf: (member, form) => `${PREFIX}${member}:${form}:${tab()}`,
  formOf: (key) => key.slice(PREFIX.length).split(":")[1],
  ofForm: (member, form) => all(`${member}:${form}:`),
  ofMember: (member) => all(`${member}:`),
  exist: () => all("").length > 0,
  keep: (key, draft) => closed || localStorage.setItem(key, JSON.stringify({ ...draft, at: Date.now() })),
  drop: (key) => localStorage.removeItem(key),
  wipe: (member) => {
    closed = true;
    all(`${member}:`).forEach((draft) => localStorage.removeItem(draft.key));
  },
};
