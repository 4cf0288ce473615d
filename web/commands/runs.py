"""``kezhi runs``: jobs that wait, work, or are over."""

import click

from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import findings, plan, run_log, runs
from web import answers
from web.commands.common import Command, Group, as_reader, as_writer
from web.commands.schedules import command as schedule
from web.commands.values import whole

_STATES = {
    "queued": N_("Waiting"),
    "running": N_("Running"),
    "done": N_("Done"),
    "failed": N_("Failed"),
    "cancelled": N_("Cancelled"),
}
_KINDS = {"import": N_("Import"), "rules": N_("Association rules"), "notes": N_("Import of notes")}


@click.group("runs", cls=Group)
def command():
    """Show, cancel and repeat jobs."""


command.add_command(schedule)


@command.command("list", cls=Command)
@as_reader
@click.option("--limit", default="20", show_default=True, help="Most runs to show.")
@click.pass_obj
def list_(terminal, login, limit):
    """Show the newest jobs."""
    found = runs.listing(terminal.db, reader=terminal.reader(login), limit=whole(limit, "--limit"))
    terminal.answer(answers.runs(found, terminal.translate), (_line(terminal, each) for each in found))


@command.command("show", cls=Command)
@click.argument("run_id", metavar="RUN")
@as_reader
@click.option("--limit", default="20", show_default=True, help="Most rules to show.")
@click.pass_obj
def show(terminal, run_id, login, limit):
    """Show one job and what it found."""
    run = runs.get(terminal.db, whole(run_id, "RUN"), reader=terminal.reader(login))
    rules, total = findings.of_run(terminal.db, run.id, limit=whole(limit, "--limit"))
    terminal.answer(answers.run(run, rules, total, terminal.translate), _lines(terminal, run, rules, total))


@command.command("cancel", cls=Command)
@click.argument("run_id", metavar="RUN")
@as_writer
@click.pass_obj
def cancel(terminal, run_id, login):
    """Stop a job that waits or works."""
    number = whole(run_id, "RUN")
    reader = terminal.reader(login)
    runs.request_cancel(terminal.db, number, by=reader, now=utc_now())
    run = runs.get(terminal.db, number, reader=reader)
    terminal.answer(answers.run(run, [], 0, terminal.translate), [_line(terminal, run)])


@command.command("retry", cls=Command)
@click.argument("run_id", metavar="RUN")
@as_writer
@click.pass_obj
def retry(terminal, run_id, login):
    """Ask once more what a job for rules that is over was asked."""
    reader = terminal.reader(login)
    number = runs.again(terminal.db, whole(run_id, "RUN"), by=reader, now=utc_now())
    run = runs.get(terminal.db, number, reader=reader)
    terminal.answer(answers.run(run, [], 0, terminal.translate), [_line(terminal, run)])


@command.command("compare", cls=Command)
@click.argument("earlier", metavar="RUN")
@click.argument("later", metavar="RUN")
@click.option("--all", "every", is_flag=True, help="Of every rule, not only of those worth a look.")
@click.option("--out", metavar="FILE", help="Write what is new, gone and changed to a .csv file.")
@as_reader
@click.pass_obj
def compare(terminal, earlier, later, every, out, login):
    """Show which rules of a later job are new, gone or changed against an earlier one."""
    from web.commands import compared

    ids = [whole(each, "RUN") for each in (earlier, later)]
    answer = compared.answer(terminal.db, *ids, reader=terminal.reader(login), every=every)
    path = None if out is None else compared.write(out, answer)
    terminal.answer(answer, compared.lines(terminal, answer, path))


@command.command("log", cls=Command)
@click.argument("run_id", metavar="RUN")
@as_reader
@click.pass_obj
def log(terminal, run_id, login):
    """Show when one job did what."""
    run = runs.get(terminal.db, whole(run_id, "RUN"), reader=terminal.reader(login))
    lines = [(each.at, terminal.sentence(each.text, **each.values)) for each in run_log.of_run(terminal.db, run.id)]
    told = {"run": run.id, "log": [{"at": at, "text": text} for at, text in lines]}
    terminal.answer(told, (f"{terminal.formats.exact(at)}  {text}" for at, text in lines))


@command.command("plan", cls=Command, answers=False)
@click.argument("run_id", metavar="RUN")
@as_reader
@click.pass_obj
def plan_(terminal, run_id, login):
    """Print the plan of a job for rules, for “kezhi mine rules --plan”."""
    run = runs.get(terminal.db, whole(run_id, "RUN"), reader=terminal.reader(login))
    if run.kind != "rules":
        raise Invalid(N_("Only a run for rules has a plan."), hint=N_("Look for one with “kezhi runs list”."))
    click.echo(plan.write(run.args, run.id), nl=False)


def _line(terminal, run):
    kind, state = (terminal.translate(names[key]) for names, key in ((_KINDS, run.kind), (_STATES, run.state)))
    return f"{run.id}  {terminal.formats.day(run.created_at)}  {kind}  {state}  {run.member_name or ''}".rstrip()


def _lines(terminal, run, rules, total):
    yield _line(terminal, run)
    if run.error:
        yield run.error.sentence(terminal.translate)
    if run.state == "running" and run.stage:
        yield terminal.sentence(N_("%(stage)s: %(done)d of %(total)d"), **_progress(terminal, run))
    for line in run_log.of_run(terminal.db, run.id):
        yield f"{terminal.formats.exact(line.at)}  {terminal.sentence(line.text, **line.values)}"
    for rule in rules:
        sides = [" + ".join(findings.labels(rule.data, side)) for side in ("antecedent", "consequent")]
        yield f"{rule.position}  {' → '.join(sides)}  {rule.data['confidence']:.3f}  {rule.data['lift']:.2f}"
    if total > len(rules):
        yield terminal.sentence(N_("… and %(count)d more; --limit shows them."), count=total - len(rules))


def _progress(terminal, run):
    return {"stage": terminal.translate(run.stage), "done": run.progress, "total": run.total or 0}
