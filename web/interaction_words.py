"""What was said or told in an interaction as a page shows it: plain text, with its pictures."""

from flask import url_for
from markupsafe import Markup

from kb.file_kinds import PICTURES
from kb.folders import links
from kb.held_pictures import named_in
from web.templating import marks


def init_app(app):
    """Give the templates of `app` their filter for the words of an interaction."""
    app.jinja_env.filters["talk_words"] = words


def words(text, spans, attachments):
    """Return what was said or told as HTML, its pictures as pictures, with its `spans` of characters marked."""
    known = {each["name"]: each for each in attachments if each["kind"] in PICTURES}
    parts, end = [], 0
    for found in links.PICTURE.finditer(text):
        picture = known.get(next(iter(named_in(found[0])), None))
        if picture is not None:
            parts += [_marked(text, spans, end, found.start()), _shown(picture, found["words"])]
            end = found.end()
    return Markup("").join([*parts, _marked(text, spans, end, len(text))])


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
