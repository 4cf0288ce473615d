"""Topics and facets that a text suggests, and what people said to that: taken or refused, remembered and counted."""

from datetime import datetime, timedelta

from kb import classifier, facets, feed, maturity, notes, topics
from kb.errors import Conflict, Forbidden, Invalid, N_
from kb.store import writing
from kb.text import fold_name

DAYS = 90
KINDS = ("topic", "facet")
_MOST = 3


def of_text(db, home, text, *, reader, without=()):
    """Return the topics that a text suggests, the surest first, each ``{"kind", "key", "name"}``.

    A topic of which `reader` may not know is suggested to nobody like them, whatever it was learned from.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    text : str
    reader : kb.access.Reader
    without : sequence of str
        Names of topics it has.
    """
    model = classifier.load(home)
    if model is None:
        return []
    had = {fold_name(each) for each in without}
    found = _known(db, model.suggested(text), reader)
    return [each for each in found if each["kind"] == "topic" and fold_name(each["name"]) not in had][:_MOST]


def of_note(db, home, note, *, reader):
    """Return the topics and, for a note that has steps, the facets that a note suggests and nobody refused there."""
    model = classifier.load(home)
    if model is None:
        return []
    rows = db.execute("SELECT kind, key FROM class_decision WHERE note_id = :id AND taken = 0", {"id": note.id})
    refused = set(rows.fetchall())
    text = classifier.text_of(note.title, note.summary, note.body)
    carried = {("topic", str(each["id"])) for each in note.topics} | {("facet", each) for each in note.facets}
    left = [each for each in model.suggested(text) if each not in refused | carried]
    if note.maturity is None:
        left = [(kind, key) for kind, key in left if kind != "facet"]
    found = _known(db, left, reader)
    return [each for kind in KINDS for each in [each for each in found if each["kind"] == kind][:_MOST]]


def take(db, note_id, kind, key, *, by, now, reason=""):
    """Give a note a class that was suggested for it, and return the seq of that change.

    Parameters
    ----------
    reason : str
        As at `kb.maturity.classify`.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        note = notes.get(db, note_id, reader=by)
        _refuse_unknown(db, kind, key, by)
        if kind == "facet":
            seq = maturity.classify(db, note_id, [*note.facets, key], by=by, now=now, reason=reason)
        else:
            seq = maturity.add_topic(db, note_id, int(key), by=by, now=now, reason=reason)
        _decide(db, note_id, {(kind, key): True}, by, now)
    return seq


def refuse(db, note_id, kind, key, *, by, now):
    """Say that a class does not fit a note, so that it is not suggested there again; return what `undo` takes."""
    with writing(db):
        note = notes.get(db, note_id, reader=by)
        _refuse_unknown(db, kind, key, by)
        notes.require_editable(note, by)
        return _decide(db, note_id, {(kind, key): False}, by, now)


def settle(db, note, offered, *, by, now):
    """Remember which of the topics that were offered while `note` was written it carries, and which it does not.

    Parameters
    ----------
    note : kb.note_rows.Note
    offered : sequence of int
        Ids; what names no topic `by` may know of is left out.
    """
    known = topics.seen(db, offered, reader=by)
    carried = {each["id"] for each in note.topics}
    decided = {("topic", str(each)): each in carried for each in offered if each in known}
    if decided:
        with writing(db):
            _decide(db, note.id, decided, by, now)


def undo(db, seq, *, by, now):
    """Forget a decision, so that what was refused is suggested again, and return the id of the note."""
    with writing(db):
        change = feed.to_undo(db, seq, "suggestion", "add", hint=N_("Look at the history of the note."))
        feed.refuse_if_erased(change)
        note = notes.get(db, change["after"]["note_id"], reader=by)
        if change["member_id"] != by.member_id and not notes.may_edit(note, by):
            raise Forbidden(N_("Only who said so, or who may change the note, may take it back."))
        gone = 0
        for kind, key, taken in change["after"]["decided"]:
            gone += db.execute(
                """DELETE FROM class_decision
                    WHERE note_id = :note AND kind = :kind AND key = :key AND taken = :taken""",
                {"note": note.id, "kind": kind, "key": key, "taken": int(taken)},
            ).rowcount
        if not gone:
            raise Conflict(N_("This was taken back already."))
        feed.append(db, by=by, did="suggestion.undo", of=note.id, at=now, before=change["after"])
    return note.id


def adopted(db, *, now):
    """Return ``(taken, decided)``: of what people decided in the last `DAYS` days, how much the notes carry still."""
    since = (datetime.fromisoformat(now) - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")
    row = db.execute(
        """SELECT total(taken AND (EXISTS (SELECT 1 FROM note_topic
                                            WHERE note_topic.note_id = class_decision.note_id AND kind = 'topic'
                                              AND note_topic.topic_id = CAST(key AS INTEGER))
                                   OR EXISTS (SELECT 1 FROM note_facet
                                               WHERE note_facet.note_id = class_decision.note_id AND kind = 'facet'
                                                 AND facet = key))), count(*)
             FROM class_decision WHERE decided_at >= :since""",
        {"since": since},
    ).fetchone()
    return int(row[0]), row[1]


def measured(db, home, *, reader):
    """Return what was learned, as far as `reader` may know of it, the most precise first.

    Returns
    -------
    list of dict
        ``kind``, ``name``, ``is_suggested``, ``suggested`` and ``right`` of notes held out, ``examples``.
    """
    model = classifier.load(home)
    if model is None:
        return []
    names = {("topic", str(each.id)): each.name for each in topics.listing(db, reader=reader)}
    names |= {("facet", key): word for key, word in facets.FACETS.items()}
    told = [
        {
            "kind": each.kind,
            "name": names[each.kind, each.key],
            "is_suggested": each.threshold is not None,
            "suggested": each.suggested,
            "right": each.right,
            "examples": each.examples,
        }
        for each in model.classes
        if (each.kind, each.key) in names
    ]
    return sorted(told, key=_most_precise_first)


def erase(db, note_id, *, by, now, reason):
    """Remove what was decided on a note that is erased; only inside ``writing``."""
    if feed.changes(db, "suggestion", note_id):
        feed.erase(db, "suggestion", note_id, by=by, at=now, reason=reason)
    db.execute("DELETE FROM class_decision WHERE note_id = :id", {"id": note_id})


def _known(db, classes, reader):
    """Return those of some ``(kind, key)`` that `reader` may know of, by name."""
    topic_ids = [int(key) for kind, key in classes if kind == "topic"]
    names = {("facet", key): word for key, word in facets.FACETS.items()}
    names |= {("topic", str(number)): name for number, name in topics.seen(db, topic_ids, reader=reader).items()}
    return [{"kind": kind, "key": key, "name": names[kind, key]} for kind, key in classes if (kind, key) in names]


def _most_precise_first(told):
    return -told["is_suggested"], -told["right"] / max(1, told["suggested"]), told["name"]


def _refuse_unknown(db, kind, key, by):
    if kind == "topic" and key.isdecimal() and len(key) <= 18:
        if int(key) in topics.seen(db, [int(key)], reader=by):
            return
    elif kind == "facet" and key in facets.FACETS:
        return
    raise Invalid(N_("There is no class “%(value)s”."), hint=N_("Choose one of those shown."), value=key)


def _decide(db, note_id, decided, by, now):
    """Keep ``{(kind, key): whether taken}`` and return the seq of the change."""
    stamp = {"member_id": by.member_id, "decided_at": now}
    rows = [
        {"note_id": note_id, "kind": kind, "key": key, "taken": int(taken), **stamp}
        for (kind, key), taken in decided.items()
    ]
    db["class_decision"].upsert_all(rows, pk=("note_id", "kind", "key"))
    told = {"note_id": note_id, "decided": [[kind, key, taken] for (kind, key), taken in decided.items()]}
    return feed.append(db, by=by, did="suggestion.add", of=note_id, at=now, after=told)
