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
    gates,
    interaction_erasure,
    interaction_mentions,
    interaction_notes,
    left_behind,
    member_mentions,
    mentions,
    named_readers,
    note_details,
    note_merge,
    note_returns,
    note_rows,
    note_sources,
    note_texts,
    notes,
    proposals,
    question_erasure,
    suggestions,
    unmerged,
    unsaved,
    uses,
)
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.map import expertise
from kb.store import home_of, writing


def history(db, note_id, *, reader):
    """Return the changes of a note, newest first.

    A version that was not open to `reader` keeps its row (who, when) but not its text: ``hidden`` is then true.
    ``version`` is the number of the version a change made, None where its text is erased.
    """
    notes.get(db, note_id, reader=reader)
    rows = feed.changes(db, "note", note_id)
    for row in rows:
        row["version"] = row["after"]["version"] if row["after"] else None
        states = [each for each in (row["before"], row["after"]) if each]
        row["hidden"] = not all(access.sees(reader, each) for each in states)
        if row["hidden"]:
            row.update(before=None, after=None, reason=None)
    return rows


def change(db, note_id, seq, *, reader):
    """Return one change of a note as `history` does; raises `NotFound` where what it made is not there to be read."""
    found = next((row for row in history(db, note_id, reader=reader) if row["seq"] == seq), None)
    if found is None or not found["after"]:
        raise NotFound(N_("There is no such version."), hint=N_("Look at the history of the note."))
    return found


def differs(note, state):
    """Return whether a state of a note that the feed kept says something else than `note` does now."""
    now = note_rows.state(note)
    told = (
        "title", "summary", "body", "dimension", "readers", "named_readers", "topics", "customers", "traits",
        *note_details.COLUMNS,
    )  # fmt: skip
    # What the feed kept before there was such a thing has none of it.
    return any((state.get(name) or "") != (now[name] or "") for name in told)


def restore(db, note_id, seq, *, by, now, reason=""):
    """Save the text and the details that a note had after a change as a new version, and return the seq of that.

    Its classes and what customers said stay as they are. Others build on it: then not without a reason.

    Raises
    ------
    kb.errors.NotFound
        When there is no such change of this note, or its text is not open to `by` or erased.
    kb.errors.Invalid, kb.errors.Forbidden
    """
    with writing(db):
        earlier = change(db, note_id, seq, reader=by)["after"]
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
            reason=reason,
            did="note.restore",
        )
        return feed.last_seq(db)


def archive(db, note_id, *, waiting, by, now, reason=""):
    """Archive a note as `kb.notes.archive` does, unless a change was proposed since somebody looked.

    Parameters
    ----------
    waiting : str
        The digest of `kb.left_behind`, as it was looked at.

    Raises
    ------
    kb.errors.Conflict
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        notes.require_editable(notes.get(db, note_id, reader=by), by)
        left_behind.refuse_untold(db, [note_id], waiting)
        return notes.archive(db, note_id, by=by, now=now, reason=reason)


def bring_back(db, note_id, *, by, now, reason=""):
    """Put a note of the archive back in lists and search, and return the seq of that; with a reason as to archive it.

    Raises
    ------
    kb.errors.Invalid
        For one that is not in the archive.
    kb.errors.Conflict
        For one that was merged into another: that is taken back as a whole.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    reason = note_texts.reason(reason, N_("Why you bring it back"))
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        if before.merged_into:
            raise Conflict(N_("This note was merged into another."), hint=N_("Take the merge back in its history."))
        if not before.archived:
            raise Invalid(N_("“%(title)s” is not archived."), title=before.title)
        gates.require_reason([before], reason, N_("Others build on this note: why do you bring it back?"))
        note_rows.update(db, note_id, {"archived": 0, "version": before.version + 1, "updated_at": now})
        note_returns.ask(db, note_id, by=by, now=now)
        after = notes.get(db, note_id, reader=access.OPERATOR)
        return notes.log(db, "note.unarchive", before, after, by, now, reason)


def save_again(db, note_id, *, version, by, now, reason="", **fields):
    """Save on top of a version of the archive as `kb.notes.edit` does, and put the note back in lists and search."""
    with writing(db):
        if notes.get(db, note_id, reader=by).archived:
            bring_back(db, note_id, by=by, now=now, reason=reason)
        return notes.edit(db, note_id, version=version, **fields, reason=reason, by=by, now=now)


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
            unheld += interaction_erasure.erase_rows(db, interaction_id, by=by, now=now, reason=reason)
        seq = feed.last_seq(db)
    files.remove(home_of(db), unheld, db)
    return seq


def checked_reason(reason):
    """Return why something is erased as it is stored, which stays readable; refuse with a sentence where it is none."""
    return note_texts.reason(reason, needed=N_("Name the request or the law."))


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
    interaction_mentions.erase_note(db, note_id)
    member_mentions.erase(db, note_id)
    unheld = unsaved.erase_of_note(db, note_id)
    expertise.erase(db, note_id)
    uses.erase(db, note_id, by=by, now=now, reason=reason)
    comments.erase(db, note_id, by=by, now=now, reason=reason)
    proposals.erase(db, note_id, by=by, now=now, reason=reason)
    unmerged.erase(db, note_id, by=by, now=now, reason=reason)
    interaction_notes.unlink(db, note_id)
    suggestions.erase(db, note_id, by=by, now=now, reason=reason)
    question_erasure.erase_of_note(db, note_id, by=by, now=now, reason=reason)
    unheld += attached.erase(db, note_id)
    db.execute("DELETE FROM note_topic WHERE note_id = :id", {"id": note_id})
    db.execute("DELETE FROM note WHERE id = :id", {"id": note_id})
    feed.erase(db, "note", note_id, by=by, at=now, reason=reason)
    return unheld
