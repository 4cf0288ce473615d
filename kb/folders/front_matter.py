"""Front matter: what a Markdown file says of itself between two lines of dashes, as YAML writes it.

We write a value as JSON, which is YAML too. We read that, and of the rest of YAML what people write by hand: bare and
quoted texts, lists in brackets or one item a line. Nothing in it can refer to something else, so nothing can grow.
"""

import json
import re

_FENCE = "---"
_KEY = re.compile(r"([^\s#:'\"\[\]{},-][^:\n]{0,59}):(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")
_QUOTED = re.compile(r"""\s*(?:'((?:[^']|'')*)'|"([^"]*)")\s*(?:#.*)?$""")
_LONGEST = 1_000_000


def written(fields, body):
    """Return a Markdown file of `fields`, what is empty left out, and `body`."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
    return "\n".join([_FENCE, *lines, _FENCE, "", body, ""])


def parted(text):
    """Return ``(fields, body)`` of a Markdown file; without front matter no fields and all of it.

    A value is a text, a list or, as JSON, a dict; what cannot be read stays a text.
    """
    lines = text.split("\n", 1)
    if lines[0].rstrip() != _FENCE or len(lines) < 2:
        return {}, text
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(lines[1], 0, _LONGEST)
    if end is None:
        return {}, text
    return _fields(lines[1][: end.start()].split("\n")), lines[1][end.end() :].lstrip("\n")


def _fields(lines):
    fields, name = {}, None
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key = _KEY.match(line)
        if key:
            name = key[1].strip()
            fields[name] = _value((key[2] or "").strip())
            continue
        item = _ITEM.match(line)
        if item and name is not None:
            earlier = fields[name] if isinstance(fields[name], list) else []
            fields[name] = [*earlier, _value(item[1].strip())]
    return fields


def _value(text):
    if text[:1] in ('"', "[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    if text[:1] == "[" and text[-1:] == "]":
        return [_bare(each) for each in text[1:-1].split(",") if each.strip()]
    return _bare(text)


def _bare(text):
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted[1].replace("''", "'") if quoted[1] is not None else quoted[2]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()
