// toast.js: what was just done is said for 10 seconds, longer while somebody points at it or is in it.
const SHOWN_MS = 10_000;

export function fadeAway(toast) {
  let timer;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), SHOWN_MS);
  };
  const pause = () => clearTimeout(timer);
  for (const [event, act] of [["mouseenter", pause], ["focusin", pause], ["mouseleave", start], ["focusout", start]]) {
    toast.addEventListener(event, act);
  }
  start();
}
