"""What the words of an interaction name: notes, which lead back to it, and colleagues, who are told."""

import json

from kb import access, member_mentions, mentions
from kb.interaction_rows import LABELS, select


def store(db, interaction_id, fields, earlier=None, *, by, now):
    """Keep what the words of an interaction name; only inside ``writing``.

    Parameters
    ----------
    fields : dict
        With what was said and told, as it is stored.
    earlier : dict, optional
        The same of before: a colleague named there already is not told again.
    """
    text, before = ("\n".join(each[name] for name in LABELS) if each else "" for each in (fields, earlier))
    db.execute("DELETE FROM interaction_mention WHERE interaction_id = :id", {"id": interaction_id})
    db.execute(
        """INSERT INTO interaction_mention (interaction_id, mentioned_id)
           SELECT :id, note.id FROM note WHERE note.id IN (SELECT value FROM json_each(:ids))""",
        {"id": interaction_id, "ids": json.dumps(sorted({int(each) for each in mentions.MARK.findall(text)}))},
    )
    member_mentions.store(db, None, text, before, interaction_id=interaction_id, by=by, now=now)


def of_note(db, note_id, *, reader, limit=20):
    """Return the interactions that mention a note and that `reader` may see, those that happened last first."""
    clause, values = access.visible(reader, "interaction")
    where = f"""interaction.id IN (SELECT interaction_id FROM interaction_mention WHERE mentioned_id = :note)
                AND interaction.archived = 0 AND {clause}"""
    return select(db, where, {**values, "note": note_id, "limit": limit})


def erase(db, interaction_id):
    """Forget what an interaction names; only inside ``writing``."""
    for table in ("interaction_mention", "member_mention"):
        db.execute(f"DELETE FROM {table} WHERE interaction_id = :id", {"id": interaction_id})


def erase_note(db, note_id):
    """Forget in which interactions a note is mentioned; only inside ``writing``."""
    db.execute("DELETE FROM interaction_mention WHERE mentioned_id = :id", {"id": note_id})
