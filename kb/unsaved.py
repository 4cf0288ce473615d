"""What colleagues wrote, or sent as a picture, and have not saved, where it names what is erased or is of it."""

import json

from kb import earlier_versions, files, traces
from kb.held_pictures import named_in, spelled

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
    pictures = db.execute(f"SELECT id, file_id FROM {_PICTURES}", told).fetchall()
    db.execute(f"DELETE FROM draft WHERE {traces.holds('title', 'path', 'fields')}", told)
    return _let_go(db, pictures)


def erase_of_note(db, note_id):
    """Delete what is written of a note that is erased, and the pictures of that and of what waits; inside ``writing``.

    Returns
    -------
    list of str
        As `erase_rows`.
    """
    known = {"note": note_id}
    waiting = db.execute(
        """SELECT member_id, text FROM proposal WHERE note_id = :note AND state IN ('open', 'returned')
           UNION ALL SELECT member_id, text FROM note_unmerged WHERE note_id = :note""",
        known,
    )
    names = [(member, name) for member, text in waiting.fetchall() for name in named_in(json.loads(text)["body"])]
    pictures = _of_drafts(db, "draft.note_id = :note", known)
    db.execute("DELETE FROM draft WHERE note_id = :note", known)
    # One picture may stand in several texts of its writer.
    pictures += db.execute(
        """SELECT id, file_id FROM held_picture
            WHERE EXISTS (SELECT 1 FROM json_each(:names) AS named
                           WHERE named.value ->> 0 = member_id AND named.value ->> 1 = name)
              AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.member_id = held_picture.member_id
                                                    AND draft.fields ->> 'pictures_of' = held_picture.draft)
              AND NOT EXISTS (SELECT 1 FROM proposal
                               WHERE proposal.member_id = held_picture.member_id AND state IN ('open', 'returned')
                                 AND note_id <> :note AND instr(text, held_picture.name))""",
        {**known, "names": json.dumps(names)},
    ).fetchall()
    return _let_go(db, pictures)


def erase_of_form(db, form):
    """Delete what anybody writes in a form of something that is erased, and its pictures; only inside ``writing``.

    Returns
    -------
    list of str
        As `erase_rows`.
    """
    pictures = _of_drafts(db, "draft.form = :form", {"form": form})
    db.execute("DELETE FROM draft WHERE form = :form", {"form": form})
    return _let_go(db, pictures)


def _of_drafts(db, which, known):
    return db.execute(
        f"""SELECT held_picture.id, held_picture.file_id
              FROM draft JOIN held_picture ON held_picture.member_id = draft.member_id
                                          AND held_picture.draft = draft.fields ->> 'pictures_of'
             WHERE {which}""",
        known,
    ).fetchall()


def _let_go(db, pictures):
    db.execute(
        "DELETE FROM held_picture WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([number for number, _ in pictures])},
    )
    return files.forget_unnamed(db, [file_id for _, file_id in pictures])


def _written(words):
    # Fields are kept as JSON, and the name of a picture has a stroke for what no file name should have.
    return earlier_versions.as_kept(spelled(words))
