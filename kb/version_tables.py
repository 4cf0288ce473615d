"""What m036 makes: texts that were not merged, and the second step of an approval; it never changes."""

TABLES = (
    """CREATE TABLE note_unmerged (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        version INTEGER NOT NULL,
        text TEXT NOT NULL,
        kept_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX note_unmerged_note ON note_unmerged(note_id)",
    "CREATE INDEX note_unmerged_member ON note_unmerged(member_id)",
    """CREATE TABLE approval_second (
        department_id INTEGER PRIMARY KEY REFERENCES department(id),
        member_id INTEGER REFERENCES member(id),
        role TEXT,
        CHECK ((member_id IS NULL) <> (role IS NULL))
    ) STRICT""",
    "CREATE INDEX approval_second_member ON approval_second(member_id) WHERE member_id IS NOT NULL",
    """CREATE TABLE proposal_yes (
        proposal_id INTEGER NOT NULL REFERENCES proposal(id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        member_id INTEGER NOT NULL REFERENCES member(id),
        words TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (proposal_id, revision, member_id)
    ) STRICT""",
    "CREATE INDEX proposal_yes_member ON proposal_yes(member_id)",
)
