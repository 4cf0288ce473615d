// drop.js: files dropped anywhere on the form, or pasted on the page, are chosen as if by hand; then they are sent.
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
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.toggleAttribute("data-over", event.type === "dragover");
  };
  for (const place of [document.body, form]) {
    place.addEventListener("dragover", over);
    place.addEventListener("dragleave", over);
  }
  document.body.addEventListener("drop", (event) => {
    over(event);
    send(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) return send(event.clipboardData.files);
    if (isTyping(event)) return;
    // Cells copied from a spreadsheet come as text with tabs.
    pasted.closest("details").open = true;
    pasted.value = event.clipboardData.getData("text/plain");
    pasted.focus();
    event.preventDefault();
  });
  input.addEventListener("change", () => input.files.length && form.requestSubmit());
}
