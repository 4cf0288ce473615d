// quoting.js: words selected in an interaction, a note or a file go into the form that makes a note of them.
export function quoteSelected(part) {
  const form = document.querySelector("[data-quoting]");
  if (!form) return;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const words = selection.toString().trim();
    if (!words || form.contains(selection.anchorNode)) return;
    if (!part.contains(selection.anchorNode) || !part.contains(selection.focusNode)) return;
    form.querySelector("[name=quote]").value = words;
    form.querySelector("[name=part]").value = part.dataset.quotable;
    form.open = true;
  });
}
