"""A note brought back to a state of it that the feed keeps: for undo, for a merge, for many at once."""

from kb import (
    answers,
    attached,
    doubts,
    duties,
    evidence,
    facets,
    mentions,
    named_readers,
    note_details,
    note_returns,
    topics,
)
from kb.note_rows import STATE, VOUCHING, state, update

# What no undo brings back.
_STAYING = ("version", "owner_id", "department_id")


def put_back(db, note, earlier, by, now):
    """Bring a note back to an earlier state of it, None for before it was written; only inside ``writing``.

    Parameters
    ----------
    note : kb.note_rows.Note
    earlier : dict or None
        As the feed keeps it.
    """
    stamp = {"version": note.version + 1, "updated_at": now}
    if earlier is None:  # undo of writing the note
        update(db, note.id, {"archived": 1, **stamp})
        return
    kept = {name: earlier[name] for name in STATE if name in earlier and name not in _STAYING}
    details = note_details.of_state(earlier)
    # What the feed kept before anybody verified has nobody who did.
    vouching = {name: earlier.get(name) for name in VOUCHING}
    update(db, note.id, {**kept, **vouching, **note_details.row(details), **stamp})
    was = state(note)
    # Looking costs less than writing anew, and of many notes at once little has changed. What the feed kept before
    # there were facets, answers, doubts and asks has none.
    if earlier["topics"] != was["topics"]:
        topics.store(db, note.id, topics.named(db, earlier["topics"], by=by, now=now))
    if details != note.details():
        note_details.link(db, note.id, details)
    if earlier["body"] != note.body:
        mentions.store(db, note.id, earlier["body"])
    earlier = {**earlier, "answers": answers.of_state(earlier)}
    nouns = {"facets": facets, "answers": answers, "doubts": doubts, "asks": duties, "named_readers": named_readers}
    for name, noun in nouns.items():
        if list(earlier.get(name, ())) != was[name]:
            noun.store(db, note.id, earlier.get(name, ()))
    if list(earlier.get("attachments", ())) != was["attachments"]:
        attached.store(db, note.id, earlier.get("attachments", ()), now=now)
    # What the feed kept before evidence could be taken off says nothing of it.
    if earlier.get("proofs", was["proofs"]) != was["proofs"]:
        evidence.store(db, note.id, earlier["proofs"], now=now)
    if note.archived and not earlier["archived"]:
        note_returns.ask(db, note.id, by=by, now=now)
