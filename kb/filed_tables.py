"""That search looks again at notes of which a topic, a customer, a product or a doubt changed.

Never changes once it has shipped.
"""

_TOUCH = "DELETE FROM note_touched WHERE note_id = {0}; INSERT INTO note_touched (note_id) VALUES ({0});"
_TABLES = ("note_topic", "note_customer", "note_product", "note_doubt")


def make(db):
    """Make what writes it down, as `kb.touched_tables` does of the notes themselves."""
    for table in _TABLES:
        for event, rows in (("INSERT", ["new"]), ("DELETE", ["old"]), ("UPDATE", ["old", "new"])):
            touches = " ".join(_TOUCH.format(f"{row}.note_id") for row in rows)
            db.execute(
                f"CREATE TRIGGER {table}_touched_by_{event.lower()} AFTER {event} ON {table} BEGIN {touches} END"
            )
