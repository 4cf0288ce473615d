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
    """Return how many reasons there are, and how many are missing, over or other than the store says.

    What is counted of them, `kb.map.cell_tables` says how, counts as well.
    """
    checked = db.execute("SELECT count(*) FROM reason").fetchone()[0]
    kept = ((_MADE, " UNION ALL ".join(listed_tables.ALL)), _KNOWERS, _PEOPLE)
    return checked, max(_differing(db, *each) for each in kept)


_KNOWERS = (
    "SELECT topic_id, member_id, reasons FROM knower",
    "SELECT topic_id, member_id, count(*) FROM reason WHERE readers = 'all' GROUP BY 1, 2",
)
_PEOPLE = (
    "SELECT topic_id, department_id, people, ids FROM topic_cell WHERE people <> 0 OR ids <> 0",
    """SELECT topic_id, department_id, count(*), sum(member.id)
         FROM (SELECT DISTINCT topic_id, member_id FROM reason WHERE readers = 'all')
         JOIN member ON member.id = member_id AND member.state = 'active' GROUP BY 1, 2""",
)


def _differing(db, kept, wanted):
    over = db.execute(f"SELECT count(*) FROM ({kept} EXCEPT SELECT * FROM ({wanted}))").fetchone()[0]
    missing = db.execute(f"SELECT count(*) FROM (SELECT * FROM ({wanted}) EXCEPT {kept})").fetchone()[0]
    return max(over, missing)
