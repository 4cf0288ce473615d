"""What m042 makes: what all may know of topics and departments, counted as it changes; it never changes once shipped.

``knower`` has who knows a topic by reasons that are open to all, and by how many; ``topic_cell`` how many notes of a
department on a topic are open to all, and how many of its people who are here are among those knowers. ``ids`` is the
sum of their ids: of one alone, who it is. What is open to some only is asked of the rows themselves: it has indexes of
its own. Department 0 stands for none. ``topic_note`` has of the notes on a topic, but for those in the archive, who may
know of them and how they are checked, close together: no list of topics walks over whole notes.
"""

_CELL = "topic_id, department_id, notes, people, ids"
_MORE = "ON CONFLICT (topic_id, department_id) DO UPDATE SET"
_MORE_PEOPLE = f"{_MORE} people = people + 1, ids = ids + excluded.ids"
_OF_A_NOTE = ("readers", "owner_id", "department_id", "archived", "verified_at", "due_at")
_ON_TOPICS = """INSERT INTO topic_note
    SELECT topic_id, note.id, readers, owner_id, department_id, verified_at IS NOT NULL, due_at
      FROM note JOIN note_topic ON note_topic.note_id = note.id WHERE NOT archived AND {which}"""


def _trigger(name, when, *then):
    return f"CREATE TRIGGER cell_{name} AFTER {when} BEGIN {' '.join(then)} END"


def make(db):
    """Make the tables, what they count of what there is, and what keeps them."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    """CREATE TABLE knower (
        topic_id INTEGER NOT NULL,
        member_id INTEGER NOT NULL,
        reasons INTEGER NOT NULL,
        PRIMARY KEY (topic_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX knower_member ON knower(member_id)",
    """CREATE TABLE topic_cell (
        topic_id INTEGER NOT NULL,
        department_id INTEGER NOT NULL,
        notes INTEGER NOT NULL,
        people INTEGER NOT NULL,
        ids INTEGER NOT NULL,
        PRIMARY KEY (topic_id, department_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX topic_cell_department ON topic_cell(department_id, notes)",
    """CREATE TABLE topic_note (
        topic_id INTEGER NOT NULL,
        note_id INTEGER NOT NULL,
        readers TEXT NOT NULL,
        owner_id INTEGER,
        department_id INTEGER,
        verified INTEGER NOT NULL,
        due_at TEXT,
        PRIMARY KEY (topic_id, note_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE INDEX topic_count_closed ON topic_count(topic_id, readers, owner_id, department_id, notes)
        WHERE readers <> 'all'""",
    """CREATE INDEX reason_closed ON reason(topic_id, member_id, readers, owner_id, department_id)
        WHERE readers <> 'all'""",
    _ON_TOPICS.format(which="1"),
    "INSERT INTO knower SELECT topic_id, member_id, count(*) FROM reason WHERE readers = 'all' GROUP BY 1, 2",
    f"""INSERT INTO topic_cell ({_CELL})
        SELECT topic_id, department_id, sum(notes), sum(people), sum(ids) FROM (
            SELECT topic_id, ifnull(department_id, 0) AS department_id, notes, 0 AS people, 0 AS ids
              FROM topic_count WHERE readers = 'all'
             UNION ALL
            SELECT topic_id, department_id, 0, 1, member.id
              FROM knower JOIN member ON member.id = member_id WHERE state = 'active')
         GROUP BY 1, 2""",
    _trigger(
        "topic",
        "INSERT ON note_topic",
        _ON_TOPICS.format(which="note_topic.note_id = new.note_id AND note_topic.topic_id = new.topic_id") + ";",
    ),
    _trigger(
        "no_topic",
        "DELETE ON note_topic",
        "DELETE FROM topic_note WHERE topic_id = old.topic_id AND note_id = old.note_id;",
    ),
    _trigger(
        "note",
        f"""UPDATE OF {", ".join(_OF_A_NOTE)} ON note
            WHEN {" OR ".join(f"old.{name} IS NOT new.{name}" for name in _OF_A_NOTE)}""",
        """DELETE FROM topic_note
            WHERE note_id = old.id AND topic_id IN (SELECT topic_id FROM note_topic WHERE note_id = old.id);""",
        _ON_TOPICS.format(which="note.id = new.id") + ";",
    ),
    _trigger(
        "notes",
        "INSERT ON topic_count WHEN new.readers = 'all'",
        f"""INSERT INTO topic_cell ({_CELL})
            VALUES (new.topic_id, ifnull(new.department_id, 0), new.notes, 0, 0)
            {_MORE} notes = notes + excluded.notes;""",
    ),
    _trigger(
        "notes_of",
        "UPDATE OF notes ON topic_count WHEN new.readers = 'all'",
        """UPDATE topic_cell SET notes = notes + new.notes - old.notes
            WHERE topic_id = new.topic_id AND department_id = ifnull(new.department_id, 0);""",
    ),
    _trigger(
        "reason",
        "INSERT ON reason WHEN new.readers = 'all'",
        """INSERT INTO knower VALUES (new.topic_id, new.member_id, 1)
            ON CONFLICT (topic_id, member_id) DO UPDATE SET reasons = reasons + 1;""",
    ),
    _trigger(
        "no_reason",
        "DELETE ON reason WHEN old.readers = 'all'",
        """UPDATE knower SET reasons = reasons - 1 WHERE topic_id = old.topic_id AND member_id = old.member_id;
           DELETE FROM knower WHERE topic_id = old.topic_id AND member_id = old.member_id AND reasons = 0;""",
    ),
    _trigger(
        "knower",
        "INSERT ON knower",
        f"""INSERT INTO topic_cell ({_CELL})
            SELECT new.topic_id, department_id, 0, 1, id FROM member WHERE id = new.member_id AND state = 'active'
            {_MORE_PEOPLE};""",
    ),
    _trigger(
        "no_knower",
        "DELETE ON knower",
        """UPDATE topic_cell SET people = people - 1, ids = ids - old.member_id
            WHERE topic_id = old.topic_id
              AND department_id = (SELECT department_id FROM member WHERE id = old.member_id AND state = 'active');""",
    ),
    _trigger(
        "member",
        """UPDATE OF state, department_id ON member
            WHEN old.state IS NOT new.state OR old.department_id IS NOT new.department_id""",
        """UPDATE topic_cell SET people = people - 1, ids = ids - old.id
            WHERE old.state = 'active' AND department_id = old.department_id
              AND topic_id IN (SELECT topic_id FROM knower WHERE member_id = old.id);""",
        f"""INSERT INTO topic_cell ({_CELL})
            SELECT topic_id, new.department_id, 0, 1, new.id FROM knower
             WHERE member_id = new.id AND new.state = 'active'
            {_MORE_PEOPLE};""",
    ),
)
