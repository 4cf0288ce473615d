"""What may still hold the words of an erased person outside of the store: its log, and backups made before."""

import sqlite3
from contextlib import closing

from kb import access
from kb.errors import N_, Problem
from kb.store import home_of

_NAMED = 10
# A page that reads is done by then; what reads longer, a backup say, nobody waits for before his page.
_WAIT_MS = 500


def of_customer(db, customer_id, *, by):
    """Return what may still hold words of a customer who was erased, as problems that say what to do.

    The store itself overwrites what is deleted; what its log still holds is cleared here where nobody reads it.
    """
    access.require(by, "member.manage")
    found = []
    if not _is_log_cleared(db):
        found.append(
            Problem(
                N_("The log of the store is being read, and still holds what was erased."),
                hint=N_("It goes with the next checkpoint; look here again, or erase while Kezhi is stopped."),
            )
        )
    folder = home_of(db) / "backups"
    copies = [path.name for path in sorted(folder.glob("*.db")) if _holds(path, customer_id)]
    if copies:
        found.append(
            Problem(
                N_("%(count)d backups in %(folder)s still hold this customer, or cannot be looked into: %(names)s"),
                hint=N_("Delete those you no longer need; a restored one has to be erased from again."),
                count=len(copies),
                folder=str(folder),
                names=", ".join(copies[:_NAMED]) + (" …" if len(copies) > _NAMED else ""),
            )
        )
    return found


def _is_log_cleared(db):
    waits = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
    try:
        return not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        db.execute(f"PRAGMA busy_timeout = {waits}")


def _holds(path, customer_id):
    """Return whether a backup holds more of a customer than the number, or cannot be read."""
    try:
        # Nobody writes to a backup; otherwise a log would be made beside it.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            row = copy.execute("SELECT name FROM customer WHERE id = :id", {"id": customer_id}).fetchone()
    except sqlite3.Error:
        return True
    return row is not None and row[0] != f"#{customer_id}"
