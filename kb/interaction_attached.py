"""What is attached to interactions: rows that belong to the state of one, as `kb.attached` has them of notes."""

import json

from kb import attached, files, held_pictures
from kb.errors import Conflict, N_

# What the feed keeps of each.
_COLUMNS = ("id", "name")


def of_interactions(db, interaction_ids):
    """Return ``{interaction_id: files}`` as `kb.attached.rows` gives them."""
    return attached.rows(db, "interaction_file", "interaction_id", interaction_ids)


def add(db, interaction_id, kept, *, texts=(), by, now):
    """Hang files on an interaction, and the pictures that its texts name; only inside ``writing``.

    Parameters
    ----------
    kept : sequence of (str, kb.files.Kept)
        Name and place of each.
    texts : sequence of str
    """
    stamp = {"interaction_id": interaction_id, "added_by": by.member_id, "added_at": now}
    rows = [{"file_id": files.register(db, file, now=now), "name": name} for name, file in kept]
    names = {name for text in texts for name in held_pictures.named_in(text)}
    if names:
        names -= {each["name"] for each in of_interactions(db, [interaction_id])[interaction_id]}
        found = held_pictures.found(db, names, interaction_id=interaction_id, by=by)
        rows += [{"file_id": file_id, "name": name} for name, file_id in found.items()]
    db["interaction_file"].insert_all({**stamp, **row} for row in rows)


def remove(db, number, *, now):
    """Take a file off its interaction; only inside ``writing``."""
    db["interaction_file"].update(number, {"removed_at": now})


def state(attachments):
    """Return what the feed keeps of the files of an interaction."""
    return [{name: each[name] for name in _COLUMNS} for each in attachments]


def store(db, interaction_id, attachments, *, now):
    """Give an interaction the files of an earlier state and no others; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        When one of them was taken away for good.
    """
    told = {"id": interaction_id, "now": now, "wanted": json.dumps([each["id"] for each in attachments])}
    known = {row[0] for row in db.execute("SELECT id FROM interaction_file WHERE interaction_id = :id", told)}
    lost = next((each["name"] for each in attachments if each["id"] not in known), None)
    if lost is not None:
        raise Conflict(N_("“%(name)s” was removed more than 30 days ago and is gone for good."), name=lost)
    wanted = "id IN (SELECT value FROM json_each(:wanted))"
    db.execute(f"UPDATE interaction_file SET removed_at = NULL WHERE interaction_id = :id AND {wanted}", told)
    db.execute(
        f"""UPDATE interaction_file SET removed_at = :now
             WHERE interaction_id = :id AND removed_at IS NULL AND NOT {wanted}""",
        told,
    )


def give_back(db, interaction_id, change):
    """Hang the files again on an interaction that a change took off; raises as `kb.attached.give_back`."""
    left = {each["id"] for each in change["after"]["attachments"]}
    off = [each for each in change["before"]["attachments"] if each["id"] not in left]
    attached.give_back(db, "interaction_file", "interaction_id", interaction_id, off)


def erase(db, interaction_id):
    """Delete the files of an interaction that is erased and return the hashes nobody holds; only inside ``writing``."""
    told = {"id": interaction_id}
    held = [row[0] for row in db.execute("SELECT file_id FROM interaction_file WHERE interaction_id = :id", told)]
    db.execute("DELETE FROM interaction_file WHERE interaction_id = :id", told)
    return files.forget_unnamed(db, held)
