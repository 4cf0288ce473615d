// copy.js: copies the text behind a link instead of opening it, and says so in its place; a refusal is said at the edge.
import { say } from "./say.js";
import { askWhomTold } from "./told.js";

const SHOWN_MS = 4000;

export function copyText(link) {
  const word = link.querySelector("[data-copy-word]");
  const label = word.textContent;
  link.addEventListener("click", async (event) => {
    if (!navigator.clipboard || !window.ClipboardItem) return; // not a safe place to copy from: the text opens
    event.preventDefault();
    // A promise goes in, so that the browser still knows whose click it was once the text has come.
    const coming = fetch(link.href, { headers: { Accept: "text/plain" } });
    const text = coming.then((answer) => (answer.ok ? answer.blob() : Promise.reject(answer.status)));
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    } catch {
      const answer = await coming.catch(() => null);
      if (answer?.status === 409) say(await answer.text());
      else location.href = link.href;
      return;
    }
    word.textContent = link.dataset.copied;
    if (link.dataset.told) askWhomTold(link); // a text for nobody in particular is only copied
    setTimeout(() => (word.textContent = label), SHOWN_MS);
  });
}
