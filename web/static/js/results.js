// results.js: what a search found: a hit opens beside the list, and a search that led nowhere is counted.
import { openBeside } from "./pane.js";

const TOLD = "kezhi:left:";

export function workResults(results) {
  openBeside(results);
  let went = false;
  results.addEventListener("click", (event) => {
    if (event.target.closest("a, button, summary")) went = true;
  });
  addEventListener("pagehide", () => {
    const form = results.querySelector("[data-left]");
    const words = form?.elements.q.value;
    // Whoever searches the same again and again is one who did not find it.
    if (!form || went || sessionStorage.getItem(TOLD + words)) return;
    if (navigator.sendBeacon(form.action, new FormData(form))) sessionStorage.setItem(TOLD + words, "1");
  });
}
