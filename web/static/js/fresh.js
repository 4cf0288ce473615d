// fresh.js: the page one looks at, as it stands now, without leaving it.
export async function freshen() {
  const main = document.querySelector("main");
  if (!("fresh" in main.dataset)) return;
  await htmx.ajax("GET", main.dataset.fresh || location.href, { target: "#main", select: "#main > *" });
  // The button that had the focus may be gone.
  if (document.activeElement === document.body) main.focus({ preventScroll: true });
}
