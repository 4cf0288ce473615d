"""What colleagues wrote, or sent as a picture, and have not saved, where it names a person who is erased."""

import json

from kb import earlier_versions, files, traces
from kb.held_pictures import stem_of

# A picture whose text waits for a yes is its author's to withdraw, as the text is.
_PICTURES = f"""held_picture
         WHERE ({traces.holds("name")}
                OR EXISTS (SELECT 1 FROM draft
                            WHERE draft.member_id = held_picture.member_id
                              AND draft.fields ->> 'pictures_of' = held_picture.draft
                              AND {traces.holds("title", "path", "fields")}))
           AND NOT EXISTS (SELECT 1 FROM proposal
                            WHERE proposal.member_id = held_picture.member_id AND state IN ('open', 'returned')
                              AND instr(coalesce(text, ''), held_picture.name))"""


def count(db, words):
    """Return how many unsaved texts and pictures name a person, or are pictures of such a text."""
    row = db.execute(
        f"""SELECT (SELECT count(*) FROM draft WHERE {traces.holds("title", "path", "fields")})
                   + (SELECT count(*) FROM {_PICTURES})""",
        {"words": _written(words)},
    ).fetchone()
    return row[0]


def erase_rows(db, words):
    """Delete what `count` counts; only inside ``writing``.

    Returns
    -------
    list of str
        The hashes of files that nobody holds any more, to be removed after the transaction.
    """
    told = {"words": _written(words)}
    rows = db.execute(f"SELECT id, file_id FROM {_PICTURES}", told).fetchall()
    db.execute(
        "DELETE FROM held_picture WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([number for number, _ in rows])},
    )
    db.execute(f"DELETE FROM draft WHERE {traces.holds('title', 'path', 'fields')}", told)
    return files.forget_unnamed(db, [file_id for _, file_id in rows])


def _written(words):
    # Fields are kept as JSON, and the name of a picture has a stroke for what no file name should have. What that
    # leaves of a word may be a letter, which is in half of all texts.
    stems = {stem_of(word) for word in words}
    return earlier_versions.as_kept({*words, *(stem for stem in stems if len(stem) > 1)})
