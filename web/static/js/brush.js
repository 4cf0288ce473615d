// brush.js: a frame drawn around points of the chart asks for the rules in it, by the fields of the form above.
const EDGE = { left: 40, right: 266, top: 24, bottom: 200 };
const LEAST = 6;

export function brushPoints(chart) {
  const form = document.getElementById(chart.dataset.brush);
  const hint = chart.parentElement.querySelector("[data-brush-hint]");
  if (hint) hint.hidden = false;
  let start = null;
  let frame = null;
  const place = (event) => {
    const { left, top, width } = chart.getBoundingClientRect();
    const scale = 276 / width;
    const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
    return [clamp((event.clientX - left) * scale, EDGE.left, EDGE.right), clamp((event.clientY - top) * scale, EDGE.top, EDGE.bottom)];
  };
  // A finger scrolls the page.
  chart.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button) return;
    event.preventDefault();
    start = place(event);
  });
  chart.addEventListener("pointermove", (event) => {
    if (!start) return;
    const [x, y] = place(event);
    if (!frame && Math.hypot(x - start[0], y - start[1]) < LEAST) return;
    if (!frame) {
      frame = document.createElementNS(chart.namespaceURI, "rect");
      frame.setAttribute("class", "points__brush");
      chart.append(frame);
      chart.setPointerCapture(event.pointerId);
    }
    const sides = { x: Math.min(x, start[0]), y: Math.min(y, start[1]), width: Math.abs(x - start[0]), height: Math.abs(y - start[1]) };
    for (const [name, value] of Object.entries(sides)) frame.setAttribute(name, value);
  });
  const done = (event) => {
    if (frame && event.type === "pointerup") ask(form, chart.dataset, start, place(event));
    if (event.type !== "pointerup") frame?.remove();
    start = null;
    frame = null;
  };
  chart.addEventListener("pointerup", done);
  chart.addEventListener("pointercancel", done);
  // What was dragged was not clicked.
  chart.addEventListener("dragstart", (event) => event.preventDefault());
}

function ask(form, { low, high, bottom, top }, start, end) {
  const share = (y) => Number(bottom) + (Number(top) - Number(bottom)) * ((EDGE.bottom - y) / (EDGE.bottom - EDGE.top));
  const orders = (x) => Math.exp(Math.log(low) + (Math.log(high) - Math.log(low)) * ((x - EDGE.left) / (EDGE.right - EDGE.left)));
  const [x1, x2] = [start[0], end[0]].sort((one, two) => one - two);
  const [y1, y2] = [start[1], end[1]].sort((one, two) => one - two);
  form.elements.orders_from.value = Math.ceil(orders(x1));
  form.elements.orders_to.value = Math.floor(orders(x2));
  form.elements.confidence_from.value = (100 * share(y2)).toFixed(1);
  form.elements.confidence_to.value = (100 * share(y1)).toFixed(1);
  form.requestSubmit();
}
