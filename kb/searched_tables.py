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


def make_news(db):
    """Make the tables of who is told of which saved search, and of what was found and not seen yet."""
    db.execute(
        """CREATE TABLE view_news (
            view_id INTEGER NOT NULL REFERENCES saved_view(id),
            member_id INTEGER NOT NULL REFERENCES member(id),
            every TEXT NOT NULL CHECK (every IN ('day', 'week')),
            since TEXT NOT NULL,
            PRIMARY KEY (view_id, member_id)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE view_found (
            member_id INTEGER NOT NULL REFERENCES member(id),
            view_id INTEGER NOT NULL REFERENCES saved_view(id),
            note_id INTEGER NOT NULL REFERENCES note(id) ON DELETE CASCADE,
            PRIMARY KEY (member_id, view_id, note_id)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX view_found_note ON view_found(note_id)")


def make_news_by_seq(db):
    """Keep of news up to which change of the feed they were looked for: instants are not in the order of the saves."""
    db.execute("ALTER TABLE view_news ADD COLUMN seq INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE view_news SET seq = (SELECT coalesce(max(seq), 0) FROM change WHERE at <= since)")
