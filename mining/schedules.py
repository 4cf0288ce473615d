"""Schedules: runs for rules that begin by themselves, day by day, week by week or month by month.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import kb.home
from kb import access, feed, members, overtaken
from kb.errors import Conflict, Invalid, N_, NotFound, Problem
from kb.store import home_of, writing
from mining import question, rhythm, runs
from mining.rhythm import Rhythm

PERIODS = ("same", "days", "months")
_STATE = ("version", "args", "rhythm", "paused", "archived", "member_id")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One repeated run: ``args`` as a job for rules has them, ``rhythm`` when, ``done_day`` the last day it was taken
    care of; ``member`` for whom it runs; ``run_id`` its newest run, which was asked ``run_at``.
    """

    id: int
    version: int
    args: dict
    rhythm: Rhythm
    paused: int
    archived: int
    done_day: str
    member_id: int | None
    member: str | None
    member_state: str | None
    member_role: str | None
    run_id: int | None
    run_at: str | None
    run_state: str | None


def listing(db, *, reader):
    """Return the schedules that are not deleted, the oldest first."""
    access.require(reader, "run.read")
    return [_schedule(row) for row in db.query(f"{_SELECT} WHERE NOT schedule.archived ORDER BY schedule.id")]


def get(db, schedule_id, *, reader):
    """Return one schedule, a deleted one too; raises `NotFound`."""
    access.require(reader, "run.read")
    row = next(iter(db.query(f"{_SELECT} WHERE schedule.id = :id", {"id": schedule_id})), None)
    if row is None:
        raise NotFound(
            N_("There is no schedule %(value)s."), hint=N_("Look for it in the list."), value=str(schedule_id)
        )
    return _schedule(row)


def add(db, args, when, *, by, now):
    """Have what a run was asked be asked again by itself, and return the seq of the change.

    Parameters
    ----------
    args : dict
        Of a job for rules; see `with_period`.
    when : mining.rhythm.Rhythm
    """
    access.require(by, "run.start")
    with writing(db):
        row = {"args": json.dumps(args), "rhythm": json.dumps(_plain(when)), "member_id": by.member_id}
        row |= {"done_day": _begun(db, when, now), "created_at": now}
        schedule_id = db["schedule"].insert(row).last_pk
        return feed.append(
            db, by=by, did="schedule.add", of=schedule_id, at=now, after=_state(get(db, schedule_id, reader=by))
        )


def changed(db, seq):
    """Return the id of the schedule that a change was of."""
    return int(feed.change(db, seq)["noun_id"])


def arrange(db, schedule_id, *, version, args, when, by, now):
    """Change what a schedule asks, and when, on top of `version`; from now on it runs for `by`.

    Returns
    -------
    int
        The seq of the change.

    Raises
    ------
    kb.overtaken.Overtaken
        When somebody else changed the same since.
    kb.errors.Conflict, kb.errors.NotFound, kb.errors.Forbidden
    """
    fields = {"args": args, "rhythm": _plain(when)}
    with writing(db):
        before = _to_change(db, schedule_id, by)
        if before.version != version:
            base = overtaken.of_version(db, "schedule", schedule_id, version)
            sentence = N_("Somebody changed this repeated run after you opened it. Nothing of yours is lost.")
            fields = overtaken.together(base, mine=fields, theirs=_state(before), sentence=sentence)
        kept = {name: json.dumps(its) for name, its in fields.items()} | {"member_id": by.member_id}
        done_day = _begun(db, rhythm.of_row(fields["rhythm"]), now)
        return _store(db, before, {**kept, "done_day": done_day}, "schedule.edit", by, now)


def take_over(db, schedule_id, *, by, now):
    """Have a schedule run for `by` from now on, and return the seq of the change.

    Raises
    ------
    kb.errors.Conflict
        When it runs for somebody who may still start runs.
    """
    with writing(db):
        before = _to_change(db, schedule_id, by)
        if why_not(before) is None:
            raise Conflict(
                N_("It runs for %(name)s already."), hint=N_("Talk to them first."), name=before.member or "–"
            )
        return _store(db, before, {"member_id": by.member_id}, "schedule.edit", by, now)


def hand_over(db, schedule_id, member_id, *, by, now):
    """Have a schedule run for a colleague, and return the seq of the change; only inside ``writing``."""
    before = get(db, schedule_id, reader=access.OPERATOR)
    return _store(db, before, {"member_id": member_id}, "schedule.edit", by, now)


def pause(db, schedule_id, *, by, now):
    """Let a schedule rest, and return the seq of the change."""
    with writing(db):
        before = _to_change(db, schedule_id, by)
        if before.paused:
            raise Conflict(N_("This schedule rests already."), hint=N_("Let it go on when it is wanted again."))
        return _store(db, before, {"paused": 1}, "schedule.pause", by, now)


def resume(db, schedule_id, *, by, now):
    """Let a schedule go on, and return the seq of the change; what fell into the rest is not made up for."""
    with writing(db):
        before = _to_change(db, schedule_id, by)
        if not before.paused:
            raise Conflict(N_("This schedule does not rest."), hint=N_("Look at when it runs next."))
        begun = {"paused": 0, "done_day": _begun(db, before.rhythm, now)}
        return _store(db, before, begun, "schedule.resume", by, now)


def archive(db, schedule_id, *, by, now):
    """Delete a schedule, and return the seq of the change; its runs stay."""
    with writing(db):
        return _store(db, _to_change(db, schedule_id, by), {"archived": 1}, "schedule.archive", by, now)


def run_now(db, schedule_id, *, by, now):
    """Put in line at once what a schedule asks, and return the id of the run; when it runs next stays."""
    with writing(db):
        return _queue(db, _to_change(db, schedule_id, by), by, now, _today(db, now))


def undo(db, seq, *, by, now):
    """Take back one change of a schedule as a new change, and return its id.

    Raises
    ------
    kb.errors.Conflict
        When it was changed again since.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    access.require(by, "run.start")
    with writing(db):
        change = feed.to_undo(db, seq, "schedule", hint=N_("Look at the list of what was done."))
        before = get(db, int(change["noun_id"]), reader=by)
        feed.refuse_if_erased(change)
        if change["after"]["version"] != before.version:
            raise Conflict(
                N_("This schedule was changed again since, so this change cannot be undone."),
                hint=N_("Open it and write what should stand."),
            )
        earlier = change["before"] or {"archived": 1}
        fields = {name: earlier[name] for name in _STATE if name in earlier and name != "version"}
        for name in ("args", "rhythm"):
            if name in fields:
                fields[name] = json.dumps(fields[name])
        # What fell into the meantime is not made up for.
        when = rhythm.of_row(earlier["rhythm"]) if "rhythm" in earlier else before.rhythm
        _store(db, before, {**fields, "done_day": _begun(db, when, now)}, "schedule.undo", by, now)
        return before.id


def next_day(schedule, zone, now):
    """Return the `datetime.date` on which a schedule runs next."""
    return schedule.rhythm.after(_done(schedule, zone, now))


def why_not(schedule):
    """Return the `kb.errors.Problem` for which a schedule does not run although it is time, or None."""
    if schedule.member_id is None:
        return None
    if schedule.member_state == "left":
        return Problem(
            N_("It does not run: %(name)s, for whom it ran, has left."), hint=N_("Take it over."), name=schedule.member
        )
    if schedule.member_role not in access.ACTIONS["run.start"]:
        return Problem(
            N_("It does not run: %(name)s, for whom it ran, may not start runs any more."),
            hint=N_("Take it over."),
            name=schedule.member,
        )
    return None


def tend(db, *, now):
    """Put in line what is due, each once whatever was missed; return the ids of the runs."""
    zone = kb.home.settings(home_of(db)).zone
    if not _due(db, zone, now):
        return []
    with writing(db):
        # Asked again: another worker may have been faster.
        return [_take(db, schedule, day, now) for schedule, day in _due(db, zone, now)]


def with_period(args, period, count=""):
    """Return the arguments of a run with another period.

    Parameters
    ----------
    args : dict
    period : {"same", "days", "months"}
        As it is, so many days before the run, or so many months.
    count : str

    Raises
    ------
    kb.errors.Invalid
    """
    if period not in PERIODS:
        raise Invalid(N_("Choose the period."), hint=N_("One of: %(choices)s."), field="period",
                      choices=", ".join(PERIODS))  # fmt: skip
    moving = bool(args.get("last_days") or args.get("last_months"))
    kept = {name: value for name, value in args.items() if name not in question.MOST_LAST}
    if period == "same" and not moving:
        return kept
    kept |= {"since": None, "until": None}
    if period == "same":
        return kept | {name: args[name] for name in question.MOST_LAST if args.get(name)}
    name, plain = f"last_{period}", count.strip()
    most = question.MOST_LAST[name]
    if not (plain.isascii() and plain.isdigit() and len(plain) < 6 and 1 <= int(plain) <= most):
        raise Invalid(
            N_("“%(value)s” is no number of days or months."), hint=N_("Write a whole number from 1 to %(most)d."),
            field="count", value=plain, most=most,
        )  # fmt: skip
    return kept | {name: int(plain)}


def of_run(run):
    """Return what a schedule asks that repeats a run: all imports that count then, unless some were chosen.

    Raises
    ------
    kb.errors.Invalid
    """
    if run.kind != "rules":
        raise Invalid(N_("Only a run for rules can be repeated."), hint=N_("Look for one in the list."))
    return run.args if run.args.get("only") else {**run.args, "batches": None}


_SELECT = """SELECT schedule.*, member.name AS member, member.state AS member_state, member.role AS member_role,
                    newest.id AS run_id, newest.created_at AS run_at, newest.state AS run_state
               FROM schedule
               LEFT JOIN member ON member.id = schedule.member_id
               LEFT JOIN run AS newest ON newest.id = (SELECT max(id) FROM run WHERE schedule_id = schedule.id)"""


def _due(db, zone, now):
    """Return ``(schedule, day)`` of those whose time has come; not of one whose last run is not over."""
    found = []
    waiting = f"""{_SELECT} WHERE NOT paused AND NOT schedule.archived AND NOT EXISTS (
        SELECT 1 FROM run WHERE run.schedule_id = schedule.id AND run.state IN ('queued', 'running'))"""
    for schedule in [_schedule(row) for row in db.query(waiting)]:
        day = rhythm.last_due(schedule.rhythm, _done(schedule, zone, now), now, zone)
        if day is not None and why_not(schedule) is None:
            found.append((schedule, day))
    return found


def _done(schedule, zone, now):
    done, today = date.fromisoformat(schedule.done_day), rhythm.here(now, zone)
    # A clock that ran ahead for long and was set back again silences nobody for as long.
    return done if done <= today + timedelta(days=1) else today - timedelta(days=1)


def _take(db, schedule, day, now):
    by = access.OPERATOR if schedule.member_id is None else members.get(db, schedule.member_id).reader()
    db["schedule"].update(schedule.id, {"done_day": day.isoformat()})
    return _queue(db, schedule, by, now, _today(db, now))


def _queue(db, schedule, by, now, today):
    args = question.on_day(schedule.args, today)
    run_id = runs.queue(db, kind="rules", args=args, by=by, now=now)
    db["run"].update(run_id, {"schedule_id": schedule.id})
    return run_id


def _begun(db, when, now):
    """Return the last day that is not to be made up for, so that it runs today still where its time is to come."""
    zone = kb.home.settings(home_of(db)).zone
    today = rhythm.here(now, zone)
    return (today if when.instant(today, zone) <= now else today - timedelta(days=1)).isoformat()


def _today(db, now):
    return rhythm.here(now, kb.home.settings(home_of(db)).zone).isoformat()


def _to_change(db, schedule_id, by):
    access.require(by, "run.start")
    found = get(db, schedule_id, reader=by)
    if found.archived:
        raise Conflict(N_("This schedule is deleted already."), hint=N_("Take the deletion back, or make a new one."))
    return found


def _store(db, before, fields, did, by, now):
    db["schedule"].update(before.id, {**fields, "version": before.version + 1})
    after = get(db, before.id, reader=access.OPERATOR)
    return feed.append(db, by=by, did=did, of=before.id, at=now, before=_state(before), after=_state(after))


def _state(schedule):
    state = {name: getattr(schedule, name) for name in _STATE}
    return {**state, "rhythm": _plain(schedule.rhythm)}


def _plain(when):
    """Return a rhythm as the feed keeps it."""
    return {**asdict(when), "days": list(when.days)}


def _schedule(row):
    read = {"args": json.loads(row["args"]), "rhythm": rhythm.of_row(json.loads(row["rhythm"]))}
    return Schedule(**{name: read[name] if name in read else row[name] for name in Schedule.__slots__})
