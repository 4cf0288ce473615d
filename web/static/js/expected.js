// expected.js: a slider for the support, and what to expect at every place of it, said at once.
export function sayExpected(box) {
  const form = box.closest("form");
  const { baskets, most, confidences, steps } = JSON.parse(box.dataset.expected);
  const says = box.querySelector("[data-expected-says]");
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const share = (text) => (/[%％]\s*$/.test(text) ? parseFloat(text) / 100 : parseFloat(text));

  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", className: "expected__slider", min: 0, max: steps.length - 1 });
  slider.setAttribute("aria-label", box.dataset.slider);
  const take = document.createElement("button");
  Object.assign(take, { type: "button", className: "button button--small", hidden: true });
  box.prepend(slider);
  box.append(take);

  const support = () => {
    const text = form.elements.min_support.value.trim();
    return /^\d+$/.test(text) ? Number(text) : Math.max(1, Math.ceil(share(text) * baskets));
  };
  const ask = (orders) => {
    form.elements.min_support.value = orders;
    form.elements.min_support.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const say = () => {
    const asked = support(), least = share(form.elements.min_confidence.value) * 100;
    if (!(asked > 0) || !(least >= 0)) return;
    const column = Math.max(0, confidences.findLastIndex((each) => each <= least + 1e-9));
    const found = steps.findIndex((step) => step.support <= asked);
    const at = found < 0 ? steps.length - 1 : found, step = steps[at];
    const isMany = step.rules[column] > most || !step.is_exact;
    const few = steps.findLast((each) => each.is_exact && each.rules[column] <= most);
    const { seconds } = step;
    const time = seconds < 60 ? fill(box.dataset.seconds, { n: seconds }) : fill(box.dataset.minutes, { n: Math.round(seconds / 60) });
    const told = { rules: number(step.rules[column]), time, memory: number(step.megabytes) };
    says.textContent = fill(step.is_exact ? box.dataset.exact : box.dataset.more, told) + (isMany ? ` ${box.dataset.many}` : "");
    take.hidden = !(isMany && few);
    if (few) Object.assign(take, { textContent: fill(box.dataset.take, { support: number(few.support) }), value: few.support });
    // While it is moved, the slider itself is what is asked.
    if (document.activeElement !== slider) slider.value = at;
    slider.setAttribute("aria-valuetext", number(asked));
  };
  slider.addEventListener("input", () => ask(steps[slider.value].support));
  take.addEventListener("click", () => ask(take.value));
  form.addEventListener("input", (event) => {
    if (box.isConnected && ["min_support", "min_confidence"].includes(event.target.name)) say();
  });
  say();
}
