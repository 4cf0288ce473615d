"""Saved views: lists of notes, or of rules, under a name, for oneself, one's department or everybody.

A view says which notes are asked for, never which there are: each sees of it what they may see.
"""

import json
from dataclasses import dataclass

from kb import access, feed
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.note_texts import READERS
from kb.store import writing
from kb.text import clean, fold_name

LONGEST_NAME = 40
MOST = 50
_STATE = ("version", "name", "address", "readers", "archived", "owner_id")


@dataclass(frozen=True, slots=True)
class View:
    """A list under a name; ``address`` is the part of an address that says which, with ``list`` where it is not one of
    notes; ``owner`` who saved it.
    """

    id: int
    version: int
    name: str
    address: dict
    readers: str
    owner_id: int | None
    owner: str | None
    archived: int


def listing(db, *, reader, of="notes"):
    """Return the views that `reader` may see of a list, notes or rules, their own first, each by name."""
    clause, values = access.visible(reader, "saved_view")
    rows = db.query(
        f"""{_SELECT} WHERE NOT saved_view.archived AND coalesce(saved_view.address ->> 'list', 'notes') = :of
               AND {clause} ORDER BY owner_id IS NOT :me, saved_view.name, id""",
        {**values, "me": reader.member_id, "of": of},
    )
    return [_view(row) for row in rows]


def of_ids(db, view_ids, *, reader):
    """Return ``{id: View}`` of those of these that `reader` may see, deleted ones too."""
    clause, values = access.visible(reader, "saved_view")
    rows = db.query(
        f"{_SELECT} WHERE saved_view.id IN (SELECT value FROM json_each(:ids)) AND {clause}",
        {**values, "ids": json.dumps(list(view_ids))},
    )
    return {row["id"]: _view(row) for row in rows}


def add(db, *, name, address, readers, by, now):
    """Save a list under a name and return the `View`.

    Parameters
    ----------
    address : dict of str to str
    readers : {"owner", "department", "all"}

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden
    """
    access.require(by, "note.read")
    with writing(db):
        fields = _checked(db, name, readers, by, None)
        row = {**fields, "version": 1, "address": json.dumps(address), "owner_id": by.member_id}
        view_id = db["saved_view"].insert({**row, "department_id": by.department_id, "created_at": now}).last_pk
        view = get(db, view_id, reader=by)
        feed.append(db, by=by, did="view.add", of=view_id, at=now, after=_state(view))
    return view


def get(db, view_id, *, reader):
    """Return one view; raises `NotFound` alike when it is absent and when `reader` may not see it."""
    found = of_ids(db, [view_id], reader=reader).get(view_id)
    if found is None:
        raise NotFound(N_("There is no such view."), hint=N_("Choose one of those above the list."))
    return found


def edit(db, view_id, *, name, readers, by, now):
    """Give a view another name or other readers, and return the seq of the change."""
    with writing(db):
        before = _to_change(db, view_id, by)
        fields = _checked(db, name, readers, by, before)
        return _store(db, before, fields, "view.edit", by, now)


def archive(db, view_id, *, by, now):
    """Delete a view; undo brings it back. Returns the seq of the change."""
    with writing(db):
        before = _to_change(db, view_id, by)
        return _store(db, before, {"archived": 1}, "view.archive", by, now)


def hand_over(db, view_id, member_id, *, by, now):
    """Make a shared view that of a colleague, and return the seq of the change; only inside ``writing``.

    Where they have one of that name, it takes the name of who had it.
    """
    before = get(db, view_id, reader=access.OPERATOR)
    rows = db.execute("SELECT name FROM saved_view WHERE owner_id = :id AND NOT archived", {"id": member_id})
    name, taken = before.name, {fold_name(row[0]) for row in rows.fetchall()}
    if fold_name(name) in taken:
        name = f"{before.name} {before.owner}"[:LONGEST_NAME]
    return _store(db, before, {"owner_id": member_id, "name": name}, "view.edit", by, now)


def undo(db, seq, *, by, now):
    """Take back one change of a view as a new change, and return the view.

    Raises
    ------
    kb.errors.Conflict
        When it was changed again since.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        change = feed.to_undo(db, seq, "view", hint=N_("Look at the list of what was done."))
        before = get(db, int(change["noun_id"]), reader=by)
        if not may_change(before, by):
            raise _not_yours()
        feed.refuse_if_erased(change)
        if change["after"]["version"] != before.version:
            raise Conflict(
                N_("“%(title)s” was changed again since, so this change cannot be undone."),
                hint=N_("Open it and write what should stand."),
                title=before.name,
            )
        earlier = change["before"] or {"archived": 1}
        fields = {name: earlier[name] for name in ("name", "readers", "archived", "owner_id") if name in earlier}
        _store(db, before, fields, "view.undo", by, now)
        return get(db, before.id, reader=access.OPERATOR)


def may_change(view, reader):
    """Return whether `reader`, who sees `view`, may rename or delete it."""
    if reader.looker is not None:
        return False
    is_own = view.owner_id is not None and view.owner_id == reader.member_id
    return is_own or access.may(reader, "note.edit_others")


def _to_change(db, view_id, by):
    found = get(db, view_id, reader=by)
    if not may_change(found, by):
        raise _not_yours()
    if found.archived:
        raise Invalid(N_("“%(title)s” is deleted already."), title=found.name)
    return found


def _checked(db, name, readers, by, before):
    label = N_("Name of the view")
    name = clean(name, field="name", label=label, limit=LONGEST_NAME, lines=False, needed=N_("Fill it in."))
    if readers not in READERS:
        raise Invalid(N_("Choose who sees the view."), hint=N_("One of: owner, department, all."), field="readers")
    if readers != "owner" and not access.may(by, "note.write"):
        raise Forbidden(N_("Your role saves views for itself only."), hint=N_("Choose “Only me”."))
    owner = by.member_id if before is None else before.owner_id
    others = list(
        db.query("SELECT id, name FROM saved_view WHERE owner_id IS :owner AND NOT archived", {"owner": owner})
    )
    if any(
        fold_name(each["name"]) == fold_name(name) and (before is None or each["id"] != before.id) for each in others
    ):
        raise Invalid(
            N_("There is a view “%(value)s” already."), hint=N_("Choose another name."), field="name", value=name
        )
    if before is None and len(others) >= MOST:
        raise Invalid(
            N_("You have %(count)d views; no more are possible."),
            hint=N_("Delete one that you no longer use."),
            field="name",
            count=len(others),
        )
    return {"name": name, "readers": readers}


def _store(db, before, fields, did, by, now):
    db["saved_view"].update(before.id, {**fields, "version": before.version + 1})
    after = get(db, before.id, reader=access.OPERATOR)
    return feed.append(db, by=by, did=did, of=before.id, at=now, before=_state(before), after=_state(after))


def _not_yours():
    return Forbidden(N_("Only who saved this view, or a curator, may change it."))


_SELECT = """SELECT saved_view.*, member.name AS owner
               FROM saved_view LEFT JOIN member ON member.id = saved_view.owner_id"""


def _view(row):
    kept = {name: row[name] for name in View.__slots__ if name != "address"}
    return View(**kept, address=json.loads(row["address"]))


def _state(view):
    return {name: getattr(view, name) for name in _STATE}
