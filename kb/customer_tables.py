"""What m003 makes: customers, and what notes say of them; it never changes again."""

TABLES = (
    """CREATE TABLE customer (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        folded TEXT NOT NULL,
        pinyin TEXT NOT NULL,
        initials TEXT NOT NULL,
        sorts_as TEXT NOT NULL,
        number TEXT COLLATE NOCASE UNIQUE,
        phone TEXT,
        mail TEXT,
        city TEXT NOT NULL,
        segment TEXT NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX customer_folded ON customer(folded)",
    "CREATE INDEX customer_sorts_as ON customer(archived, sorts_as)",
    "CREATE INDEX customer_phone_tail ON customer(substr(phone, -4))",
    "CREATE INDEX customer_segment ON customer(segment)",
    *(
        f"ALTER TABLE note ADD COLUMN {column}"
        for column in (
            "segment TEXT NOT NULL DEFAULT ''",
            "product TEXT NOT NULL DEFAULT ''",
            "observation TEXT NOT NULL DEFAULT ''",
            "audience TEXT NOT NULL DEFAULT '' CHECK (audience IN ('', 'all', 'segment', 'customer'))",
            "valid_from TEXT NOT NULL DEFAULT ''",
            "valid_until TEXT NOT NULL DEFAULT ''",
            "channel TEXT NOT NULL DEFAULT ''",
            "experience TEXT NOT NULL DEFAULT ''"
            " CHECK (experience IN ('', 'satisfied', 'dissatisfied', 'suggestion', 'complaint'))",
            "our_part TEXT NOT NULL DEFAULT ''",
        )
    ),
    """CREATE TABLE note_customer (
        note_id INTEGER NOT NULL REFERENCES note(id),
        customer_id INTEGER NOT NULL REFERENCES customer(id),
        part TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (note_id, customer_id)
    ) STRICT""",
    "CREATE INDEX note_customer_customer ON note_customer(customer_id)",
)
