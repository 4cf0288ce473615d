"""What migration m034 makes: what is written and not saved yet, and who is named in it; it never changes."""

TABLES = (
    # Pictures of a text that is not saved yet: open to who sent them and to nobody else.
    """CREATE TABLE held_picture (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member_id INTEGER NOT NULL REFERENCES member(id),
        draft TEXT NOT NULL,
        file_id INTEGER NOT NULL REFERENCES file(id),
        name TEXT NOT NULL,
        held_at TEXT NOT NULL,
        UNIQUE (member_id, draft, name)
    ) STRICT""",
    "CREATE INDEX held_picture_file ON held_picture(file_id)",
    "CREATE INDEX attachment_name ON attachment(name)",
    "ALTER TABLE note ADD COLUMN customer_text TEXT NOT NULL DEFAULT ''",
    # A colleague named with @ in the text of a note, or in a comment on it.
    """CREATE TABLE member_mention (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member_id INTEGER NOT NULL REFERENCES member(id),
        note_id INTEGER NOT NULL REFERENCES note(id),
        comment_id INTEGER REFERENCES note_comment(id) ON DELETE CASCADE,
        named_by INTEGER REFERENCES member(id),
        named_at TEXT NOT NULL,
        dismissed_at TEXT
    ) STRICT""",
    "CREATE INDEX member_mention_member ON member_mention(member_id) WHERE dismissed_at IS NULL",
    "CREATE INDEX member_mention_note ON member_mention(note_id)",
    "CREATE INDEX member_mention_comment ON member_mention(comment_id) WHERE comment_id IS NOT NULL",
    # A text that somebody writes and has not saved.
    """CREATE TABLE draft (
        member_id INTEGER NOT NULL REFERENCES member(id),
        key TEXT NOT NULL,
        form TEXT NOT NULL,
        note_id INTEGER REFERENCES note(id),
        path TEXT NOT NULL,
        title TEXT NOT NULL,
        fields TEXT NOT NULL,
        begun_at TEXT NOT NULL,
        kept_at TEXT NOT NULL,
        PRIMARY KEY (member_id, key)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX draft_note ON draft(note_id) WHERE note_id IS NOT NULL",
)


def make(db):
    """Make the tables."""
    for statement in TABLES:
        db.execute(statement)
