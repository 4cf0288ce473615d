"""What became of a note: its changes, and the end of it."""

from kb import (
    access,
    answers,
    attached,
    comments,
    doubts,
    duplicates,
    duties,
    evidence,
    facets,
    feed,
    files,
    interaction_erasure,
    interaction_notes,
    mentions,
    named_readers,
    note_details,
    note_merge,
    note_rows,
    note_sources,
    note_texts,
    notes,
    proposals,
    question_erasure,
    suggestions,
    uses,
)
from kb.errors import Invalid, N_, NotFound
from kb.map import expertise
from kb.store import home_of, writing


def history(db, note_id, *, reader):
    """Return the changes of a note, newest first.

    A version that was not open to `reader` keeps its row (who, when) but not its text: ``hidden`` is then true.
    """
    notes.get(db, note_id, reader=reader)
    rows = feed.changes(db, "note", note_id)
    for row in rows:
        states = [each for each in (row["before"], row["after"]) if each]
        row["hidden"] = not all(access.sees(reader, each) for each in states)
        if row["hidden"]:
            row.update(before=None, after=None, reason=None)
    return rows


def differs(note, state):
    """Return whether a state of a note that the feed kept says something else than `note` does now."""
    now = note_rows.state(note)
    told = (
        "title", "summary", "body", "dimension", "readers", "named_readers", "topics", "customers", "traits",
        *note_details.COLUMNS,
    )  # fmt: skip
    # What the feed kept before there was such a thing has none of it.
    return any((state.get(name) or "") != (now[name] or "") for name in told)


def restore(db, note_id, seq, *, by, now):
    """Save the text and the details that a note had after a change as a new version, and return the seq of that.

    Its classes and what customers said stay as they are.

    Raises
    ------
    kb.errors.NotFound
        When there is no such change of this note, or its text is not open to `by` or erased.
    kb.errors.Invalid, kb.errors.Forbidden
    """
    with writing(db):
        found = next((row for row in history(db, note_id, reader=by) if row["seq"] == seq), None)
        if found is None or not found["after"]:
            raise NotFound(N_("There is no such version."), hint=N_("Look at the history of the note."))
        earlier = found["after"]
        notes.edit(
            db,
            note_id,
            version=notes.get(db, note_id, reader=by).version,
            **{name: earlier[name] for name in ("title", "summary", "body", "dimension", "readers")},
            named_readers=earlier.get("named_readers", ()),
            topic_names=earlier["topics"],
            details=note_details.of_state(earlier),
            by=by,
            now=now,
            did="note.restore",
        )
        return feed.last_seq(db)


def erase(db, note_id, *, by, now, reason, with_interactions=False):
    """Delete a note and its texts for good, in the feed too; the chain still verifies. Returns the last seq.

    Parameters
    ----------
    with_interactions : bool
        Whether the interactions it was made of go too: they hold its words.

    Raises
    ------
    kb.errors.Invalid
        Without a reason.
    """
    access.require(by, "member.manage")
    reason = checked_reason(reason)
    with writing(db):
        notes.get(db, note_id, reader=by)
        made_of = interaction_notes.made_of(db, note_id) if with_interactions else ()
        unheld = erase_rows(db, note_id, by=by, now=now, reason=reason)
        for interaction_id in made_of:
            interaction_erasure.erase_rows(db, interaction_id, by=by, now=now, reason=reason)
        seq = feed.last_seq(db)
    files.remove(home_of(db), unheld, db)
    return seq


def checked_reason(reason):
    """Return why something is erased as it is stored, which stays readable; refuse with a sentence where it is none."""
    reason = note_texts.reason(reason)
    if not reason:
        raise Invalid(
            N_("%(label)s is missing."), hint=N_("Name the request or the law."), field="reason", label=N_("Reason")
        )
    return reason


def erase_rows(db, note_id, *, by, now, reason):
    """Delete a note and its texts, in the feed too; only inside ``writing``.

    Returns
    -------
    list of str
        The hashes of files that nobody holds any more, to be removed after the transaction.
    """
    note_sources.follow_erasure(db, notes.get(db, note_id, reader=access.OPERATOR), by=by, now=now)
    evidence.delete(db, note_id)
    named_readers.store(db, note_id, ())
    note_details.unlink(db, note_id)
    facets.store(db, note_id, ())
    answers.store(db, note_id, ())
    doubts.store(db, note_id, ())
    duties.store(db, note_id, ())
    note_merge.forget(db, note_id)
    duplicates.forget(db, note_id)
    mentions.erase(db, note_id)
    expertise.erase(db, note_id)
    uses.erase(db, note_id, by=by, now=now, reason=reason)
    comments.erase(db, note_id, by=by, now=now, reason=reason)
    proposals.erase(db, note_id, by=by, now=now, reason=reason)
    interaction_notes.unlink(db, note_id)
    suggestions.erase(db, note_id, by=by, now=now, reason=reason)
    question_erasure.erase_of_note(db, note_id, by=by, now=now, reason=reason)
    unheld = attached.erase(db, note_id)
    db.execute("DELETE FROM note_topic WHERE note_id = :id", {"id": note_id})
    db.execute("DELETE FROM note WHERE id = :id", {"id": note_id})
    feed.erase(db, "note", note_id, by=by, at=now, reason=reason)
    return unheld
