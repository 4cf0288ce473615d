"""Changes that wait for a yes of notes that go to the archive: whoever archives them is told before.

What is proposed after they looked is told first too: nothing goes before they saw it.
"""

import hashlib
import json

from kb import proposals
from kb.errors import Conflict, N_

CAME_SINCE = N_("A change of it was proposed since it was asked for.")
_UNSETTLED = "note_id IN (SELECT value FROM json_each(:notes)) AND state IN ('open', 'returned')"


def of_notes(db, note_ids, *, reader):
    """Return ``{"notes", "count", "names", "unnamed", "digest"}`` of what waits of notes that `reader` may archive.

    Of which notes and how many changes, whoever proposed them; by name only those of whom `reader` may see it, and
    how many changes are not by name. The digest is what `refuse_untold` asks for.
    """
    rows = _rows(db, note_ids)
    seen = proposals.of_notes(db, {row[1] for row in rows}, reader=reader)
    return {
        "notes": {row[1] for row in rows},
        "count": len(rows),
        "names": list(dict.fromkeys(name for each in seen for name in each.writers)),
        "unnamed": len(rows) - len(seen),
        "digest": digest(db, note_ids),
    }


def digest(db, note_ids):
    """Return a digest of which changes wait, as they were proposed last; empty where none does."""
    rows = _rows(db, note_ids)
    return hashlib.sha256(repr(rows).encode()).hexdigest() if rows else ""


def refuse_untold(db, note_ids, told):
    """Refuse to archive notes of which other changes wait than those of the digest `told`.

    Raises
    ------
    kb.errors.Conflict
    """
    if told != digest(db, note_ids):
        raise Conflict(
            N_("What waits for a yes is something else than when you looked. Nothing was done."),
            hint=N_("Look at what waits now, then confirm."),
        )


def since(db, note_ids, at):
    """Return the ids of those of some notes of which a change that was proposed after an instant waits."""
    rows = db.execute(
        f"SELECT DISTINCT note_id FROM proposal WHERE {_UNSETTLED} AND proposed_at > :at",
        {"notes": json.dumps(list(note_ids)), "at": at},
    )
    return {row[0] for row in rows}


def _rows(db, note_ids):
    found = db.execute(
        f"SELECT id, note_id, revision FROM proposal WHERE {_UNSETTLED} ORDER BY id",
        {"notes": json.dumps(list(note_ids))},
    )
    return found.fetchall()
