// map.js: in the picture of the map one goes by arrow keys to what lies that way; a button keeps it as a PNG.
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SHARP = 2;

export function walkByArrows(picture) {
  const links = [...picture.querySelectorAll("[data-map-link]")];
  const middle = (link) => {
    const { left, top, width, height } = link.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const stand = (link) => {
    for (const each of links) each.setAttribute("tabindex", each === link ? "0" : "-1");
  };
  if (links.length) stand(links[0]);
  picture.addEventListener("focusin", (event) => stand(event.target.closest("[data-map-link]")));
  picture.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    const here = event.target.closest("[data-map-link]");
    if (!way || !here) return;
    event.preventDefault();
    const [x, y] = middle(here);
    // Along the way counts once, aside of it twice.
    const far = (link) => {
      const [dx, dy] = [middle(link)[0] - x, middle(link)[1] - y];
      const along = dx * way[0] + dy * way[1];
      return along > 1 ? along + 2 * Math.abs(dx * way[1] + dy * way[0]) : Infinity;
    };
    const next = links.reduce((best, link) => (far(link) < far(best) ? link : best), here);
    next.focus();
  });
}

export function keepAsPng(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const image = new Image();
    image.src = button.dataset.mapPng;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [SHARP * image.width, SHARP * image.height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = button.dataset.mapName;
    link.href = URL.createObjectURL(await new Promise((resolve) => canvas.toBlob(resolve)));
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
