"""How many notes stand in lists, kept by the database itself: a list tells its total without walking over its notes."""

from kb import access
from kb.dimensions import DIMENSIONS, checked_dimension
from kb.note_conditions import where_sql

_OF = "{0}.dimension, {0}.readers, {0}.department_id, {0}.owner_id"
_KEY = "dimension, readers, ifnull(department_id, 0), ifnull(owner_id, 0)"
_MORE = f"""INSERT INTO note_count (dimension, readers, department_id, owner_id, notes)
    SELECT {_OF.format("new")}, 1 WHERE NOT new.archived
    ON CONFLICT ({_KEY}) DO UPDATE SET notes = notes + 1;"""
_OLD = """dimension = old.dimension AND readers = old.readers
    AND ifnull(department_id, 0) = ifnull(old.department_id, 0) AND ifnull(owner_id, 0) = ifnull(old.owner_id, 0)"""
_FEWER = f"UPDATE note_count SET notes = notes - 1 WHERE {_OLD} AND NOT old.archived;"

# Never changes once it has shipped. Triggers, because every door to a note would have to remember it otherwise.
TABLE = (
    """CREATE TABLE note_count (
        dimension TEXT NOT NULL,
        readers TEXT NOT NULL,
        department_id INTEGER,
        owner_id INTEGER,
        notes INTEGER NOT NULL CHECK (notes >= 0)
    ) STRICT""",
    f"CREATE UNIQUE INDEX note_count_key ON note_count({_KEY})",
    f"""INSERT INTO note_count (dimension, readers, department_id, owner_id, notes)
        SELECT {_OF.format("note")}, count(*) FROM note WHERE NOT archived GROUP BY 1, 2, 3, 4""",
    f"CREATE TRIGGER note_count_more AFTER INSERT ON note BEGIN {_MORE} END",
    f"CREATE TRIGGER note_count_fewer AFTER DELETE ON note BEGIN {_FEWER} END",
    f"""CREATE TRIGGER note_count_other AFTER UPDATE OF dimension, readers, department_id, owner_id, archived ON note
        BEGIN {_FEWER} {_MORE} END""",
)


def balance(db, *, reader, department_id=None, customer_id=None, owner_id=None):
    """Return how many notes of each dimension `reader` may see in lists: of all, of a department, customer, owner."""
    if customer_id is None:
        clause, values = access.visible(reader, "note_count")
        rows = db.execute(
            f"""SELECT dimension, sum(notes) FROM note_count
                 WHERE {clause} AND (:of_department IS NULL OR department_id = :of_department)
                   AND (:of_owner IS NULL OR owner_id = :of_owner)
                 GROUP BY dimension""",
            {**values, "of_department": department_id, "of_owner": owner_id},
        )
    else:
        where, values = where_sql(reader, department_id=department_id, customer_id=customer_id, owner_id=owner_id)
        rows = db.execute(f"SELECT dimension, count(*) FROM note WHERE {where} GROUP BY dimension", values)
    return {**dict.fromkeys(DIMENSIONS, 0), **dict(rows.fetchall())}


def total(db, *, reader, dimension, topic_id, department_id, customer_id, owner_id, archived):
    """Return how many notes are in a list that `reader` sees; it is asked as `kb.note_conditions.where_sql`."""
    if archived or topic_id is not None or customer_id is not None:
        where, values = where_sql(reader, dimension, topic_id, department_id, customer_id, owner_id, archived)
        return db.execute(f"SELECT count(*) FROM note WHERE {where}", values).fetchone()[0]
    counts = balance(db, reader=reader, department_id=department_id, owner_id=owner_id)
    return sum(counts.values()) if dimension is None else counts[checked_dimension(dimension)]


def wrong(db):
    """Return how many kinds of notes are counted, and how many of these wrongly."""
    rows = db.execute(
        f"""SELECT count(*), sum(ifnull(kept, 0) <> ifnull(real, 0)) FROM (
                SELECT sum(kept) AS kept, sum(real) AS real FROM (
                    SELECT {_OF.format("note_count")}, notes AS kept, 0 AS real FROM note_count
                    UNION ALL
                    SELECT {_OF.format("note")}, 0, count(*) FROM note WHERE NOT archived GROUP BY 1, 2, 3, 4)
                 GROUP BY dimension, readers, department_id, owner_id)"""
    )
    checked, differing = rows.fetchone()
    return checked, differing or 0
