"""What m040 makes of quotes: they may be words of a file of an interaction; like a migration it never changes."""

STATEMENTS = (
    "ALTER TABLE quote RENAME TO quote_old",
    """CREATE TABLE quote (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN ('interaction', 'interaction_file', 'note', 'file')),
        interaction_id INTEGER REFERENCES interaction(id),
        interaction_file_id INTEGER REFERENCES interaction_file(id),
        source_note_id INTEGER REFERENCES note(id),
        attachment_id INTEGER REFERENCES attachment(id),
        part TEXT NOT NULL,
        start INTEGER NOT NULL,
        text TEXT NOT NULL,
        digest TEXT,
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL,
        removed_at TEXT
    ) STRICT""",
    """INSERT INTO quote (id, note_id, kind, interaction_id, source_note_id, attachment_id, part, start, text, digest,
                          created_by, created_at, removed_at)
        SELECT id, note_id, kind, interaction_id, source_note_id, attachment_id, part, start, text, digest,
               created_by, created_at, removed_at FROM quote_old""",
    # The feed names quotes by their ids: one that is gone must not come to mean another.
    "DELETE FROM sqlite_sequence WHERE name = 'quote'",
    "INSERT INTO sqlite_sequence (name, seq) SELECT 'quote', seq FROM sqlite_sequence WHERE name = 'quote_old'",
    "DROP TABLE quote_old",
    "CREATE INDEX quote_note ON quote(note_id)",
    "CREATE INDEX quote_interaction ON quote(interaction_id) WHERE interaction_id IS NOT NULL",
    "CREATE INDEX quote_interaction_file ON quote(interaction_file_id) WHERE interaction_file_id IS NOT NULL",
    "CREATE INDEX quote_source_note ON quote(source_note_id) WHERE source_note_id IS NOT NULL",
    "CREATE INDEX quote_attachment ON quote(attachment_id) WHERE attachment_id IS NOT NULL",
)
