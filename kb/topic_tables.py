"""What migrations m030 and m031 make: topics with several parents and aliases; sources checked again. Never changes."""

from kb.pinyin import keys
from kb.text import fold_name

TOPICS = (
    "DROP INDEX topic_parent",
    """CREATE TABLE topic_parent (
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        parent_id INTEGER NOT NULL REFERENCES topic(id),
        PRIMARY KEY (topic_id, parent_id),
        CHECK (topic_id <> parent_id)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO topic_parent (topic_id, parent_id) SELECT id, parent_id FROM topic WHERE parent_id IS NOT NULL",
    # One place for one fact: what still reads the old column shall fail, not read yesterday's tree.
    "ALTER TABLE topic DROP COLUMN parent_id",
    "CREATE INDEX topic_parent_parent ON topic_parent(parent_id)",
    """CREATE TABLE topic_alias (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        pinyin TEXT NOT NULL,
        initials TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX topic_alias_topic ON topic_alias(topic_id)",
    # Two that somebody said are not the same.
    """CREATE TABLE topic_apart (
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        other_id INTEGER NOT NULL REFERENCES topic(id),
        PRIMARY KEY (topic_id, other_id),
        CHECK (topic_id < other_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX topic_apart_other ON topic_apart(other_id)",
    *(
        f"ALTER TABLE topic ADD COLUMN {column}"
        for column in (
            "version INTEGER NOT NULL DEFAULT 1",
            "facet TEXT NOT NULL DEFAULT '' CHECK (facet IN ('', 'feature', 'function', 'repair', 'quality', 'rival'))",
            "owner_id INTEGER REFERENCES member(id)",
            # Of the vocabulary of the company: known to everybody, whether a note carries it or not.
            "listed INTEGER NOT NULL DEFAULT 0 CHECK (listed IN (0, 1))",
            "merged_into INTEGER REFERENCES topic(id)",
        )
    ),
    "CREATE INDEX topic_owner ON topic(owner_id) WHERE owner_id IS NOT NULL",
    "CREATE INDEX topic_merged ON topic(merged_into) WHERE merged_into IS NOT NULL",
    # As it was, but from the note: it used to walk all notes of the topic for each that got it, 48 ms on one of 10,000.
    "DROP TRIGGER reason_topic",
    """CREATE TRIGGER reason_topic AFTER INSERT ON note_topic BEGIN
        DELETE FROM reason WHERE note_id = new.note_id AND topic_id = new.topic_id;
        INSERT INTO reason (topic_id, member_id, note_id, kind, of_id, at, readers, owner_id, department_id)
        SELECT new.topic_id, deed.member_id, note.id, deed.kind, deed.of_id, deed.at, note.readers, note.owner_id,
               note.department_id
          FROM note
          JOIN (SELECT 'wrote' AS kind, note.owner_id AS member_id, 0 AS of_id, note.created_at AS at
                  FROM note WHERE note.id = new.note_id
                UNION ALL
                SELECT 'proved', evidence.created_by, 0, min(evidence.created_at) FROM evidence
                 WHERE evidence.note_id = new.note_id AND evidence.removed_at IS NULL GROUP BY evidence.created_by
                UNION ALL
                SELECT 'applied', note.owner_id, note_use.id, note_use.used_at
                  FROM note_use JOIN note ON note.id = note_use.note_id
                 WHERE note.id = new.note_id AND note_use.member_id IS NOT note.owner_id
                   AND note_use.result <> 'failed'
                UNION ALL
                SELECT 'edited', change.member_id, 0, max(change.at)
                  FROM note JOIN change ON change.noun = 'note' AND change.noun_id = CAST(note.id AS TEXT)
                 WHERE note.id = new.note_id AND change.action = 'edit' AND change.member_id IS NOT note.owner_id
                 GROUP BY change.member_id) AS deed
         WHERE note.id = new.note_id AND deed.member_id IS NOT NULL AND NOT note.archived;
       END""",
)

_SOURCES = (
    *(
        f"ALTER TABLE source ADD COLUMN {column}"
        for column in (
            "access TEXT NOT NULL DEFAULT ''",
            "folded TEXT NOT NULL DEFAULT ''",
            "pinyin TEXT NOT NULL DEFAULT ''",
            "initials TEXT NOT NULL DEFAULT ''",
            "months INTEGER CHECK (months BETWEEN 1 AND 60)",
            "checked_at TEXT NOT NULL DEFAULT ''",
            "checked_by INTEGER REFERENCES member(id)",
        )
    ),
    # Who wrote it down or changed it last has looked at it.
    "UPDATE source SET checked_at = updated_at",
    "CREATE INDEX source_checked_by ON source(checked_by) WHERE checked_by IS NOT NULL",
)


def make_sources(db):
    """Add how to get at a source and when it is to be looked at again, and what its name is found by."""
    for statement in _SOURCES:
        db.execute(statement)
    for source_id, name in db.execute("SELECT id, name FROM source").fetchall():
        folded = fold_name(name)
        pinyin, initials = keys(folded)
        told = {"id": source_id, "folded": folded, "pinyin": pinyin, "initials": initials}
        db.execute("UPDATE source SET folded = :folded, pinyin = :pinyin, initials = :initials WHERE id = :id", told)
