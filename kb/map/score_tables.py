"""What m032 makes: what the scores of those who know a topic are counted from; it never changes once it has shipped.

A reason is a deed of a member on a note of the topic, or what somebody said of them. ``by_id`` is the colleague whose
deed speaks for the member, 0 where it is their own: the same colleague counts up to a cap. ``day`` is ``at`` as a
number, so that no page has to read dates. What a member struck, or a topic they hid, gives no reason at all, so that
nobody who reads reasons has to think of it.
"""

COLUMNS = "topic_id, member_id, note_id, kind, of_id, by_id, at, day, readers, owner_id, department_id"

_OF_NOTE = "note.readers, note.owner_id, note.department_id"

# Who changes, uses or verifies his own note has written it already.
_DEEDS = f"""SELECT 'wrote' AS kind, note.id AS note_id, note.owner_id AS member_id, 0 AS of_id, 0 AS by_id,
           note.created_at AS at, note.readers AS readers, note.owner_id AS owner_id,
           note.department_id AS department_id
      FROM note WHERE {{note}}
    UNION ALL
    SELECT 'verified', note.id, note.owner_id, 0, note.verified_by, note.verified_at, {_OF_NOTE}
      FROM note WHERE {{note}} AND note.verified_by <> note.owner_id
    UNION ALL
    SELECT 'checked', note.id, note.verified_by, 0, 0, note.verified_at, {_OF_NOTE}
      FROM note WHERE {{note}} AND note.verified_by IS NOT note.owner_id
    UNION ALL
    SELECT 'proved', evidence.note_id, evidence.created_by, 0, 0, min(evidence.created_at), {_OF_NOTE}
      FROM evidence JOIN note ON note.id = evidence.note_id
     WHERE {{note}} AND evidence.removed_at IS NULL GROUP BY evidence.note_id, evidence.created_by
    UNION ALL
    SELECT 'applied', note.id, note.owner_id, note_use.id, note_use.member_id, note_use.used_at, {_OF_NOTE}
      FROM note_use JOIN note ON note.id = note_use.note_id
     WHERE {{note}} AND note_use.member_id IS NOT note.owner_id AND note_use.result <> 'failed'
    UNION ALL
    SELECT 'edited', note.id, change.member_id, 0, 0, max(change.at), {_OF_NOTE}
      FROM note JOIN change ON change.noun = 'note' AND change.noun_id = CAST(note.id AS TEXT)
     WHERE {{note}} AND change.action = 'edit' AND change.member_id IS NOT note.owner_id
     GROUP BY note.id, change.member_id
    UNION ALL
    SELECT 'talked', note.id, talk.owner_id, talk.id, 0, talk.happened_at,
           CASE WHEN talk.readers = 'all' THEN note.readers
                WHEN note.readers = 'all' THEN talk.readers
                WHEN 'owner' IN (note.readers, talk.readers) THEN 'owner' ELSE 'department' END,
           CASE WHEN talk.readers = 'all' THEN note.owner_id ELSE talk.owner_id END,
           CASE WHEN talk.readers = 'all' THEN note.department_id ELSE talk.department_id END
      FROM interaction_note AS told
      JOIN interaction AS talk ON talk.id = told.interaction_id
      JOIN note ON note.id = told.note_id
     WHERE {{note}} AND NOT talk.archived
       -- Who may see both must be who one of the two is open to; else it counts for nobody.
       AND ('all' IN (note.readers, talk.readers)
            OR (note.owner_id = talk.owner_id
                AND ('owner' IN (note.readers, talk.readers)
                     OR (note.readers = talk.readers AND note.department_id = talk.department_id))))"""

# CROSS: from the note to its topics, never from a topic through all of its notes.
_OF_NOTES = f"""SELECT note_topic.topic_id, deed.member_id, deed.note_id, deed.kind, deed.of_id, deed.by_id, deed.at,
           julianday(deed.at), deed.readers, deed.owner_id, deed.department_id
      FROM ({_DEEDS}) AS deed
     CROSS JOIN note ON note.id = deed.note_id
     CROSS JOIN note_topic ON note_topic.note_id = note.id
     WHERE deed.member_id IS NOT NULL AND NOT note.archived AND {{topic}}
       AND NOT EXISTS (SELECT 1 FROM expertise AS gone
                        WHERE gone.topic_id = note_topic.topic_id AND gone.member_id = deed.member_id
                          AND (gone.kind = 'hidden'
                               OR (gone.kind = 'struck' AND gone.note_id = deed.note_id
                                   AND gone.reason = deed.kind AND gone.of_id = deed.of_id)))"""

# What is said of a colleague is open to all; that it is about a topic, only to whoever may know of the topic.
_OF_WORDS = """SELECT said.topic_id, said.member_id, 0, said.kind, said.by_id,
           CASE said.kind WHEN 'endorsed' THEN said.by_id ELSE 0 END, min(said.said_at), julianday(min(said.said_at)),
           'all', CAST(NULL AS INTEGER), CAST(NULL AS INTEGER)
      FROM expertise AS said
     WHERE said.kind IN ('declared', 'endorsed') AND {said}
       AND NOT EXISTS (SELECT 1 FROM expertise AS gone
                        WHERE gone.topic_id = said.topic_id AND gone.member_id = said.member_id
                          AND (gone.kind = 'hidden'
                               OR (gone.kind = 'struck' AND gone.note_id IS NULL AND gone.reason = said.kind
                                   AND gone.of_id = said.by_id)))
     GROUP BY said.topic_id, said.member_id, said.kind, said.by_id"""

ALL = (_OF_NOTES.format(note="1", topic="1"), _OF_WORDS.format(said="1"))
FILL = tuple(f"INSERT INTO reason ({COLUMNS}) {each}" for each in ALL)


def _anew(note, topic="1", kind=None):
    gone = f"note_id IN ({note})" + ("" if topic == "1" else f" AND topic_id = {topic}")
    of = "1" if topic == "1" else f"note_topic.topic_id = {topic}"
    if kind is not None:
        gone, of = f"{gone} AND kind = '{kind}'", f"{of} AND deed.kind = '{kind}'"
    made = _OF_NOTES.format(note=f"note.id IN ({note})", topic=of)
    return f"DELETE FROM reason WHERE {gone}; INSERT INTO reason ({COLUMNS}) {made};"


def _said_anew(row):
    """Return what follows a word that came or went: what it says, and of a struck deed what stands of that note."""
    of = f"topic_id = {row}.topic_id AND said.member_id = {row}.member_id"
    words = _OF_WORDS.format(said=f"said.{of}")
    gone = f"topic_id = {row}.topic_id AND member_id = {row}.member_id AND note_id = 0"
    return f"DELETE FROM reason WHERE {gone}; INSERT INTO reason ({COLUMNS}) {words}; " + _anew(
        f"SELECT {row}.note_id WHERE {row}.note_id IS NOT NULL", f"{row}.topic_id"
    )


_HIDDEN = "DELETE FROM reason WHERE topic_id = new.topic_id AND member_id = new.member_id AND new.kind = 'hidden';"
_SHOWN = f"""INSERT OR IGNORE INTO reason ({COLUMNS}) {
    _OF_NOTES.format(
        note="note.id IN (SELECT note_id FROM note_topic WHERE topic_id = old.topic_id AND old.kind = 'hidden')",
        topic="note_topic.topic_id = old.topic_id AND deed.member_id = old.member_id",
    )
};"""


def _trigger(name, when, *then):
    return f"CREATE TRIGGER reason_{name} AFTER {when} BEGIN {' '.join(then)} END"


def _changed(*names):
    return " OR ".join(f"old.{name} IS NOT new.{name}" for name in names)


_OF_A_NOTE = ("readers", "owner_id", "department_id", "archived", "verified_by", "verified_at")
_OF_A_TALK = ("readers", "owner_id", "department_id", "archived", "happened_at")
_OF_THE_TALK = _anew("SELECT note_id FROM interaction_note WHERE interaction_id = new.id", kind="talked")

# Weights of writing and use, cap and half-life: the best on half of the topics of benchmarks/experts_quality.py, and
# better on the other half. The others are judged by these.
RULES = {
    "half_life": 180, "share": 0.5, "cap": 1, "wrote": 1, "verified": 1, "applied": 3, "proved": 1, "edited": 0.5,
    "checked": 0.5, "talked": 0.5, "declared": 1, "endorsed": 1,
}  # fmt: skip

_TABLES = (
    "ALTER TABLE member ADD COLUMN open_for_questions INTEGER NOT NULL DEFAULT 1 CHECK (open_for_questions IN (0, 1))",
    "CREATE TABLE score_rule (name TEXT PRIMARY KEY, value REAL NOT NULL CHECK (value >= 0)) STRICT",
    *(f"INSERT INTO score_rule (name, value) VALUES ('{name}', {value})" for name, value in RULES.items()),
    """CREATE TABLE expertise (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('declared', 'endorsed', 'hidden', 'struck')),
        topic_id INTEGER NOT NULL REFERENCES topic(id),
        member_id INTEGER NOT NULL REFERENCES member(id),
        by_id INTEGER NOT NULL REFERENCES member(id),
        reason TEXT NOT NULL DEFAULT '',
        note_id INTEGER REFERENCES note(id),
        of_id INTEGER NOT NULL DEFAULT 0,
        said_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX expertise_member ON expertise(member_id, topic_id, kind)",
    "CREATE INDEX expertise_topic ON expertise(topic_id)",
    "CREATE INDEX expertise_by ON expertise(by_id)",
    "CREATE INDEX expertise_note ON expertise(note_id) WHERE note_id IS NOT NULL",
    """CREATE TABLE reason (
        topic_id INTEGER NOT NULL,
        member_id INTEGER NOT NULL,
        note_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        of_id INTEGER NOT NULL,
        by_id INTEGER NOT NULL,
        at TEXT NOT NULL,
        day REAL NOT NULL,
        readers TEXT NOT NULL,
        owner_id INTEGER,
        department_id INTEGER,
        PRIMARY KEY (topic_id, member_id, note_id, kind, of_id)
    ) STRICT, WITHOUT ROWID""",
    # The newest of a kind are found without the others, and a sum without the table.
    """CREATE INDEX reason_member
        ON reason(member_id, topic_id, kind, day, by_id, readers, owner_id, department_id)""",
    "CREATE INDEX reason_note ON reason(note_id)",
    *FILL,
    _trigger("topic", "INSERT ON note_topic", _anew("new.note_id", "new.topic_id")),
    _trigger(
        "no_topic",
        "DELETE ON note_topic",
        "DELETE FROM reason WHERE note_id = old.note_id AND topic_id = old.topic_id;",
    ),
    _trigger("note", f"UPDATE OF {', '.join(_OF_A_NOTE)} ON note WHEN {_changed(*_OF_A_NOTE)}", _anew("new.id")),
    _trigger("evidence", "INSERT ON evidence", _anew("new.note_id")),
    _trigger("evidence_of", "UPDATE ON evidence", _anew("old.note_id"), _anew("new.note_id")),
    _trigger("no_evidence", "DELETE ON evidence", _anew("old.note_id")),
    _trigger("use", "INSERT ON note_use", _anew("new.note_id")),
    _trigger("use_of", "UPDATE ON note_use", _anew("old.note_id"), _anew("new.note_id")),
    _trigger("no_use", "DELETE ON note_use", _anew("old.note_id")),
    _trigger(
        "edit",
        "INSERT ON change WHEN new.noun = 'note' AND new.action = 'edit'",
        _anew("CAST(new.noun_id AS INTEGER)"),
    ),
    _trigger("told", "INSERT ON interaction_note", _anew("new.note_id")),
    _trigger("told_of", "UPDATE ON interaction_note", _anew("old.note_id"), _anew("new.note_id")),
    _trigger("not_told", "DELETE ON interaction_note", _anew("old.note_id")),
    _trigger("talk", f"UPDATE OF {', '.join(_OF_A_TALK)} ON interaction WHEN {_changed(*_OF_A_TALK)}", _OF_THE_TALK),
    _trigger("said", "INSERT ON expertise", _said_anew("new"), _HIDDEN),
    _trigger("said_of", "UPDATE ON expertise", _said_anew("old"), _said_anew("new")),
    _trigger("unsaid", "DELETE ON expertise", _said_anew("old"), _SHOWN),
)


def make(db):
    """Make the tables, the reasons of what was done until now, and what keeps them."""
    made = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'reason\\_%' ESCAPE '\\'"
    for (name,) in db.execute(made).fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DROP TABLE reason")
    for statement in _TABLES:
        db.execute(statement)
