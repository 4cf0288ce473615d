// drawer.js: on a narrow screen the navigation slides over the page; meanwhile nothing else can be reached.
export function openDrawer(drawer) {
  const opener = document.querySelector("[data-drawer-open]");
  const others = [...document.querySelectorAll("[data-behind-drawer]")];
  const set = (open) => {
    drawer.toggleAttribute("data-open", open);
    for (const other of others) other.inert = open;
    (open ? drawer.querySelector("a") : opener).focus();
  };
  const close = (event) => {
    if (!drawer.hasAttribute("data-open")) return;
    event.preventDefault();
    set(false);
  };
  opener?.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    set(true);
  });
  drawer.querySelector("[data-drawer-close]").addEventListener("click", close);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close(event));
  document.addEventListener("click", (event) => !drawer.contains(event.target) && close(event));
}
