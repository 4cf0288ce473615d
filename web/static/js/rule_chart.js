// rule_chart.js: a rule's row and its point in the chart show each other.
export function linkPoints(rules) {
  const show = (id, isPointed) => {
    const isOn = isPointed || rules.querySelector(`[data-rule="${id}"]`).contains(document.activeElement);
    for (const each of rules.querySelectorAll(`[data-rule="${id}"], [data-point="${id}"], [data-way="${id}"]`)) each.toggleAttribute("data-lit", isOn);
  };
  for (const [on, off] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    for (const [name, isOn] of [[on, true], [off, false]]) {
      rules.addEventListener(name, (event) => {
        const place = event.target.closest("[data-rule], [data-point]");
        // After the event: the focus may just be on its way.
        if (place) setTimeout(() => show(place.dataset.rule ?? place.dataset.point, isOn));
      });
    }
  }
  rules.addEventListener("click", (event) => {
    const point = event.target.closest("[data-point]");
    if (!point) return;
    event.preventDefault();
    const row = rules.querySelector(`[data-rule="${point.dataset.point}"] [data-row-link]`);
    row.focus();
    row.scrollIntoView({ block: "center" });
  });
}
