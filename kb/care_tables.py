"""The tables of proposed changes and of who asks for them as m029 makes them; like a migration they never change."""


def make(db):
    """Make them."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    """CREATE TABLE approval_rule (
        department_id INTEGER NOT NULL REFERENCES department(id),
        dimension TEXT NOT NULL CHECK (dimension IN ('about', 'for', 'from', 'with')),
        PRIMARY KEY (department_id, dimension)
    ) STRICT""",
    """CREATE TABLE proposal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        version INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        text TEXT NOT NULL,
        readers TEXT NOT NULL CHECK (readers IN ('department', 'list', 'all')),
        named_readers TEXT NOT NULL,
        reason TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'returned', 'withdrawn', 'approved')),
        words TEXT NOT NULL,
        proposed_at TEXT NOT NULL,
        decided_by INTEGER REFERENCES member(id),
        decided_at TEXT,
        change_seq INTEGER REFERENCES change(seq)
    ) STRICT""",
    "CREATE INDEX proposal_note ON proposal(note_id)",
    "CREATE INDEX proposal_member ON proposal(member_id)",
    "CREATE INDEX proposal_open ON proposal(state) WHERE state = 'open'",
)
