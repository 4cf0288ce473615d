"""Leaving: what somebody who goes hands over, to whom, and the account that is closed when nothing is left.

What they wrote stays theirs, with its scores, as history. What is handed over is what somebody has to do from then on:
notes to answer for, questions, sources, shared views, changes they proposed, gaps they fill, and topics that nobody
else knows. Which rows there are `kb.to_hand_over` says; a row that is somebody else's is on the list no more.
"""

import json
from dataclasses import replace

from kb import (
    absences,
    accepted,
    access,
    days,
    deeds,
    duties,
    feed,
    gaps,
    members,
    note_rows,
    notes,
    presence,
    proposals,
    question_turns,
    saved_views,
    sources,
    to_hand_over,
)  # fmt: skip
from kb.errors import Conflict, Invalid, N_
from kb.store import writing
from kb.to_hand_over import require

# Who is away for so many days more does not begin soon.
_LONG_AWAY = 14
_TICK = N_("Tick that it goes to them all the same, or choose somebody else.")


def announce(db, member_id, *, last_day, by, now):
    """Say that somebody leaves, or leaves on another day, and return the seq of the change.

    Parameters
    ----------
    last_day : str
        ``YYYY-MM-DD``, not over yet: until then the account works. Of who is gone already it is today.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    require(by, member_id)
    with writing(db):
        member = _here(db, member_id)
        day = days.day(last_day, "last_day")
        if day < presence.today(db):
            raise Invalid(
                N_("%(day)s is over."), hint=N_("Who has gone already: write today."), field="last_day", day=day
            )
        known, left = of_member(db, member_id), sum(to_hand_over.counts(db, member_id).values())
        # On another day, what was handed over since the first still counts.
        count = max(left, known["count"] if known else 0)
        after = {"member_id": member.id, "last_day": day, "count": count, "said_at": now}
        return _put(db, member_id, after, "leaving.begin", by, now)


def stay(db, member_id, *, by, now):
    """Say that somebody stays after all, and return the seq of the change; what was handed over stays where it is."""
    require(by, member_id)
    with writing(db):
        _here(db, member_id)
        if not _last_day(db, member_id):
            raise Conflict(N_("Nobody said that they leave."))
        return _put(db, member_id, None, "leaving.stay", by, now)


def undo(db, seq, *, by, now):
    """Take back that somebody leaves, or stays, or gave everything, and return the id of the member.

    Raises
    ------
    kb.errors.Conflict
        When it was changed since; of what was handed over, when any of it was.
    kb.errors.NotFound, kb.errors.Forbidden, kb.errors.Invalid
    """
    with writing(db):
        hint = N_("Look at the list of what was done.")
        change = feed.to_undo(db, seq, "leaving", "begin", "stay", "undo", "give", hint=hint)
        member_id = int(change["noun_id"])
        require(by, member_id)
        if change["action"] == "give":
            _here(db, member_id)
            _take_back(db, change, by, now)
            return member_id
        if _said(of_member(db, member_id)) != _said(change["after"]):
            raise Conflict(N_("This was changed again since."), hint=N_("Say anew on which day they leave."))
        _put(db, member_id, change["before"], "leaving.undo", by, now)
    return member_id


def of_member(db, member_id):
    """Return the row of one who leaves, with ``last_day`` and ``count`` of what there was, or None.

    ``last_day`` is empty where something was handed over before anybody said it.
    """
    return next(iter(db.query("SELECT * FROM leaving WHERE member_id = :id", {"id": member_id})), None)


def may_give(db, member_id, kind, *, by):
    """Return whether `by` may hand rows of a kind over now: changes only of one who goes, if not an administrator."""
    return kind != "proposals" or access.may(by, "member.manage") or bool(_last_day(db, member_id))


def give(db, member_id, kind, successor_id, *, ids=None, is_sure=False, by, now):
    """Hand rows of a kind over, and return how many, and the seq of the newest change, None for none.

    One transaction and one instant. What the successor may not see or do is left on the list.

    Parameters
    ----------
    kind : str
        Of `to_hand_over.KINDS`.
    ids : collection of int, optional
        Only these; all there are, also such as are closed to `by`.
    is_sure : bool
        That the successor may leave too, or be away for long, as the refusal says.

    Raises
    ------
    kb.errors.Invalid
        Of the field ``sure`` when only that is missing.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    require(by, member_id)
    if kind not in to_hand_over.KINDS:
        raise Invalid(N_("There is nothing of that kind to hand over."), field="kind", value=kind)
    with writing(db):
        _here(db, member_id)
        if not may_give(db, member_id, kind, by=by):
            raise Invalid(
                N_("Nobody said that they leave."),
                hint=N_("Write the last day first. Then their changes can be given to others."),
                field="last_day",
            )
        _require_successor(db, member_id, successor_id, is_sure)
        asked = [each for each in to_hand_over.ids(db, member_id)[kind] if ids is None or each in ids]
        left = sum(to_hand_over.counts(db, member_id).values())
        if kind in to_hand_over.beside:
            its = to_hand_over.beside[kind]
            done = sum(its.give(db, each, successor_id, by=by, now=now) for each in asked)
        else:
            done = _GIVE[kind](db, asked, member_id, successor_id, by, now)
        if done and of_member(db, member_id) is None:
            # Nobody said on which day they leave. The feed has what was handed over row by row; this is of how many.
            db["leaving"].insert({"member_id": member_id, "last_day": "", "count": left, "said_at": now})
        if done:
            # What came since, such as a note out of the interview, is handed over too.
            db.execute(
                'UPDATE leaving SET "count" = max("count", :left) WHERE member_id = :id',
                {"left": left, "id": member_id},
            )
        return done, feed.last_seq(db) if done else None


def give_all(db, member_id, successor_id, *, is_sure=False, by, now):
    """Hand everything over to one colleague, as an administrator; return how many rows, and the seq that `undo` takes.

    The seq is None where nothing was left that the successor may see or do.
    """
    access.require(by, "member.manage")
    with writing(db):
        count = sum(
            give(db, member_id, kind, successor_id, is_sure=is_sure, by=by, now=now)[0] for kind in to_hand_over.KINDS
        )
        told = {"member_id": member_id, "successor_id": successor_id, "count": count}
        return count, feed.append(db, by=by, did="leaving.give", of=member_id, at=now, after=told) if count else None


def close(db, member_id, *, by, now):
    """Close the account of one who has handed everything over; raises `Conflict` while something is left."""
    access.require(by, "member.manage")
    with writing(db):
        left = sum(to_hand_over.counts(db, member_id).values())
        if left and members.get(db, member_id).state == "active":
            raise Conflict(
                N_("There is still to be handed over: %(count)d. The account stays open."),
                hint=N_("They or an administrator give it to others on the page of their leaving, or all to one."),
                count=left,
            )
        members.leave(db, member_id, by=by, now=now)
        db.execute("DELETE FROM leaving WHERE member_id = :id", {"id": member_id})


def _give_notes(db, ids, _, successor_id, by, now):
    able = duties.able(db, ids, successor_id)
    before = notes.of_ids(db, able, reader=access.OPERATOR)
    db.execute(
        """UPDATE note SET verifier_id = :who, verifier_department_id = NULL, version = version + 1
            WHERE id IN (SELECT value FROM json_each(:ids))""",
        {"who": successor_id, "ids": json.dumps(able)},
    )
    duties.settle(db, able)
    after = {each.id: each for each in notes.of_ids(db, able, reader=access.OPERATOR)}
    for each in before:
        states = {"before": note_rows.state(each), "after": note_rows.state(after[each.id])}
        feed.append(db, by=by, did="note.assign", of=each.id, at=now, **states)
    return len(able)


def _give_topics(db, ids, member_id, successor_id, by, now):
    due_on = max(_last_day(db, member_id), presence.today(db))
    taking = members.get(db, successor_id).reader()
    able = to_hand_over.topics_open_to(db, ids, member_id, reader=taking)
    for each in sorted(able):
        gaps.hand_out(db, "sole", each, member_id=successor_id, due_on=due_on, by=by, now=now)
    return len(able)


def _give_questions(db, ids, _, successor_id, by, now):
    return sum(question_turns.hand_over(db, each, successor_id, by=by, now=now) for each in ids)


def _give_sources(db, ids, _, successor_id, by, now):
    for each in ids:
        sources.hand_over(db, each, successor_id, by=by, now=now)
    return len(ids)


def _give_views(db, ids, _, successor_id, by, now):
    for each in ids:
        saved_views.hand_over(db, each, successor_id, by=by, now=now)
    return len(ids)


def _give_proposals(db, ids, _, successor_id, by, now):
    return sum(proposals.hand_over(db, each, successor_id, by=by, now=now) for each in ids)


def _give_gaps(db, ids, member_id, successor_id, by, now):
    able = to_hand_over.gaps_of(db, member_id, reader=members.get(db, successor_id).reader())
    given = [each for each in able if each.gap_id in ids]
    for each in given:
        due_on = max(each.due_on, presence.today(db))
        gaps.hand_out(db, each.kind, each.thing_id, member_id=successor_id, due_on=due_on, by=by, now=now)
    return len(given)


def _give_absences(db, ids, _, successor_id, by, now):
    return sum(absences.hand_over(db, each, successor_id, by=by, now=now) for each in ids)


_GIVE = {
    "notes": _give_notes,
    "topics": _give_topics,
    "questions": _give_questions,
    "sources": _give_sources,
    "views": _give_views,
    "proposals": _give_proposals,
    "gaps": _give_gaps,
    "absences": _give_absences,
}


# What giving tells the feed of each kind, and who takes that back.
_TAKING_BACK = {
    "absence.deputy": absences.undo,
    "gap.assign": gaps.undo,
    "proposal.give": proposals.undo,
    "question.assign": accepted.undo,
    "source.edit": sources.undo,
    "view.edit": saved_views.undo,
}


def _take_back(db, given, by, now):
    access.require(by, "member.manage")
    rows = db.execute(
        """SELECT seq, noun || '.' || action FROM change
            WHERE at = :at AND member_id IS :who AND noun <> 'leaving' ORDER BY seq DESC""",
        {"at": given["at"], "who": given["member_id"]},
    ).fetchall()
    # What is closed to them they gave along with the rest.
    seeing_all = replace(by, role=access.OPERATOR.role)
    of_notes = [seq for seq, did in rows if did == "note.assign"]
    if of_notes:
        agreed = deeds.agreed(db, of_notes[0], by=seeing_all, leave_changed=False)
        deeds.undo_part(db, agreed, by=by, now=now)
    taking_back = _TAKING_BACK | {each.did: each.undo for each in to_hand_over.beside.values()}
    for seq, did in rows:
        if did in taking_back:
            taking_back[did](db, seq, by=seeing_all, now=now)
    feed.append(db, by=by, did="leaving.ungive", of=int(given["noun_id"]), at=now, before=given["after"])


def _said(row):
    """Return what somebody said of a leaving, without what is counted."""
    return row and (row["last_day"], row["said_at"])


def _put(db, member_id, after, did, by, now):
    before = of_member(db, member_id)
    db.execute("DELETE FROM leaving WHERE member_id = :id", {"id": member_id})
    if after is not None:
        db["leaving"].insert(after)
    return feed.append(db, by=by, did=did, of=member_id, at=now, before=before, after=after)


def _here(db, member_id):
    member = members.get(db, member_id)
    if member.state == "left":
        raise Invalid(N_("%(name)s has already left."), name=member.name)
    return member


def _require_successor(db, member_id, successor_id, is_sure):
    """Refuse who cannot take anything over, and ask of who will not be there for long."""
    successor = members.get(db, successor_id)
    if successor.id == member_id or successor.state == "left" or not access.may(successor.reader(), "note.write"):
        raise Invalid(
            N_("%(name)s cannot take it over."),
            hint=N_("Choose a colleague who stays and writes notes."),
            field="member",
            name=successor.name,
        )
    # On that day at the latest it is theirs to do.
    taken_on = max(_last_day(db, member_id), presence.today(db))
    if leaves_on := _last_day(db, successor.id):
        _refuse_who_leaves(successor, leaves_on, taken_on, is_sure)
    for absence in absences.coming(db, successor.id):
        if absence.from_day <= taken_on and not is_sure and absence.lasts(presence.today(db)) >= _LONG_AWAY:
            raise Invalid(
                N_("%(name)s is away until %(day)s."),
                hint=_TICK,
                field="sure",
                name=successor.name,
                day=absence.until_day,
            )


def _refuse_who_leaves(successor, leaves_on, taken_on, is_sure):
    if leaves_on <= taken_on:
        raise Invalid(
            N_("%(name)s leaves too, on %(day)s, and is not there to take it over."),
            hint=N_("Choose a colleague who stays and writes notes."),
            field="member",
            name=successor.name,
            day=leaves_on,
        )
    if not is_sure:
        raise Invalid(
            N_("%(name)s leaves too, on %(day)s."), hint=_TICK, field="sure", name=successor.name, day=leaves_on
        )


def _last_day(db, member_id):
    return (of_member(db, member_id) or {}).get("last_day", "")
