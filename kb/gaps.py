"""Gaps: where knowledge lacks, in one list, ordered by how much it hurts; each can be somebody's to fill until a day.

Which gaps there are follows from notes, people, questions and searches: one that is filled is on no list any more.
"""

from dataclasses import dataclass, replace

from kb import access, days, feed, members, missed, namesakes, note_counts, presence, question_lists, topics
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.map import experts
from kb.store import writing
from kb.text import fold_name

# In words what lacks, and how much each time counts that it hurts.
KINDS = {
    "nobody": (N_("nobody who is here knows it"), 3),
    "sole": (N_("one person alone knows it"), 2),
    "missed": (N_("searched and not found"), 5),
    "unopened": (N_("found, but nothing of it opened"), 1),
    "question": (N_("asked, and with nobody"), 5),
    "unverified": (N_("no note on it is verified"), 1),
    "outdated": (N_("most notes on it are due"), 1),
    **{dimension: (N_("no note of this type"), 1) for dimension in DIMENSIONS},
}
OF_TOPICS = ("nobody", "sole", "unverified", "outdated")
# That one knows a topic and that nobody does is one gap at two times: who fills it stays, whoever comes or goes.
# That a search finds something, or nothing any more, is one gap too.
_KEPT_AS = {"nobody": "sole", "unopened": "missed"}
# Fewer notes say little of a topic, or of what a department does.
_LEAST_NOTES = 3
_LEAST_OF_DEPARTMENT = 20
_QUESTIONS = 200
_FILLED = N_("This gap is filled meanwhile.")


@dataclass(frozen=True, slots=True)
class Gap:
    """What lacks: ``kind`` of `KINDS`, of a topic, a question, a search or a department called ``name``.

    ``times`` is how often it hurts: notes on the topic or of the department, or how often it was asked; ``who`` the one
    who knows, if any. ``member_id``, ``member`` and ``due_on`` are who fills it and until when, None for nobody;
    ``also`` the other gaps of the same topic, where they are put together.
    """

    kind: str
    thing_id: int
    name: str
    times: int
    who: str = ""
    gap_id: int | None = None
    member_id: int | None = None
    member: str | None = None
    due_on: str | None = None
    also: tuple = ()

    @property
    def weight(self):
        """By which the list is ordered."""
        return self.times * KINDS[self.kind][1]


def listing(db, *, reader, now, kinds=tuple(KINDS), department_id=None, skip=0, missed_ids=None):
    """Return the gaps as `reader` may know of them, the worst first.

    Parameters
    ----------
    kinds : sequence of str
        Of `KINDS`.
    department_id : int, optional
        Only those of topics on its notes, and its own.
    skip, missed_ids
        Of what was searched, see `kb.missed.still`: so many words are passed over; only these are looked for.
    """
    found = _of_topics(db, kinds, reader, now, department_id)
    if "question" in kinds and department_id is None:
        asked, _ = question_lists.listing(db, reader=reader, view="unanswered", limit=_QUESTIONS)
        found += [Gap("question", each.id, each.title, 1) for each in asked]
    if {"missed", "unopened"} & set(kinds) and department_id is None:
        for number, (words, count, is_found) in missed.still(db, reader=reader, skip=skip, only=missed_ids).items():
            kind = "unopened" if is_found else "missed"
            found += [Gap(kind, number, words, count)] if kind in kinds else []
    found += _of_departments(db, kinds, reader, department_id)
    assigned = _assigned(db, "1", {})
    for at, each in enumerate(found):
        if its := assigned.get((_kept_as(each.kind), each.thing_id)):
            found[at] = replace(each, **its)
    return sorted(found, key=lambda each: (-each.weight, list(KINDS).index(each.kind), each.name))


def together(found):
    """Return gaps with those of one topic as one, at the place of the worst; that which somebody fills leads."""
    rows = {}
    for each in found:
        rows.setdefault(("topic" if each.kind in OF_TOPICS else each.kind, each.thing_id), []).append(each)
    # In the order they came; who is first stays so among equals.
    rows = [sorted(its, key=lambda each: each.member_id is None) for its in rows.values()]
    return [replace(first, also=tuple(others)) for first, *others in rows]


def of_member(db, member_id, *, reader, now):
    """Return the gaps that a member fills, that are still there and that `reader` may know of, the first due first."""
    assigned = _assigned(db, "gap.member_id = :member", {"member": member_id})
    if not assigned:
        return []
    kept = {kind for kind, _ in assigned}
    asked = {"kinds": [kind for kind in KINDS if _kept_as(kind) in kept], "missed_ids": _missed_of(assigned)}
    found = listing(db, reader=reader, now=now, **asked)
    return sorted((each for each in found if each.member_id == member_id), key=lambda each: each.due_on)


def assign(db, kind, thing_id, *, member_id, due_on, by, now):
    """Have a colleague fill a gap until a day, or nobody any more, and return the seq of the change.

    Parameters
    ----------
    member_id : int or None
    due_on : str
        ``YYYY-MM-DD``, not over yet.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "gap.assign")
    with writing(db):
        # What is filled meanwhile, or closed to them, is nothing to hand out.
        asked = {"kinds": [kind] if kind in KINDS else [], "missed_ids": _missed_of([(kind, thing_id)])}
        there = listing(db, reader=by, now=now, **asked)
        if not any(each.thing_id == thing_id for each in there):
            raise NotFound(_FILLED, hint=N_("Look at the list again."))
        if member_id is not None:
            return hand_out(db, kind, thing_id, member_id=member_id, due_on=due_on, by=by, now=now)
        return _put(db, _kept_as(kind), thing_id, None, "drop", by, now)


def assign_all(db, chosen, *, member_id, due_on, by, now):
    """Have a colleague fill gaps until a day, and return how many, and the seq of the one change it is.

    What is filled meanwhile, or closed to `by`, is left out.

    Parameters
    ----------
    chosen : sequence of (str, int)
        Kind and thing of each.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "gap.assign")
    if not chosen:
        raise Invalid(N_("Nothing is ticked."), hint=N_("Tick the gaps somebody is to fill."), field="member")
    with writing(db):
        told = _checked(db, member_id, due_on)
        kinds = sorted({kind for kind, _ in chosen} & KINDS.keys())
        asked = {"kinds": kinds, "missed_ids": _missed_of(chosen)}
        there = {(each.kind, each.thing_id) for each in listing(db, reader=by, now=now, **asked)}
        left = [(_kept_as(kind), number) for kind, number in dict.fromkeys(chosen) if (kind, number) in there]
        if not left:
            raise NotFound(_FILLED, hint=N_("Look at the list again."))
        before = [_row(db, *each) for each in left]
        for kind, thing_id in left:
            _store(db, kind, thing_id, {"kind": kind, "thing_id": thing_id, **told})
        # It is of no gap alone: by its instant it is told apart.
        states = {"before": {"rows": before}, "after": {"gaps": left, **told}}
        return len(left), feed.append(db, by=by, did="gap.spread", of=now, at=now, **states)


def hand_out(db, kind, thing_id, *, member_id, due_on, by, now):
    """Have a colleague fill a gap, whoever may see it, and return the seq of the change; only inside ``writing``."""
    after = {"kind": _kept_as(kind), "thing_id": thing_id, **_checked(db, member_id, due_on)}
    return _put(db, after["kind"], thing_id, after, "assign", by, now)


def who_fills(db, kind, thing_id):
    """Return the id of the member who fills a gap, None for nobody."""
    row = _row(db, _kept_as(kind), thing_id)
    return None if row is None else row["member_id"]


def undo(db, seq, *, by, now):
    """Take back who fills a gap, and return its kind, or many gaps, of no kind: all of them, or none.

    Raises
    ------
    kb.errors.Conflict
        When it was changed again since.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "gap.assign")
    with writing(db):
        change = feed.to_undo(db, seq, "gap", "assign", "drop", "spread", hint=N_("Look at the list of what was done."))
        if change["action"] == "spread":
            _take_back(db, change, by, now)
            return None
        before, after = map(_stated, (change["before"], change["after"]))
        told = after or before
        if _row(db, told["kind"], told["thing_id"]) != after:
            raise Conflict(N_("This was changed again since."), hint=N_("Say anew who fills it."))
        _put(db, told["kind"], told["thing_id"], before, "undo", by, now)
    return told["kind"]


def _checked(db, member_id, due_on):
    member = members.get(db, member_id)
    if member.state == "left" or not access.may(member.reader(), "note.write"):
        raise Invalid(
            N_("%(name)s has left, or may only read."),
            hint=N_("Choose somebody who writes notes."),
            field="member",
            name=member.name,
        )
    asked = {"hint": N_("Write a day to come, such as 2026-12-01."), "field": "due_on"}
    if not due_on.strip():
        raise Invalid(N_("Until when?"), **asked)
    day = days.day(due_on, "due_on")
    if day < presence.today(db):
        raise Invalid(N_("%(day)s is over."), **asked, day=day)
    return {"member_id": member_id, "due_on": day}


def _missed_of(keys):
    return [thing_id for kind, thing_id in keys if _kept_as(kind) == "missed"]


def _kept_as(kind):
    return _KEPT_AS.get(kind, kind)


def _stated(row):
    """Return a row as the feed keeps it, of the kind it has now."""
    return row and {**row, "kind": _kept_as(row["kind"])}


def _take_back(db, change, by, now):
    told = {name: change["after"][name] for name in ("member_id", "due_on")}
    for (kind, thing_id), earlier in zip(change["after"]["gaps"], change["before"]["rows"], strict=True):
        kind = _kept_as(kind)
        if _row(db, kind, thing_id) != {"kind": kind, "thing_id": thing_id, **told}:
            raise Conflict(
                N_("Some of these gaps were given to somebody again since. Nothing was taken back."),
                hint=N_("Say anew who fills them."),
            )
        _store(db, kind, thing_id, _stated(earlier))
    feed.append(db, by=by, did="gap.undo", of=change["noun_id"], at=now, before=change["after"])


def _put(db, kind, thing_id, after, did, by, now):
    before = _row(db, kind, thing_id)
    number = _store(db, kind, thing_id, after)
    if number is None:
        raise Forbidden(N_("Nobody was to fill this gap."))
    return feed.append(db, by=by, did=f"gap.{did}", of=number, at=now, before=before, after=after)


def _store(db, kind, thing_id, row):
    """Have a gap be as a row says, or nobody's, and return the id of it; None where it was nobody's before."""
    of = {"kind": kind, "thing_id": thing_id}
    found = db.execute("SELECT id FROM gap WHERE kind = :kind AND thing_id = :thing_id", of).fetchone()
    if row is None:
        db.execute("DELETE FROM gap WHERE kind = :kind AND thing_id = :thing_id", of)
    elif found:
        db["gap"].update(found[0], {"member_id": row["member_id"], "due_on": row["due_on"]})
    else:
        return db["gap"].insert(row).last_pk
    return found[0] if found else None


def _row(db, kind, thing_id):
    rows = db.query(
        "SELECT kind, thing_id, member_id, due_on FROM gap WHERE kind = :kind AND thing_id = :thing",
        {"kind": kind, "thing": thing_id},
    )
    return next(iter(rows), None)


def _assigned(db, where, values):
    rows = db.query(
        f"""SELECT gap.id AS gap_id, gap.kind, gap.thing_id, gap.member_id, gap.due_on, {namesakes.TOLD_SQL} AS member
              FROM gap JOIN member ON member.id = gap.member_id AND member.state = 'active' WHERE {where}""",
        values,
    )
    return {(row.pop("kind"), row.pop("thing_id")): row for row in list(rows)}


def _of_topics(db, kinds, reader, now, department_id):
    if not set(kinds) & set(OF_TOPICS):
        return []
    unsorted = {fold_name(each) for each in topics.UNSORTED_WORDS}
    known = {each.id: each for each in topics.listing(db, reader=reader) if fold_name(each.name) not in unsorted}
    if department_id is not None:
        own = note_counts.topics(db, reader=reader, department_id=department_id)
        known = {number: each for number, each in known.items() if number in own}
    found = []
    if set(kinds) & {"nobody", "sole"}:
        for number, names in experts.known_by_few(db, list(known), reader=reader).items():
            kind, each = ("nobody", "sole")[len(names)], known[number]
            if kind in kinds:
                found.append(Gap(kind, number, each.name, max(1, each.notes), "".join(names)))
    if set(kinds) & {"unverified", "outdated"}:
        for number, count, verified, due in _checks(db, reader, now):
            if number in known:
                if not verified and "unverified" in kinds:
                    found.append(Gap("unverified", number, known[number].name, count))
                elif verified and 2 * due > count and "outdated" in kinds:
                    found.append(Gap("outdated", number, known[number].name, due))
    return found


def _checks(db, reader, now):
    clause, values = access.visible(reader, "topic_note")
    rows = db.execute(
        f"""SELECT topic_id, count(*), sum(verified), sum(due_at IS NOT NULL AND due_at <= :now) FROM topic_note
             WHERE {clause} GROUP BY topic_id HAVING count(*) >= :least""",
        {**values, "now": now, "least": _LEAST_NOTES},
    )
    return rows.fetchall()


def _of_departments(db, kinds, reader, department_id):
    asked = [each for each in DIMENSIONS if each in kinds]
    if not asked:
        return []
    counts, found = note_counts.balances(db, reader=reader), []
    for each in members.all_departments(db):
        its = counts.get(each["id"], {})
        if department_id in (None, each["id"]) and sum(its.values()) >= _LEAST_OF_DEPARTMENT:
            lacking = [dimension for dimension in asked if not its[dimension]]
            found += [Gap(dimension, each["id"], each["name"], sum(its.values())) for dimension in lacking]
    return found
