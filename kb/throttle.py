"""Slow down guessing: every door that checks a password shares these counters.

Windows slide, so nobody can lock a colleague out for ever; rows older than a window are deleted, so the table
stays small.
"""

import hashlib
import math
import unicodedata

from kb.errors import Invalid, N_

WINDOW_SECONDS = 15 * 60
PER_ACCOUNT = 10
PER_ADDRESS = 100
_DELAY_FROM = 5
_DELAY_SECONDS = 30


def refuse_if_too_many(db, *, account, address, now):
    """Refuse with the seconds to wait when `account` or `address` failed too often.

    Parameters
    ----------
    account : str
        Login as typed.
    address : str
    now : float
        Seconds since the epoch.

    Raises
    ------
    kb.errors.Invalid
    """
    wait = max(
        _account_wait(_times(db, "account", _key(account), now), now),
        _full_wait(_times(db, "address", address, now), PER_ADDRESS, now),
    )
    if wait > 0:
        raise Invalid(
            N_("Too many wrong tries. Wait %(seconds)d seconds, then try again."),
            field="password",
            seconds=math.ceil(wait),
        )


def failed(db, *, account, address, now):
    """Count one failure and return how many tries are left before a wait; only inside ``writing``."""
    db["sign_in_failure"].insert({"account": _key(account), "address": address, "at": now})
    db.execute("DELETE FROM sign_in_failure WHERE at < :limit", {"limit": now - WINDOW_SECONDS})
    return max(0, _DELAY_FROM - len(_times(db, "account", _key(account), now)))


def succeeded(db, *, account):
    """Forget the failures of `account`; only inside ``writing``."""
    db.execute("DELETE FROM sign_in_failure WHERE account = :account", {"account": _key(account)})


def _account_wait(times, now):
    if len(times) < _DELAY_FROM:
        return 0
    return max(times[-1] + _DELAY_SECONDS - now, _full_wait(times, PER_ACCOUNT, now))


def _full_wait(times, most, now):
    return times[-most] + WINDOW_SECONDS - now if len(times) >= most else 0


def _times(db, column, value, now):
    # `column` is one of our two words, never input.
    rows = db.query(
        f"SELECT at FROM sign_in_failure WHERE {column} = :value AND at > :since ORDER BY at",
        {"value": value, "since": now - WINDOW_SECONDS},
    )
    return [row["at"] for row in rows]


def _key(account):
    # People type passwords into the wrong field: only a hash is kept.
    return hashlib.sha256(unicodedata.normalize("NFKC", account).casefold().encode("utf-8", "replace")).hexdigest()
