"""Handing over: what somebody who leaves has of mining, for the page of their leaving.

Pages import this file, so it imports nothing that mines.
"""

from kb import access, members, to_hand_over
from kb.errors import N_
from mining import schedules


def register():
    """Have what `kb` does not know of handed over with the rest."""
    to_hand_over.register("schedules", _SCHEDULES)


def _ids(db, member_id):
    rows = db.execute("SELECT id FROM schedule WHERE member_id = :id AND NOT archived ORDER BY id", {"id": member_id})
    return [row[0] for row in rows.fetchall()]


def _rows(db, ids, *, reader):
    if not ids or not access.may(reader, "run.read"):
        return []
    return [(each.id, each) for each in schedules.listing(db, reader=reader) if each.id in ids]


def _give(db, schedule_id, successor_id, *, by, now):
    if not access.may(members.get(db, successor_id).reader(), "run.start"):
        return False
    schedules.hand_over(db, schedule_id, successor_id, by=by, now=now)
    return True


_SCHEDULES = to_hand_over.Kind(
    words=N_("Repeated runs"), ids=_ids, rows=_rows, give=_give, did="schedule.edit", undo=schedules.undo
)
