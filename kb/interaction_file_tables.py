"""What m037 makes: the files of interactions; it never changes again."""

TABLES = (
    """CREATE TABLE interaction_file (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        interaction_id INTEGER NOT NULL REFERENCES interaction(id),
        file_id INTEGER NOT NULL REFERENCES file(id),
        name TEXT NOT NULL,
        added_by INTEGER REFERENCES member(id),
        added_at TEXT NOT NULL,
        removed_at TEXT
    ) STRICT""",
    "CREATE INDEX interaction_file_interaction ON interaction_file(interaction_id)",
    "CREATE INDEX interaction_file_file ON interaction_file(file_id)",
    "CREATE INDEX interaction_file_name ON interaction_file(name)",
    "CREATE INDEX interaction_file_removed ON interaction_file(removed_at) WHERE removed_at IS NOT NULL",
)
