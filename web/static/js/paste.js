// paste.js: a table of a spreadsheet or a page is pasted as a table of Markdown, a chat as quoted lines with names.
const LONGEST = 1_000_000; // what the text of a note may hold
// 陈晓岚 10:32, 陈晓岚 2026/11/20 10:32:11, 2026-11-20 10:32 陈晓岚: the line before what somebody wrote.
const WHEN = String.raw`(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+|\d{1,2}[-/月]\d{1,2}日?\s+|昨天\s*|上午\s*|下午\s*)*\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?`;
const SAID = new RegExp(String.raw`^\s*(?:(?<name>\S[^\n:：]{0,29}?)[:：]?\s+(?<when>${WHEN})|(?<at>${WHEN})\s+(?<who>\S[^\n:：]{0,29}?)[:：]?)\s*$`);

export function pasteWell(text) {
  text.addEventListener("paste", (event) => {
    const written = table(event.clipboardData) ?? chat(event.clipboardData.getData("text/plain"));
    if (!written || written.length > LONGEST) return; // the browser pastes it as it is
    event.preventDefault();
    const at = text.selectionStart;
    const before = !at || text.value.slice(0, at).endsWith("\n\n") ? "" : text.value[at - 1] === "\n" ? "\n" : "\n\n";
    // Keeps the browser's own undo, where it still can.
    if (document.execCommand("insertText", false, `${before}${written}\n`)) return;
    text.setRangeText(`${before}${written}\n`, at, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function table(clipboard) {
  const page = new DOMParser().parseFromString(clipboard.getData("text/html"), "text/html");
  const found = page.querySelectorAll("table");
  if (found.length === 1) return markdown([...found[0].rows].map((row) => [...row.cells].flatMap(spanned)));
  const lines = clipboard.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.length > 1 && lines.every((line) => line.includes("\t")) ? markdown(lines.map((line) => line.split("\t"))) : null;
}

function spanned(cell) {
  return [cell.textContent, ...Array(Math.min(cell.colSpan, 100) - 1).fill("")];
}

function markdown(rows) {
  const width = Math.max(...rows.map((row) => row.length));
  if (rows.length < 2 || width < 2) return null;
  const clean = (cell) => cell.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\s+/g, " ").trim();
  const line = (row) => `| ${[...row, ...Array(width - row.length).fill("")].map(clean).join(" | ")} |`;
  return [line(rows[0]), `|${" --- |".repeat(width)}`, ...rows.slice(1).map(line)].join("\n");
}

function chat(pasted) {
  const said = [];
  for (const line of pasted.split(/\r?\n/)) {
    const begun = SAID.exec(line)?.groups;
    if (begun) said.push({ name: begun.name ?? begun.who, when: begun.when ?? begun.at, lines: [] });
    else if (!said.length && line.trim()) return null;
    else if (line.trim()) said.at(-1).lines.push(line.trim());
  }
  const told = said.filter(({ lines }) => lines.length);
  if (told.length < 2) return null;
  return told.map(({ name, when, lines }) => `> **${name}** ${when}  \n> ${lines.join("  \n> ")}`).join("\n>\n");
}
