"""Mentions: ``[[12]]`` in the text of a note leads to note 12, whose title each reader sees as they may."""

import json
import re

from kb import access

MARK = re.compile(r"\[\[(\d{1,18})\]\]")


def store(db, note_id, body):
    """Keep which notes a text mentions; only inside ``writing``."""
    db.execute("DELETE FROM note_mention WHERE note_id = :id", {"id": note_id})
    db.execute(
        """INSERT INTO note_mention (note_id, mentioned_id)
           SELECT :id, note.id FROM note
            WHERE note.id <> :id AND note.id IN (SELECT value FROM json_each(:ids))""",
        {"id": note_id, "ids": json.dumps([int(each) for each in MARK.findall(body)])},
    )


def store_again(db, note_id):
    """Keep which notes the text of a note mentions, now that others are there; only inside ``writing``."""
    row = db.execute("SELECT body FROM note WHERE id = :id", {"id": note_id}).fetchone()
    if row is not None:
        store(db, note_id, row[0])


def erase(db, note_id):
    """Forget what a note mentions and where it is mentioned; only inside ``writing``."""
    db.execute("DELETE FROM note_mention WHERE :id IN (note_id, mentioned_id)", {"id": note_id})


def titles(db, note_ids, *, reader):
    """Return ``{id: title}`` of those of these notes that `reader` may see."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"SELECT note.id, note.title FROM note WHERE note.id IN (SELECT value FROM json_each(:ids)) AND {clause}",
        {**values, "ids": json.dumps(list(note_ids))},
    )
    return dict(rows.fetchall())


def as_written(db, words, text, *, reader):
    """Return words of a text that were selected as a reader sees it, with ``[[12]]`` for the titles it leads to."""
    ids = {int(each) for each in MARK.findall(text)}
    for note_id, title in titles(db, ids, reader=reader).items() if ids else ():
        words = words.replace(title, f"[[{note_id}]]")
    return words


def of_title(db, title, *, reader):
    """Return the ids of the notes of a title that `reader` may see outside the archive."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"SELECT note.id FROM note WHERE note.title = :title AND NOT note.archived AND {clause} ORDER BY note.id",
        {**values, "title": title},
    )
    return [row[0] for row in rows.fetchall()]


def of_note(db, note_id, *, reader, limit=20):
    """Return ``{id: title}`` of the notes that mention a note and that `reader` may see, the newest change first."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT note.id, note.title FROM note_mention JOIN note ON note.id = note_mention.note_id
             WHERE note_mention.mentioned_id = :id AND note.archived = 0 AND {clause}
             ORDER BY note.updated_at DESC, note.id DESC LIMIT :limit""",
        {**values, "id": note_id, "limit": limit},
    )
    return dict(rows.fetchall())
