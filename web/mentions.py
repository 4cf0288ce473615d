"""Where what a text names leads to, as the reader of this request may see it."""

from flask import g, url_for

from kb import members, mentions, topics
from kb.errors import N_
from web import markdown
from web.templating import translate

_HIDDEN = N_("(a note that is not open to you)")


def init_app(app):
    """Give the templates of `app` their filter for the text of a note."""
    app.jinja_env.filters["markdown"] = render


def render(text):
    """Return the Markdown of a note as HTML with its colleagues, topics and notes as links."""
    return markdown.render(text, _resolved)


def _resolved(marks):
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
