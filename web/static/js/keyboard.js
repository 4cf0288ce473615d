// keyboard.js: how much of the page the keyboard of a phone lies over; what is fixed to the bottom stands above it.
export function standAboveKeyboard(page) {
  const seen = window.visualViewport;
  const fit = () => {
    // Who zooms in with two fingers sees less, too, and moves what is seen.
    const covered = seen.scale > 1 ? 0 : Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    page.style.setProperty("--keyboard", `${Math.round(covered)}px`);
  };
  for (const event of ["resize", "scroll"]) seen.addEventListener(event, fit);
}
