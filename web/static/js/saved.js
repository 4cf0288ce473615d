// saved.js: the page that says "saved" drops the text its form had kept in this browser.
import { drafts } from "./drafts.js";

export function dropSaved(page) {
  const key = sessionStorage.getItem("kezhi:sent");
  if (!key || !page.dataset.saved.split(" ").includes(drafts.formOf(key))) return;
  drafts.drop(key);
  sessionStorage.removeItem("kezhi:sent");
}
