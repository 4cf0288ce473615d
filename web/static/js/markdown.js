// markdown.js: the bar over a text in Markdown: marks around what is chosen, and the text as the note will show it.
const LINES = { heading: "## ", list: "- ", quote: "> " };

export function markdownBar(place) {
  const text = place.querySelector("textarea");
  const bar = place.querySelector("[data-markdown-bar]");
  const shown = place.querySelector("[data-markdown-shown]");
  const switcher = bar.querySelector("[data-markdown-preview]");
  const words = JSON.parse(place.dataset.words);
  const acts = {
    bold: () => around("**", "**"),
    link: () => around("[", "]()"),
    table: () => put(`\n| ${words.column} 1 | ${words.column} 2 |\n| --- | --- |\n|  |  |\n`),
  };

  const put = (written) => {
    text.focus();
    // Keeps the browser's own undo, where it still can.
    if (!document.execCommand("insertText", false, written)) {
      text.setRangeText(written, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const around = (before, after) => {
    const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
    put(before + chosen + after);
    if (!chosen) text.selectionStart = text.selectionEnd -= after.length;
  };
  const begin = (mark) => {
    text.selectionStart = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    put(text.value.slice(text.selectionStart, text.selectionEnd).split("\n").map((line) => mark + line).join("\n"));
  };
  const preview = async () => {
    const isOn = switcher.getAttribute("aria-pressed") === "false";
    const { form } = text;
    if (isOn) {
      const body = new FormData();
      for (const name of ["csrf_token", "body"]) body.set(name, form.elements.namedItem(name).value);
      const answer = await fetch(form.dataset.preview, { method: "POST", body }).catch(() => null);
      // Signed out or offline: the text goes on being written, saving says so.
      if (!answer?.ok || answer.redirected) return;
      shown.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    }
    switcher.setAttribute("aria-pressed", String(isOn));
    shown.hidden = !isOn;
    text.hidden = isOn;
    for (const button of bar.querySelectorAll("[data-markdown-act]")) button.disabled = isOn;
  };

  bar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-markdown-act]")?.dataset.markdownAct;
    if (name) (acts[name] ?? (() => begin(LINES[name])))();
  });
  switcher.addEventListener("click", preview);
  text.before(bar);
  text.after(shown);
  bar.hidden = false;
}
