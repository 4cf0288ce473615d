"""Sessions on the server's side: the cookie holds a random id, the store its hash, so that each can be revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta

from kb.store import utc_now, writing

ABSOLUTE = timedelta(hours=12)


def start(db, member_id, *, now):
    """Return the id of a new session; only inside ``writing``."""
    session_id = secrets.token_urlsafe(32)
    db["session"].insert({"id": _hashed(session_id), "member_id": member_id, "created_at": now})
    oldest = (datetime.fromisoformat(now) - ABSOLUTE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    db.execute("DELETE FROM session WHERE created_at < :oldest", {"oldest": oldest})
    return session_id


def member_id(db, session_id):
    """Return the id of the active member whose live session this is, or None."""
    rows = db.query(
        """SELECT session.member_id, session.created_at
             FROM session JOIN member ON member.id = session.member_id
            WHERE session.id = :id AND member.state = 'active'""",
        {"id": _hashed(session_id)},
    )
    row = next(iter(rows), None)
    if row is None or datetime.fromisoformat(utc_now()) - datetime.fromisoformat(row["created_at"]) > ABSOLUTE:
        return None
    return row["member_id"]


def end(db, session_id):
    """End one session."""
    with writing(db):
        db.execute("DELETE FROM session WHERE id = :id", {"id": _hashed(session_id)})


def end_all(db, member_id):
    """End every session of a member; only inside ``writing``."""
    db.execute("DELETE FROM session WHERE member_id = :member", {"member": member_id})


def _hashed(session_id):
    return hashlib.sha256(session_id.encode()).hexdigest()
