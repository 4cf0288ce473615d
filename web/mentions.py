"""Where what a text names leads to, as the reader of this request may see it."""

from flask import Blueprint, g, redirect, url_for
from markupsafe import Markup, escape

from kb import member_mentions, members, mentions, topics
from kb.errors import N_
from kb.file_kinds import PICTURES
from kb.store import utc_now
from web import markdown
from web.security import allowed
from web.templating import translate

bp = Blueprint("mentions", __name__)

_HIDDEN = N_("(a note that is not open to you)")


@bp.post("/mentions/<int:mention_id>/dismiss")
@allowed("note.read")
def dismiss(mention_id):
    member_mentions.dismiss(g.db, mention_id, by=g.reader, now=utc_now())
    return redirect(url_for("home.show"), 303)


def init_app(app):
    """Give the templates of `app` their filters for texts that name colleagues, topics and notes."""
    app.jinja_env.filters["markdown"] = render
    app.jinja_env.filters["linked"] = linked
    app.jinja_env.filters["named"] = named
    app.jinja_env.globals["naming"] = naming


def render(text, attachments=(), held=dict):
    """Return the Markdown of a note as HTML with its colleagues, topics and notes as links, its pictures as pictures.

    Parameters
    ----------
    attachments : sequence of dict
        What hangs on the note, as `kb.attached.of_notes` gives it.
    held : callable
        What the writer of an unsaved text has beside these, as `web.pictures.of_writer` gives it.
    """

    def pictures(names):
        there = [each for each in attachments if each["name"] in names and each["kind"] in PICTURES]
        return held() | {each["name"]: _picture(each) for each in reversed(there)}

    return markdown.render(text, resolved, pictures)


def linked(text):
    """Return a plain text as HTML with its colleagues, topics and notes as links."""
    marks = list(markdown.MARK.finditer(text))
    known = resolved(marks) if marks else {}
    parts, end = [], 0
    for mark in marks:
        parts += [escape(text[end : mark.start()]), link(mark, known)]
        end = mark.end()
    return Markup("").join([*parts, escape(text[end:])])


def link(mark, known):
    """Return as HTML what a match of `markdown.MARK` names, as far as `resolved` found it, else its words."""
    words, address = known.get(mark[0], (mark[0], None))
    return Markup('<a href="{}">{}</a>').format(address, words) if address else escape(words)


def named(text):
    """Return a text that stays one, its colleagues by name."""
    return member_mentions.shown(g.db, [text])[0]


def naming(attrs=()):
    """Return the attributes of a box in which @ offers colleagues, # topics and [[ notes, with others it has."""
    offers = {"members": "suggest.of_members", "topics": "suggest.of_topics", "notes": "suggest.of_titles"}
    return {"data-mention": "", **{f"data-mention-{name}": url_for(its) for name, its in offers.items()}, **dict(attrs)}


def _picture(attachment):
    of = {"attachment_id": attachment["id"]}
    pages = (url_for(f"attachments.{name}", **of) for name in ("download", "show"))
    return (*pages, attachment["width"], attachment["height"])


def resolved(marks):
    """Return ``{what stands there: (words, address or None)}`` of matches of `markdown.MARK`."""
    ids = {int(mark["note"]) for mark in marks if mark["note"]}
    titles = mentions.titles(g.db, ids, reader=g.reader) if ids else {}
    names = {mark["named"] or mark["topic"] for mark in marks} - {None}
    known = topics.ids_of(g.db, names, reader=g.reader) if names else {}
    logins = {mark["member"] for mark in marks} - {None}
    people = members.of_logins(g.db, logins) if logins else {}
    found = {}
    for mark in marks:
        if mark["note"]:
            note_id = int(mark["note"])
            is_open = note_id in titles
            address = url_for("notes.show", note_id=note_id) if is_open else None
            found[mark[0]] = (titles[note_id] if is_open else translate(_HIDDEN), address)
        elif mark["member"] in people:
            member_id, name = people[mark["member"]]
            found[mark[0]] = (f"@{name}", url_for("people.show", member_id=member_id))
        elif (name := mark["named"] or mark["topic"]) in known:
            found[mark[0]] = (f"#{name}", url_for("topics.show", topic_id=known[name]))
    return found
