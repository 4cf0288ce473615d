"""What the text of a note names, kept each time it is stored: other notes, colleagues, pictures of its own."""

from kb import held_pictures, member_mentions, mentions


def store(db, note_id, text, earlier="", *, by, now):
    """Keep what a text names; only inside ``writing``, when the note has its files.

    Parameters
    ----------
    earlier : str
        What the note said before: a colleague named there already is not told again.
    """
    mentions.store(db, note_id, text)
    held_pictures.attach(db, note_id, text, by=by, now=now)
    member_mentions.store(db, note_id, text, earlier, by=by, now=now)
