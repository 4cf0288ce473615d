"""Tables of later migrations, which `kb.migrations` has no room for. They never change once they have shipped."""

ATTACHMENTS = (
    """CREATE TABLE file (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
        size INTEGER NOT NULL,
        kind TEXT NOT NULL,
        thumbnail TEXT CHECK (length(thumbnail) = 64),
        width INTEGER,
        height INTEGER,
        reading TEXT NOT NULL CHECK (reading IN ('none', 'waiting', 'read', 'failed')),
        problem TEXT,
        stored_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX file_waiting ON file(id) WHERE reading = 'waiting'",
    """CREATE TABLE file_text (
        file_id INTEGER NOT NULL REFERENCES file(id),
        position INTEGER NOT NULL,
        place TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (file_id, position)
    ) STRICT""",
    """CREATE TABLE attachment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        file_id INTEGER NOT NULL REFERENCES file(id),
        name TEXT NOT NULL,
        proof TEXT,
        added_by INTEGER REFERENCES member(id),
        added_at TEXT NOT NULL,
        removed_at TEXT
    ) STRICT""",
    "CREATE INDEX attachment_note ON attachment(note_id)",
    "CREATE INDEX attachment_file ON attachment(file_id)",
    "CREATE INDEX attachment_removed ON attachment(removed_at) WHERE removed_at IS NOT NULL",
)

QUOTES = (
    """CREATE TABLE quote (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        interaction_id INTEGER NOT NULL REFERENCES interaction(id),
        part TEXT NOT NULL CHECK (part IN ('said', 'told')),
        start INTEGER NOT NULL,
        text TEXT NOT NULL,
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX quote_note ON quote(note_id)",
    "CREATE INDEX quote_interaction ON quote(interaction_id)",
)
