// Each module improves the elements that ask for it by a data- attribute; a page without script works too.
import { brushPoints } from "./brush.js";
import { caller } from "./caller.js";
import { captureBeside } from "./capture.js";
import { closeMenu } from "./menu.js";
import { openDrawer } from "./drawer.js";
import { chooseMany } from "./bulk.js";
import { chooseByNumber } from "./kinds.js";
import { copyText } from "./copy.js";
import { takeDropped } from "./drop.js";
import { keepAtServer } from "./drafts_server.js";
import { dropSaved } from "./saved.js";
import { sayExpected } from "./expected.js";
import { fadeAway } from "./toast.js";
import { nameChosen } from "./file.js";
import { focusOnSlash } from "./slash.js";
import { judgeByKeys } from "./judge.js";
import { keepAsPng, walkByArrows } from "./map.js";
import { markdownBar } from "./markdown.js";
import { offerNames } from "./mention.js";
import { pasteWell } from "./paste.js";
import { takePictures } from "./pictures.js";
import { printPage } from "./print.js";
import { keepUnsaved } from "./unsaved.js";
import { listLeftovers } from "./leftovers.js";
import { workResults } from "./results.js";
import { openHelp } from "./help.js";
import { linkPoints } from "./rule_chart.js";
import { quoteSelected } from "./quoting.js";
import { standAboveKeyboard } from "./keyboard.js";
import { sayKept } from "./kept.js";
import { showClasses, takeByKey } from "./classes.js";
import { showSimilar } from "./similar.js";
import { stepByKey } from "./step.js";
import { submitOnce } from "./submit.js";
import { suggest } from "./suggest.js";
import { verifyByKeys } from "./verify.js";
import { tapWords } from "./tap.js";
import { wipeOnLeave } from "./wipe.js";
import { workByKeys } from "./keys.js";

// In this order: a text just saved is dropped before what is left is listed; a draft is kept before its form locks.
const improvements = [
  ["[data-drafts]", keepAtServer, new WeakSet()],
  ["[data-saved]", dropSaved, new WeakSet()],
  ["[data-caller]", caller.note, new WeakSet()],
  ["[data-wipe]", wipeOnLeave, new WeakSet()],
  ["[data-unsaved]", keepUnsaved, new WeakSet()],
  ["[data-leftovers]", listLeftovers, new WeakSet()],
  ["[data-kept]", sayKept, new WeakSet()],
  ["[data-submit]", submitOnce, new WeakSet()],
  ["[data-capture]", captureBeside, new WeakSet()],
  ["[data-judge]", judgeByKeys, new WeakSet()],
  ["[data-verify]", verifyByKeys, new WeakSet()],
  ["[data-rules]", linkPoints, new WeakSet()],
  ["[data-brush]", brushPoints, new WeakSet()],
  ["[data-expected]", sayExpected, new WeakSet()],
  ["[data-map]", walkByArrows, new WeakSet()],
  ["[data-map-png]", keepAsPng, new WeakSet()],
  ["[data-drop]", takeDropped, new WeakSet()],
  ["[data-file]", nameChosen, new WeakSet()],
  ["[data-suggest]", suggest, new WeakSet()],
  ["[data-tap]", tapWords, new WeakSet()],
  ["[data-markdown]", markdownBar, new WeakSet()],
  ["[data-mention]", offerNames, new WeakSet()],
  ["[data-paste]", pasteWell, new WeakSet()],
  ["[data-pictures]", takePictures, new WeakSet()],
  ["[data-similar]", showSimilar, new WeakSet()],
  ["[data-classes]", showClasses, new WeakSet()],
  ["[data-classes-key]", takeByKey, new WeakSet()],
  ["[data-bulk]", chooseMany, new WeakSet()],
  ["[data-kinds]", chooseByNumber, new WeakSet()],
  ["[data-slash]", focusOnSlash, new WeakSet()],
  ["[data-panes]", workResults, new WeakSet()],
  ["[data-keys]", standAboveKeyboard, new WeakSet()],
  ["[data-keys]", workByKeys, new WeakSet()],
  ["[data-step]", stepByKey, new WeakSet()],
  ["[data-help]", openHelp, new WeakSet()],
  ["[data-menu]", closeMenu, new WeakSet()],
  ["[data-drawer]", openDrawer, new WeakSet()],
  ["[data-quotable]", quoteSelected, new WeakSet()],
  ["[data-print]", printPage, new WeakSet()],
  ["[data-copy]", copyText, new WeakSet()],
  ["[data-toast]", fadeAway, new WeakSet()],
];

function improve(root) {
  for (const [selector, act, done] of improvements) {
    for (const element of root.querySelectorAll(selector)) {
      // htmx tells of the first page as well as of every part that arrives later.
      if (!done.has(element)) act(element);
      done.add(element);
    }
  }
}

improve(document);
document.addEventListener("htmx:load", (event) => improve(event.detail.elt.parentNode ?? event.detail.elt));
