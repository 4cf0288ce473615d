"""Merging: of two notes that say the same one stays, with all that hangs on both; the other leads to it."""

import json
from dataclasses import dataclass, replace

from kb import (
    access,
    answers,
    approval_rules,
    duties,
    evidence,
    facets,
    feed,
    gates,
    left_behind,
    merge as merge_of_states,
    named_readers,
    note_details,
    note_links,
    note_rows,
    note_sources,
    note_texts,
    notes,
    readers,
    traits,
)
from kb.errors import Conflict, Invalid, N_
from kb.map import expertise
from kb.note_putting_back import put_back
from kb.store import writing

# What the other note fills where the one that stays says nothing.
_FACTS = ("segment", "product", "observation", "channel", "experience", "our_part", "origin")
# What a merge may change of that which a second person has to say yes to.
_SEEN = ("body", "readers", "named_readers", "customers", *_FACTS)


@dataclass(frozen=True, slots=True)
class Wish:
    """How two notes are to become one.

    Attributes
    ----------
    readers : {"owner", "list", "department", "all"}
    has_both_texts : bool
        Whether the text of the other is put under that of the one that stays.
    is_confirmed : bool
        That people may see one of the texts who did not before.
    reason : str
        Why; two notes of which others build on one are not merged without.
    """

    readers: str
    has_both_texts: bool = True
    is_confirmed: bool = False
    reason: str = ""


def pair(db, kept_id, other_id, *, reader):
    """Return the two notes, if `reader` may merge them.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(reader, "note.write")
    kept, other = (notes.get(db, each, reader=reader) for each in (kept_id, other_id))
    if kept.id == other.id:
        raise Invalid(N_("That is the same note."), hint=N_("Name another one."), field="with")
    for each in (kept, other):
        notes.require_editable(each, reader)
        if each.archived:
            raise Invalid(N_("“%(title)s” is archived already."), field="with", title=each.title)
    if kept.dimension != other.dimension:
        raise Invalid(
            N_("The two are of different types, so they cannot be merged."),
            hint=N_("Change the type of one first, if it is wrong."),
            field="with",
        )
    if (kept.audience, _meant(kept)) != (other.audience, _meant(other)):
        raise Invalid(
            N_("The two are for different customers, so they cannot be merged."),
            hint=N_("Give both the same audience first."),
            field="with",
        )
    return kept, other


def together(kept, other, wish, say):
    """Return the note that comes of two.

    Parameters
    ----------
    kept, other : kb.note_rows.Note
    wish : Wish
    say : callable
        From template and values to a sentence, in the language texts of the company are written in.
    """
    kept = with_readers(kept, other, wish.readers)
    facts = {name: getattr(kept, name) or getattr(other, name) for name in _FACTS}
    if kept.dimension == "for":
        facts["segment"] = kept.segment
    facts["customer_text"] = "\n\n".join(dict.fromkeys(filter(None, (kept.customer_text, other.customer_text))))
    found = replace(
        kept,
        **facts,
        body=_joined(kept, other, say) if wish.has_both_texts else kept.body,
        topics=_union(kept.topics, other.topics),
        customers=_customers(kept, other),
        traits=traits.checked((*kept.traits, *other.traits)),
        facets=facets.checked((*kept.facets, *other.facets)),
        answers=tuple(sorted((*kept.answers, *other.answers), key=lambda each: each["created_at"])),
        asks=_asks(kept, other),
        attachments=(*kept.attachments, *other.attachments),
        doubts=tuple(sorted((*kept.doubts, *other.doubts), key=lambda each: each["raised_at"])),
    )
    return replace(found, maturity=gates.reached(found))


def usual_readers(db, kept, other):
    """Return the widest readers under which nobody sees a text that was closed to them, else the narrowest."""
    offered = choices(kept, other)
    widest = min(note_texts.CHOICES.index(each.readers) for each in (kept, other))
    narrow = [each for each in offered if note_texts.CHOICES.index(each) <= widest]
    closed = (each for each in reversed(narrow) if not seen_by(db, kept, other, each)["gained"])
    return next(closed, narrow[0])


def choices(kept, other):
    """Return the readers two notes may have as one: a list only where one of them has one, and somebody stays on it."""
    has_list = "list" in (kept.readers, other.readers) and readers.shared(kept, other)
    return [each for each in note_texts.CHOICES if each != "list" or has_list]


def with_readers(kept, other, choice):
    """Return the note that stays, open to those two notes would be open to as one with these readers."""
    return replace(kept, readers=choice, named_readers=readers.shared(kept, other) if choice == "list" else ())


def seen_by(db, kept, other, choice):
    """Return ``{"gained", "lost"}``: what `kb.readers.of_merged` says of two notes as one with these readers."""
    return readers.of_merged(db, kept, other, with_readers(kept, other, choice))


def merge(db, kept_id, other_id, wish, *, versions, say, by, now, waiting=""):
    """Merge two notes and return the seq of the change, which `undo` takes.

    Parameters
    ----------
    versions : tuple of (int, int)
        Of both, as they were looked at.
    say : callable
        As for `together`.
    waiting : str
        The digest of `kb.left_behind` of the other, as it was looked at.

    Raises
    ------
    kb.errors.Conflict
        When one was changed since, or a change of the other was proposed.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    reason = note_texts.reason(wish.reason, N_("Why you merge them"))
    with writing(db):
        kept, other = pair(db, kept_id, other_id, reader=by)
        if (kept.version, other.version) != tuple(versions):
            raise Conflict(
                N_("One of the two was changed while you looked at them. Nothing was merged."),
                hint=N_("Look at both again, then merge."),
            )
        left_behind.refuse_untold(db, [other.id], waiting)
        if needs_reason(kept, other) and not reason:
            raise Invalid(
                N_("Others build on one of these notes: why do you merge them?"),
                hint=N_("A few words are enough; they stand in the history."),
                field="reason",
            )
        found = together(kept, other, wish, say)
        _check_readers(db, kept, other, found, wish, by)
        if any(getattr(found, name) != getattr(kept, name) for name in _SEEN):
            approval_rules.refuse(db, kept, readers=found.readers, dimension=kept.dimension, by=by)
        struck = expertise.move_note(db, other.id, kept.id)
        moved = note_links.move(db, other.id, kept.id)
        wanted = {**note_rows.state(found), **_checked(db, found, by)}
        after = _put(db, kept, wanted, by, now)
        if duties.follow_text(db, kept, after, by=by, now=now):
            duties.settle(db, [kept.id])
            after = notes.get(db, kept.id, reader=access.OPERATOR)
        of_other = {**note_rows.state(other), "archived": 1, "merged_into": kept.id, "attachments": ()}
        away = _put(db, other, of_other, by, now)
        # The other is followed by nobody: it leads to the one that stays, where its words stand.
        note_sources.follow_note(db, kept, after, by=by, now=now)
        told = {"merge": {"kept": kept.id, "other": other.id, "moved": moved, "struck": struck}}
        _log(db, "merge_away", other, away, told, by, now, reason)
        return _log(db, "merge", kept, after, told, by, now, reason)


def undo(db, seq, *, by, now):
    """Take a merge back, both notes at once, and return the note that stayed; rights as for `kb.notes.undo`.

    What hung on the other goes back to it; what was written, said or changed since stays with the one that stayed.

    Parameters
    ----------
    seq : int
        Of the change of either note.

    Raises
    ------
    kb.errors.Conflict
        When it was taken back already, the one that stayed was itself merged away since, or a text is erased.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        _, change = notes.change_of(db, seq, by)
        told = change["after"]["merge"]
        # The two changes were told one right after the other.
        away_seq = seq if change["action"] == "merge_away" else seq - 1
        kept, of_kept = notes.change_of(db, away_seq + 1, by)
        other, of_other = notes.change_of(db, away_seq, by)
        if away_seq not in standing(db, [kept.id]):
            raise Conflict(N_("This merge was taken back already."))
        if kept.merged_into:
            raise Conflict(
                N_("“%(title)s” was itself merged into another since."),
                hint=N_("Take that merge back first."),
                title=kept.title,
            )
        found = merge_of_states.taken_back(*_states(of_kept), note_rows.state(kept))
        back = merge_of_states.taken_back(*_states(of_other), note_rows.state(other))
        note_links.move_back(db, other.id, kept.id, told["moved"])
        expertise.move_note_back(db, other.id, told.get("struck", []))
        _put(db, kept, _without(found, told["moved"]), by, now)
        before = notes.settle(db, kept.id)
        if _is_unread(before, of_kept["before"], by):
            duties.ask(db, [kept.id], "edited", by=by, now=now)
            duties.settle(db, [kept.id])
            before = notes.get(db, kept.id, reader=access.OPERATOR)
        back = _put(db, other, back, by, now)
        note_sources.follow_note(db, kept, before, by=by, now=now)
        _log(db, "unmerge_away", other, back, {}, by, now)
        _log(db, "unmerge", kept, before, {}, by, now)
    return before


def standing(db, note_ids):
    """Return the seqs of the changes by which others were merged into some notes, or they away, and that still hold."""
    rows = db.execute(
        """SELECT max(change.seq)
             FROM (SELECT id FROM note WHERE merged_into IN (SELECT value FROM json_each(:ids))
                   UNION SELECT id FROM note WHERE merged_into IS NOT NULL AND id IN (SELECT value FROM json_each(:ids))
                  ) AS away
             JOIN change ON change.noun = 'note' AND change.noun_id = CAST(away.id AS TEXT)
            WHERE change.action = 'merge_away' GROUP BY away.id""",
        {"ids": json.dumps(list(note_ids))},
    )
    return {seq for row in rows.fetchall() for seq in (row[0], row[0] + 1)}


def needs_reason(kept, other):
    """Return whether others build on one of two notes, so that merging them has to say why."""
    return gates.is_published(kept) or gates.is_published(other)


def is_merge(change):
    """Return whether a change of the feed, or None, is one that `undo` takes."""
    return change is not None and change["noun"] == "note" and change["action"] in ("merge", "merge_away")


def merged_from(db, note_id, *, reader):
    """Return the notes that were merged into one and that `reader` may see."""
    ids = db.execute("SELECT id FROM note WHERE merged_into = :id", {"id": note_id}).fetchall()
    return notes.of_ids(db, [row[0] for row in ids], reader=reader)


def forget(db, note_id):
    """Let no note lead to one that is erased; only inside ``writing``."""
    db.execute("UPDATE note SET merged_into = NULL WHERE merged_into = :id", {"id": note_id})


def _meant(note):
    return note.segment if note.audience == "segment" else ""


def _union(mine, others):
    known = {each["id"] for each in mine}
    return (*mine, *(each for each in others if each["id"] not in known))


def _asks(kept, other):
    known = {(each["kind"], each["cause"]) for each in kept.asks}
    return (*kept.asks, *(each for each in other.asks if (each["kind"], each["cause"]) not in known))


def _customers(kept, other):
    parts = {each["id"]: each["part"] for each in other.customers}
    mine = tuple({**each, "part": _both(each["part"], parts.get(each["id"], ""))} for each in kept.customers)
    return _union(mine, other.customers)


def _both(mine, others):
    if not others or others in mine:
        return mine
    return f"{mine}；{others}" if mine else others


def _joined(kept, other, say):
    """Return the text of `kept` with what only `other` says under a heading, its title."""
    said = "\n".join((kept.title, kept.summary, kept.body))
    texts = [text for text in (other.summary, other.body) if text not in said]
    lines = [
        say(N_("- %(label)s: %(text)s"), {"label": label, "text": getattr(other, name)})
        for name, label in note_details.LABELS.items()
        if getattr(kept, name) and getattr(other, name) not in getattr(kept, name)
    ]
    if not texts and not lines and other.title in said:
        return kept.body
    return "\n\n".join(filter(None, (kept.body, f"## {other.title}", *texts, "\n".join(lines))))


def _check_readers(db, kept, other, found, wish, by):
    seen = seen_by(db, kept, other, wish.readers)
    if seen["gained"] and not wish.is_confirmed:
        raise Invalid(
            N_("%(names)s would see a text that is closed to them today."),
            hint=N_("Choose fewer readers, or tick that they may see it."),
            field="confirmed",
            names=", ".join(seen["gained"][:10]),
        )
    if not access.sees(by, note_rows.state(found)):
        raise Invalid(
            N_("You would no longer see the note yourself."),
            hint=N_("Choose more readers, or keep the other one."),
            field="readers",
        )


def _checked(db, found, by):
    """Return texts and details of a merged note as they are stored, or refuse what is too much for one note."""
    texts = {name: getattr(found, name) for name in ("title", "summary", "body", "dimension", "readers")}
    is_proven = evidence.has_finding(db, found.id)
    details = note_details.checked(
        db, found.dimension, found.details(), reader=by, is_proven=is_proven, felt_later=found.is_unfelt()
    )
    customers = [[customer_id, part] for customer_id, part in details.customers]
    words = [list(each) for each in details.traits]
    named = named_readers.checked(found.readers, named_readers.pairs(found.named_readers))
    return {
        **note_texts.checked(**texts),
        **note_details.row(details),
        "named_readers": [list(each) for each in named],
        "customers": customers,
        "traits": words,
    }


def _without(state, moved):
    """Return the state of the one that stayed without the files and the evidence that went back."""
    return {
        **state,
        "attachments": [each for each in state.get("attachments", ()) if each["id"] not in moved.get("attachment", ())],
        "proofs": [[table, number] for table, number in state.get("proofs", ()) if number not in moved.get(table, ())],
    }


def _states(change):
    """Return what a note was before and after a change, its answers as they are kept today."""
    return [{**each, "answers": answers.of_state(each)} for each in (change["before"], change["after"])]


def _is_unread(note, earlier, by):
    """Return whether a note, of which a merge is taken back, is not as who verified it last saw it."""
    if note.verified_at is None or note.verified_by == by.member_id:
        return False
    is_later = note.verified_version != earlier.get("verified_version")
    return is_later or not gates.is_to(gates.digest_of(earlier), gates.parts_of(earlier["customers"]), note)


def _put(db, note, wanted, by, now):
    put_back(db, note, wanted, by, now)
    duties.settle(db, [note.id])
    return notes.get(db, note.id, reader=access.OPERATOR)


def _log(db, action, before, after, told, by, now, reason=""):
    states = {"before": note_rows.state(before), "after": {**note_rows.state(after), **told}}
    return feed.append(db, by=by, did=f"note.{action}", of=after.id, at=now, **states, reason=reason or None)
