// bulk.js: how many rows are ticked, a Shift and a click ticks all between; without script the boxes and the form work.
export function chooseMany(form) {
  const ticks = [...document.querySelectorAll("[data-tick]")];
  const count = form.querySelector("[data-bulk-count]");
  const all = form.querySelector("[data-bulk-all]");
  let last = null;
  const tell = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    count.textContent = chosen && !all?.checked ? form.dataset.bulk.replace("#", chosen) : "";
  };
  for (const tick of ticks) {
    tick.addEventListener("click", (event) => {
      const [from, to] = [ticks.indexOf(last ?? tick), ticks.indexOf(tick)].sort((a, b) => a - b);
      if (event.shiftKey) for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
      last = tick;
      tell();
    });
  }
  all?.addEventListener("change", tell);
  // Back from the next page, the browser may have kept the ticks.
  window.addEventListener("pageshow", tell);
}
