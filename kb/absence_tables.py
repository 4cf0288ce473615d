"""The tables of those who are away or leave, and of gaps, as m038 makes them; like a migration they never change."""

from kb.map import answer_tables


def make(db):
    """Make them, and have an accepted answer count for who gave it."""
    for statement in _STATEMENTS:
        db.execute(statement)
    answer_tables.make(db)


_STATEMENTS = (
    """CREATE TABLE absence (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member_id INTEGER NOT NULL REFERENCES member(id),
        from_day TEXT NOT NULL,
        until_day TEXT NOT NULL,
        deputy_id INTEGER REFERENCES member(id),
        CHECK (from_day <= until_day),
        CHECK (deputy_id IS NOT member_id)
    ) STRICT""",
    "CREATE INDEX absence_member ON absence(member_id, until_day)",
    "CREATE INDEX absence_deputy ON absence(deputy_id, until_day)",
    # Who leaves, and how much there was to hand over when that was said.
    """CREATE TABLE leaving (
        member_id INTEGER PRIMARY KEY REFERENCES member(id),
        last_day TEXT NOT NULL,
        count INTEGER NOT NULL,
        said_at TEXT NOT NULL
    ) STRICT""",
    # Who fills which gap until when; which gaps there are follows from everything else.
    """CREATE TABLE gap (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        thing_id INTEGER NOT NULL,
        member_id INTEGER NOT NULL REFERENCES member(id),
        due_on TEXT NOT NULL,
        UNIQUE (kind, thing_id)
    ) STRICT""",
    "CREATE INDEX gap_member ON gap(member_id)",
    # What colleagues searched, did not find and said so.
    """CREATE TABLE missed (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        words TEXT NOT NULL UNIQUE
    ) STRICT""",
    """CREATE TABLE missed_by (
        missed_id INTEGER NOT NULL REFERENCES missed(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        said_at TEXT NOT NULL,
        PRIMARY KEY (missed_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE reply ADD COLUMN edited_at TEXT",
)
