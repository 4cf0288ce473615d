"""What m043 makes: interactions open to a list of members and departments; it never changes."""

import re

from kb.map import listed_tables

_CHOICES = "CHECK (readers IN ('owner', 'department', 'all'))"
_TABLE = """CREATE TABLE interaction_reader (
    interaction_id INTEGER NOT NULL REFERENCES interaction(id),
    member_id INTEGER REFERENCES member(id),
    department_id INTEGER REFERENCES department(id),
    CHECK ((member_id IS NULL) <> (department_id IS NULL))
) STRICT"""
_INDEXES = (
    "CREATE INDEX interaction_reader_interaction ON interaction_reader(interaction_id)",
    """CREATE UNIQUE INDEX interaction_reader_member ON interaction_reader(member_id, interaction_id)
        WHERE member_id IS NOT NULL""",
    """CREATE UNIQUE INDEX interaction_reader_department ON interaction_reader(department_id, interaction_id)
        WHERE department_id IS NOT NULL""",
)


def make(db):
    """Let an interaction have readers ``list``, with the table of who is on it."""
    _allow_lists(db)
    for statement in (_TABLE, *_INDEXES):
        db.execute(statement)
    listed_tables.make(db)


def _allow_lists(db):
    """Make the table of interactions anew, for a CHECK cannot be changed; foreign keys are off in a migration."""
    rows = db.execute("SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'interaction' AND sql IS NOT NULL")
    rows = rows.fetchall()
    (made,) = (sql for kind, sql in rows if kind == "table")
    if made.count(_CHOICES) != 1:
        raise ValueError(f"the table of interactions is not as it was shipped: {made}")
    made = made.replace(_CHOICES, "CHECK (readers IN ('owner', 'department', 'list', 'all'))")
    # Ids of interactions that were erased must not be given again.
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'interaction'").fetchone()
    db.execute(re.sub(r'^CREATE TABLE "?interaction"?', "CREATE TABLE interaction_with_lists", made))
    db.execute("INSERT INTO interaction_with_lists SELECT * FROM interaction")
    db.execute("DROP TABLE interaction")
    # Else triggers of other tables that name interactions are in the way, for just now there is no such table.
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("ALTER TABLE interaction_with_lists RENAME TO interaction")
    db.execute("PRAGMA legacy_alter_table = OFF")
    if last is not None:
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'interaction'")
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('interaction', :seq)", {"seq": last[0]})
    for kind, sql in rows:
        if kind != "table":
            db.execute(sql)
