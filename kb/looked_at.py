"""Whether the text of a note is still the one that somebody looked at, who changed it, and since when it stands."""

from datetime import datetime
from zoneinfo import ZoneInfo

import kb.home
from kb import feed, gates
from kb.errors import Conflict, N_

# What `kb.gates.digest` is of.
_TEXTS = ("title", "summary", "body", "customer_text")


def require_same_text(db, note, digest):
    """Refuse what is said of the text of a note when `digest`, of the text that was looked at, is of another one.

    Without a digest nothing is asked: whoever writes by a command looked at no page.
    """
    if not digest or digest == gates.digest(note):
        return
    change = _newest(db, note.id)
    raise Conflict(
        N_("“%(title)s” was changed since you opened it, by %(name)s. Nothing was recorded."),
        hint=N_("Read it as it stands now, then record the answer."),
        title=note.title,
        name=(change and change["member_name"]) or N_("the operator"),
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
    # What the feed kept before there were texts for the customer has none.
    return state and [state.get(name) or "" for name in _TEXTS]
