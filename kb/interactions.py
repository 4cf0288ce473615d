"""Interactions: one call, visit or message each, with what the customer said and what we gave or told them.

What was said, and what was told, each becomes a note by one tick; a note for customers that was told is a delivery.
"""

import json
from datetime import datetime, timedelta

from kb import (
    access,
    archived,
    channels,
    customers,
    feed,
    interaction_attached,
    interaction_mentions,
    interaction_readers,
    named_readers as listed,
    note_sources,
    note_texts,
    readers,
)
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.interaction_merge import Overtaken, together
from kb.interaction_notes import keep, take_back
from kb.interaction_rows import FIELDS, LABELS, select, state
from kb.store import writing
from kb.text import clean

METHODS = {"talk": N_("Talk"), "observe": N_("Observed"), "predict": N_("Predicted"), "mine": N_("Mined")}
LONGEST = 20_000
_LINES = {"contact": (N_("Contact person"), 100), "channel": (N_("Channel"), 60)}
# The clock of a phone may go before ours.
_AHEAD = timedelta(minutes=10)


def add(db, *, files=(), by, now, **fields):
    """Write down an interaction, and the notes ticked with it, and return the seq of the change.

    Parameters
    ----------
    files : sequence of (str, kb.files.Kept)
        Name and place of each file that hangs on it.
    fields
        ``customer_id``, ``contact``, ``channel``, ``method``, ``happened_at``, ``said``, ``told``, ``readers``,
        for a list ``named_readers`` as `kb.named_readers.checked` takes them; and what `kb.interaction_notes.keep`
        takes: which notes it makes and names.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    with writing(db):
        checked = _checked(db, fields, by, now, is_told=_names_told(fields))
        row = {**_columns(checked), "version": 1, "owner_id": by.member_id, "department_id": by.department_id}
        interaction_id = db["interaction"].insert({**row, "created_at": now, "updated_at": now}).last_pk
        listed.store(db, interaction_id, checked["named_readers"], "interaction")
        # Before its notes, which take their pictures from here.
        interaction_attached.add(db, interaction_id, files, texts=_texts(checked), by=by, now=now)
        keep(db, interaction_id, checked, **_made(fields), by=by, now=now)
        interaction_mentions.store(db, interaction_id, checked, by=by, now=now)
        after = get(db, interaction_id, reader=access.OPERATOR)
        return feed.append(db, by=by, did="interaction.add", of=interaction_id, at=now, after=state(after))


def get(db, interaction_id, *, reader):
    """Return one interaction; raises `NotFound` alike when it is absent and when `reader` may not see it."""
    clause, values = access.visible(reader, "interaction")
    found = select(db, f"interaction.id = :id AND {clause}", {**values, "id": interaction_id})
    if not found:
        raise NotFound(
            N_("There is no interaction %(value)s."),
            hint=N_("Look for it on the page of the customer."),
            value=str(interaction_id),
        )
    return found[0]


def edit(db, interaction_id, *, version, files=(), narrowing="", by, now, **fields):
    """Save an interaction on top of `version`, files and notes of it as at `add`, and return the seq of the change.

    It is put together with what others saved since.

    Parameters
    ----------
    narrowing : str
        Why its notes go along where fewer see it from now on; they stay open where this is empty.

    Raises
    ------
    kb.interaction_merge.Overtaken
        When both changed the same.
    kb.errors.Conflict
        When somebody archived it.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = _changeable(db, interaction_id, by)
        is_told = _has_told(before) or _names_told(fields)
        checked = _checked(db, fields, by, now, is_told=is_told)
        if before.version != version:
            both = _merged(db, before, version, checked, by)
            checked = _checked(db, both, by, now, is_told=is_told)
        interaction_attached.add(db, interaction_id, files, texts=_texts(checked), by=by, now=now)
        keep(db, interaction_id, checked, **_made(fields), by=by, now=now)
        seqs = interaction_readers.narrow(db, _opened(db, before, checked), by=by, now=now, reason=narrowing)
        return _save(db, before, checked, "interaction.edit", by, now, with_notes=seqs)


def make_notes(db, interaction_id, *, by, now, **made):
    """Make notes of an interaction as it stands, or say which were told, and return the seq of the change.

    Parameters
    ----------
    made
        As `kb.interaction_notes.keep` takes it.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    with writing(db):
        before = _changeable(db, interaction_id, by)
        keep(db, interaction_id, state(before), **made, by=by, now=now)
        if len(get(db, interaction_id, reader=by).notes) == len(before.notes):
            raise Invalid(
                N_("Nothing is to be made: no box is ticked."),
                hint=N_("Tick what is to become a note, or name one that was told."),
                field="kept",
            )
        return _save(db, before, {}, "interaction.keep", by, now)


def attach(db, interaction_id, files, *, by, now):
    """Hang files that lie at their places on an interaction and return the seq of the change.

    Parameters
    ----------
    files : sequence of (str, kb.files.Kept)
    """
    with writing(db):
        before = _changeable(db, interaction_id, by)
        interaction_attached.add(db, interaction_id, files, by=by, now=now)
        return _save(db, before, {}, "interaction.attach", by, now)


def detach(db, interaction_id, number, *, by, now):
    """Take one of its files off an interaction and return the seq of the change."""
    with writing(db):
        before = _changeable(db, interaction_id, by)
        interaction_attached.remove(db, number, now=now)
        return _save(db, before, {}, "interaction.detach", by, now)


def rename(db, before, texts, *, by, now):
    """Save what was said and told as it calls its pictures after their files got other names; only in ``writing``."""
    _save(db, before, texts, "interaction.rename", by, now)


def archive(db, interaction_id, *, by, now):
    """Take an interaction off the lists and return the seq of the change."""
    with writing(db):
        before = get(db, interaction_id, reader=by)
        require_editable(before, by)
        if before.archived:
            raise Invalid(N_("This interaction is archived already."))
        return _save(db, before, {"archived": 1}, "interaction.archive", by, now)


def bring_back(db, interaction_id, *, by, now):
    """Put an archived interaction back on the lists and return the seq of the change."""
    with writing(db):
        before = get(db, interaction_id, reader=by)
        require_editable(before, by)
        if not before.archived:
            raise Invalid(N_("This interaction is not archived."))
        return _save(db, before, {"archived": 0}, "interaction.unarchive", by, now)


def save_again(db, interaction_id, *, version, by, now, **fields):
    """Save on top of an archived version as `edit` does, and put the interaction back on the lists."""
    with writing(db):
        theirs = get(db, interaction_id, reader=by)
        if theirs.archived:
            bring_back(db, interaction_id, by=by, now=now)
            version += version == theirs.version
        return edit(db, interaction_id, version=version, by=by, now=now, **fields)


def undo(db, seq, *, by, now):
    """Take back one change of an interaction as a new change and return its id.

    Undoing that it was written takes the notes along that were made with it, and so does undoing a change those that
    were narrowed with it, but for those changed since. A file that was taken off comes back whatever was changed since.
    """
    with writing(db):
        change = feed.to_undo(db, seq, "interaction", hint=N_("Look for it on the page of the customer."))
        before = get(db, int(change["noun_id"]), reader=by)
        require_editable(before, by)
        feed.refuse_if_erased(change)
        if change["action"] == "detach":
            interaction_attached.give_back(db, before.id, change)
            _save(db, before, {}, "interaction.undo", by, now)
            return before.id
        if change["after"]["version"] != before.version:
            raise Conflict(
                N_("This interaction was changed again since, so this change cannot be undone."),
                hint=N_("Open it and write what should stand."),
            )
        was = change["before"] or {"archived": 1, "notes": [each for each in before.notes if not each["is_made"]]}
        earlier = {name: was[name] for name in (*FIELDS, "archived") if name in was}
        if "readers" in earlier:
            earlier.setdefault("named_readers", [])
        if "attachments" in was:
            interaction_attached.store(db, before.id, was["attachments"], now=now)
        take_back(db, before.id, was["notes"], change["after"]["notes"], by=by, now=now)
        seqs = interaction_readers.take_back(db, change["after"].get("with_notes", ()), by=by, now=now)
        _save(db, before, earlier, "interaction.undo", by, now, with_notes=seqs)
    return before.id


def listing(db, *, reader, customer_id=None, owner_id=None, method=None, channel=None, limit=50, offset=0):
    """Return ``(interactions, total)`` that `reader` may see, those that happened last first."""
    clause, values = access.visible(reader, "interaction")
    where = [clause, "interaction.archived = 0"]
    for column, value in (
        ("customer_id", customer_id),
        ("owner_id", owner_id),
        ("method", method),
        ("channel", channel),
    ):
        if value is not None:
            where.append(f"interaction.{column} = :{column}")
            values[column] = value
    total = db.execute(f"SELECT count(*) FROM interaction WHERE {' AND '.join(where)}", values).fetchone()[0]
    return select(db, " AND ".join(where), {**values, "limit": limit, "offset": offset}), total


def of_ids(db, interaction_ids, *, reader):
    """Return ``{id: Interaction}`` of those among these ids that `reader` may see, archived ones too."""
    clause, values = access.visible(reader, "interaction")
    where = f"interaction.id IN (SELECT value FROM json_each(:ids)) AND {clause}"
    return {each.id: each for each in select(db, where, {**values, "ids": json.dumps(list(interaction_ids))})}


def of_note(db, note_id, *, reader, limit=20):
    """Return the interactions a note was made of or told in, those that happened last first."""
    clause, values = access.visible(reader, "interaction")
    where = f"""interaction.id IN (SELECT interaction_id FROM interaction_note WHERE note_id = :note)
                AND interaction.archived = 0 AND {clause}"""
    return select(db, where, {**values, "note": note_id, "limit": limit})


def history(db, interaction_id, *, reader):
    """Return the changes of an interaction, newest first, as `kb.feed.changes` gives them.

    A version that was not open to `reader` keeps its row (who, when) but not its text.
    """
    get(db, interaction_id, reader=reader)
    rows = feed.changes(db, "interaction", interaction_id)
    for row in rows:
        if not all(access.sees(reader, state) for state in (row["before"], row["after"]) if state):
            row.update(before=None, after=None, reason=None)
    return rows


def delete(db, interaction_id):
    """Delete the rows of an interaction that is erased; only inside ``writing``."""
    listed.store(db, interaction_id, (), "interaction")
    db.execute("DELETE FROM interaction WHERE id = :id", {"id": interaction_id})


def may_edit(interaction, reader):
    """Return whether `reader`, who sees `interaction`, may change it."""
    own = interaction.owner_id is not None and interaction.owner_id == reader.member_id
    return (own and access.may(reader, "note.write")) or access.may(reader, "note.edit_others")


def require_editable(interaction, by):
    """Refuse with a sentence unless `by`, who sees `interaction`, may change it."""
    if not may_edit(interaction, by):
        raise Forbidden(N_("Only who wrote it down, or a curator, may change this interaction."))


def _changeable(db, interaction_id, by):
    found = get(db, interaction_id, reader=by)
    require_editable(found, by)
    row = {"id": interaction_id, "archived": found.archived}
    archived.refuse_change(db, "interaction", row, N_("%(name)s archived this interaction, so nothing was saved."))
    return found


def _has_told(interaction):
    return any(each["part"] == "told" for each in interaction.notes)


def _texts(fields):
    return [fields[name] for name in LABELS]


def _names_told(fields):
    return bool(fields.get("told_note_ids"))


def _made(fields):
    return {name: value for name, value in fields.items() if name not in FIELDS}


def _checked(db, fields, by, now, *, is_told):
    texts = {
        name: clean(fields[name], field=name, label=label, limit=limit, lines=False)
        for name, (label, limit) in _LINES.items()
    }
    texts |= {name: clean(fields[name], field=name, label=label, limit=LONGEST) for name, label in LABELS.items()}
    texts["channel"] = channels.spelled(db, texts["channel"])
    if not (texts["said"] or texts["told"] or is_told):
        raise Invalid(
            N_("What did the customer say, or what did you tell them?"),
            hint=N_("Fill in one of the two."),
            field="said",
        )
    if fields["method"] not in METHODS:
        raise Invalid(N_("How do we know it?"), hint=N_("Choose one of the four."), field="method")
    if fields["readers"] not in note_texts.CHOICES:
        raise Invalid(N_("Choose who may see it."), hint=N_("One of: owner, department, list, all."), field="readers")
    named = listed.checked(fields["readers"], fields.get("named_readers", ()))
    if datetime.fromisoformat(fields["happened_at"]) > datetime.fromisoformat(now) + _AHEAD:
        raise Invalid(N_("That moment lies ahead."), hint=N_("Write when it happened."), field="day")
    customers.get(db, fields["customer_id"], reader=by)
    kept = {name: fields[name] for name in ("customer_id", "method", "readers", "happened_at")}
    return kept | texts | {"named_readers": sorted(list(each) for each in named)}


def _merged(db, theirs, version, mine, by):
    states = (row["after"] for row in feed.changes(db, "interaction", theirs.id))
    base = next((each for each in states if each and each["version"] == version), None)
    now = state(theirs)
    if base is None or not access.sees(by, base):
        raise Overtaken(theirs, mine, mine, tuple(name for name in mine if mine[name] != now[name]))
    found, clashes = together(base, mine, now)
    if clashes:
        raise Overtaken(theirs, mine, found, clashes)
    return found


def _columns(fields):
    return {name: its for name, its in fields.items() if name != "named_readers"}


def _opened(db, before, fields):
    return readers.opened(db, before, fields["readers"], fields["named_readers"])


def _save(db, before, fields, did, by, now, with_notes=()):
    """Store what changes of an interaction and tell the feed; ``with_notes`` are the changes of notes that go along."""
    db["interaction"].update(before.id, {**_columns(fields), "version": before.version + 1, "updated_at": now})
    if "named_readers" in fields:
        listed.store(db, before.id, fields["named_readers"], "interaction")
    after = get(db, before.id, reader=access.OPERATOR)
    if _texts(state(after)) != _texts(state(before)):
        interaction_mentions.store(db, before.id, state(after), state(before), by=by, now=now)
    told = {**state(after), **({"with_notes": list(with_notes)} if with_notes else {})}
    seq = feed.append(db, by=by, did=did, of=before.id, at=now, before=state(before), after=told)
    note_sources.follow_interaction(db, before, after, by=by, now=now)
    return seq
