"""What migration m028 makes: rows of files of notes, and an index over all that lists ask for; it never changes."""

TABLES = (
    # Of the jobs that `mining` keeps, the one that takes the file in.
    "ALTER TABLE intake ADD COLUMN run_id INTEGER",
    """CREATE TABLE intake_row (
        intake_id INTEGER NOT NULL REFERENCES intake(id),
        number INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('reserved', 'loaded', 'merged', 'rejected')),
        note_id INTEGER,
        told TEXT NOT NULL,
        lost INTEGER NOT NULL,
        PRIMARY KEY (intake_id, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX intake_row_state ON intake_row(intake_id, state)",
    "DROP INDEX note_listed",
    """CREATE INDEX note_listed
        ON note(updated_at, id, dimension, readers, department_id, owner_id, archived,
                maturity, standing, channel, due_at, verified_at)
        WHERE NOT archived""",
    "CREATE INDEX note_in_archive ON note(updated_at, id) WHERE archived",
)
