// capture_openers.js: what opens the drawer: the buttons for a new note, and a draft of it in a list.
export function openers(open, draftOf) {
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a new tab, the link is just a link
    const draft = event.target.closest("[data-capture-draft]");
    const wanted = draft ? draftOf(draft.dataset.captureDraft) : null;
    // Where one writes a note already, so it is.
    const isNew = event.target.closest("[data-new-note]") && !document.querySelector("form[data-unsaved]");
    if (!wanted && !isNew) return;
    event.preventDefault();
    open(wanted);
  });
}
