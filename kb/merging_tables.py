"""The tables of merged notes and likely duplicates as m015 makes them; like a migration they never change."""


def make(db):
    """Make them."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    "ALTER TABLE note ADD COLUMN merged_into INTEGER REFERENCES note(id)",
    "CREATE INDEX note_merged_into ON note(merged_into) WHERE merged_into IS NOT NULL",
    """CREATE TABLE duplicate_scan (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        wanted_at TEXT,
        started_at TEXT,
        finished_at TEXT,
        notes INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "INSERT INTO duplicate_scan (id) VALUES (1)",
    """CREATE TABLE duplicate (
        note_id INTEGER PRIMARY KEY REFERENCES note(id),
        group_id INTEGER NOT NULL,
        position INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX duplicate_group ON duplicate(group_id, position)",
    """CREATE TABLE note_distinct (
        one_id INTEGER NOT NULL REFERENCES note(id),
        other_id INTEGER NOT NULL REFERENCES note(id),
        said_by INTEGER REFERENCES member(id),
        said_at TEXT NOT NULL,
        PRIMARY KEY (one_id, other_id),
        CHECK (one_id < other_id)
    ) STRICT""",
    "CREATE INDEX note_distinct_other ON note_distinct(other_id)",
)
