"""What was said or told in an interaction as a page shows it: plain text with pictures, tables, and what it names."""

import re
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from kb.file_kinds import PICTURES
from kb.folders import links
from kb.held_pictures import named_in
from web import markdown, mentions
from web.templating import marks

# As `web/static/js/paste.js` writes what comes from a spreadsheet.
_TABLE = re.compile(r"^\|.*\|\n\|(?: --- \|)+(?:\n\|.*\|)*$", re.MULTILINE)
_HEAD, _BODY, _ROW, _MARK = (Markup(f"<{tag}>{{}}</{tag}>") for tag in ("th", "td", "tr", "mark"))  # noqa: S704  ours
_CELL = re.compile(r"(?<=\|)(?:\\.|[^|\\\n])*(?=\|)")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A text, the stretches of it that are marked, what it names and what that leads to."""

    text: str
    spans: list
    named: list
    known: dict


def init_app(app):
    """Give the templates of `app` their filter for the words of an interaction."""
    app.jinja_env.filters["talk_words"] = words


def words(text, spans, attachments):
    """Return what was said or told as HTML, pictures and tables as such, with its `spans` of characters marked.

    Colleagues, topics and notes that it names are links.
    """
    named = list(markdown.MARK.finditer(text))
    shown = _Shown(text, spans, named, mentions.resolved(named) if named else {})
    known = {each["name"]: each for each in attachments if each["kind"] in PICTURES}
    parts, end = [], 0
    for found in links.PICTURE.finditer(text):
        picture = known.get(next(iter(named_in(found[0])), None))
        if picture is not None:
            parts += [_between(shown, end, found.start()), _picture(picture, found["words"])]
            end = found.end()
    return Markup("").join([*parts, _between(shown, end, len(text))])


def _between(shown, start, end):
    parts = []
    for found in _TABLE.finditer(shown.text, start, end):
        parts += [_marked(shown, start, found.start()), _table(shown, found)]
        start = found.end()
    return Markup("").join([*parts, _marked(shown, start, end)])


def _table(shown, found):
    at, rows = found.start(), []
    for number, line in enumerate(found[0].split("\n")):
        cells = _CELL.finditer(shown.text, at, at + len(line))
        at += len(line) + 1
        # The second is the rule under the head.
        if number != 1:
            cell = _BODY if number else _HEAD
            inside = (cell.format(_marked(shown, *each.span()).replace("\\|", "|")) for each in cells)
            rows.append(_ROW.format(Markup("").join(inside)))
    return Markup("<table>{}</table>").format(Markup("").join(rows))


def _marked(shown, start, end):
    parts = []
    for name in shown.named:
        if start <= name.start() and name.end() <= end and name[0] in shown.known:
            its = mentions.link(name, shown.known)
            is_quoted = any(first < name.end() and last > name.start() for first, last in shown.spans)
            parts += [_plain(shown, start, name.start()), _MARK.format(its) if is_quoted else its]
            start = name.end()
    return Markup("").join([*parts, _plain(shown, start, end)])


def _plain(shown, start, end):
    inside = [
        (max(first, start) - start, min(last, end) - start)
        for first, last in shown.spans
        if first < end and last > start
    ]
    return marks(shown.text[start:end], inside)


def _picture(picture, alt):
    page, file = (url_for(f"interaction_files.{name}", attachment_id=picture["id"]) for name in ("show", "download"))
    return Markup('<a href="{}"><img src="{}" alt="{}" loading="lazy" width="{}" height="{}"></a>').format(
        page, file, links.plain(alt), picture["width"] or "", picture["height"] or ""
    )
