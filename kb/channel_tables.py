"""The table of channels as m023 makes it; like a migration it never changes."""


def make(db):
    """Make it."""
    db.execute(
        """CREATE TABLE channel (
            position INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT"""
    )
