"""How many notes stand in lists and under topics, kept by the database itself: no page walks over notes to count."""

import json
from collections import Counter

from kb import access
from kb.dimensions import DIMENSIONS, checked_dimension
from kb.note_conditions import where_sql

_OF = "{0}.dimension, {0}.maturity, {0}.readers, {0}.department_id, {0}.owner_id"
_COUNTED = "dimension, maturity, readers, department_id, owner_id"
_KEY = "dimension, ifnull(maturity, ''), readers, ifnull(department_id, 0), ifnull(owner_id, 0)"
_MORE = f"""INSERT INTO note_count ({_COUNTED}, notes)
    SELECT {_OF.format("new")}, 1 WHERE NOT new.archived
    ON CONFLICT ({_KEY}) DO UPDATE SET notes = notes + 1;"""
_OLD = """dimension = old.dimension AND ifnull(maturity, '') = ifnull(old.maturity, '') AND readers = old.readers
    AND ifnull(department_id, 0) = ifnull(old.department_id, 0) AND ifnull(owner_id, 0) = ifnull(old.owner_id, 0)"""
_FEWER = f"UPDATE note_count SET notes = notes - 1 WHERE {_OLD} AND NOT old.archived;"

# Never changes once it has shipped. Triggers, because every door to a note would have to remember it otherwise.
TABLE = (
    """CREATE TABLE note_count (
        dimension TEXT NOT NULL,
        maturity TEXT,
        readers TEXT NOT NULL,
        department_id INTEGER,
        owner_id INTEGER,
        notes INTEGER NOT NULL CHECK (notes >= 0)
    ) STRICT""",
    f"CREATE UNIQUE INDEX note_count_key ON note_count({_KEY})",
    f"""INSERT INTO note_count ({_COUNTED}, notes)
        SELECT {_OF.format("note")}, count(*) FROM note WHERE NOT archived GROUP BY 1, 2, 3, 4, 5""",
    f"CREATE TRIGGER note_count_more AFTER INSERT ON note BEGIN {_MORE} END",
    f"CREATE TRIGGER note_count_fewer AFTER DELETE ON note BEGIN {_FEWER} END",
    f"""CREATE TRIGGER note_count_other AFTER UPDATE OF {_COUNTED}, archived ON note
        BEGIN {_FEWER} {_MORE} END""",
)


_AND_TOPIC = "topic_id, readers, ifnull(department_id, 0), ifnull(owner_id, 0)"
_OF_TOPIC = "note_topic.topic_id, note.readers, note.department_id, note.owner_id"


_NEW = "note_topic.note_id = new.note_id AND note_topic.topic_id = new.topic_id"


def _more_of_topics(which):
    return f"""INSERT INTO topic_count (topic_id, readers, department_id, owner_id, notes)
        SELECT {_OF_TOPIC}, 1 FROM note_topic JOIN note ON note.id = note_topic.note_id
         WHERE {which} AND NOT note.archived
        ON CONFLICT ({_AND_TOPIC}) DO UPDATE SET notes = notes + 1;"""


def _fewer_of_topics(note, topics):
    return f"""UPDATE topic_count SET notes = notes - 1
        WHERE topic_id IN ({topics}) AND (readers, ifnull(department_id, 0), ifnull(owner_id, 0))
              = (SELECT {note}.readers, ifnull({note}.department_id, 0), ifnull({note}.owner_id, 0))
          AND NOT {note}.archived;"""


_THE_NOTE = "(SELECT note.{0} FROM note WHERE note.id = old.note_id)"
_RIGHTS = ("readers", "department_id", "owner_id", "archived")

# Never changes once it has shipped.
TOPIC_TABLE = (
    """CREATE TABLE topic_count (
        topic_id INTEGER NOT NULL,
        readers TEXT NOT NULL,
        department_id INTEGER,
        owner_id INTEGER,
        notes INTEGER NOT NULL CHECK (notes >= 0)
    ) STRICT""",
    f"CREATE UNIQUE INDEX topic_count_key ON topic_count({_AND_TOPIC})",
    f"""INSERT INTO topic_count (topic_id, readers, department_id, owner_id, notes)
        SELECT {_OF_TOPIC}, count(*) FROM note_topic JOIN note ON note.id = note_topic.note_id
         WHERE NOT note.archived GROUP BY 1, 2, 3, 4""",
    f"CREATE TRIGGER topic_count_more AFTER INSERT ON note_topic BEGIN {_more_of_topics(_NEW)} END",
    f"""CREATE TRIGGER topic_count_fewer AFTER DELETE ON note_topic
        BEGIN UPDATE topic_count SET notes = notes - 1
               WHERE topic_id = old.topic_id AND readers = {_THE_NOTE.format("readers")}
                 AND department_id IS {_THE_NOTE.format("department_id")}
                 AND owner_id IS {_THE_NOTE.format("owner_id")} AND NOT {_THE_NOTE.format("archived")}; END""",
    f"""CREATE TRIGGER topic_count_other AFTER UPDATE OF {", ".join(_RIGHTS)} ON note
        WHEN {" OR ".join(f"old.{name} IS NOT new.{name}" for name in _RIGHTS)}
        BEGIN {_fewer_of_topics("old", "SELECT topic_id FROM note_topic WHERE note_id = old.id")}
              {_more_of_topics("note_topic.note_id = new.id")} END""",
)


def balance(db, *, reader, department_id=None, owner_id=None, **others):
    """Return how many notes of each dimension `reader` may see in lists: of all, or those asked of `where_sql`."""
    if not any(others.values()):
        clause, values = access.visible(reader, "note_count")
        # Who is on the list of a note is not among what is counted: those are few, and walked over.
        rows = db.execute(
            f"""SELECT dimension, sum(notes) FROM note_count
                 WHERE {clause} AND (:of_department IS NULL OR department_id = :of_department)
                   AND (:of_owner IS NULL OR owner_id = :of_owner)
                 GROUP BY dimension
                UNION ALL
                SELECT dimension, count(*) FROM note
                 WHERE {access.by_list(reader)} AND NOT archived
                   AND (:of_department IS NULL OR department_id = :of_department)
                   AND (:of_owner IS NULL OR owner_id = :of_owner)
                 GROUP BY dimension""",
            {**values, "of_department": department_id, "of_owner": owner_id},
        )
    else:
        where, values = where_sql(reader, department_id=department_id, owner_id=owner_id, **others)
        rows = db.execute(f"SELECT dimension, count(*) FROM note WHERE {where} GROUP BY dimension", values)
    found = dict.fromkeys(DIMENSIONS, 0)
    for dimension, notes in rows:
        found[dimension] += notes
    return found


def balances(db, *, reader):
    """Return ``{department_id: {dimension: notes}}`` of the notes `reader` may see in lists, of all that have some."""
    clause, values = access.visible(reader, "note_count")
    asked = f"""SELECT department_id, dimension, sum(notes) FROM (
                    SELECT department_id, dimension, notes FROM note_count WHERE {clause}
                     UNION ALL
                    SELECT department_id, dimension, 1 FROM note WHERE {access.by_list(reader)} AND NOT archived)
                 WHERE department_id IS NOT NULL GROUP BY department_id, dimension HAVING sum(notes) > 0"""
    found = {}
    for department_id, dimension, notes in db.execute(asked, values).fetchall():
        found.setdefault(department_id, dict.fromkeys(DIMENSIONS, 0))[dimension] = notes
    return found


def total(db, *, reader, dimension=None, topic_id=None, **others):
    """Return how many notes are in a list that `reader` sees; it is asked as `kb.note_conditions.where_sql`."""
    if topic_id is not None and dimension is None and not any(others.values()):
        return topics(db, reader=reader, topic_ids=[topic_id]).get(topic_id, 0)
    counts = balance(db, reader=reader, topic_id=topic_id, **others)
    return sum(counts.values()) if dimension is None else counts[checked_dimension(dimension)]


def topics(db, *, reader, topic_ids=None, department_id=None):
    """Return ``{topic_id: notes}`` of all topics, or some: notes `reader` may see in lists, or a department's."""
    of = None if department_id is None else [department_id]
    rows = db.execute(*_of_topics(reader, "topic_id", topic_ids, of)).fetchall()
    found = {}
    for topic_id, notes in rows:
        found[topic_id] = found.get(topic_id, 0) + notes
    return found


def owners(db, member_ids, *, reader):
    """Return ``{member_id: notes}`` of the notes of some members that `reader` may see in lists."""
    clause, values = access.visible(reader, "note_count")
    asked = f"""SELECT owner_id, sum(notes) FROM (
                    SELECT owner_id, notes FROM note_count WHERE {clause}
                     UNION ALL
                    SELECT owner_id, 1 FROM note WHERE {access.by_list(reader)} AND NOT archived)
                 WHERE owner_id IN (SELECT value FROM json_each(:owners))
                 GROUP BY owner_id HAVING sum(notes) > 0"""
    return dict(db.execute(asked, {**values, "owners": json.dumps(list(member_ids))}).fetchall())


def topics_of_departments(db, *, reader, topic_ids=None, department_ids=None):
    """Return ``{topic_id: {department_id: notes}}`` of the notes `reader` may see in lists: of all, or some of them.

    Topics and departments without a note are left out.
    """
    rows = db.execute(*_of_topics(reader, "topic_id, department_id", topic_ids, department_ids)).fetchall()
    found = {}
    for topic_id, department_id, notes in rows:
        its = found.setdefault(topic_id, {})
        if department_id:
            its[department_id] = its.get(department_id, 0) + notes
    return found


def closed(db, *, reader):
    """Return ``{(topic_id, department_id): notes}`` of those notes `reader` may see in lists that not all may see."""
    asked, values = _closed(reader, "topic_id, department_id", "1")
    found = Counter()
    for topic_id, department_id, notes in db.execute(asked, values).fetchall():
        found[topic_id, department_id] += notes
    return found


def _of_topics(reader, columns, topic_ids, department_ids):
    """Return the statement that sums up notes on topics, and its values: more than one row may tell of the same."""
    which = "1" if topic_ids is None else "topic_id IN (SELECT value FROM json_each(:of_topics))"
    if department_ids is not None:
        which += " AND department_id IN (SELECT value FROM json_each(:of_departments))"
    asked, values = _closed(reader, columns, which)
    values |= {"of_topics": json.dumps([*(topic_ids or ())]), "of_departments": json.dumps([*(department_ids or ())])}
    open_to_all = f"SELECT {columns}, sum(notes) FROM topic_cell WHERE {which} GROUP BY {columns} HAVING sum(notes) > 0"
    return f"{open_to_all} UNION ALL {asked}", values


def _closed(reader, columns, which):
    """Return the statement of the notes on topics that `reader` sees and not all do, and its values: they are few."""
    clause, values = access.visible(reader, "topic_count")
    asked = f"""SELECT {columns}, notes FROM topic_count
                 WHERE readers <> 'all' AND notes > 0 AND {which} AND {clause}
                 UNION ALL
                SELECT {columns}, 1 FROM note JOIN note_topic ON note_topic.note_id = note.id
                 WHERE {which} AND {access.by_list(reader)} AND NOT note.archived"""
    return asked, dict(values)


def maturity(db, *, reader):
    """Return ``{step: notes}`` of the interactive notes that `reader` may see in lists."""
    clause, values = access.visible(reader, "note_count")
    asked = f"""SELECT maturity, sum(notes) FROM (
                    SELECT maturity, notes FROM note_count WHERE {clause}
                     UNION ALL
                    SELECT maturity, 1 FROM note WHERE {access.by_list(reader)} AND NOT archived)
                 WHERE maturity IS NOT NULL GROUP BY maturity"""
    return dict(db.execute(asked, values).fetchall())


def wrong(db):
    """Return how many totals are kept, and how many of these are not what a count says."""
    checked = wrong = 0
    for kept, real in (
        (
            f"SELECT {_OF.format('note_count')}, notes FROM note_count WHERE notes > 0",
            f"SELECT {_OF.format('note')}, count(*) FROM note WHERE NOT archived GROUP BY 1, 2, 3, 4, 5",
        ),
        (
            "SELECT topic_id, readers, department_id, owner_id, notes FROM topic_count WHERE notes > 0",
            f"""SELECT {_OF_TOPIC}, count(*) FROM note_topic JOIN note ON note.id = note_topic.note_id
                 WHERE NOT note.archived GROUP BY 1, 2, 3, 4""",
        ),
        (
            "SELECT topic_id, department_id, notes FROM topic_cell WHERE notes <> 0",
            """SELECT topic_id, ifnull(department_id, 0), count(*)
                 FROM note_topic JOIN note ON note.id = note_topic.note_id
                WHERE NOT note.archived AND note.readers = 'all' GROUP BY 1, 2""",
        ),
        (
            "SELECT * FROM topic_note",
            """SELECT topic_id, note.id, readers, owner_id, department_id, verified_at IS NOT NULL, due_at
                 FROM note_topic JOIN note ON note.id = note_topic.note_id WHERE NOT note.archived""",
        ),
    ):
        checked += db.execute(f"SELECT count(*) FROM ({kept})").fetchone()[0]
        over = db.execute(f"SELECT count(*) FROM ({kept} EXCEPT {real})").fetchone()[0]
        missing = db.execute(f"SELECT count(*) FROM (SELECT * FROM ({real}) EXCEPT {kept})").fetchone()[0]
        wrong += max(over, missing)
    return checked, wrong
