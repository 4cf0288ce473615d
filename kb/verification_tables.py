"""What migration m014 makes: who checks a note, when it is due, and what asks for a check; it never changes again."""


def make(db):
    """Add the tables and columns, and derive what is derived of the notes there are."""
    for statement in _STATEMENTS:
        db.execute(statement)


# Frozen: `kb.duties` may say it in another way one day, and settles all rows when it does.
_STATEMENTS = (
    """CREATE TABLE verification_interval (
        dimension TEXT PRIMARY KEY CHECK (dimension IN ('about', 'for', 'from', 'with')),
        months INTEGER NOT NULL CHECK (months BETWEEN 1 AND 60)
    ) STRICT""",
    "INSERT INTO verification_interval VALUES ('about', 3), ('for', 6), ('from', 12), ('with', 12)",
    """CREATE TABLE note_ask (
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN ('edited', 'finding', 'source', 'archive')),
        member_id INTEGER REFERENCES member(id),
        asked_at TEXT NOT NULL,
        PRIMARY KEY (note_id, kind)
    ) STRICT""",
    "CREATE INDEX note_ask_member ON note_ask(member_id)",
    *(
        f"ALTER TABLE note ADD COLUMN {column}"
        for column in (
            "verifier_id INTEGER REFERENCES member(id)",
            "verifier_department_id INTEGER REFERENCES department(id)",
            "deputy_id INTEGER REFERENCES member(id)",
            "verified_by INTEGER REFERENCES member(id)",
            "verified_at TEXT",
            "verified_version INTEGER",
            # Derived: the member or the department that has to look at it, and from when on.
            "duty_member_id INTEGER REFERENCES member(id)",
            "duty_department_id INTEGER REFERENCES department(id)",
            "due_at TEXT",
        )
    ),
    """UPDATE note SET
        due_at = min(
            strftime('%Y-%m-%dT%H:%M:%fZ', created_at, CASE dimension WHEN 'about' THEN '+3 months'
                     WHEN 'for' THEN '+6 months' ELSE '+12 months' END),
            CASE WHEN dimension = 'for' AND valid_until <> '' THEN valid_until || 'T00:00:00.000Z' ELSE '9999' END,
            coalesce((SELECT min(raised_at) FROM note_doubt WHERE note_id = note.id), '9999')),
        duty_member_id = (SELECT id FROM member WHERE id = note.owner_id AND state = 'active'
                             AND role IN ('contributor', 'marketer', 'curator', 'manager', 'admin')
                             AND (readers <> 'department' OR member.department_id = note.department_id))""",
    """UPDATE note SET duty_department_id = department_id WHERE duty_member_id IS NULL AND readers <> 'owner'""",
    # Whoever counts reads only these: with them what a reader may see, and which type, is known without the note.
    """CREATE INDEX note_due ON note(due_at, dimension, readers, owner_id, department_id, verified_at)
        WHERE archived = 0""",
    """CREATE INDEX note_department ON note(department_id, due_at, dimension, readers, owner_id, verified_at)
        WHERE archived = 0""",
    """CREATE INDEX note_duty_member
        ON note(duty_member_id, due_at, dimension, readers, owner_id, department_id, verified_at) WHERE archived = 0""",
    "CREATE INDEX note_duty_department ON note(duty_department_id, due_at) WHERE archived = 0",
    "CREATE INDEX note_verifier ON note(verifier_id)",
    "CREATE INDEX note_verifier_department ON note(verifier_department_id)",
    "CREATE INDEX note_deputy ON note(deputy_id)",
    "CREATE INDEX note_verified_by ON note(verified_by)",
)
