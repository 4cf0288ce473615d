// drop.js: files dropped anywhere on the page, or pasted, are chosen as if by hand; then they are sent.
import { isTyping } from "./typing.js";

export function takeDropped(form) {
  const input = form.querySelector("[type=file]");
  const pasted = form.querySelector("textarea");
  const send = (files) => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    input.files = all.files;
    if (input.files.length) form.requestSubmit();
  };
  const over = (event) => {
    if (event.defaultPrevented && event.type === "drop") return false;
    if (![...event.dataTransfer.types].includes("Files")) return false;
    event.preventDefault();
    form.toggleAttribute("data-over", event.type === "dragover");
    return true;
  };
  for (const place of [document.body, form]) {
    place.addEventListener("dragover", over);
    place.addEventListener("dragleave", over);
  }
  document.body.addEventListener("drop", (event) => over(event) && send(event.dataTransfer.files));
  document.addEventListener("paste", (event) => {
    if (event.defaultPrevented) return;
    const { files, types } = event.clipboardData;
    // Cells copied from a spreadsheet are a text and a picture of it: whoever is writing wants the text.
    if (files.length && !(isTyping(event) && types.includes("text/plain"))) return send(files);
    if (!pasted || isTyping(event)) return;
    // Cells copied from a spreadsheet come as text with tabs.
    pasted.closest("details").open = true;
    pasted.value = event.clipboardData.getData("text/plain");
    pasted.focus();
    event.preventDefault();
  });
  input.addEventListener("change", () => input.files.length && form.requestSubmit());
}
