"""What was said or told in an interaction as a page shows it: plain text, with its pictures and tables."""

import re

from flask import url_for
from markupsafe import Markup

from kb.file_kinds import PICTURES
from kb.folders import links
from kb.held_pictures import named_in
from web.templating import marks

# As `web/static/js/paste.js` writes what comes from a spreadsheet.
_TABLE = re.compile(r"^\|.*\|\n\|(?: --- \|)+(?:\n\|.*\|)*$", re.MULTILINE)
_HEAD, _BODY, _ROW = (Markup(f"<{tag}>{{}}</{tag}>") for tag in ("th", "td", "tr"))  # noqa: S704  ours
_CELL = re.compile(r"(?<=\|)(?:\\.|[^|\\\n])*(?=\|)")


def init_app(app):
    """Give the templates of `app` their filter for the words of an interaction."""
    app.jinja_env.filters["talk_words"] = words


def words(text, spans, attachments):
    """Return what was said or told as HTML, pictures and tables as such, with its `spans` of characters marked."""
    known = {each["name"]: each for each in attachments if each["kind"] in PICTURES}
    parts, end = [], 0
    for found in links.PICTURE.finditer(text):
        picture = known.get(next(iter(named_in(found[0])), None))
        if picture is not None:
            parts += [_between(text, spans, end, found.start()), _shown(picture, found["words"])]
            end = found.end()
    return Markup("").join([*parts, _between(text, spans, end, len(text))])


def _between(text, spans, start, end):
    parts = []
    for found in _TABLE.finditer(text, start, end):
        parts += [_marked(text, spans, start, found.start()), _table(text, spans, found)]
        start = found.end()
    return Markup("").join([*parts, _marked(text, spans, start, end)])


def _table(text, spans, found):
    at, rows = found.start(), []
    for number, line in enumerate(found[0].split("\n")):
        cells = _CELL.finditer(text, at, at + len(line))
        at += len(line) + 1
        # The second is the rule under the head.
        if number != 1:
            cell = _BODY if number else _HEAD
            shown = (cell.format(_marked(text, spans, *each.span()).replace("\\|", "|")) for each in cells)
            rows.append(_ROW.format(Markup("").join(shown)))
    return Markup("<table>{}</table>").format(Markup("").join(rows))


def _marked(text, spans, start, end):
    inside = [
        (max(first, start) - start, min(last, end) - start) for first, last in spans if first < end and last > start
    ]
    return marks(text[start:end], inside)


def _shown(picture, alt):
    page, file = (url_for(f"interaction_files.{name}", attachment_id=picture["id"]) for name in ("show", "download"))
    return Markup('<a href="{}"><img src="{}" alt="{}" loading="lazy" width="{}" height="{}"></a>').format(
        page, file, links.plain(alt), picture["width"] or "", picture["height"] or ""
    )
