"""``kezhi runs schedule``: runs for rules that begin by themselves."""

from dataclasses import asdict

import click

from kb import working_days
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import rhythm, runs, schedules
from web import rhythm_words
from web.commands.common import Command, Group, as_reader, as_writer
from web.commands.values import whole

_DAYS = {"mon": "1", "tue": "2", "wed": "3", "thu": "4", "fri": "5", "sat": "6", "sun": "7"}


@click.group("schedule", cls=Group)
def command():
    """Repeat jobs for rules by themselves."""


@command.command("list", cls=Command)
@as_reader
@click.pass_obj
def list_(terminal, login):
    """Show what is repeated, and when it runs next."""
    found = schedules.listing(terminal.db, reader=terminal.reader(login))
    terminal.answer({"schedules": [_told(terminal, each) for each in found]}, _all_lines(terminal, found))


@command.command("add", cls=Command)
@click.argument("run_id", metavar="RUN")
@click.option("--every", default="week", show_default=True, metavar="day|week|month", help="How often.")
@click.option("--at", default="06:00", show_default=True, metavar="HH:MM", help="When, by the clock of this home.")
@click.option("--on", default="", metavar="mon,…|N|last", help="Days of the week, or the day of the month.")
@click.option("--working-days", is_flag=True, help="On working days only; else on the next.")
@click.option("--last-days", metavar="N", help="The period: so many days before the run.")
@click.option("--last-months", metavar="N", help="The period: so many months before that of the run.")
@as_writer
@click.pass_obj
def add(terminal, run_id, every, at, on, working_days, last_days, last_months, login):
    """Repeat what a job for rules was asked."""
    reader = terminal.reader(login)
    args = schedules.of_run(runs.get(terminal.db, whole(run_id, "RUN"), reader=reader))
    if last_days is not None and last_months is not None:
        raise Invalid(
            N_("--last-days and --last-months both choose the period."), hint=N_("Take one of the two out."),
            field="period",
        )  # fmt: skip
    period = "days" if last_days is not None else "months" if last_months is not None else "same"
    args = schedules.with_period(args, period, last_days or last_months or "")
    when = rhythm.of_form(every=every, at=at, days=_weekdays(every, on), day=on or "1", working=working_days)
    seq = schedules.add(terminal.db, args, when, by=reader, now=utc_now())
    _answer(terminal, schedules.changed(terminal.db, seq), reader)


@command.command("pause", cls=Command)
@click.argument("schedule_id", metavar="SCHEDULE")
@as_writer
@click.pass_obj
def pause(terminal, schedule_id, login):
    """Let a repeated job rest."""
    _act(terminal, schedules.pause, schedule_id, login)


@command.command("resume", cls=Command)
@click.argument("schedule_id", metavar="SCHEDULE")
@as_writer
@click.pass_obj
def resume(terminal, schedule_id, login):
    """Let a repeated job go on."""
    _act(terminal, schedules.resume, schedule_id, login)


@command.command("delete", cls=Command)
@click.argument("schedule_id", metavar="SCHEDULE")
@as_writer
@click.pass_obj
def delete(terminal, schedule_id, login):
    """Repeat it no longer; its jobs stay."""
    _act(terminal, schedules.archive, schedule_id, login)


@command.command("run", cls=Command)
@click.argument("schedule_id", metavar="SCHEDULE")
@as_writer
@click.pass_obj
def run_now(terminal, schedule_id, login):
    """Put in line at once what is repeated; a worker does it."""
    number = whole(schedule_id, "SCHEDULE")
    run_id = schedules.run_now(terminal.db, number, by=terminal.reader(login), now=utc_now())
    terminal.answer({"run": run_id}, [terminal.sentence(N_("Run %(id)d is in line."), id=run_id)])


def _weekdays(every, on):
    """Return the days of a week as a form sends them; of an unknown one nothing is left."""
    named = [each.strip().lower() for each in on.split(",")] if on else ["mon"]
    unknown = [each for each in named if each not in _DAYS]
    if every == "week" and unknown:
        raise Invalid(
            N_("%(option)s cannot be “%(value)s”."), hint=N_("One of: %(choices)s."), field="--on", option="--on",
            value=unknown[0], choices=", ".join(_DAYS),
        )  # fmt: skip
    return [_DAYS[each] for each in named if each in _DAYS]


def _act(terminal, act, schedule_id, login):
    reader, number = terminal.reader(login), whole(schedule_id, "SCHEDULE")
    act(terminal.db, number, by=reader, now=utc_now())
    _answer(terminal, number, reader)


def _answer(terminal, schedule_id, reader):
    schedule = schedules.get(terminal.db, schedule_id, reader=reader)
    terminal.answer(_told(terminal, schedule), _lines(terminal, schedule))


def _told(terminal, schedule):
    why = schedules.why_not(schedule)
    kept = {name: getattr(schedule, name) for name in ("id", "args", "paused", "archived", "member", "run_id")}
    kept |= {"rhythm": asdict(schedule.rhythm), "next_at": _next_at(terminal, schedule)}
    return {**kept, "why_not": why and why.sentence(terminal.translate)}


def _next_at(terminal, schedule):
    zone = terminal.settings.zone
    return schedule.rhythm.instant(schedules.next_day(schedule, zone, utc_now()), zone)


def _all_lines(terminal, found):
    for each in found:
        yield from _lines(terminal, each)


def _lines(terminal, schedule):
    next_at, why = _next_at(terminal, schedule), schedules.why_not(schedule)
    state = terminal.formats.time(next_at)
    if schedule.archived or schedule.paused:
        state = terminal.translate(N_("deleted") if schedule.archived else N_("rests"))
    elif why is not None:
        state = why.sentence(terminal.translate)
    when = rhythm_words.words(schedule.rhythm, terminal.translate)
    yield f"{schedule.id}  {when}  {state}  {schedule.member or ''}".rstrip()
    if schedule.rhythm.working and int(next_at[:4]) > working_days.known_until():
        yield terminal.sentence(rhythm_words.UNKNOWN, year=next_at[:4])
