"""What is attached to notes: rows that belong to the state of a note, so that each change shows in its history.

What is removed keeps its row, as removed, for as long as that can be undone; then `kb.files.sweep` takes it away.
"""

import json

from kb import answers, files
from kb.errors import Conflict, N_

# What the feed keeps of each.
COLUMNS = ("id", "name", "proof")


def of_notes(db, note_ids):
    """Return ``{note_id: attachments}`` as `rows` gives them."""
    return rows(db, "attachment", "note_id", note_ids)


def rows(db, table, owner, owner_ids):
    """Return ``{owner id: files}``, the oldest first, each a dict of what one is and what its file is.

    Parameters
    ----------
    table : {"attachment", "interaction_file"}
        Where it stands what hangs where.
    owner : str
        The column that names on what.
    """
    found = {owner_id: [] for owner_id in owner_ids}
    for row in db.query(
        f"""SELECT its.*, file.sha256, file.size, file.kind, file.thumbnail, file.width, file.height, file.reading,
                   file.problem, member.name AS added_by_name
              FROM {table} AS its
              JOIN file ON file.id = its.file_id
              LEFT JOIN member ON member.id = its.added_by
             WHERE its.removed_at IS NULL AND its.{owner} IN (SELECT value FROM json_each(:ids))
             ORDER BY its.id""",
        {"ids": json.dumps(list(owner_ids))},
    ):
        found[row[owner]].append(row)
    return found


def add(db, note_id, files_of, *, by, now):
    """Hang files that lie at their places on a note; only inside ``writing``.

    Parameters
    ----------
    files_of : sequence of (str, kb.files.Kept)
        Name and place of each.
    """
    if not files_of:
        return  # of many notes at once most have none, and sqlite-utils reads the schema all the same
    stamp = {"note_id": note_id, "added_by": by.member_id, "added_at": now}
    rows = [{"file_id": files.register(db, kept, now=now), "name": name} for name, kept in files_of]
    db["attachment"].insert_all({**stamp, **row} for row in rows)


def store(db, note_id, attachments, *, now):
    """Give a note the attachments of an earlier state and no others; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        When one of them was taken away for good.
    """
    wanted = {each["id"]: each for each in attachments}
    known = {row["id"] for row in db.query("SELECT id FROM attachment WHERE note_id = :id", {"id": note_id})}
    lost = next((each for each in attachments if each["id"] not in known), None)
    if lost is not None:
        raise _lost(lost)
    for number in known:
        if number in wanted:
            db["attachment"].update(number, {"removed_at": None, "proof": wanted[number]["proof"]})
        else:
            db.execute(
                "UPDATE attachment SET removed_at = :now WHERE id = :id AND removed_at IS NULL",
                {"now": now, "id": number},
            )


def off(db, table, owner, numbers):
    """Return ``{id: owner id}`` of the files among these that are off, and neither gone for good nor there again."""
    rows = db.execute(
        f"""SELECT its.id, its.{owner} FROM {table} AS its
             WHERE its.id IN (SELECT value FROM json_each(:ids)) AND its.removed_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM {table} AS again
                                WHERE again.{owner} = its.{owner} AND again.file_id = its.file_id
                                  AND again.removed_at IS NULL AND again.added_at >= its.removed_at)""",
        {"ids": json.dumps(list(numbers))},
    )
    return dict(rows.fetchall())


def give_back(db, table, owner, owner_id, files_off):
    """Hang files again on what they were taken off; only inside ``writing``.

    Parameters
    ----------
    table, owner : str
        As `rows` takes them.
    files_off : sequence of dict
        As the feed keeps them.

    Raises
    ------
    kb.errors.Conflict
        When one of them is there again, or was taken away for good.
    """
    numbers = [each["id"] for each in files_off]
    known = {row[0] for row in db.execute(f"SELECT id FROM {table} WHERE {owner} = :id", {"id": owner_id})}
    may_return = off(db, table, owner, numbers)
    for each in files_off:
        if each["id"] not in known:
            raise _lost(each)
        if each["id"] not in may_return:
            raise Conflict(N_("“%(name)s” is attached again already."), name=each["name"])
        db[table].update(each["id"], {"removed_at": None})


def notes_of_files(db, file_ids):
    """Return the ids of the notes that hold one of these files."""
    if not file_ids:
        return set()
    rows = db.execute(
        "SELECT DISTINCT note_id FROM attachment WHERE file_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(map(int, file_ids)))},
    )
    return {row[0] for row in rows}


def erase(db, note_id):
    """Delete the attachments of a note that is erased, and return the hashes that nobody holds; inside ``writing``."""
    held = [row[0] for row in db.execute("SELECT file_id FROM attachment WHERE note_id = :id", {"id": note_id})]
    answers.forget_scans(db, note_id=note_id)
    db.execute("DELETE FROM attachment WHERE note_id = :id", {"id": note_id})
    return files.forget_unnamed(db, held)


def _lost(file):
    return Conflict(N_("“%(name)s” was removed more than 30 days ago and is gone for good."), name=file["name"])
