"""What migration m022 makes: quotes of notes and files, more kinds of evidence, what asks for a check by its cause.

It never changes again.
"""


def make(db):
    """Build the three tables anew, with the rows there are and their ids, which the feed knows."""
    # What a store of between two releases hung on them goes along. No table is renamed: SQLite would refuse to while
    # triggers of others name one that is dropped.
    hung = db.execute(
        """SELECT sql FROM sqlite_master
            WHERE type = 'trigger' AND tbl_name IN ('evidence', 'quote', 'note_ask') ORDER BY name"""
    ).fetchall()
    for statement in (*_STATEMENTS, *(row[0] for row in hung)):
        db.execute(statement)
    if db.execute("SELECT 1 FROM note LIMIT 1").fetchone():
        db.execute(_DUE)


_STATEMENTS = (
    "CREATE TABLE evidence_old AS SELECT * FROM evidence",
    "DROP TABLE evidence",
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN ('finding', 'note', 'purchases')),
        finding_id INTEGER,
        source_note_id INTEGER REFERENCES note(id),
        digest TEXT,
        question TEXT,
        figure TEXT,
        latest TEXT,
        asked TEXT,
        why TEXT NOT NULL,
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL,
        removed_at TEXT
    ) STRICT""",
    """INSERT INTO evidence (id, note_id, kind, finding_id, why, created_by, created_at)
        SELECT id, note_id, kind, finding_id, why, created_by, created_at FROM evidence_old""",
    "DROP TABLE evidence_old",
    "CREATE INDEX evidence_note ON evidence(note_id)",
    "CREATE INDEX evidence_finding ON evidence(finding_id)",
    "CREATE INDEX evidence_source_note ON evidence(source_note_id) WHERE source_note_id IS NOT NULL",
    "CREATE INDEX evidence_question ON evidence(question) WHERE question IS NOT NULL",
    "CREATE TABLE quote_old AS SELECT * FROM quote",
    "DROP TABLE quote",
    """CREATE TABLE quote (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN ('interaction', 'note', 'file')),
        interaction_id INTEGER REFERENCES interaction(id),
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
    """INSERT INTO quote (id, note_id, kind, interaction_id, part, start, text, created_by, created_at)
        SELECT id, note_id, 'interaction', interaction_id, part, start, text, created_by, created_at FROM quote_old""",
    "DROP TABLE quote_old",
    "CREATE INDEX quote_note ON quote(note_id)",
    "CREATE INDEX quote_interaction ON quote(interaction_id) WHERE interaction_id IS NOT NULL",
    "CREATE INDEX quote_source_note ON quote(source_note_id) WHERE source_note_id IS NOT NULL",
    "CREATE INDEX quote_attachment ON quote(attachment_id) WHERE attachment_id IS NOT NULL",
    "CREATE TABLE note_ask_old AS SELECT * FROM note_ask",
    "DROP TABLE note_ask",
    """CREATE TABLE note_ask (
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN
            ('edited', 'finding', 'source', 'archive', 'gone', 'purchases', 'contradicted')),
        cause TEXT NOT NULL DEFAULT '',
        member_id INTEGER REFERENCES member(id),
        asked_at TEXT NOT NULL,
        PRIMARY KEY (note_id, kind, cause)
    ) STRICT""",
    """INSERT INTO note_ask (note_id, kind, member_id, asked_at)
        SELECT note_id, kind, member_id, asked_at FROM note_ask_old""",
    "DROP TABLE note_ask_old",
    "CREATE INDEX note_ask_member ON note_ask(member_id)",
)

# Frozen: months are counted where the company is, by a function that `kb.store` gives each connection.
_DUE = """UPDATE note SET due_at = min(
        months_later(coalesce(note.verified_at, note.created_at),
                     (SELECT months FROM verification_interval AS i WHERE i.dimension = note.dimension)),
        CASE WHEN note.dimension = 'for' AND note.valid_until > coalesce(substr(note.verified_at, 1, 10), '')
             THEN note.valid_until || 'T00:00:00.000Z' ELSE '9999' END,
        coalesce((SELECT min(raised_at) FROM note_doubt WHERE note_doubt.note_id = note.id), '9999'),
        coalesce((SELECT min(asked_at) FROM note_ask WHERE note_ask.note_id = note.id), '9999'))"""
