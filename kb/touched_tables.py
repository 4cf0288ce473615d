"""Which notes changed in what search keeps of them in memory, in the order in which they did.

Never changes once it has shipped. Triggers, because every door to a note would have to remember it otherwise.
"""

# One row a note: its last change. Not by REPLACE, which an OR IGNORE of whoever writes would overrule.
_TOUCH = "DELETE FROM note_touched WHERE note_id = {0}; INSERT INTO note_touched (note_id) VALUES ({0});"
_OF_NOTE = (
    "dimension, maturity, readers, owner_id, department_id, archived, valid_from, valid_until, due_at, verified_at,"
    " updated_at"
)


def make(db):
    """Make the table and what fills it."""
    db.execute(
        """CREATE TABLE note_touched (
            tick INTEGER PRIMARY KEY AUTOINCREMENT,
            note_id INTEGER NOT NULL UNIQUE
        ) STRICT"""
    )
    for table in ("note", "note_reader"):
        column = "id" if table == "note" else "note_id"
        of_what = f"OF {_OF_NOTE}" if table == "note" else ""
        for event, row in (("INSERT", "new"), ("DELETE", "old"), (f"UPDATE {of_what}", "new")):
            name = f"{table}_touched_by_{event.split()[0].lower()}"
            db.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {_TOUCH.format(f'{row}.{column}')} END")
