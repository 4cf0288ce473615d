"""The table of synonyms as m056 makes it; like a migration it never changes."""


def make(db):
    """Make it: the words of one ``line`` mean the same, and no word stands twice."""
    db.execute(
        """CREATE TABLE synonym (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            line INTEGER NOT NULL,
            name TEXT NOT NULL,
            folded TEXT NOT NULL UNIQUE
        ) STRICT"""
    )
    db.execute("CREATE INDEX synonym_line ON synonym(line)")
