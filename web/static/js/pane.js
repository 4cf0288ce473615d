// pane.js: a hit opens beside the list, which stays where it is; which one is open stands in the address.
const WIDE = matchMedia("(min-width: 1101px)");
const LAST = "kezhi:last-hit:";

export function openBeside(results) {
  const place = () => results.querySelector("[data-pane-place]");
  const links = () => [...results.querySelectorAll("[data-pane-link]")];
  const mark = (id) => links().forEach((link) => link.toggleAttribute("aria-current", link.dataset.paneLink === id));
  const address = (id) => {
    const url = new URL(location.href);
    if (id) url.searchParams.set("open", id);
    else url.searchParams.delete("open");
    return url;
  };
  let wanted = null; // of several on their way, the last
  const show = async (id) => {
    wanted = id;
    mark(id);
    const link = links().find((each) => each.dataset.paneLink === id);
    place().setAttribute("aria-busy", "true");
    const answer = link && (await fetch(link.dataset.pane).catch(() => null));
    if (wanted !== id) return;
    // Signed out, offline, or gone meanwhile: the page of the note says so better.
    if (!answer?.ok || answer.redirected) return link ? location.assign(link.href) : close();
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    place().replaceChildren(...parsed.body.children);
    place().hidden = false;
    place().removeAttribute("aria-busy");
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: place() } }));
  };
  const close = () => {
    wanted = null;
    mark(null);
    place().hidden = true;
    place().removeAttribute("aria-busy");
    place().replaceChildren();
  };
  results.addEventListener("click", (event) => {
    if (event.target.closest("[data-pane-close]")) {
      history.pushState({ pane: true }, "", address(null));
      const last = results.querySelector("[data-pane-link][aria-current]");
      close();
      return last?.focus();
    }
    const link = event.target.closest("[data-pane-link]");
    if (!link) return;
    sessionStorage.setItem(LAST + address(null).search, link.dataset.paneLink);
    if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState({ pane: true }, "", address(link.dataset.paneLink));
    show(link.dataset.paneLink);
  });
  // With a note open, j and k read on in the list: what lies open is always the row one stands on.
  results.addEventListener("focusin", (event) => {
    const link = event.target.closest("[data-pane-link]");
    if (!link?.matches(":focus-visible") || place().hidden || !WIDE.matches || link.dataset.paneLink === wanted) return;
    history.replaceState({ pane: true }, "", address(link.dataset.paneLink));
    show(link.dataset.paneLink);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || place().hidden || event.target.closest("input, textarea, select, dialog, [data-capture]")) return;
    results.querySelector("[data-pane-close]").click();
  });
  window.addEventListener("popstate", () => {
    const asked = new URL(location.href).searchParams.get("open");
    if (asked) show(asked);
    else close();
    // The row one stands on goes back too, or the next j would start from where one was later.
    links().find((link) => link.dataset.paneLink === asked)?.focus();
  });

  const opened = new URL(location.href).searchParams.get("open");
  wanted = opened;
  if (opened) mark(opened);
  const named = links().find((link) => link.dataset.paneLink === opened);
  // Where there is no room for both, the note that the address names is a page.
  if (named && !WIDE.matches) location.replace(named.href);
  named?.focus();
  // Back from the page of a hit, the list is where one left it.
  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const last = sessionStorage.getItem(LAST + address(null).search);
  if (isBack && last) links().find((link) => link.dataset.paneLink === last)?.focus();
}
