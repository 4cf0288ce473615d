"""Whether a note is still as somebody looked at it, who changed its text, and since when that stands."""

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

import kb.home
from kb import feed, gates
from kb.errors import Conflict, N_


def told(note):
    """Return a digest of what a customer is asked about: what the note says, and the customers it names."""
    return hashlib.sha256(repr((gates.digest(note), gates.customers_of(note))).encode()).hexdigest()


def require_same_text(db, note, digest):
    """Refuse what is said of a note when `digest`, the `told` of what was looked at, is of another one.

    Without a digest nothing is asked: whoever writes by a command looked at no page.
    """
    if not digest or digest == told(note):
        return
    change = _newest(db, note.id)
    raise Conflict(
        N_("“%(title)s” was changed since you opened it, by %(name)s. Nothing was recorded."),
        hint=N_("Read it as it stands now, then record the answer."),
        title=note.title,
        name=(change and change["member_name"]) or N_("the operator"),
    )


def whole(note):
    """Return a digest of what who verifies `note` vouches for: its text, and what is said against it."""
    said = [(each["member_id"], each["raised_at"]) for each in note.doubts]
    asked = [(each["kind"], each["cause"], each["asked_at"]) for each in note.asks]
    return hashlib.sha256(repr((told(note), said, asked)).encode()).hexdigest()


def require_same(note, digest):
    """Refuse to verify a note of which another text, or other doubts and asks, were looked at, by the `whole` of that.

    Without a digest nothing is asked, as in `require_same_text`.
    """
    if digest and digest != whole(note):
        raise Conflict(
            N_("“%(title)s” was changed, or called out of date, since you opened it. It is not verified yet."),
            hint=N_("Read it as it stands now, then verify it."),
            title=note.title,
        )


def day_of_text(db, home, note_id):
    """Return the day ``YYYY-MM-DD``, where the company is, since which the text stands as it does, or None.

    None is for a text of which the feed does not know any more when it was changed.
    """
    change = _newest(db, note_id)
    if change is None:
        return None
    return datetime.fromisoformat(change["at"]).astimezone(ZoneInfo(kb.home.settings(home).zone)).date().isoformat()


def _newest(db, note_id):
    return next((each for each in feed.changes(db, "note", note_id) if _of(each["before"]) != _of(each["after"])), None)


def _of(state):
    return state and [gates.digest_of(state), state.get("customers")]
