"""Files with notes in them that somebody handed in and has not imported yet; until then nothing of them counts.

Each is its owner's alone. The file lies in the home under a name of ours, and goes when it is imported or dropped, or
a day later.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb import access, feed
from kb.errors import N_, NotFound
from kb.store import home_of, writing

_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """One file; ``token`` names it on the disk, ``choices`` say what holds for all its notes."""

    id: int
    token: str
    file: str
    choices: dict


def path_of(home, token):
    """Return where a file that was handed in lies."""
    return home / "uploads" / token


def add(db, token, *, file, choices, by, now):
    """Register a file that lies at its place and return its id; those forgotten for a day go."""
    access.require(by, "note.write")
    before = (datetime.fromisoformat(now) - _KEPT).isoformat().replace("+00:00", "Z")
    old = list(db.query("SELECT id, token FROM intake WHERE created_at < :before", {"before": before}))
    with writing(db):
        for each in old:
            _forget(db, each["id"], by, now)
        row = {"member_id": by.member_id, "token": token, "file": file, "created_at": now}
        intake_id = db["intake"].insert({**row, "choices": json.dumps(choices, ensure_ascii=False)}).last_pk
        feed.append(db, by=by, did="intake.add", of=intake_id, at=now)
    for each in old:
        path_of(home_of(db), each["token"]).unlink(missing_ok=True)
    return intake_id


def get(db, intake_id, *, reader):
    """Return an `Intake`; raises `NotFound` for none, for somebody else's, and when it was imported."""
    access.require(reader, "note.write")
    asked = {"id": intake_id, "member": reader.member_id}
    row = next(db.query("SELECT * FROM intake WHERE id = :id AND member_id = :member", asked), None)
    if row is None:
        raise NotFound(
            N_("This file is imported or dropped already."), hint=N_("Look at the activity, or hand it in again.")
        )
    return Intake(row["id"], row["token"], row["file"], json.loads(row["choices"]))


def drop(db, intake_id, *, by, now):
    """Forget a file and delete it."""
    found = get(db, intake_id, reader=by)
    with writing(db):
        _forget(db, found.id, by, now)
    path_of(home_of(db), found.token).unlink(missing_ok=True)


def names_of(db):
    """Return ``{token: name}`` of the files with notes, as those who handed them in call them."""
    return dict(db.execute("SELECT token, file FROM intake").fetchall())


def forget_file(db, token, *, by, now):
    """Forget whoever handed a file in, which is deleted; only inside ``writing``."""
    for (intake_id,) in db.execute("SELECT id FROM intake WHERE token = :token", {"token": token}).fetchall():
        _forget(db, intake_id, by, now)


def _forget(db, intake_id, by, now):
    db.execute("DELETE FROM intake WHERE id = :id", {"id": intake_id})
    feed.append(db, by=by, did="intake.drop", of=intake_id, at=now)
