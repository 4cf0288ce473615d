"""What m020 makes: notes open to a list of members and departments, customers who were erased; it never changes."""

import re

_CHOICES = "CHECK (readers IN ('owner', 'department', 'all'))"
_TABLE = """CREATE TABLE note_reader (
    note_id INTEGER NOT NULL REFERENCES note(id),
    member_id INTEGER REFERENCES member(id),
    department_id INTEGER REFERENCES department(id),
    CHECK ((member_id IS NULL) <> (department_id IS NULL))
) STRICT"""
_INDEXES = (
    "CREATE INDEX note_reader_note ON note_reader(note_id)",
    # What one reader may see by lists is read from one of these alone.
    """CREATE UNIQUE INDEX note_reader_member ON note_reader(member_id, note_id) WHERE member_id IS NOT NULL""",
    """CREATE UNIQUE INDEX note_reader_department ON note_reader(department_id, note_id)
        WHERE department_id IS NOT NULL""",
)

# Who looked at one customer or one note is asked of the whole log.
_LOOKS = "CREATE INDEX access_log_thing ON access_log(noun, noun_id) WHERE noun IS NOT NULL"
_ERASED = "ALTER TABLE customer ADD COLUMN erased_at TEXT"


def make(db):
    """Let a note have readers ``list``, with the table of who is on it, and a customer be erased."""
    _allow_lists(db)
    for statement in (_TABLE, *_INDEXES, _ERASED, _LOOKS):
        db.execute(statement)


def _allow_lists(db):
    """Make the table of notes anew, for a CHECK cannot be changed; foreign keys are off in a migration."""
    rows = db.execute("SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'note' AND sql IS NOT NULL").fetchall()
    (made,) = (sql for kind, sql in rows if kind == "table")
    if made.count(_CHOICES) != 1:
        raise ValueError(f"the table of notes is not as it was shipped: {made}")
    made = made.replace(_CHOICES, "CHECK (readers IN ('owner', 'department', 'list', 'all'))")
    # Ids of notes that were erased must not be given again.
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'note'").fetchone()
    db.execute(re.sub(r'^CREATE TABLE "?note"?', "CREATE TABLE note_with_lists", made))
    db.execute("INSERT INTO note_with_lists SELECT * FROM note")
    db.execute("DROP TABLE note")
    # Else triggers of other tables that name notes are in the way, for just now there is no table of that name.
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("ALTER TABLE note_with_lists RENAME TO note")
    db.execute("PRAGMA legacy_alter_table = OFF")
    if last is not None:
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'note'")
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('note', :seq)", {"seq": last[0]})
    for kind, sql in rows:
        if kind != "table":
            db.execute(sql)
