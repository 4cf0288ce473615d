// searched.js: what a member searched for before, kept in this browser only, and offered again.
const MOST = 50;
const SHOWN = 4;
const keyOf = (member) => `kezhi:searched:${member}`;
const all = (member) => JSON.parse(localStorage.getItem(keyOf(member)) ?? "[]");

export const searched = {
  add: (member, words) => {
    const others = all(member).filter((each) => each !== words);
    localStorage.setItem(keyOf(member), JSON.stringify([words, ...others].slice(0, MOST)));
  },
  wipe: (member) => localStorage.removeItem(keyOf(member)),
};

// The heading and the options for the searches in which the words of the box stand, the newest first.
export function searchedBefore(box) {
  const words = box.value.trim().toLowerCase();
  const like = (each) => each.toLowerCase().includes(words) && each.toLowerCase() !== words;
  const found = all(box.dataset.searched).filter(like).slice(0, SHOWN);
  if (!found.length) return [];
  const heading = row("suggest__heading", "presentation");
  heading.textContent = box.dataset.searchedHeading;
  return [heading, ...found.map((each, at) => option(box.form, each, at))];
}

function option(form, words, at) {
  const item = row("suggest__option", "option");
  item.id = `searched-${at}`;
  item.setAttribute("aria-selected", "false");
  item.dataset.value = words;
  item.dataset.href = `${form.action}?q=${encodeURIComponent(words)}`;
  const text = document.createElement("bdi");
  text.textContent = words;
  item.append(form.querySelector("svg").cloneNode(true), text);
  return item;
}

function row(className, role) {
  const item = Object.assign(document.createElement("li"), { className });
  item.setAttribute("role", role);
  return item;
}
