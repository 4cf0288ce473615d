"""What became of each row, or page, of a file of notes; kept for as long as the import can be taken back."""

import json
from dataclasses import dataclass

from kb import access
from kb.errors import Invalid, Key

STATES = ("loaded", "merged", "rejected")


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    ``state`` is "loaded", "merged" (it was known already), "rejected", or "reserved" while it has the id of a note
    that is not written yet; ``told`` are `kb.errors.Invalid`: why it was rejected, or what of it was left out;
    ``lost`` is how many characters cannot be stored.
    """

    number: int
    state: str
    note_id: int | None = None
    told: tuple = ()
    lost: int = 0


def answer(rows):
    """Return what a machine is told of some rows, as `kb.note_import.add_all` says."""
    counts = {state: sum(each.state == state for each in rows) for state in STATES}
    return {
        "rows": {"read": len(rows), **counts},
        "ids": [each.note_id for each in rows if each.note_id is not None],
        "rejects": [(each.number, why) for each in rows for why in each.told],
        "scrubbed": sum(each.lost > 0 for each in rows),
    }


def keep(db, intake_id, rows):
    """Keep what became of some rows of a file; only inside ``writing``."""
    db.conn.executemany(
        """INSERT INTO intake_row (intake_id, number, state, note_id, told, lost)
           VALUES (:intake, :number, :state, :note, :told, :lost)
           ON CONFLICT DO UPDATE SET state = :state, note_id = :note, told = :told, lost = :lost""",
        [
            {
                "intake": intake_id,
                "number": each.number,
                "state": each.state,
                "note": each.note_id,
                "told": json.dumps([as_kept(why) for why in each.told], ensure_ascii=False),
                "lost": each.lost,
            }
            for each in rows
        ],
    )


def listing(db, intake_id, *, state=None, limit=-1, offset=0):
    """Return what became of the rows of a file, in their order: of all, or those of one state."""
    rows = db.query(
        """SELECT number, state, note_id, told, lost FROM intake_row
            WHERE intake_id = :intake AND (:state IS NULL OR state = :state)
            ORDER BY number LIMIT :limit OFFSET :offset""",
        {"intake": intake_id, "state": state, "limit": limit, "offset": offset},
    )
    return [Row(**{**row, "told": tuple(map(as_told, json.loads(row["told"])))}) for row in rows]


def counts(db, intake_id):
    """Return ``{state: rows}`` of a file, how many lost characters, and how many files hang on its notes."""
    found = dict.fromkeys((*STATES, "reserved", "scrubbed"), 0)
    rows = db.execute(
        "SELECT state, count(*), sum(lost > 0) FROM intake_row WHERE intake_id = :intake GROUP BY state",
        {"intake": intake_id},
    )
    for state, count, scrubbed in rows.fetchall():
        found[state] = count
        found["scrubbed"] += scrubbed
    attached = db.execute(
        """SELECT count(*) FROM intake_row JOIN attachment ON attachment.note_id = intake_row.note_id
            WHERE intake_row.intake_id = :intake AND intake_row.state = 'loaded' AND attachment.removed_at IS NULL""",
        {"intake": intake_id},
    )
    return {**found, "files": attached.fetchone()[0]}


def titles(db, rows, *, reader):
    """Return ``{note_id: title}`` of the notes of some rows, as far as `reader` may see them outside the archive."""
    clause, values = access.visible(reader)
    found = db.execute(
        f"""SELECT note.id, note.title FROM note
             WHERE note.id IN (SELECT value FROM json_each(:ids)) AND NOT note.archived AND {clause}""",
        {**values, "ids": json.dumps([each.note_id for each in rows if each.note_id is not None])},
    )
    return dict(found.fetchall())


def written(db, intake_id):
    """Return the id of the newest note that a file became, or None; those it was known as are none of its."""
    asked = "SELECT max(note_id) FROM intake_row WHERE intake_id = :intake AND state = 'loaded'"
    return db.execute(asked, {"intake": intake_id}).fetchone()[0]


def delete(db, intake_id):
    """Forget the rows of a file; only inside ``writing``."""
    db.execute("DELETE FROM intake_row WHERE intake_id = :intake", {"intake": intake_id})


def forget_words(db, words):
    """Forget what was told of rows that names one of these words of an erased person; only inside ``writing``."""
    db.execute(
        """UPDATE intake_row SET told = '[]'
            WHERE told <> '[]' AND EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(told, value) > 0)""",
        {"words": json.dumps(list(words), ensure_ascii=False)},
    )


def as_kept(why):
    """Return a `kb.errors.Problem` as a value of JSON."""
    # What is a key of the catalogue inside a sentence stays one.
    values = {name: {"key": value} if isinstance(value, Key) else value for name, value in why.values.items()}
    return {"template": why.template, "hint": why.hint, "field": why.field, "values": values}


def as_told(kept):
    """Return the `kb.errors.Invalid` that `as_kept` made a value of."""
    values = {name: Key(value["key"]) if isinstance(value, dict) else value for name, value in kept["values"].items()}
    return Invalid(kept["template"], hint=kept["hint"], field=kept["field"], **values)
