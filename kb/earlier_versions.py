"""Earlier versions of notes that name a person: found, and erased while the note stays."""

import json

from kb import feed


def naming(db, words):
    """Return ``{note id: seqs}`` of the changes of notes whose kept texts hold one of the words.

    Parameters
    ----------
    db : sqlite_utils.Database
    words : iterable of str
    """
    rows = db.execute(
        f"""SELECT CAST(change.noun_id AS INTEGER), change.seq FROM change JOIN change_text USING (seq)
             WHERE change.noun = 'note' AND {_HOLDS} ORDER BY change.seq""",
        {"words": _as_kept(words)},
    )
    found = {}
    for note_id, seq in rows.fetchall():
        found.setdefault(note_id, []).append(seq)
    return found


def of_others(db, words, *, but, note_ids):
    """Return how many kept texts of other things than notes hold one of the words.

    Parameters
    ----------
    db : sqlite_utils.Database
    words : iterable of str
    but : dict of str to list of int
        By noun the ids of the things that are not counted.
    note_ids : iterable of int
        Notes of which nothing that hangs on them is counted.
    """
    return db.execute(
        f"""SELECT count(*) FROM change JOIN change_text USING (seq)
             WHERE change.noun <> 'note' AND {_HOLDS}
               AND NOT EXISTS (SELECT 1 FROM json_each(:but) AS noun, json_each(noun.value) AS id
                                WHERE noun.key = change.noun AND CAST(id.value AS TEXT) = change.noun_id)
               AND coalesce(after ->> 'note_id', before ->> 'note_id', -1)
                   NOT IN (SELECT value FROM json_each(:note_ids))""",
        {"words": _as_kept(words), "but": json.dumps(but), "note_ids": json.dumps(list(note_ids))},
    ).fetchone()[0]


def erase_rows(db, note_ids, words, *, by, now, reason):
    """Erase those versions of some notes that hold one of the words; only inside ``writing``.

    The notes stay as they stand now, and the history says when and why a version went.
    """
    found = naming(db, words)
    for note_id in sorted(found.keys() & set(note_ids)):
        feed.forget(db, "note", note_id, found[note_id], by=by, at=now, reason=reason)


_HOLDS = """EXISTS (SELECT 1 FROM json_each(:words) AS word
                     WHERE instr(coalesce(before, '') || char(10) || coalesce(after, '') || char(10)
                                 || coalesce(change_text.reason, ''), word.value))"""


def _as_kept(words):
    # The states are kept as JSON, in which some characters are written otherwise; a reason is kept as it is.
    return json.dumps(sorted({*words, *(json.dumps(word, ensure_ascii=False)[1:-1] for word in words)}))
