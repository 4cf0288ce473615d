"""What a request says in its address or form, read with patience."""

import re
from dataclasses import dataclass

from flask import abort, redirect, request, url_for
from werkzeug.routing import IntegerConverter

_SIZE = 50
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `of` adds the total."""

    number: int
    size: int = _SIZE
    total: int = 0

    @property
    def offset(self):
        return (self.number - 1) * self.size

    @property
    def last(self):
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self):
        return min(self.total, self.offset + 1)

    @property
    def last_row(self):
        return min(self.total, self.offset + self.size)

    def of(self, total):
        """Return this page of a list with `total` rows; who asks for one behind the last is led to the last."""
        found = Page(self.number, self.size, total)
        if found.number > found.last:
            asked = {**request.args.to_dict(flat=False), "page": found.last}
            abort(redirect(url_for(request.endpoint, **request.view_args, **asked)))
        return found


def page(args, size=_SIZE):
    """Return the page an address asks for; anything that is no page number is the first."""
    text = args.get("page", "")
    number = int(text) if text.isdecimal() and len(text) < 7 else 1
    return Page(max(1, number), size)


def whole(text):
    """Return the whole number in a text that can be an id, else raise ValueError: SQLite's integers end at 2**63."""
    if len(text) > _MOST_DIGITS:
        raise ValueError(text)
    return int(text)


def ids(texts):
    """Return the ids among some texts of an address or form, each once; what can be no id is left out."""
    return list(dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) <= _MOST_DIGITS))


class IdConverter(IntegerConverter):
    """An id in an address; what is longer than an id can be is at no address of ours."""

    regex = rf"\d{{1,{_MOST_DIGITS}}}"


def without_separators(name):
    """Return a name that `split_names` leaves whole."""
    return " ".join(re.sub(r"[,，、;；#\n]", " ", name).split())


def split_names(text):
    """Return the names in a field where a person may part them by comma, 、, ; # or line."""
    return [name.strip() for name in re.split(r"[,，、;；#\n]", text) if name.strip()]


def plain_name(name):
    """Return the name of an uploaded file as data to show; the file itself lies under a name of ours."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in last if each.isprintable())[:200] or "upload"
