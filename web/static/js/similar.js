// similar.js: while one writes, what says much the same; never during composition, and never in the way.
const PAUSE_MS = 600;
const LONGEST = 80; // the beginning says what a text is about

export function showSimilar(place) {
  const form = place.closest("form");
  const names = (place.dataset.similarFields ?? "body customers").split(" ");
  const text = (name) => form.elements.namedItem(name).value;
  let timer;
  let asked; // the request on its way; a newer one makes it void
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const fields = Object.fromEntries(names.map((name) => [name, text(name).slice(0, LONGEST)]));
    const { signal } = asked;
    const answer = await fetch(`${place.dataset.similar}?${new URLSearchParams(fields)}`, { signal }).catch(() => null);
    // Offline, or signed out meanwhile: saving says so, this is only a hint.
    if (!answer?.ok || answer.redirected || signal.aborted) return;
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.children);
  };
  // No button of the form itself: Enter in one of its fields would press the first.
  place.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-join]");
    if (!chosen) return;
    const send = document.createElement("button");
    Object.assign(send, { hidden: true, formNoValidate: true, name: "join", value: chosen.dataset.join });
    form.append(send);
    form.requestSubmit(send);
    send.remove();
  });
  form.addEventListener("input", (event) => {
    if (event.isComposing || !names.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
}
