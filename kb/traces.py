"""What names a person beside the texts of notes: kept changes of other things, and the names of attached files."""

import json

from kb import access, answers, earlier_versions, feed, gates, held_pictures, note_rows, notes

# Of these things what is kept can go: what is undone by it is refused with a sentence then. The others are lists a
# whole company goes by, whose entries stand as they are.
CLEARED = ("comment", "use", "interaction", "customer", "suggestion", "view", "proposal", "finding", "unmerged")
# What still says it goes with it; proposals that wait are their authors' to withdraw.
_LIVING = (
    ("note_comment", ("body",), ""),
    ("note_use", ("place", "outcome"), ""),
    ("note_unmerged", ("text",), ""),
    ("proposal_yes", ("words",), ""),
    ("proposal", ("text", "reason", "words"), "AND state IN ('withdrawn', 'approved')"),
)
# Texts of a note that are not its own yet.
_UNSAVED = (
    """UPDATE proposal SET text = replace(text, :old, :new)
        WHERE note_id = :note AND state IN ('open', 'returned')""",
    "UPDATE note_unmerged SET text = replace(text, :old, :new) WHERE note_id = :note",
    "UPDATE draft SET fields = replace(fields, :old, :new) WHERE note_id = :note",
)


def naming(db, words, *, but, note_ids):
    """Return ``{(noun, id): seqs}`` of the changes of other things than notes whose kept texts hold one of the words.

    Parameters
    ----------
    db : sqlite_utils.Database
    words : iterable of str
    but : dict of str to list of int
        By noun the ids of the things that are left out.
    note_ids : iterable of int
        Notes of which nothing that hangs on them is told.
    """
    rows = db.execute(
        f"""SELECT change.noun, change.noun_id, change.seq FROM change JOIN change_text USING (seq)
             WHERE change.noun <> 'note' AND {earlier_versions.HOLDS}
               AND NOT EXISTS (SELECT 1 FROM json_each(:but) AS noun, json_each(noun.value) AS id
                                WHERE noun.key = change.noun AND CAST(id.value AS TEXT) = change.noun_id)
               AND coalesce(after ->> 'note_id', before ->> 'note_id', -1)
                   NOT IN (SELECT value FROM json_each(:note_ids))
             ORDER BY change.seq""",
        {"words": earlier_versions.as_kept(words), "but": json.dumps(but), "note_ids": json.dumps(list(note_ids))},
    )
    found = {}
    for noun, noun_id, seq in rows.fetchall():
        found.setdefault((noun, noun_id), []).append(seq)
    return found


def erase_rows(db, found, words, *, by, now, reason):
    """Erase what `naming` found of things in `CLEARED`; only inside ``writing``.

    A comment or a use that says one of the words today goes too.
    """
    told = {"words": earlier_versions.as_kept(words)}
    for table, columns, which in _LIVING:
        db.execute(f"DELETE FROM {table} WHERE {holds(*columns)} {which}", told)
    for (noun, noun_id), seqs in found.items():
        if noun in CLEARED:
            feed.forget(db, noun, noun_id, seqs, by=by, at=now, reason=reason)


def files_named(db, words):
    """Return ``{note id: ids}`` of the attached files, removed ones too, whose name holds one of the words."""
    rows = db.execute(
        f"SELECT note_id, id FROM attachment WHERE {holds('name')} ORDER BY note_id, id",
        {"words": json.dumps(sorted(held_pictures.spelled(words)))},
    )
    found = {}
    for note_id, attachment_id in rows.fetchall():
        found.setdefault(note_id, []).append(attachment_id)
    return found


def rename_files(db, found, words, instead, *, by, now, reason):
    """Write `instead` for the words in the names of files, and erase the versions of their notes that hold them.

    The texts of the notes, and those that wait or are not saved, call their pictures so then. Only inside ``writing``.

    Parameters
    ----------
    found : dict
        As `files_named` gives them.
    """
    words = held_pictures.spelled(words)
    for note_id, ids in found.items():
        before = notes.get(db, note_id, reader=access.OPERATOR)
        names = renamed(db, "attachment", ids, words, instead)
        body = held_pictures.renamed(before.body, names)
        note_rows.update(db, note_id, {"body": body, "version": before.version + 1})
        _keep_answers(db, before)
        for old, new in names.items():
            for statement in _UNSAVED:
                db.execute(statement, {"old": in_json(old), "new": in_json(new), "note": note_id})
        notes.log(db, "note.rename", before, notes.get(db, note_id, reader=access.OPERATOR), by, now)
    earlier_versions.erase_rows(db, found, words, by=by, now=now, reason=reason)


def renamed(db, table, ids, words, instead):
    """Give the files of a table names without the words and return ``{old name: new name}``; in ``writing``."""
    found = {}
    for row in db.query(
        f"SELECT id, name FROM {table} WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(ids)}
    ):
        name = row["name"]
        for word in sorted(words, key=len, reverse=True):
            name = name.replace(word, instead)
        db[table].update(row["id"], {"name": name})
        found[row["name"]] = name
    return found


def _keep_answers(db, before):
    """Let what customers said to a text be said to it as it stands now, with the same words."""
    now = gates.digest(notes.get(db, before.id, reader=access.OPERATOR))
    is_to_it = gates.digest(before)
    said = [{**each, "digest": now if each["digest"] == is_to_it else each["digest"]} for each in before.answers]
    answers.store(db, before.id, said)


def in_json(text):
    """Return a text as it stands in JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def holds(*columns):
    """Return the condition that one of some columns holds one of ``:words``, a list as JSON."""
    whole = " || char(10) || ".join(f"coalesce({column}, '')" for column in columns)
    return f"EXISTS (SELECT 1 FROM json_each(:words) AS word WHERE instr({whole}, word.value))"
