// print.js: a button that prints the page, shown only where it can.
export function printPage(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
