"""What m043 makes of the reasons: where a note and an interaction are open to lists, it counts for who wrote both.

Before, only notes had lists, and two things that are not open to all were both their author's or both a department's.
It never changes once it has shipped.
"""

from kb.map import answer_tables

COLUMNS = answer_tables.COLUMNS
_WAS = "WHEN 'owner' IN (note.readers, talk.readers) THEN 'owner' ELSE 'department' END"
_IS = "WHEN note.readers = 'department' AND talk.readers = 'department' THEN 'department' ELSE 'owner' END"


def _said(sql):
    """Return a statement of `kb.map.answer_tables` in which two lists open a reason to nobody but its member."""
    return sql.replace(_WAS, _IS)


ALL = tuple(map(_said, answer_tables.ALL))
FILL = tuple(map(_said, answer_tables.FILL))


def make(db):
    """Change what keeps the reasons; those there are stay, for no interaction had a list."""
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'reason\\_%' ESCAPE '\\'"
    for name, sql in db.execute(made).fetchall():
        db.execute(f"DROP TRIGGER {name}")
        db.execute(_said(sql))
