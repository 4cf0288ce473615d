// classes.js: topics that the text in a form suggests, taken by a tap or by Alt+0; never while an input method is picking.
import { isComposing } from "./ime.js";

const PAUSE_MS = 700;
const LONGEST = 500; // the beginning says what a text is about
const TEXTS = ["title", "summary", "body", "topics"];

export function showClasses(place) {
  const form = place.closest("form");
  const field = (name) => form.elements.namedItem(name);
  const offered = new Set();
  let timer;
  let asked; // the request on its way; a newer one makes it void
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const said = new URLSearchParams(TEXTS.map((name) => [name, (field(name)?.value ?? "").slice(0, LONGEST)]));
    const answer = await fetch(`${place.dataset.classes}?${said}`, { signal }).catch(() => null);
    // Offline, or signed out meanwhile: saving says so, this is only a hint.
    if (!answer?.ok || answer.redirected || signal.aborted) return;
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.children);
    for (const { dataset } of place.querySelectorAll("[data-class-take]")) offered.add(dataset.key);
    field("offered").value = [...offered].join(" ");
  };
  form.addEventListener("input", (event) => {
    if (event.isComposing || !TEXTS.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  place.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-class-take]");
    if (!chip) return;
    const topics = field("topics");
    topics.value = [topics.value.replace(/[,，、;；\s]+$/, ""), chip.dataset.name].filter(Boolean).join("、");
    chip.remove();
    // The draft of the form hears of it.
    topics.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "chosen" }));
  });
  takeByKey(place);
  ask();
}

// By the key's place, as Alt changes what it types on some keyboards.
export function takeByKey(place) {
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Digit0" || !event.altKey || event.ctrlKey || event.metaKey || isComposing(event)) return;
    const chip = place.isConnected && place.checkVisibility() && place.querySelector("[data-class-take]");
    if (!chip || event.defaultPrevented) return;
    event.preventDefault();
    chip.click();
  });
}
