"""Two runs for rules against one another, for machines, for people and as a table."""

from pathlib import Path

from kb.errors import Invalid, N_
from mining import findings, run_compare, runs
from web import csv_file

_SHOWN = 20
_FIGURES = ("count", "confidence", "base_rate", "lift")
_SIDES = ("antecedent", "consequent")


def answer(db, earlier, later, *, reader, every):
    """Return what is ``new``, ``gone`` and ``changed``, a dict each, how many of each, and how many are the ``same``.

    Raises
    ------
    kb.errors.Invalid
        When one of them did not find rules, or both are the same.
    kb.errors.NotFound
    """
    for run_id in (earlier, later):
        run = runs.get(db, run_id, reader=reader)
        if run.kind != "rules" or run.state != "done":
            raise Invalid(
                N_("Run %(value)d has no rules to compare."), hint=N_("Name two runs for rules that are done."),
                field="RUN", value=run_id,
            )  # fmt: skip
    if earlier == later:
        raise Invalid(N_("These are the same run."), hint=N_("Name two runs for rules that are done."), field="RUN")
    found = run_compare.compare(db, earlier, later, reader=reader, every=every, most=None)
    told = {
        "new": [_rule(each) for each in found.new],
        "gone": [_rule(each) for each in found.gone],
        "changed": [{**_sides(two), "earlier": _figures(one), "later": _figures(two)} for one, two in found.changed],
    }
    counts = {name: len(each) for name, each in told.items()} | {"same": found.same}
    return {"earlier": earlier, "later": later, "counts": counts, **told}


def write(out, answer):
    """Write an answer to a .csv file, a row a rule, and return its path."""
    path = Path(out)
    if path.suffix.lower() != ".csv":
        raise Invalid(
            N_("--out cannot be “%(value)s”."), hint=N_("Its name must end in one of: %(endings)s."), field="out",
            value=out, endings=".csv",
        )  # fmt: skip
    head = ["what", *_SIDES, *(f"{when}_{name}" for when in ("earlier", "later") for name in _FIGURES)]
    nothing = dict.fromkeys(_FIGURES)
    rows = []
    for what, when in (("new", "later"), ("gone", "earlier"), ("changed", None)):
        for rule in answer[what]:
            told = {"earlier": nothing, "later": nothing} | (rule if when is None else {when: rule})
            figures = [told[each][name] for each in ("earlier", "later") for name in _FIGURES]
            rows.append([what, *(" + ".join(rule[side]) for side in _SIDES), *figures])
    path.write_text(csv_file.text(head, rows), "utf-8", newline="")
    return path


def lines(terminal, answer, path):
    """Yield the lines that a person reads."""
    yield terminal.sentence(
        N_("Run %(later)d against %(earlier)d: %(new)d new, %(gone)d gone, %(changed)d changed, %(same)d as before."),
        earlier=answer["earlier"], later=answer["later"], **answer["counts"],
    )  # fmt: skip
    if path is not None:
        yield terminal.sentence(N_("The rules are in %(file)s."), file=str(path))
        return
    for what, sign in (("new", "+"), ("gone", "-"), ("changed", "~")):
        for rule in answer[what][:_SHOWN]:
            yield f"{sign} {_told(rule)}"
        if len(answer[what]) > _SHOWN:
            left = len(answer[what]) - _SHOWN
            yield terminal.sentence(N_("… and %(count)d more; --out writes them all to a file."), count=left)


def _told(rule):
    sides = " → ".join(" + ".join(findings.labels(rule, side)) for side in _SIDES)
    if "earlier" in rule:
        return f"{sides}  {rule['earlier']['confidence']:.3f} → {rule['later']['confidence']:.3f}"
    return f"{sides}  {rule['confidence']:.3f}  {rule['lift']:.2f}"


def _rule(finding):
    return _sides(finding) | _figures(finding)


def _sides(finding):
    return {name: finding.data[name] for name in (*_SIDES, "names") if name in finding.data}


def _figures(finding):
    return {name: finding.data[name] for name in _FIGURES}
