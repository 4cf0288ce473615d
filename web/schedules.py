"""Schedules: runs for rules that begin by themselves."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import working_days
from kb.errors import Invalid, N_
from kb.overtaken import Overtaken
from kb.store import utc_now
from mining import rhythm, runs, schedules
from web import paging, rhythm_words
from web.security import allowed

bp = Blueprint("schedules", __name__)

_FIELDS = ("every", "at", "day", "period", "count")
_PROPOSED = {
    "every": "week",
    "at": "06:00",
    "day": "1",
    "period": "same",
    "count": "30",
    "days": ["1"],
    "working": False,
}


@bp.get("/schedules")
@allowed("run.read")
def index():
    zone, now = current_app.config["SETTINGS"].zone, utc_now()
    rows = [_row(each, zone, now) for each in schedules.listing(g.db, reader=g.reader)]
    told = {"known_until": working_days.known_until(), "unknown": rhythm_words.UNKNOWN}
    return render_template("schedules/list.html", rows=rows, **told)


@bp.get("/runs/<int:run_id>/repeat")
@allowed("run.start")
def new(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    return _form(schedules.of_run(run), _PROPOSED, run=run)


@bp.post("/runs/<int:run_id>/repeat")
@allowed("run.start")
def create(run_id):
    run, form = runs.get(g.db, run_id, reader=g.reader), _typed()
    args = schedules.of_run(run)
    try:
        asked = schedules.with_period(args, form["period"], form["count"])
        seq = schedules.add(g.db, asked, _rhythm(form), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form(args, form, problem, run=run), 422
    return _done(N_("It will be repeated."), seq)


@bp.get("/schedules/<int:schedule_id>")
@allowed("run.start")
def edit(schedule_id):
    schedule = schedules.get(g.db, schedule_id, reader=g.reader)
    return _form(schedule.args, {**_PROPOSED, **_of_rhythm(schedule.rhythm)}, schedule=schedule)


@bp.post("/schedules/<int:schedule_id>")
@allowed("run.start")
def update(schedule_id):
    schedule, form = schedules.get(g.db, schedule_id, reader=g.reader), _typed()
    version = request.form.get("version", type=paging.whole) or 0
    try:
        asked = {"args": schedules.with_period(schedule.args, form["period"], form["count"]), "when": _rhythm(form)}
        seq = schedules.arrange(g.db, schedule_id, version=version, **asked, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form(schedule.args, form, problem, schedule=schedule, version=version), 422
    except Overtaken as problem:
        # The next save is made knowing what stands now, which is told above the form.
        form |= _of_rhythm(rhythm.of_row(problem.wanted["rhythm"]))
        return _form(schedule.args, form, problem, schedule=schedule), 409
    return _done(N_("Saved."), seq)


@bp.post("/schedules/<int:schedule_id>/take-over")
@allowed("run.start")
def take_over(schedule_id):
    return _done(N_("It runs for you from now on."), schedules.take_over(g.db, schedule_id, by=g.reader, now=utc_now()))


@bp.post("/schedules/<int:schedule_id>/pause")
@allowed("run.start")
def pause(schedule_id):
    return _done(N_("It rests until you let it go on."), schedules.pause(g.db, schedule_id, by=g.reader, now=utc_now()))


@bp.post("/schedules/<int:schedule_id>/resume")
@allowed("run.start")
def resume(schedule_id):
    return _done(N_("It goes on."), schedules.resume(g.db, schedule_id, by=g.reader, now=utc_now()))


@bp.post("/schedules/<int:schedule_id>/delete")
@allowed("run.start")
def delete(schedule_id):
    seq = schedules.archive(g.db, schedule_id, by=g.reader, now=utc_now())
    return _done(N_("Deleted; its runs stay."), seq)


@bp.post("/schedules/<int:schedule_id>/run")
@allowed("run.start")
def run_now(schedule_id):
    run_id = schedules.run_now(g.db, schedule_id, by=g.reader, now=utc_now())
    return redirect(url_for("runs.show", run_id=run_id), 303)


def _done(text, seq):
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("schedules.index"), 303)


def _typed():
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    return {**typed, "days": request.form.getlist("days"), "working": "working" in request.form}


def _rhythm(form):
    return rhythm.of_form(**{name: form[name] for name in ("every", "at", "days", "day", "working")})


def _of_rhythm(when):
    day = "last" if when.every == "month" and when.day == rhythm.LAST else str(when.day)
    form = {"every": when.every, "at": when.at, "day": day, "working": when.working}
    return {**form, "days": [str(each) for each in when.days] or _PROPOSED["days"]}


def _row(schedule, zone, now):
    day = schedules.next_day(schedule, zone, now)
    return {
        "schedule": schedule,
        "next_at": schedule.rhythm.instant(day, zone),
        "year": day.year,
        "why_not": schedules.why_not(schedule),
    }


def _form(args, form, problem=None, *, run=None, schedule=None, version=None):
    return render_template(
        "schedules/form.html",
        args=args,
        form=form,
        problem=problem,
        run=run,
        schedule=schedule,
        version=version or (schedule and schedule.version),
        is_overtaken=isinstance(problem, Overtaken),
        weekdays=rhythm_words.WEEKDAYS,
    )
