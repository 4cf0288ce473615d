// results.js: what a search found: a hit opens beside the list, and a search that led nowhere is counted.
import { openBeside } from "./pane.js";

const TOLD = "kezhi:left:";

export function workResults(results) {
  openBeside(results);
  const asked = () => results.querySelector("[data-left]");
  let workedOn = null; // the search of which something was opened; a facet brings another one
  results.addEventListener("click", (event) => {
    if (event.target.closest("a, button, summary")) workedOn = asked();
  });
  addEventListener("pagehide", () => {
    const form = asked();
    const words = form?.elements.q.value;
    // Whoever searches the same again and again is one who did not find it.
    if (!form || form === workedOn || sessionStorage.getItem(TOLD + words)) return;
    if (navigator.sendBeacon(form.action, new FormData(form))) sessionStorage.setItem(TOLD + words, "1");
  });
}
