"""What migrations m001 and m002 make: people, the change feed, notes and topics. Never changes."""

PEOPLE = (
    """CREATE TABLE department (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT""",
    """CREATE TABLE member (
        id INTEGER PRIMARY KEY,
        login TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        department_id INTEGER NOT NULL REFERENCES department(id),
        role TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'left')),
        language TEXT,
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE session (
        id TEXT PRIMARY KEY,
        member_id INTEGER NOT NULL REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX session_member ON session(member_id)",
    """CREATE TABLE sign_in_failure (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        address TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX sign_in_failure_account ON sign_in_failure(account, at)",
    "CREATE INDEX sign_in_failure_address ON sign_in_failure(address, at)",
    "CREATE INDEX sign_in_failure_at ON sign_in_failure(at)",
)

FEED = (
    """CREATE TABLE change (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        member_id INTEGER REFERENCES member(id),
        noun TEXT NOT NULL,
        noun_id TEXT,
        action TEXT NOT NULL,
        digest TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX change_noun ON change(noun, noun_id)",
    """CREATE TABLE change_text (
        seq INTEGER PRIMARY KEY REFERENCES change(seq),
        salt TEXT NOT NULL,
        before TEXT,
        after TEXT,
        reason TEXT
    ) STRICT""",
    """CREATE TRIGGER change_no_update BEFORE UPDATE ON change
        BEGIN SELECT RAISE(ABORT, 'the change feed is append-only'); END""",
    """CREATE TRIGGER change_no_delete BEFORE DELETE ON change
        BEGIN SELECT RAISE(ABORT, 'the change feed is append-only'); END""",
    """CREATE TRIGGER change_text_no_update BEFORE UPDATE ON change_text
        BEGIN SELECT RAISE(ABORT, 'the change feed is append-only'); END""",
    "CREATE TABLE cursor (consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT",
    """CREATE TABLE access_log (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        member_id INTEGER REFERENCES member(id),
        action TEXT NOT NULL,
        noun TEXT,
        noun_id TEXT,
        hash TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log
        BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END""",
    """CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log
        BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END""",
)

NOTES = (
    """CREATE TABLE topic (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL,
        body TEXT NOT NULL,
        dimension TEXT NOT NULL CHECK (dimension IN ('about', 'for', 'from', 'with')),
        maturity TEXT CHECK (maturity IN ('raw', 'explicit', 'classified', 'agreed')),
        standing TEXT CHECK (standing IN ('found', 'judged', 'applied', 'proven', 'refuted')),
        readers TEXT NOT NULL CHECK (readers IN ('owner', 'department', 'all')),
        owner_id INTEGER REFERENCES member(id),
        department_id INTEGER REFERENCES department(id),
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        CHECK ((dimension = 'about') = (maturity IS NULL)),
        CHECK ((dimension = 'about') = (standing IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX note_owner ON note(owner_id)",
    "CREATE INDEX note_updated ON note(updated_at)",
    """CREATE TABLE note_topic (
        note_id INTEGER NOT NULL REFERENCES note(id),
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        position INTEGER NOT NULL,
        PRIMARY KEY (note_id, topic_id)
    ) STRICT""",
    "CREATE INDEX note_topic_topic ON note_topic(topic_id)",
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY,
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN ('finding')),
        finding_id INTEGER,
        why TEXT NOT NULL,
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX evidence_note ON evidence(note_id)",
    "CREATE INDEX evidence_finding ON evidence(finding_id)",
)
