"""Uses: where colleagues applied a note, for whom, and what came of it.

Whoever used it and whoever wrote it are both told of; the author's knowledge of the topics grows by it.
"""

from dataclasses import dataclass

from kb import access, customers, feed, notes
from kb.errors import Conflict, Forbidden, Invalid, N_
from kb.store import writing
from kb.text import clean

RESULTS = {
    "worked": N_("It worked"),
    "partly": N_("It helped in part"),
    "failed": N_("It did not work"),
}
_TEXTS = {"place": (N_("Where"), 60), "outcome": (N_("In a sentence"), 300)}
_COLUMNS = ("note_id", "member_id", "result", "place", "customer_id", "outcome", "used_at")


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a note; ``result`` of `RESULTS`, ``customer`` a name or None."""

    id: int
    note_id: int
    member_id: int
    member: str
    department: str
    result: str
    place: str
    customer_id: int | None
    customer: str | None
    outcome: str
    used_at: str


def add(db, note_id, *, result, by, now, place="", customer_id=None, outcome=""):
    """Record that `by` used a note and return the seq of the change, which `undo` takes.

    Parameters
    ----------
    result : {"worked", "partly", "failed"}
        What came of it; a failure has to be told in words.
    place : str
        Where, such as phone or shop.
    customer_id : int, optional
    outcome : str

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    if result not in RESULTS:
        raise Invalid(N_("What came of it?"), hint=N_("Choose one of the three."), field="result", value=result)
    texts = {"place": place, "outcome": outcome}
    texts = {
        name: clean(texts[name], field=name, label=label, limit=limit, lines=False)
        for name, (label, limit) in _TEXTS.items()
    }
    if result == "failed" and not texts["outcome"]:
        raise Invalid(
            N_("What went wrong is missing."), hint=N_("One sentence helps its author to mend it."), field="outcome"
        )
    with writing(db):
        notes.get(db, note_id, reader=by)
        if customer_id is not None:
            customers.get(db, customer_id, reader=by)
        row = {
            "note_id": note_id,
            "member_id": by.member_id,
            "result": result,
            "customer_id": customer_id,
            "used_at": now,
            **texts,
        }
        use_id = db["note_use"].insert(row).last_pk
        return feed.append(db, by=by, did="use.add", of=use_id, at=now, after=row)


def undo(db, seq, *, by, now):
    """Take the record of a use back, as its member, and return the id of the note."""
    with writing(db):
        change = feed.to_undo(db, seq, "use", "add", hint=N_("Look at the history of the note."))
        if change["member_id"] != by.member_id:
            raise Forbidden(N_("Only who recorded it may take it back."))
        feed.refuse_if_erased(change)
        row = next(iter(db.query("SELECT * FROM note_use WHERE id = :id", {"id": int(change["noun_id"])})), None)
        if row is None:
            raise Conflict(N_("This was taken back already."))
        db.execute("DELETE FROM note_use WHERE id = :id", {"id": row["id"]})
        before = {name: row[name] for name in _COLUMNS}
        feed.append(db, by=by, did="use.undo", of=row["id"], at=now, before=before)
    return row["note_id"]


def of_note(db, note_id):
    """Return the uses of a note, the newest first; whoever may read the note may read them."""
    return [_use(row) for row in db.query(f"{_SELECT} WHERE note_use.note_id = :id {_NEWEST}", {"id": note_id})]


def of_author(db, member_id, *, reader, limit=5):
    """Return ``[(use, title)]``: the newest uses that colleagues made of the notes of a member."""
    clause, values = access.visible(reader)
    # From the uses: there are fewer of them than there are notes of who writes much.
    rows = db.query(
        f"""{_SELECT} JOIN note ON note.id = note_use.note_id
             WHERE +note.owner_id = :member AND note_use.member_id <> :member AND note.archived = 0 AND {clause}
             {_NEWEST} LIMIT :limit""",
        {**values, "member": member_id, "limit": limit},
    )
    uses = [_use(row) for row in rows]
    titles = {note.id: note.title for note in notes.of_ids(db, {use.note_id for use in uses}, reader=reader)}
    return [(use, titles[use.note_id]) for use in uses]


def erase(db, note_id, *, by, now, reason):
    """Remove the uses of a note that is erased, their texts in the feed too; only inside ``writing``."""
    feed.erase_of_note(db, "use", "note_use", note_id, by=by, at=now, reason=reason)
    db.execute("DELETE FROM note_use WHERE note_id = :id", {"id": note_id})


_SELECT = """SELECT note_use.*, member.name AS member, department.name AS department, customer.name AS customer
               FROM note_use
               JOIN member ON member.id = note_use.member_id
               JOIN department ON department.id = member.department_id
               LEFT JOIN customer ON customer.id = note_use.customer_id"""
_NEWEST = "ORDER BY note_use.used_at DESC, note_use.id DESC"


def _use(row):
    return Use(**{name: row[name] for name in Use.__slots__})
