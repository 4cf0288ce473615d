"""Reasons why a member counts as knowing a topic: kept by the database itself, in the transaction of each deed.

A reason follows from what was done with a note or said of a colleague, so all of them can be made anew from the store
at any time. Its readers are those of the note; what a member struck or hid gives none.
"""

from kb.map import listed_tables

_MADE = f"SELECT {listed_tables.COLUMNS} FROM reason"


def rebuild(db):
    """Make all reasons anew from the notes, what was done with them and what was said; only inside ``writing``."""
    db.execute("DELETE FROM reason")
    for statement in listed_tables.FILL:
        db.execute(statement)


def wrong(db):
    """Return how many reasons there are, and how many are missing, over or other than the store says."""
    wanted = " UNION ALL ".join(listed_tables.ALL)
    checked = db.execute("SELECT count(*) FROM reason").fetchone()[0]
    over = db.execute(f"SELECT count(*) FROM ({_MADE} EXCEPT SELECT * FROM ({wanted}))").fetchone()[0]
    missing = db.execute(f"SELECT count(*) FROM (SELECT * FROM ({wanted}) EXCEPT {_MADE})").fetchone()[0]
    return checked, max(over, missing)
