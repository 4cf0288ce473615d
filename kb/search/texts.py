"""What the index is made from: the notes that are not archived, as they stand in the store."""

import hashlib
import json

from kb import attached, topic_merge, topic_tree

_SELECT = """
    SELECT note.id, note.version, note.title, note.summary,
           note.body || CASE note.customer_text WHEN '' THEN '' ELSE char(10) || note.customer_text END AS body,
           coalesce((SELECT group_concat(name, char(10))
                       FROM (SELECT topic.name
                               FROM note_topic JOIN topic ON topic.id = note_topic.topic_id
                              WHERE note_topic.note_id = note.id
                              ORDER BY note_topic.position)), '') AS topics,
           coalesce((SELECT group_concat(text, char(10))
                       FROM (SELECT attachment.name AS text, attachment.id, -1 AS position
                               FROM attachment
                              WHERE attachment.note_id = note.id AND attachment.removed_at IS NULL
                              UNION ALL
                             SELECT file_text.text, attachment.id, file_text.position
                               FROM attachment JOIN file_text USING (file_id)
                              WHERE attachment.note_id = note.id AND attachment.removed_at IS NULL
                              ORDER BY 2, 3)), '') AS files
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


def count(db):
    """Return how many notes belong into the index."""
    return db.execute("SELECT count(*) FROM note WHERE NOT note.archived").fetchone()[0]


def changed(db, changes):
    """Return the ids of the notes whose texts may be others after these changes of the feed."""
    ids = {int(change["noun_id"]) for change in changes if change["noun"] == "note"}
    ids |= topic_tree.notes_of(db, [change["noun_id"] for change in changes if topic_merge.says_other_words(change)])
    return ids | attached.notes_of_files(db, [change["noun_id"] for change in changes if change["noun"] == "file"])


def versions(db):
    """Return ``{id: version}`` of all notes that belong into the index."""
    return dict(db.execute("SELECT id, version FROM note WHERE archived = 0").fetchall())


def digest(note):
    """Return a number that stands for all of a note that is searched."""
    searched = "\0".join((note["title"], note["topics"], note["summary"], note["body"], note["files"]))
    return int.from_bytes(hashlib.sha256(searched.encode()).digest()[:8])
