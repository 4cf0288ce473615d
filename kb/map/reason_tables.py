"""What m026 makes: the first reasons why a member counts as knowing a topic; `kb.map.score_tables` made them anew."""

_COLUMNS = "topic_id, member_id, note_id, kind, of_id, at, readers, owner_id, department_id"

# Who changes his own note, or uses it himself, has written it already.
_DEEDS = """SELECT 'wrote' AS kind, note.id AS note_id, note.owner_id AS member_id, 0 AS of_id, note.created_at AS at
      FROM note WHERE {note}
    UNION ALL
    SELECT 'proved', evidence.note_id, evidence.created_by, 0, min(evidence.created_at)
      FROM evidence JOIN note ON note.id = evidence.note_id
     WHERE {note} AND evidence.removed_at IS NULL GROUP BY evidence.note_id, evidence.created_by
    UNION ALL
    SELECT 'applied', note.id, note.owner_id, note_use.id, note_use.used_at
      FROM note_use JOIN note ON note.id = note_use.note_id
     WHERE {note} AND note_use.member_id IS NOT note.owner_id AND note_use.result <> 'failed'
    UNION ALL
    SELECT 'edited', note.id, change.member_id, 0, max(change.at)
      FROM note JOIN change ON change.noun = 'note' AND change.noun_id = CAST(note.id AS TEXT)
     WHERE {note} AND change.action = 'edit' AND change.member_id IS NOT note.owner_id
     GROUP BY note.id, change.member_id"""

_SELECT = f"""SELECT note_topic.topic_id, deed.member_id, note.id, deed.kind, deed.of_id, deed.at,
           note.readers, note.owner_id, note.department_id
      FROM ({_DEEDS}) AS deed
      JOIN note ON note.id = deed.note_id
      JOIN note_topic ON note_topic.note_id = note.id
     WHERE deed.member_id IS NOT NULL AND NOT note.archived AND {{topic}}"""


def _anew(note, topic="1"):
    gone = f"note_id = {note}" + ("" if topic == "1" else f" AND topic_id = {topic}")
    of = "1" if topic == "1" else f"note_topic.topic_id = {topic}"
    made = _SELECT.format(note=f"note.id = {note}", topic=of)
    return f"DELETE FROM reason WHERE {gone}; INSERT INTO reason ({_COLUMNS}) {made};"


def _trigger(name, when, *then):
    return f"CREATE TRIGGER reason_{name} AFTER {when} BEGIN {' '.join(then)} END"


_FILL = f"INSERT INTO reason ({_COLUMNS}) {_SELECT.format(note='1', topic='1')}"
_OF_A_NOTE = "readers, owner_id, department_id, archived"
_CHANGED = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _OF_A_NOTE.split(", "))

# Never changes once it has shipped.
TABLE = (
    """CREATE TABLE reason (
        topic_id INTEGER NOT NULL,
        member_id INTEGER NOT NULL,
        note_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        of_id INTEGER NOT NULL,
        at TEXT NOT NULL,
        readers TEXT NOT NULL,
        owner_id INTEGER,
        department_id INTEGER,
        PRIMARY KEY (topic_id, member_id, note_id, kind, of_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reason_member ON reason(member_id, topic_id)",
    "CREATE INDEX reason_note ON reason(note_id)",
    _FILL,
    _trigger("topic", "INSERT ON note_topic", _anew("new.note_id", "new.topic_id")),
    _trigger(
        "no_topic",
        "DELETE ON note_topic",
        "DELETE FROM reason WHERE note_id = old.note_id AND topic_id = old.topic_id;",
    ),
    _trigger("note", f"UPDATE OF {_OF_A_NOTE} ON note WHEN {_CHANGED}", _anew("new.id")),
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
)
