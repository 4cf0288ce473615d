"""What the index is made from: the notes that are not archived, as they stand in the store."""

import hashlib
import json

import numpy as np

from kb import access

_SELECT = """
    SELECT note.id, note.version, note.title, note.summary, note.body,
           coalesce((SELECT group_concat(name, char(10))
                       FROM (SELECT topic.name
                               FROM note_topic JOIN topic ON topic.id = note_topic.topic_id
                              WHERE note_topic.note_id = note.id
                              ORDER BY note_topic.position)), '') AS topics
      FROM note"""


def of_ids(db, ids):
    """Return the notes of these ids that belong into the index, as dicts, in the order of id."""
    return list(
        db.query(
            f"""{_SELECT}
                 WHERE note.archived = 0 AND note.id IN (SELECT value FROM json_each(:ids))
                 ORDER BY note.id""",
            {"ids": json.dumps(list(map(int, ids)))},
        )
    )


def after_id(db, note_id, limit):
    """Return the next `limit` notes after `note_id` that belong into the index, in the order of id."""
    return list(
        db.query(
            f"{_SELECT} WHERE note.archived = 0 AND note.id > :id ORDER BY note.id LIMIT :limit",
            {"id": note_id, "limit": limit},
        )
    )


def visible_ids(db, reader):
    """Return the ids of the notes in the index that `reader` may see, as a sorted array of int64."""
    clause, values = access.visible(reader)
    rows = db.execute(f"SELECT note.id FROM note WHERE note.archived = 0 AND {clause} ORDER BY note.id", values)
    return np.fromiter((row[0] for row in rows), np.int64)


def dimensions(db, ids):
    """Return ``{id: dimension}`` of these notes."""
    rows = db.execute(
        "SELECT id, dimension FROM note WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(map(int, ids)))},
    )
    return dict(rows.fetchall())


def versions(db):
    """Return ``{id: version}`` of all notes that belong into the index."""
    return dict(db.execute("SELECT id, version FROM note WHERE archived = 0").fetchall())


def digest(note):
    """Return a number that stands for all of a note that is searched."""
    searched = "\0".join((note["title"], note["topics"], note["summary"], note["body"]))
    return int.from_bytes(hashlib.sha256(searched.encode()).digest()[:8])
