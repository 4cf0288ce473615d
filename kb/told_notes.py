"""Notes for customers that were told in an interaction: which ones words name, and what speaks against telling them."""

import re

from kb import access, feed, interaction_notes, note_details, notes
from kb.errors import Invalid, N_

_BREAK = re.compile(r"[,，、;；\n]")
_BY_NUMBER = re.compile(r"[#＃](\d{1,18})$")


def named(db, text, *, reader):
    """Return the ids of the notes that a field names: each by ``#`` and its id behind, else by its whole title.

    Raises
    ------
    kb.errors.Invalid
        For words that name no note for customers `reader` may see, or more than one.
    """
    if _titled(db, text.strip(), reader):
        return [_named(db, text.strip(), reader)]
    return [_named(db, words.strip(), reader) for words in _BREAK.split(text) if words.strip()]


def warnings(db, seq, *, reader, today):
    """Return why those told by a change of an interaction should not have been, each ``{"template", "values"}``.

    Parameters
    ----------
    today : str
        Day ``YYYY-MM-DD`` where the company is.
    """
    change = feed.change(db, seq)
    return [
        {"template": template, "values": {"title": note.title, "day": note.valid_until}}
        for note in interaction_notes.told_by(db, change, reader=reader)
        for template, speaks in (
            (N_("“%(title)s” held only until %(day)s."), note_details.in_force(note, today) == "after"),
            (
                N_("“%(title)s” is meant for another customer."),
                note.audience == "customer" and change["after"]["customer_id"] not in _ids(note.customers),
            ),
        )
        if speaks
    ]


def _named(db, words, reader):
    number = _BY_NUMBER.search(words)
    found = [note.id for note in notes.of_ids(db, [int(number[1])], reader=reader)] if number else []
    found = found or _titled(db, words, reader)
    if len(found) != 1:
        raise Invalid(
            N_("Several notes for customers are called “%(words)s”.")
            if found
            else N_("No note for customers is called “%(words)s”."),
            hint=N_("Choose it from the suggestions while you type, or take these words away."),
            field="told_notes",
            words=words,
        )
    return found[0]


def _titled(db, title, reader):
    clause, values = access.visible(reader)
    rows = db.execute(
        f"SELECT id FROM note WHERE title = :title AND dimension = 'for' AND NOT archived AND {clause}",
        {**values, "title": title},
    )
    return [row[0] for row in rows.fetchall()]


def _ids(customers):
    return [each["id"] for each in customers]
