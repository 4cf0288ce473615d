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
             WHERE change.noun = 'note' AND {HOLDS} ORDER BY change.seq""",
        {"words": as_kept(words)},
    )
    found = {}
    for note_id, seq in rows.fetchall():
        found.setdefault(note_id, []).append(seq)
    return found


def erase_rows(db, note_ids, words, *, by, now, reason):
    """Erase those versions of some notes that hold one of the words; only inside ``writing``.

    The notes stay as they stand now, and the history says when and why a version went.
    """
    found = naming(db, words)
    for note_id in sorted(found.keys() & set(note_ids)):
        feed.forget(db, "note", note_id, found[note_id], by=by, at=now, reason=reason)


# Whether a change and its texts hold one of ``:words``.
HOLDS = """EXISTS (SELECT 1 FROM json_each(:words) AS word
                     WHERE instr(coalesce(before, '') || char(10) || coalesce(after, '') || char(10)
                                 || coalesce(change_text.reason, ''), word.value))"""


def as_kept(words):
    """Return words as ``:words`` of `HOLDS`."""
    # The states are kept as JSON, in which some characters are written otherwise; a reason is kept as it is. Of a text
    # that waits the state holds JSON in JSON.
    once = [json.dumps(word, ensure_ascii=False)[1:-1] for word in words]
    twice = [json.dumps(word, ensure_ascii=False)[1:-1] for word in once]
    return json.dumps(sorted({*words, *once, *twice}))
