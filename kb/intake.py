"""Files with notes in them that somebody handed in; until they are imported nothing of them counts.

Each is its owner's alone. The file lies in the home under a name of ours, and goes when all of it is in, when it is
dropped, or a day later; what became of its rows is kept for as long as the import can be taken back.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kb import access, feed, intake_rows, note_details
from kb.activity import DAYS
from kb.errors import Conflict, N_, NotFound
from kb.note_import import Defaults
from kb.store import home_of, writing

_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """One file; ``token`` names it on the disk, ``defaults`` hold for all its notes, ``run_id`` takes it in."""

    id: int
    token: str
    file: str
    defaults: Defaults
    as_topics: bool
    run_id: int | None


def path_of(home, token):
    """Return where a file that was handed in lies."""
    return home / "uploads" / token


def add(db, token, *, file, defaults, as_topics, by, now):
    """Register a file that lies at its place and return its id; those forgotten for a day go."""
    access.require(by, "note.write")
    choices = _choices(defaults, as_topics)
    old = _forgotten(db, now)
    with writing(db):
        for each in old:
            _forget(db, each["id"], by, now)
        row = {"member_id": by.member_id, "token": token, "file": file, "created_at": now}
        intake_id = db["intake"].insert({**row, "choices": choices}).last_pk
        feed.append(db, by=by, did="intake.add", of=intake_id, at=now)
    for each in old:
        path_of(home_of(db), each["token"]).unlink(missing_ok=True)
    return intake_id


def get(db, intake_id, *, reader):
    """Return an `Intake`; raises `NotFound` for none, for somebody else's, and when it was dropped."""
    access.require(reader, "note.write")
    asked = {"id": intake_id, "member": reader.member_id}
    row = next(db.query("SELECT * FROM intake WHERE id = :id AND member_id = :member", asked), None)
    if row is None:
        raise NotFound(
            N_("This file is imported or dropped already."), hint=N_("Look at the activity, or hand it in again.")
        )
    choices = json.loads(row["choices"])
    defaults = Defaults(
        choices["dimension"],
        choices["readers"],
        tuple(choices["topic_names"]),
        note_details.of_state(choices["details"]),
    )
    return Intake(row["id"], row["token"], row["file"], defaults, choices["as_topics"], row["run_id"])


def listing(db, *, reader, limit=5):
    """Return ``{"id", "file", "created_at", "run_id"}`` of the newest files that `reader` handed in."""
    access.require(reader, "note.write")
    return list(
        db.query(
            "SELECT id, file, created_at, run_id FROM intake WHERE member_id = :me ORDER BY id DESC LIMIT :limit",
            {"me": reader.member_id, "limit": limit},
        )
    )


def choose(db, intake_id, *, defaults, as_topics=None, by, now):
    """Have other `kb.note_import.Defaults`, and another `as_topics` where given, hold for a file that waits.

    Raises
    ------
    kb.errors.Conflict
        Once some of it is in.
    """
    with writing(db):
        found = _untouched(db, intake_id, by, N_("The import has begun, so what holds for its rows stays as it is."))
        db["intake"].update(
            found.id, {"choices": _choices(defaults, found.as_topics if as_topics is None else as_topics)}
        )
        feed.append(db, by=by, did="intake.choose", of=found.id, at=now)


def work_by(db, intake_id, run_id):
    """Remember which job takes a file in; only inside ``writing``."""
    db.execute("UPDATE intake SET run_id = :run WHERE id = :id", {"run": run_id, "id": intake_id})


def drop(db, intake_id, *, by, now):
    """Forget a file of which nothing is in, and delete it.

    Raises
    ------
    kb.errors.Conflict
        Once some of it is in.
    """
    with writing(db):
        found = _untouched(db, intake_id, by, N_("The import has begun, so the file cannot be dropped."))
        _forget(db, found.id, by, now)
    path_of(home_of(db), found.token).unlink(missing_ok=True)


def told_of(db):
    """Return ``{token: (name, who handed it in, when)}`` of the files with notes, as those who did call them."""
    rows = db.execute("""
        SELECT intake.token, intake.file, member.name, intake.created_at
          FROM intake
          JOIN member ON member.id = intake.member_id""")
    return {token: tuple(told) for token, *told in rows.fetchall()}


def forget_file(db, token, *, by, now):
    """Forget whoever handed a file in, which is deleted; only inside ``writing``."""
    for (intake_id,) in db.execute("SELECT id FROM intake WHERE token = :token", {"token": token}).fetchall():
        _forget(db, intake_id, by, now)


def _choices(defaults, as_topics):
    return json.dumps({**asdict(defaults), "as_topics": as_topics}, ensure_ascii=False)


def _untouched(db, intake_id, by, sentence):
    found = get(db, intake_id, reader=by)
    if found.run_id is not None:
        raise Conflict(sentence, hint=N_("Stop it, or take back what is in."))
    return found


def _forgotten(db, now):
    """Return what nobody imported for a day, and what was imported longer ago than it can be taken back."""
    instant = datetime.fromisoformat(now)
    before = {"unused": instant - _KEPT, "used": instant - timedelta(days=DAYS)}
    return list(
        db.query(
            """SELECT id, token FROM intake
                WHERE created_at < CASE WHEN run_id IS NULL THEN :unused ELSE :used END""",
            {name: at.isoformat().replace("+00:00", "Z") for name, at in before.items()},
        )
    )


def _forget(db, intake_id, by, now):
    intake_rows.delete(db, intake_id)
    db.execute("DELETE FROM intake WHERE id = :id", {"id": intake_id})
    feed.append(db, by=by, did="intake.drop", of=intake_id, at=now)
