"""Changes to many notes at once: first what they would come to, then all of it in one transaction, as one deed."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace

from kb import (
    access,
    approval_rules,
    duties,
    evidence,
    facets,
    feed,
    gates,
    left_behind,
    named_readers,
    note_details,
    note_texts,
    notes,
    readers,
    topics,
    verification,
)
from kb.dimensions import checked_dimension
from kb.errors import Conflict, Forbidden, Invalid, N_
from kb.store import writing
from kb.text import fold_name

# More at once would keep the others from saving for too long: measured, 1,000 take about a second.
AT_ONCE = 1000
# So many are compared with what is wanted while one waits for the look.
LOOKED_AT = 5000
ACTS = {
    "add_topics": N_("Add topics"),
    "remove_topics": N_("Remove topics"),
    "facets": N_("Set facets"),
    "readers": N_("Change who may see them"),
    "dimension": N_("Change the type"),
    "archive": N_("Archive"),
}
_DID = {"archive": "archive", "readers": "edit", "dimension": "edit"}


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done: ``kind`` one of `ACTS`, ``value`` names, facets, readers or a dimension; None to archive.

    ``named`` is who is on the list of readers, as `kb.named_readers.of_notes` gives them.
    """

    kind: str
    value: tuple | str | None = None
    named: tuple = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act would come to.

    ``changes`` pairs of a note and the fields of it that would become others; ``same`` the notes that are so already;
    ``refused`` pairs of a note and why not; ``fallen`` how many would go back a step; ``digest`` of which notes, in
    which versions, would be changed, and to archive them of which changes of them wait; ``rest`` how many more notes
    were chosen than were looked at.
    """

    act: Act
    changes: tuple
    same: tuple
    refused: tuple
    fallen: int
    digest: str
    rest: int = 0

    @property
    def needs_reason(self):
        """Whether a note is among them, or may be, that is not changed without a reason, as on its own page."""
        return self.rest > 0 or any(gates.is_published(note) for note, _ in self.changes)


class Changed(Conflict):
    """The notes are others than those that were looked at; ``plan`` is what it would come to now."""

    def __init__(self, plan):
        super().__init__(
            N_("Some of these notes changed since you looked. Nothing was done."),
            hint=N_("Look at the figures again, then confirm."),
        )
        self.plan = plan


def checked(kind, value, named=()):
    """Return an `Act`, or refuse what it asks for by the field that is wrong.

    Parameters
    ----------
    kind : str
        One of `ACTS`.
    value : sequence of str or str or None
    named : sequence of dict
        For a list of readers who is on it, as `kb.named_readers.of_notes` gives them.
    """
    if kind not in ACTS:
        raise Invalid(N_("What is to be done with them?"), hint=N_("Choose one of those shown."), field="act")
    if kind in ("add_topics", "remove_topics"):
        return Act(kind, topics.cleaned(value))
    if kind == "facets":
        return Act(kind, facets.checked(value))
    if kind == "readers":
        if value not in note_texts.CHOICES:
            raise Invalid(
                N_("Choose who may see the note."), hint=N_("One of: owner, department, list, all."), field="readers"
            )
        stored = named_readers.checked(value, named_readers.pairs(named))
        return Act(kind, value, tuple(named) if stored else ())
    return Act(kind, checked_dimension(value) if kind == "dimension" else None)


def plan(db, act, note_ids, *, by):
    """Return what `act` would do to the first `LOOKED_AT` of these notes, as far as `by` sees them.

    Nothing is written.

    Raises
    ------
    kb.errors.Forbidden
    """
    access.require(by, "note.write")
    changes, same, refused = [], [], []
    for note in notes.of_ids(db, note_ids[:LOOKED_AT], reader=by):
        try:
            fields = _fields(db, act, note, by)
        except (Invalid, Forbidden) as problem:
            refused.append((note, problem))
            continue
        if fields:
            changes.append((note, fields))
        else:
            same.append(note)
    fallen = sum(_steps_back(note, fields) for note, fields in changes)
    looked_at = repr([(note.id, note.version) for note, _ in changes])
    if act.kind == "archive":
        looked_at += left_behind.digest(db, verification.open_to(db, note_ids, "archive", by=by))
    digest = hashlib.sha256(looked_at.encode()).hexdigest()
    return Plan(act, tuple(changes), tuple(same), tuple(refused), fallen, digest, max(0, len(note_ids) - LOOKED_AT))


def audience(db, planned):
    """Return ``(gained, lost)`` of a change of readers: pairs of a member's name and how many notes, the most first."""
    groups = Counter(_sight(note) for note, _ in planned.changes)
    first = {_sight(note): (note, replace(note, **fields)) for note, fields in planned.changes}
    gained, lost, names = Counter(), Counter(), {}
    for key, count in groups.items():
        before, after = (readers.of_note(db, note) for note in first[key])
        names |= before | after
        gained.update(dict.fromkeys(after.keys() - before.keys(), count))
        lost.update(dict.fromkeys(before.keys() - after.keys(), count))
    return tuple(
        sorted(((names[member], count) for member, count in each.items()), key=lambda pair: (-pair[1], pair[0]))
        for each in (gained, lost)
    )


def agreed(db, act, note_ids, *, digest, by, reason):
    """Return the `Plan` of what was looked at, and the reason as it is stored.

    Parameters
    ----------
    digest : str
        Of the `Plan` that was looked at.

    Raises
    ------
    Changed
        When it would come to something else by now.
    kb.errors.Invalid, kb.errors.Forbidden
    """
    reason = note_texts.reason(reason)
    planned = plan(db, act, note_ids, by=by)
    if planned.digest != digest or not (planned.changes or planned.rest):
        raise Changed(planned)
    if planned.needs_reason and not reason:
        raise Invalid(
            N_("Others build on some of these notes: why do you change them?"),
            hint=N_("A few words are enough; they stand in the history."),
            field="reason",
        )
    return planned, reason


def apply(db, act, note_ids, *, digest, by, now, reason=""):
    """Do `act` to the notes that it may be done to, as one deed, and return the seq of its newest change.

    Raises
    ------
    Changed, kb.errors.Invalid, kb.errors.Forbidden
        As `agreed` says.
    """
    with writing(db):
        planned, reason = agreed(db, act, note_ids, digest=digest, by=by, reason=reason)
        _do(db, planned, by, now, reason)
        return feed.last_seq(db)


def apply_part(db, act, note_ids, *, by, now, reason):
    """Do `act` to a part of the notes of a deed that was `agreed`, and return its `Plan`; only inside ``writing``."""
    planned = plan(db, act, note_ids, by=by)
    if act.kind == "archive":
        planned = _without_proposed(planned, left_behind.since(db, note_ids, now))
    _do(db, planned, by, now, reason)
    return planned


def _without_proposed(planned, note_ids):
    """Return a plan that leaves these notes as they are: whoever asked for the deed was not told of what waits."""
    stay = [(note, Invalid(left_behind.CAME_SINCE)) for note, _ in planned.changes if note.id in note_ids]
    going = [each for each in planned.changes if each[0].id not in note_ids]
    return replace(planned, changes=tuple(going), refused=(*planned.refused, *stay))


def _do(db, planned, by, now, reason):
    act = planned.act
    if act.kind == "dimension":
        for note, _ in planned.changes:
            _change_type(db, note, act.value, by, now, reason)
        return
    added = _added_topics(db, planned, by, now)
    for note, fields in planned.changes:
        after = _after(note, fields, added, now)
        _write(db, after, fields)
        notes.tell(db, f"note.{action_of(act.kind)}", note, after, by, now, reason)
    duties.settle(db, [note.id for note, _ in planned.changes])


def action_of(kind):
    """Return what the feed calls an act of `ACTS`."""
    return _DID.get(kind, "classify")


def _fields(db, act, note, by):
    """Return the fields of a note that become others, none where it is so already; refuse where it may not be."""
    notes.require_editable(note, by)
    if note.archived:
        raise Invalid(N_("It is archived."))
    if act.kind in ("add_topics", "remove_topics", "facets"):
        approval_rules.refuse_alone(db, note, by)
    return {
        "add_topics": _added,
        "remove_topics": _removed,
        "facets": _classified,
        "readers": lambda db, note, value, by: _opened(db, note, act, by),
        "dimension": _typed,
        "archive": lambda db, note, value, by: {"archived": 1},
    }[act.kind](db, note, act.value, by)


def _sight(note):
    return note.owner_id, note.department_id, readers.sight(note)


def _opened(db, note, act, by):
    fields = {"readers": act.value, "named_readers": act.named}
    if readers.sight(replace(note, **fields)) == readers.sight(note):
        return {}
    approval_rules.refuse(db, note, readers=act.value, dimension=note.dimension, by=by)
    return fields


def _added(db, note, names, by):
    carried = [each["name"] for each in note.topics]
    folded = {fold_name(each) for each in carried}
    more = [name for name in names if fold_name(name) not in folded]
    kept = [each for each in carried if each not in topics.UNSORTED_WORDS]
    return {"topics": topics.cleaned([*kept, *more])} if more else {}


def _removed(db, note, names, by):
    gone = {fold_name(name) for name in names}
    left = [each["name"] for each in note.topics if fold_name(each["name"]) not in gone]
    if len(left) == len(note.topics):
        return {}
    if not left:
        raise Invalid(N_("It would be left without a topic."))
    return {"topics": tuple(left)}


def _classified(db, note, chosen, by):
    if note.maturity is None:
        raise Invalid(N_("A note about customers has no facets."))
    return {} if note.facets == chosen else {"facets": chosen}


def _typed(db, note, dimension, by):
    if note.dimension == dimension:
        return {}
    approval_rules.refuse(db, note, readers=note.readers, dimension=dimension, by=by)
    note_details.checked(db, dimension, note.details(), reader=by, is_proven=evidence.has_finding(db, note.id))
    return {"dimension": dimension}


def _steps_back(note, fields):
    if note.maturity is None:
        return False
    if "dimension" in fields:
        return note.maturity != gates.STEPS[0]
    told = {name: [{"name": each} for each in its] if name == "topics" else its for name, its in fields.items()}
    return gates.reached(replace(note, **told)) != note.maturity


def _added_topics(db, planned, by, now):
    """Return ``{folded name: topic}`` of the topics that are added, making those that are new."""
    if planned.act.kind != "add_topics":
        return {}
    ids = topics.named(db, planned.act.value, by=by, now=now)
    return {fold_name(each["name"]): each for each in topics.of_ids(db, ids)}


def _after(note, fields, added, now):
    """Return the note as it will stand."""
    if "topics" in fields:
        known = {**added, **{fold_name(each["name"]): each for each in note.topics}}
        fields = {**fields, "topics": tuple(known[fold_name(name)] for name in fields["topics"])}
    after = replace(note, **fields, version=note.version + 1, updated_at=now)
    return replace(after, maturity=gates.reached(after))


def _write(db, after, fields):
    db.execute(
        """UPDATE note
              SET version = :version, updated_at = :updated_at, maturity = :maturity, readers = :readers,
                  archived = :archived
            WHERE id = :id""",
        {name: getattr(after, name) for name in ("id", "version", "updated_at", "maturity", "readers", "archived")},
    )
    if "topics" in fields:
        topics.store(db, after.id, [each["id"] for each in after.topics])
    if "facets" in fields:
        facets.store(db, after.id, after.facets)
    if "named_readers" in fields:
        named_readers.store(db, after.id, named_readers.pairs(after.named_readers))


def _change_type(db, note, dimension, by, now, reason):
    kept = {name: getattr(note, name) for name in ("title", "summary", "body", "readers")}
    notes.edit(
        db,
        note.id,
        version=note.version,
        **kept,
        named_readers=named_readers.pairs(note.named_readers),
        dimension=dimension,
        topic_names=[each["name"] for each in note.topics],
        details=note.details(),
        by=by,
        now=now,
        reason=reason,
    )
