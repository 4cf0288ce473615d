"""Tables of later migrations, which `kb.migrations` has no room for. They never change once they have shipped."""

COMMENTS = (
    """CREATE TABLE note_comment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        body TEXT NOT NULL,
        written_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX note_comment_note ON note_comment(note_id)",
    "CREATE INDEX note_comment_member ON note_comment(member_id)",
    """CREATE TABLE note_thanks (
        note_id INTEGER NOT NULL REFERENCES note(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        thanked_at TEXT NOT NULL,
        PRIMARY KEY (note_id, member_id)
    ) STRICT""",
    "CREATE INDEX note_thanks_member ON note_thanks(member_id)",
)

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

CLASSES = (
    """CREATE TABLE class_decision (
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL CHECK (kind IN ('topic', 'facet')),
        key TEXT NOT NULL,
        taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
        member_id INTEGER REFERENCES member(id),
        decided_at TEXT NOT NULL,
        PRIMARY KEY (note_id, kind, key)
    ) STRICT""",
    "CREATE INDEX class_decision_decided ON class_decision(decided_at)",
    "CREATE INDEX class_decision_member ON class_decision(member_id)",
)

INTERACTIONS = (
    """CREATE TABLE interaction (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL,
        customer_id INTEGER NOT NULL REFERENCES customer(id),
        contact TEXT NOT NULL,
        channel TEXT NOT NULL,
        method TEXT NOT NULL CHECK (method IN ('talk', 'observe', 'predict', 'mine')),
        happened_at TEXT NOT NULL,
        said TEXT NOT NULL,
        told TEXT NOT NULL,
        readers TEXT NOT NULL CHECK (readers IN ('owner', 'department', 'all')),
        owner_id INTEGER REFERENCES member(id),
        department_id INTEGER REFERENCES department(id),
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX interaction_customer ON interaction(customer_id, happened_at)",
    "CREATE INDEX interaction_owner ON interaction(owner_id, happened_at)",
    "CREATE INDEX interaction_happened ON interaction(happened_at)",
    """CREATE TABLE interaction_note (
        interaction_id INTEGER NOT NULL REFERENCES interaction(id),
        note_id INTEGER NOT NULL REFERENCES note(id),
        part TEXT NOT NULL CHECK (part IN ('said', 'told')),
        is_made INTEGER NOT NULL CHECK (is_made IN (0, 1)),
        PRIMARY KEY (interaction_id, note_id)
    ) STRICT""",
    "CREATE INDEX interaction_note_note ON interaction_note(note_id)",
)

# A list is found, and counted, without a look at the notes, which lie far apart with their texts. ``NOT archived`` is
# what lists ask; a join that says ``archived = 0`` must not be tempted to walk this index.
LISTED = """CREATE INDEX note_listed
    ON note(updated_at, id, dimension, readers, department_id, owner_id, archived)
    WHERE NOT archived"""

TEMPLATES_AND_CHIPS = (
    """CREATE TABLE note_trait (
        note_id INTEGER NOT NULL REFERENCES note(id),
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        folded TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (note_id, kind, folded)
    ) STRICT""",
    "CREATE INDEX note_trait_kind ON note_trait(kind, folded)",
    "ALTER TABLE note ADD COLUMN template TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE template (id TEXT PRIMARY KEY, name TEXT NOT NULL, outline TEXT NOT NULL) STRICT",
    """CREATE TABLE note_mention (
        note_id INTEGER NOT NULL REFERENCES note(id),
        mentioned_id INTEGER NOT NULL REFERENCES note(id),
        PRIMARY KEY (note_id, mentioned_id)
    ) STRICT""",
    "CREATE INDEX note_mention_mentioned ON note_mention(mentioned_id)",
)

GATES = (
    "ALTER TABLE note ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE note_facet (
        note_id INTEGER NOT NULL REFERENCES note(id),
        facet TEXT NOT NULL,
        PRIMARY KEY (note_id, facet)
    ) STRICT""",
    """CREATE TABLE answer (
        id INTEGER PRIMARY KEY,
        note_id INTEGER NOT NULL REFERENCES note(id),
        verdict TEXT NOT NULL CHECK (verdict IN ('yes', 'no')),
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        words TEXT NOT NULL,
        said_on TEXT NOT NULL,
        digest TEXT NOT NULL,
        created_by INTEGER REFERENCES member(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX answer_note ON answer(note_id)",
)

USES = (
    """CREATE TABLE note_use (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        result TEXT NOT NULL CHECK (result IN ('worked', 'partly', 'failed')),
        place TEXT NOT NULL,
        customer_id INTEGER REFERENCES customer(id),
        outcome TEXT NOT NULL,
        used_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX note_use_note ON note_use(note_id)",
    "CREATE INDEX note_use_member ON note_use(member_id)",
)

DOUBTS = (
    """CREATE TABLE note_doubt (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        note_id INTEGER NOT NULL REFERENCES note(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        words TEXT NOT NULL,
        raised_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX note_doubt_note ON note_doubt(note_id)",
    "CREATE INDEX note_doubt_member ON note_doubt(member_id)",
)

MAP = (
    *(f"ALTER TABLE member ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in ("phone", "wecom", "mail")),
    "ALTER TABLE topic ADD COLUMN parent_id INTEGER REFERENCES topic(id)",
    "CREATE INDEX topic_parent ON topic(parent_id)",
    """CREATE TABLE source (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL
            CHECK (kind IN ('file', 'database', 'tool', 'equipment', 'application', 'paper')),
        owner_id INTEGER REFERENCES member(id),
        place TEXT NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX source_owner ON source(owner_id)",
    """CREATE TABLE source_topic (
        source_id INTEGER NOT NULL REFERENCES source(id),
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        position INTEGER NOT NULL,
        PRIMARY KEY (source_id, topic_id)
    ) STRICT""",
    "CREATE INDEX source_topic_topic ON source_topic(topic_id)",
)
