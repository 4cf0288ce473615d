"""The scripts, and the styles of every page, each as one file: a first visit asks for seven files, not eighty."""

import functools
import re
from io import BytesIO

from flask import current_app, send_file

from web.assets import FOLDER

# In this order: what stands later wins.
STYLES = (
    "tokens", "base", "frame", "button", "field", "chip", "list", "table", "notice", "side", "progress", "state",
    "prose", "diff", "toast", "dialog", "suggest", "classes", "capture", "interactions", "markdown", "pictures",
    "thumb",
)  # fmt: skip
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\(", re.MULTILINE)


@functools.cache
def style():
    """Return the styles that every page needs, as bytes."""
    return b"\n".join((FOLDER / f"css/{name}.css").read_bytes() for name in STYLES)


@functools.cache
def script():
    """Return `main.js` and all that it imports as one module, as bytes.

    Each module becomes a function called once, after those it imports, which returns what it exports; what it does
    when it is read happens in the order the language lays down.

    Raises
    ------
    ValueError
        A module imports or exports in another form than ``import { a, b as c } from "./other.js";`` and ``export``
        before a function or a constant, or modules import one another in a ring.
    """
    written = []
    _write("main", written, ())
    return "\n".join(text for _, text in written).encode()


def _write(name, written, above):
    if name in above:
        raise ValueError(f"scripts that import one another: {' > '.join((*above, name))}")
    if name in (known for known, _ in written):
        return
    text = (FOLDER / f"js/{name}.js").read_text("utf-8")
    for _, other in _IMPORT.findall(text):
        _write(other, written, (*above, name))
    exported = _EXPORT.findall(text)
    text = _IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = ${found[2]};", text)
    text = _EXPORT.sub("", text)
    if other := _OTHER.search(text):
        raise ValueError(f"{name}.js: no joining of {other[0]!r}")
    body = f"{text}return {{ {', '.join(exported)} }};\n"
    written.append((name, f"// {name}.js\nconst ${name} = (() => {{\n{body}}})();\n"))


_MADE = {"joined.css": (style, "text/css"), "joined.js": (script, "text/javascript")}


def send(filename):
    """Answer with a joined file, or with one of the folder."""
    if filename not in _MADE:
        return current_app.send_static_file(filename)
    make, mimetype = _MADE[filename]
    return send_file(BytesIO(make()), mimetype=mimetype)
