// capture_switch.js: the switch between a note and an interaction; what is written goes along, and comes back.
import { known, read, write } from "./capture_form.js";

// `held` keeps what was written in either kind; `load` puts the form of the other one in place and returns it.
export function onSwitch(form, held, load, keep) {
  form.querySelector("[data-capture-switch]").addEventListener("change", async ({ target }) => {
    for (const { name } of form.elements) delete held[name]; // a tick taken away is in no field
    Object.assign(held, read(form));
    const next = await load({ ...known(), talk: target.checked ? "1" : "" }, held);
    if (!next) target.checked = !target.checked;
    else write(next, carried(held, target.checked));
    keep();
  });
}

// The fields of one kind under the names of the other; two boxes become one text, and one text the first box.
function carried(fields, isTalk) {
  const text = joined(fields);
  if (!isTalk) return { ...fields, body: text, customers: fields.customer };
  const boxes = fields.body.trim() === text ? {} : { said: fields.body, told: "" };
  return { ...fields, ...boxes, customer: fields.customers };
}

const joined = ({ said = "", told = "" }) => [said, told].map((each) => each.trim()).filter(Boolean).join("\n\n");
