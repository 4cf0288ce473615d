"""What names a person in the names of files on interactions with others: found, and taken out while these stay."""

import json

from kb import access, feed, held_pictures, interactions, traces

_UNSAVED = "UPDATE draft SET fields = replace(fields, :old, :new) WHERE form = :form"


def files_named(db, words, *, but=()):
    """Return ``{interaction id: ids}`` of their files, removed ones too, whose name holds one of the words.

    Parameters
    ----------
    db : sqlite_utils.Database
    words : iterable of str
    but : iterable of int
        Interactions that are left out.
    """
    rows = db.execute(
        f"""SELECT interaction_id, id FROM interaction_file
             WHERE {traces.holds("name")} AND interaction_id NOT IN (SELECT value FROM json_each(:but))
             ORDER BY interaction_id, id""",
        {"words": json.dumps(sorted(held_pictures.spelled(words))), "but": json.dumps(list(but))},
    )
    found = {}
    for interaction_id, number in rows.fetchall():
        found.setdefault(interaction_id, []).append(number)
    return found


def rename_files(db, found, words, instead, *, by, now, reason):
    """Write `instead` for the words in the names of files, and erase the versions of their interactions that hold them.

    What was said and told, and what is written of it and not saved, calls its pictures so then. Only inside
    ``writing``.

    Parameters
    ----------
    found : dict
        As `files_named` gives them.
    """
    words = held_pictures.spelled(words)
    for interaction_id, ids in found.items():
        before = interactions.get(db, interaction_id, reader=access.OPERATOR)
        names = traces.renamed(db, "interaction_file", ids, words, instead)
        texts = {part: held_pictures.renamed(getattr(before, part), names) for part in interactions.LABELS}
        interactions.rename(db, before, texts, by=by, now=now)
        for old, new in names.items():
            told = {"old": traces.in_json(old), "new": traces.in_json(new)}
            db.execute(_UNSAVED, {**told, "form": f"interaction-{interaction_id}"})
    kept = traces.naming(db, words, but={}, note_ids=())
    for interaction_id in found:
        seqs = kept.get(("interaction", str(interaction_id)))
        if seqs:
            feed.forget(db, "interaction", interaction_id, seqs, by=by, at=now, reason=reason)
