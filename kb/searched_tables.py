"""The tables of searches that led nowhere and of who gets news of saved searches, made once; they never change."""


def make_left(db):
    """Make the table of how often a day words were searched and nothing was found, or nothing of it opened."""
    db.execute(
        """CREATE TABLE missed_day (
            missed_id INTEGER NOT NULL REFERENCES missed(id),
            day TEXT NOT NULL,
            is_found INTEGER NOT NULL CHECK (is_found IN (0, 1)),
            times INTEGER NOT NULL,
            PRIMARY KEY (missed_id, day, is_found)
        ) STRICT, WITHOUT ROWID"""
    )
