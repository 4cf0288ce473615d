"""Names in one cell of a table, such that they come apart again as they went in."""

import re

_MARKS = ",，、;；|\n"
_MARK = re.compile(f"[{_MARKS}]")
# In quotation marks, doubled within, a name may hold what parts others.
_ITEM = re.compile(rf'(?:^|[{_MARKS}])(?:\s*"((?:[^"]|"")+)"[^\S\n]*(?=[{_MARKS}]|$)|([^{_MARKS}]*))')


def joined(names):
    """Return names as the text of a cell, which `parted` takes apart again."""
    return "、".join(_quoted(name) if _MARK.search(name) or name.startswith('"') else name for name in names)


def parted(text):
    """Return the names in a cell, with commas, semicolons, bars or line breaks between."""
    found = (match[1].replace('""', '"') if match[1] else match[2].strip() for match in _ITEM.finditer(text))
    return [name for name in found if name.strip()]


def _quoted(name):
    return '"' + name.replace('"', '""') + '"'
