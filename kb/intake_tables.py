"""What migration m028 makes: what became of each row of a file of notes; it never changes again."""

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
)
