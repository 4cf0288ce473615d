// pictures.js: a picture pasted, dropped or chosen while one writes is sent at once and stands in the text at the caret.
import { showStrip } from "./pictures_strip.js";
import { upload } from "./pictures_send.js";

export function takePictures(place) {
  const text = document.getElementById(place.dataset.text);
  const { form } = text;
  const words = JSON.parse(place.dataset.words);
  const said = place.querySelector("[data-pictures-said]");
  const input = place.querySelector("[type=file]");
  const strip = showStrip(place, text, words);
  let going = 0;
  let count = 0;

  const say = (sentence, isBad = false) => {
    said.textContent = sentence;
    said.classList.toggle("pictures__said--bad", isBad);
  };
  const put = (written) => {
    // Keeps the browser's own undo, where it still can.
    text.focus();
    if (document.execCommand("insertText", false, written)) return;
    text.setRangeText(written, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // What one writes meanwhile stays, and so does the caret.
  const replace = (mark, written) => {
    const at = text.value.indexOf(mark);
    if (at < 0) return;
    const caret = text.selectionEnd;
    text.setRangeText(written, at, at + mark.length);
    text.selectionStart = text.selectionEnd = caret > at ? Math.max(at, caret + written.length - mark.length) : caret;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const send = async (file) => {
    const name = file.name === "image.png" ? `${words.picture}.png` : file.name;
    const mark = `![${words.sending} ${(count += 1)}…]()`;
    const before = text.value.slice(0, text.selectionStart);
    put(`${before && !before.endsWith("\n") ? "\n\n" : ""}${mark}\n`);
    going += 1;
    const told = (part) => say(words.part.replace("##", part).replace("#", name));
    told(0);
    const { error, name: called } = await upload(place.dataset.pictures, form, { file, name }, told);
    going -= 1;
    const alt = name.replace(/\.\w+$/, "").replace(/[[\]\\`\n]/g, " ");
    replace(mark, called ? `![${alt}](${called})` : "");
    if (called) strip.draw();
    say(called ? words.done : [error?.message, error?.hint].filter(Boolean).join(" ") || words.failed, !called);
  };
  const take = async (files) => {
    for (const file of files) await send(file);
  };

  place.hidden = false;
  place.querySelector("[data-pictures-choose]").addEventListener("click", () => input.click());
  input.addEventListener("change", () => take([...input.files]).then(() => (input.value = "")));
  text.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    // Cells copied from a spreadsheet are a text and a picture of it: whoever is writing wants the text.
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    take([...files]);
  });
  text.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  text.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  form.addEventListener("submit", (event) => {
    if (!going) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(words.wait, true);
  }, true);
}
