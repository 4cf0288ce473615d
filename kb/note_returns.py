"""A note that comes out of the archive: what it rests on may have changed while nobody was asked to look at it.

What it rests on that lies beyond this package is looked at by whoever knows of it, as `also` has them say.
"""

from kb import duties, evidence, feed
from kb.anchors import digest, find, line, whole

_ALSO = []


def also(look):
    """Have a function look at each note that comes back, and return it.

    Parameters
    ----------
    look : callable
        From ``db``, the id of a note and the instant at which it was archived to ``{cause: kind}`` of what asks for a
        check of it, as `kb.duties.ask` takes them. It is called inside ``writing``.
    """
    _ALSO.append(look)
    return look


def ask(db, note_id, *, by, now):
    """Ask for a check of a note because of each of its evidence that changed or went while it was archived.

    Only inside ``writing``, before the feed is told that the note is back.
    """
    if not any(evidence.of_notes(db, [note_id]).values()):
        return
    rows = feed.changes(db, "note", note_id)
    went = next((row for row in rows if row["after"] and row["after"]["archived"] and not _was_away(row)), None)
    if went is None:  # its texts were erased
        return
    since = went["seq"]
    kinds = {f"quote {row['id']}": _of_quote(db, row, since) for row in evidence.quotes_of_note(db, note_id)}
    kinds |= {f"evidence {row['id']}": _of_note(db, row, since) for row in evidence.notes_cited_by(db, note_id)}
    for look in _ALSO:
        kinds |= look(db, note_id, went["at"])
    for cause, kind in kinds.items():
        if kind is not None:
            duties.ask(db, [note_id], kind, by=by, now=now, cause=cause)


def _was_away(change):
    return bool(change["before"] and change["before"]["archived"])


def _of_quote(db, row, since):
    """Return why a quote asks for a check: "gone", "source", or None where its words stand as they did."""
    noun, number = evidence.holder(db, row)
    if number is None:  # erased
        return "gone"
    before, after = _states(db, noun, number, since)
    if _is_gone(after):
        return None if _is_gone(before) else "gone"
    if before is None:
        return None
    file_id = row["attachment_id"] or row["interaction_file_id"]
    if file_id is not None:
        hung = [any(each["id"] == file_id for each in state["attachments"]) for state in (before, after)]
        return "gone" if hung[0] and not hung[1] else None
    texts = [state[row["part"]] if noun == "interaction" else whole(state) for state in (before, after)]
    stood, stands = (line(text, find(text, row["text"], row["start"])) for text in texts)
    is_back = stood is None or digest(texts[1]) == row["digest"]
    return None if stood == stands or (stands is not None and is_back) else "source"


def _of_note(db, row, since):
    """Return why a note that is evidence asks for a check, as `_of_quote` does."""
    if row["source_note_id"] is None:
        return "gone"
    before, after = _states(db, "note", row["source_note_id"], since)
    if _is_gone(after):
        return None if _is_gone(before) else "gone"
    if before is None or whole(before) == whole(after) or digest(whole(after)) == row["digest"]:
        return None
    return "source"


def _states(db, noun, number, since):
    """Return how a thing stood when a change was told, and how it stands; None for what the feed tells no more."""
    told = [(row["seq"], row["after"]) for row in feed.changes(db, noun, number) if row["after"]]
    before = next((state for seq, state in told if seq <= since), None)
    return before, (told[0][1] if told else None)


def _is_gone(state):
    return state is None or bool(state["archived"])
