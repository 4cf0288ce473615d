"""What a check found, shown to people and machines."""

from kb.errors import N_
from web.commands.common import REFUSED
from web.commands.terminal import in_one_line

NAMES = {
    "integrity": N_("database pages"),
    "foreign keys": N_("references"),
    "feed": N_("changes in the feed"),
    "access log": N_("entries of the access log"),
    "cursors": N_("cursors"),
    "duties": N_("notes with who verifies them, and when"),
    "merged notes": N_("notes merged into others"),
    "traits": N_("preferences, rivals, trends"),
    "products": N_("products that notes name"),
    "note counts": N_("totals of lists"),
    "topics": N_("topics with parents and other names"),
    "reasons": N_("who knows what"),
    "quotes": N_("quotes with their sources"),
    "schema": N_("schema"),
    "files": N_("files on notes"),
    "index files": N_("files of the index"),
    "index notes": N_("notes in the index"),
    "index terms": N_("terms of the index"),
    "index position": N_("position of the index"),
    "jobs": N_("jobs"),
    "ledger": N_("files of the ledger"),
}


def report(ctx, checks):
    """Print what was checked and what is wrong; exit code 1 when anything is."""
    terminal = ctx.obj
    answer = {
        "ok": not any(each.problems for each in checks),
        "checks": [
            {
                "name": each.name,
                "checked": each.checked,
                "problems": [problem.details(terminal.translate) for problem in each.problems],
            }
            for each in checks
        ],
    }
    terminal.answer(answer, _lines(terminal, checks))
    if not answer["ok"]:
        ctx.exit(REFUSED)


def _lines(terminal, checks):
    for each in checks:
        name = terminal.translate(NAMES[each.name])
        verdict = terminal.translate(N_("in order") if not each.problems else N_("NOT in order"))
        yield terminal.sentence(
            N_("%(verdict)s: %(name)s (%(checked)s)"), name=name, checked=each.checked, verdict=verdict
        )
        for problem in each.problems:
            yield "    " + in_one_line(problem.details(terminal.translate))
