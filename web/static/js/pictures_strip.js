// pictures_strip.js: the pictures a text names, small, below it; each can be taken out of the text.
const NAMED = /!\[[^\]\n]*\]\(([^()\s/:]+)\)/g;
const PAUSE_MS = 300;

export function showStrip(place, text, words) {
  const list = place.querySelector("[data-pictures-list]");
  const shown = new Map();
  let timer;

  const one = (name) => {
    const row = document.createElement("li");
    row.className = "pictures__one";
    const picture = document.createElement("img");
    Object.assign(picture, { src: `${place.dataset.pictures}/${encodeURIComponent(name)}?${place.dataset.at}`, alt: name });
    picture.addEventListener("error", () => (row.hidden = true)); // a file of another text: not ours to show
    const out = document.createElement("button");
    Object.assign(out, { type: "button", className: "pictures__out", textContent: "×", title: words.remove });
    out.setAttribute("aria-label", `${words.remove}: ${name}`);
    out.addEventListener("click", () => {
      text.value = text.value.replaceAll(NAMED, (whole, each) => (each === name ? "" : whole));
      text.dispatchEvent(new Event("input", { bubbles: true }));
      draw();
      text.focus();
    });
    row.append(picture, out);
    return row;
  };
  const draw = () => {
    const names = new Set([...text.value.matchAll(NAMED)].map((found) => found[1]));
    for (const name of shown.keys()) if (!names.has(name)) shown.delete(name);
    for (const name of names) if (!shown.has(name)) shown.set(name, one(name));
    if (list.children.length !== shown.size || [...shown.values()].some((row, at) => list.children[at] !== row)) {
      list.replaceChildren(...shown.values());
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE_MS);
  });
  text.form.addEventListener("kezhi:written", draw);
  draw();
  return { draw };
}
