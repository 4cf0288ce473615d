"""Heard again: a customer who says what a note says already, in place of a second note."""

from dataclasses import replace

from kb import access, note_details, notes
from kb.errors import Invalid, N_
from kb.store import writing


def join(db, note_id, customer_ids, *, by, now, reason=""):
    """Add customers to those a note comes from, as whoever heard them may, and return the seq of the change.

    They were not asked what others agreed to: a note that was agreed is not any more, until they are.

    Parameters
    ----------
    reason : str
        What stands in the history.

    Raises
    ------
    kb.errors.Invalid
        When the note comes from none, or names all of these already.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        if before.dimension != "from" or before.archived:
            raise Invalid(
                N_("“%(title)s” takes no more customers."), hint=N_("Write a note of your own."), title=before.title
            )
        details = before.details()
        known = {each for each, _ in details.customers}
        new = [(each, "") for each in dict.fromkeys(customer_ids) if each not in known]
        if not new:
            raise Invalid(N_("This customer stands there already."), field="customers")
        more = replace(details, customers=(*details.customers, *new))
        checked = note_details.checked(
            db, before.dimension, more, reader=by, is_proven=False, felt_later=before.is_unfelt()
        )
        note_details.link(db, note_id, checked)
        db["note"].update(note_id, {"version": before.version + 1, "updated_at": now})
        after = notes.settle(db, note_id)
        return notes.log(db, "note.join", before, after, by, now, reason)
