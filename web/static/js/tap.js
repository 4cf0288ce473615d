// tap.js: a tap on a word puts it into the field above, a second one takes it out; the field stays the truth.
const PARTED = /[,，、;；\n]/;

export function tapWords(row) {
  const input = row.parentElement.querySelector("input");
  const words = () => input.value.split(PARTED).map((word) => word.trim()).filter(Boolean);
  const show = () => {
    for (const button of row.children) button.setAttribute("aria-pressed", String(words().includes(button.dataset.word)));
  };
  row.addEventListener("click", (event) => {
    const word = event.target.closest("[data-word]")?.dataset.word;
    if (!word) return;
    const now = words();
    input.value = (now.includes(word) ? now.filter((each) => each !== word) : [...now, word]).join("、");
    // The draft of the form hears of it; there is nothing to suggest.
    input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "chosen" }));
  });
  input.addEventListener("input", show);
  // A draft taken up again fills the fields without an event.
  row.closest("details").addEventListener("toggle", show);
  row.hidden = false;
  show();
}
