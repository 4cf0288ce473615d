// Each module improves the elements that ask for it by a data- attribute; a page without script works too.
import { focusOnSlash } from "./slash.js";

const improvements = {
  "[data-slash]": focusOnSlash,
};

for (const [selector, improve] of Object.entries(improvements)) {
  document.querySelectorAll(selector).forEach(improve);
}
