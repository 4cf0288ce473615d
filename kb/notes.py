"""Notes: one piece of knowledge each, of one of four dimensions."""

import json

from kb import (
    access,
    approval_rules,
    attached,
    doubts,
    duties,
    evidence,
    facets,
    feed,
    gates,
    merge,
    named_readers as listed,
    note_counts,
    note_details,
    note_sources,
    note_texts,
    proposals,
    text_names,
    topics,
)
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.note_conditions import where_sql
from kb.note_putting_back import put_back
from kb.note_rows import SELECT, insert, of_rows, state, state_of_version
from kb.store import writing

# What `kb.note_merge` does to two notes at once, it takes back for both.
OF_TWO = ("merge", "merge_away", "unmerge", "unmerge_away")


class Stale(Conflict):
    """A save on top of an older version; ``theirs`` is the note as it stands now, ``mine`` what was to be saved."""

    def __init__(self, theirs, mine):
        super().__init__(
            N_("Somebody saved this note after you opened it. Nothing of yours is lost."),
            hint=N_("Compare the two texts, then save the one that should stand."),
        )
        self.theirs, self.mine = theirs, mine


def add(db, *, by, now, **fields):
    """Write a note and return it; what it is made of, and what is refused, is told at `put`."""
    access.require(by, "note.write")
    with writing(db):
        return tell_new(db, [put(db, **fields, by=by, now=now)], by=by, now=now)[0]


def put(
    db, *, title, dimension, topic_names, details, by, now, summary="", body="", readers="all", named_readers=(),
    proofs=(), is_proven=False, facets_of=(), files=(), note_id=None, felt_later=False, was_kept=False,
):  # fmt: skip
    """Store a new note; only inside ``writing``, and `tell_new` has to follow with what is returned.

    That is its id and, where others see it only after a yes, what it is to become; till then only its author sees it.

    Parameters
    ----------
    title, summary, body : str
        Body is Markdown, at most `kb.note_texts.LONGEST_BODY` characters.
    dimension : {"about", "for", "from", "with"}
    topic_names : sequence of str
        At least one.
    details : kb.note_details.Details
        What a note of this dimension must say.
    readers : {"owner", "list", "department", "all"}
    named_readers : sequence of (str, int)
        For ``list`` who is on it: pairs of "member" or "department" and an id.
    proofs : sequence of kb.evidence.Evidence
    is_proven : bool
        Whether a finding proves it that is attached before `tell_new`.
    facets_of : sequence of str
        Of `kb.facets.FACETS`.
    files : sequence of (str, kb.files.Kept)
        Name and place of what hangs on it from the first.
    note_id : int, optional
        One that `reserve` gave.
    felt_later, was_kept : bool
        Whether how the customer felt may be told later; whether a home kept it so, which is then all that is asked.

    Raises
    ------
    kb.errors.Invalid
    """
    fields = note_texts.checked(title=title, summary=summary, body=body, dimension=dimension, readers=readers)
    named = listed.checked(readers, named_readers)
    is_proven = is_proven or any(each.kind == "finding" for each in proofs)
    asked = {"is_proven": is_proven, "felt_later": felt_later, "was_kept": was_kept}
    details = note_details.checked(db, dimension, details, reader=by, **asked)
    wanted = None
    if approval_rules.asks(db, fields, (dimension,), by.department_id, by=by):
        wanted = _wanted({**fields, "named_readers": [list(each) for each in named]}, topic_names, details)
        fields, named = {**fields, "readers": "owner"}, ()
    row = {
        **({} if note_id is None else {"id": note_id}),
        **fields,
        **note_details.row(details),
        **_first_state(dimension),
        "version": 1,
        "owner_id": by.member_id,
        "department_id": by.department_id,
        "created_at": now,
        "updated_at": now,
    }
    note_id = insert(db, row)
    topics.store(db, note_id, topics.named(db, topic_names, by=by, now=now))
    listed.store(db, note_id, named)
    note_details.link(db, note_id, details)
    facets.store(db, note_id, facets.checked(facets_of))
    attached.add(db, note_id, files, by=by, now=now)
    text_names.store(db, note_id, fields["body"], by=by, now=now)
    evidence.attach(db, note_id, proofs, by=by, now=now)
    return note_id, wanted


def tell_new(db, new, *, by, now):
    """Settle the duties of notes that were `put`, tell the feed of them and return them; only inside ``writing``."""
    wanted = dict(new)
    duties.settle(db, list(wanted))
    found = of_ids(db, list(wanted), reader=access.OPERATOR)
    for note in found:
        feed.append(db, by=by, did="note.add", of=note.id, at=now, after=state(note))
        if wanted[note.id]:
            proposals.put(db, note, wanted[note.id], by=by, now=now)
    return found


def get(db, note_id, *, reader):
    """Return one note; raises `NotFound` alike when it is absent and when `reader` may not see it."""
    clause, values = access.visible(reader)
    row = next(iter(db.query(f"{SELECT} WHERE note.id = :id AND {clause}", {**values, "id": note_id})), None)
    if row is None:
        raise _not_found(note_id)
    return of_rows(db, [row])[0]


def edit(
    db, note_id, *, version, by, now, title, summary, body, dimension, topic_names, details, readers, named_readers=(),
    reason="", participants=(), answered="", did="note.edit",
):  # fmt: skip
    """Save a note on top of `version` and return it, put together with what others saved since.

    Where that needs the yes of a second person it is proposed, and the note returned as it stays.

    Parameters
    ----------
    reason : str
        Why it was changed; a note that others build on is not changed without.
    participants : sequence of int
        The members who took part beside `by`.
    answered : str
        Until which instant this answers the doubts; they stay without, as an edit elsewhere says nothing to them.

    Raises
    ------
    Stale
        When both changed the same, or the note was archived meanwhile.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    fields = note_texts.checked(title=title, summary=summary, body=body, dimension=dimension, readers=readers)
    named = listed.checked(readers, named_readers)
    reason = note_texts.reason(reason, N_("Why you change it"))
    with writing(db):
        before = get(db, note_id, reader=by)
        require_editable(before, by)
        gates.require_reason([before], reason)
        details = _details(db, before, dimension, details, by)
        if before.version != version:
            mine = {**fields, "named_readers": [list(each) for each in named]}
            fields, topic_names, details = _merged(db, before, version, mine, topic_names, details, by)
            named = fields.pop("named_readers")
        if approval_rules.asks(db, fields, (before.dimension, dimension), before.department_id, by=by):
            told = {**fields, "named_readers": [list(each) for each in named]}
            asked = {"participants": list(participants), "answered": answered}
            wanted = _wanted(told, topics.cleaned(topic_names), details) | asked
            proposals.put(db, before, wanted, by=by, now=now, reason=reason)
            return before
        doubts.answer(db, before, answered)
        told = {"participants": list(participants)} if participants else {}
        return save(db, before, fields, named, topic_names, details, did=did, by=by, now=now, reason=reason, told=told)


def save(db, before, fields, named, topic_names, details, *, did, by, now, reason="", told=None):
    """Let a note become what was checked, as `edit` and an approval do, and return it; only inside ``writing``."""
    note_id = before.id
    states = {} if fields["dimension"] == before.dimension else _first_state(fields["dimension"])
    row = {**fields, **note_details.row(details), **states, "version": before.version + 1, "updated_at": now}
    db["note"].update(note_id, row)
    topics.store(db, note_id, topics.named(db, topic_names, by=by, now=now))
    listed.store(db, note_id, named)
    note_details.link(db, note_id, details)
    text_names.store(db, note_id, fields["body"], before.body, by=by, now=now)
    note = settle(db, note_id)
    if duties.follow_text(db, before, note, by=by, now=now, was_read=did == "note.approve"):
        note = _get(db, note_id)
    log(db, did, before, note, by, now, reason, told)
    return note


def archive(db, note_id, *, by, now, reason=""):
    """Take a note out of lists and search, and return the seq of that; a note others build on not without a reason."""
    reason = note_texts.reason(reason, N_("Why you archive it"))
    with writing(db):
        before = get(db, note_id, reader=by)
        require_editable(before, by)
        if before.archived:
            raise Invalid(N_("“%(title)s” is archived already."), title=before.title)
        gates.require_reason([before], reason, N_("Others build on this note: why do you archive it?"))
        db["note"].update(note_id, {"archived": 1, "version": before.version + 1, "updated_at": now})
        return log(db, "note.archive", before, _get(db, note_id), by, now, reason)


def undo(db, seq, *, by, now):
    """Take back one change of a note as a new change and return the note; one's own, or any as who may change it.

    Raises
    ------
    kb.errors.Conflict
        When the note was changed again since, or the text was erased.
    """
    with writing(db):
        before, change = to_undo(db, seq, by)
        if change["action"] in OF_TWO:
            raise Conflict(
                N_("This change is of two notes, so it cannot be undone for one alone."),
                hint=N_("Merge the two again if they say the same."),
            )
        put_back(db, before, change["before"], by, now)
        note = _get(db, before.id)
        log(db, "note.undo", before, note, by, now)
    return note


def to_undo(db, seq, by):
    """Return a note and the newest change of it, which `by` may take back; raises as `change_of` and `Conflict`."""
    before, change = change_of(db, seq, by)
    if before.version != change["after"]["version"]:
        raise Conflict(
            N_("“%(title)s” was changed again since, so this change cannot be undone."),
            hint=N_("Open its history and copy what you need."),
            title=before.title,
        )
    return before, change


def change_of(db, seq, by):
    """Return a note and a change of it that `by` has the right to take back; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        When its text is erased.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    change = feed.change(db, seq)
    clause, values = access.visible(by)
    of = {**values, "id": change["noun_id"] if change and change["noun"] == "note" else None}
    # A change of another's private note must read like one that never was.
    if db.execute(f"SELECT 1 FROM note WHERE note.id = :id AND {clause}", of).fetchone() is None:
        raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the history of the note."))
    note = get(db, int(change["noun_id"]), reader=by)
    access.require(by, "note.write")
    if by.member_id is None or change["member_id"] != by.member_id:
        require_editable(note, by)
    feed.refuse_if_erased(change)
    return note, change


def listing(db, *, reader, limit=50, offset=0, total=None, **asked):
    """Return ``(notes, total)`` that `reader` may see, newest first, of those `kb.note_conditions.where_sql` asks for.

    Parameters
    ----------
    total : int, optional
        How many there are, where it is known already.
    """
    where, values = where_sql(reader, **asked, newest_first=True)
    if total is None:
        total = note_counts.total(db, reader=reader, **asked)
    # The page is cut out of an index that holds all that is asked here; only its notes are read.
    rows = list(
        db.query(
            f"""{SELECT} WHERE note.id IN (SELECT note.id FROM note WHERE {where}
                                            ORDER BY note.updated_at DESC, note.id DESC LIMIT :limit OFFSET :offset)
                  ORDER BY note.updated_at DESC, note.id DESC""",
            {**values, "limit": limit, "offset": offset},
        )
    )
    return of_rows(db, rows), total


def of_ids(db, note_ids, *, reader):
    """Return the notes of these ids that `reader` may see, in the order of id."""
    clause, values = access.visible(reader)
    rows = list(
        db.query(
            f"{SELECT} WHERE note.id IN (SELECT value FROM json_each(:ids)) AND {clause} ORDER BY note.id",
            {**values, "ids": json.dumps(list(note_ids))},
        )
    )
    return of_rows(db, rows)


def may_edit(note, reader):
    """Return whether `reader`, who sees `note`, may change it."""
    own = note.owner_id is not None and note.owner_id == reader.member_id and access.may(reader, "note.write")
    return own or access.may(reader, "note.edit_others")


def require_editable(note, by):
    """Refuse with a sentence unless `by`, who sees `note`, may change it."""
    if not may_edit(note, by):
        raise Forbidden(
            N_("Only its owner or a curator may change this note."),
            hint=N_("Ask %(owner)s, or write a note of your own."),
            owner=note.owner or "",
        )


def settle(db, note_id):
    """Bring a note back to the last step whose gates stand open, and return it; only inside ``writing``."""
    note = _get(db, note_id)
    step = gates.reached(note)
    if step == note.maturity:
        return note
    db["note"].update(note_id, {"maturity": step})
    return _get(db, note_id)


def log(db, did, before, after, by, now, reason="", told=None):
    """Tell the feed what became of a note and return the seq of the change; only inside ``writing``.

    Parameters
    ----------
    before, after : kb.note_rows.Note
    told : dict, optional
        What is kept of the change beside the two states: its ``participants``.
    """
    duties.settle(db, [after.id])
    return tell(db, did, before, after, by, now, reason, told)


def tell(db, did, before, after, by, now, reason="", told=None):
    """Do as `log` does for one of many notes, whose duties are settled at once by whoever changed them."""
    # Before its own change, which whoever takes it back finds as the last one.
    note_sources.follow_note(db, before, after, by=by, now=now)
    states = {"before": state(before), "after": {**state(after), **(told or {})}}
    return feed.append(db, by=by, did=did, of=after.id, at=now, **states, reason=reason or None)


def _merged(db, theirs, version, fields, topic_names, details, by):
    """Return what is saved on top of `theirs` of somebody who began with an earlier version."""
    base = state_of_version(db, theirs.id, version)
    mine = _wanted(fields, topic_names, details)
    if base is None or not access.sees(by, base) or theirs.archived > base["archived"]:
        raise Stale(theirs, mine)
    try:
        both = merge.states(base, mine, state(theirs))
        # Each may fit by itself, and the two together not: a period that ends before it begins.
        details = _details(db, theirs, both["dimension"], note_details.of_state(both), by)
    except (merge.Clash, Invalid):
        raise Stale(theirs, mine) from None
    return {name: both[name] for name in fields}, both["topics"], details


def _details(db, note, dimension, details, by):
    is_proven = evidence.has_finding(db, note.id)
    felt_later = note.is_unfelt()
    return note_details.checked(db, dimension, details, reader=by, is_proven=is_proven, felt_later=felt_later)


def _wanted(fields, topic_names, details):
    """Return what somebody saves, as `kb.note_rows.state` names it."""
    return {
        **fields,
        **note_details.row(details),
        "topics": list(topic_names),
        "customers": [[customer_id, part] for customer_id, part in details.customers],
        "traits": [[kind, value] for kind, value in details.traits],
    }


def _first_state(dimension):
    if dimension == "about":
        return {"maturity": None, "standing": "found"}
    return {"maturity": "raw", "standing": None}


def _get(db, note_id):
    return get(db, note_id, reader=access.OPERATOR)


def _not_found(note_id):
    return NotFound(N_("There is no note %(value)s."), hint=N_("Search for it by its words."), value=str(note_id))
