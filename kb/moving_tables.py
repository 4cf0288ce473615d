"""What migration m021 makes: uploads of notes that wait for their import, and saved views; it never changes again."""

TABLES = (
    """CREATE TABLE intake (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member_id INTEGER NOT NULL REFERENCES member(id),
        token TEXT NOT NULL,
        file TEXT NOT NULL,
        choices TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX intake_member ON intake(member_id)",
    """CREATE TABLE saved_view (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        readers TEXT NOT NULL CHECK (readers IN ('owner', 'department', 'all')),
        owner_id INTEGER REFERENCES member(id),
        department_id INTEGER REFERENCES department(id),
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX saved_view_owner ON saved_view(owner_id)",
    "CREATE INDEX saved_view_department ON saved_view(department_id)",
)
