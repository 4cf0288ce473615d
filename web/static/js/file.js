// file.js: the names of the files that are chosen, beside their button.
export function nameChosen(input) {
  const name = input.parentElement.querySelector("[data-file-name]");
  const nothing = name.textContent;
  const show = () => {
    name.textContent = [...input.files].map((file) => file.name).join(document.documentElement.lang === "en" ? ", " : "、") || nothing;
    name.toggleAttribute("data-chosen", input.files.length > 0);
  };
  input.addEventListener("change", show);
  // Back from the next page the browser still holds what was chosen.
  show();
}
