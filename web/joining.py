"""The customer of a form joins a note that says the same, in place of a second note."""

from flask import current_app, g, request

from kb import heard, notes
from kb.errors import N_
from kb.store import utc_now
from web import i18n, note_form, paging

_REASON = N_("Another customer said the same")


def join(form):
    """Add the customers of a form to the note that its button names, and return that and the seq of the change.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    note_id = request.form.get("join", type=paging.whole)
    named = note_form.customer_ids(g.db, form["customers"], g.reader)
    say = i18n.translator(current_app.config["SETTINGS"].language)
    seq = heard.join(g.db, note_id, named, reason=say(_REASON), by=g.reader, now=utc_now())
    return notes.get(g.db, note_id, reader=g.reader), seq
