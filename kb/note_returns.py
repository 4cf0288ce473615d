"""A note that comes out of the archive: what it rests on may have changed while nobody was asked to look at it."""

from kb import duties, evidence, feed
from kb.anchors import digest, find, line, whole


def ask(db, note_id, *, by, now):
    """Ask for a check of a note because of each of its quotes and notes that changed or went while it was archived.

    Only inside ``writing``, before the feed is told that the note is back.
    """
    quotes, cited = evidence.quotes_of_note(db, note_id), evidence.notes_cited_by(db, note_id)
    if not quotes and not cited:
        return
    rows = feed.changes(db, "note", note_id)
    since = next((row["seq"] for row in rows if row["after"] and row["after"]["archived"] and not _was_away(row)), None)
    if since is None:  # its texts were erased
        return
    kinds = {f"quote {row['id']}": _of_quote(db, row, since) for row in quotes}
    kinds |= {f"evidence {row['id']}": _of_note(db, row, since) for row in cited}
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
