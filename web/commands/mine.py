"""``kezhi mine``: what is bought together, from files or from the ledger."""

import itertools

import click

from kb.errors import Invalid, N_
from mining.asked import names
from mining.findings import labels
from web.commands.common import WITH_REJECTED_ROWS, Command, Group
from web.commands.reading import options, reading_options
from web.commands.values import choice, choices, period, share, support, whole

_LEVELS = ("item", "category", "both")
_PRUNES = ("redundant", "chance")
_ENGINES = ("local", "spark")
# A terminal is for a look; a file takes them all.
_SHOWN = 40


@click.group("mine", cls=Group)
def command():
    """Mine purchase records."""


@command.command("rules", cls=Command)
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option(
    "--min-support", default="0.01", show_default=True, metavar="S", help="A share (0.02, 2%) or a count (197)."
)
@click.option("--min-confidence", default="0.5", show_default=True, metavar="F", help="A share: 0.35 or 35%.")
@click.option("--max-length", metavar="N", help="Most products in a rule.")
@click.option(
    "--consequent", default="any", show_default=True, metavar="N|any", help="Most products on the right side."
)
@click.option("--from", "since", metavar="DAY", help="Only what was bought from this day on: 2026-05-01.")
@click.option("--to", "until", metavar="DAY", help="Only what was bought up to this day, it included.")
@click.option("--exclude", metavar="PRODUCT,…", help="Products to leave out, such as bags and freight.")
@click.option("--prune", metavar="redundant,chance", help="Which rules to hide; they are counted.")
@click.option(
    "--level",
    default="item",
    show_default=True,
    metavar="item|category|both",
    help="What rules are between: products, their categories, or both together.",
)
@click.option("--min-improvement", metavar="F", help="At least so much surer than every shorter rule: 0.05 or 5%.")
@click.option(
    "--hold-out", metavar="F", help="Leave out the latest share of the orders, and test the rules on it: 30%."
)
@click.option(
    "--engine",
    default="local",
    show_default=True,
    metavar="local|spark",
    help="Where to count: here, or by Spark where its configuration says.",
)
@click.option("--out", metavar="FILE", help="Write the rules to a .csv, .xlsx, .json or .parquet file.")
@click.option("--plan", metavar="FILE", help="Run what a .toml file asks as a job of this home; its page shows it.")
@reading_options
@click.pass_context
def rules(ctx, files, prune, level, engine, out, plan, **asked):
    """Find association rules in FILES, or in the ledger of this home when none is named.

    With --plan the exit code is 0 done, 1 the plan or the records will not do, 4 too much is asked, 5 cancelled,
    6 something broke.
    """
    terminal = ctx.obj
    if plan is not None:
        _refuse_beside_plan(ctx)
        answer, path = _planned(terminal, plan, None if out is None else _checked(out))
        return terminal.answer(answer, _lines(terminal, answer, path))
    choice(level, "--level", _LEVELS)
    choice(engine, "--engine", _ENGINES)
    if engine == "spark" and files:
        raise Invalid(
            N_("Spark mines the purchase records of a home, not a file."),
            hint=N_("Import it first with “kezhi purchases import”, or leave out --engine spark."),
            field="engine",
        )
    given = (
        "min_support", "min_confidence", "max_length", "consequent", "since", "until", "exclude", "min_improvement",
        "hold_out",
    )  # fmt: skip
    wanted = _wanted(**{name: asked.pop(name) for name in given})
    wanted |= {"prune": choices(prune, "--prune", _PRUNES), "level": level}
    path = None if out is None else _checked(out)
    mined = _mined_by_spark if engine == "spark" else _mined
    answer = mined(terminal, files, options(terminal, asked), wanted)
    if path is not None:
        from web.commands import rules_file

        rules_file.write(path, answer)
    terminal.answer(answer, _lines(terminal, answer, path))
    if answer["rejected"]:
        ctx.exit(WITH_REJECTED_ROWS)
    return None


def _refuse_beside_plan(ctx):
    """Refuse what the plan says itself."""
    given = click.core.ParameterSource.COMMANDLINE
    beside = [each for each in ctx.command.params if each.name not in ("plan", "out", "home", "as_json")
              and ctx.get_parameter_source(each.name) == given]  # fmt: skip
    if beside:
        raise Invalid(
            N_("%(option)s cannot be given beside --plan."),
            hint=N_("Write it into the plan, or leave --plan out."),
            field="plan",
            option=beside[0].opts[0] if beside[0].opts[0].startswith("-") else "FILE",
        )


def _planned(terminal, plan, path):
    from web.commands import planned

    answer = planned.answer(terminal, plan)
    if path is not None:
        from web.commands import rules_file

        rules_file.write(path, answer)
    return answer, path


def _wanted(min_support, min_confidence, max_length, consequent, since, until, exclude, min_improvement, hold_out):
    return {
        "min_support": support(min_support, "--min-support"),
        "min_confidence": share(min_confidence, "--min-confidence"),
        "max_length": None if max_length is None else whole(max_length, "--max-length"),
        "max_consequent": None if consequent == "any" else whole(consequent, "--consequent"),
        "min_improvement": None if min_improvement is None else share(min_improvement, "--min-improvement"),
        "hold_out": None if hold_out is None else share(hold_out, "--hold-out"),
        "period": period(since, until),
        "without": exclude or "",
    }


def _checked(out):
    from web.commands import rules_file

    return rules_file.checked(out)


def _mined(terminal, files, reading, wanted):
    # Loaded only when there is something to mine: they take a second.
    from mining import baskets

    part = _part(wanted)
    terminal.progress(N_("Reading purchases"))
    if files:
        found = baskets.from_files(files, reading, part)
    else:
        found = baskets.from_ledger(terminal.db, terminal.home, wanted=part)
    missing = _missing(terminal, found)
    return {**_answer(terminal, found, wanted), **missing}


def _missing(terminal, found):
    """Say why no rule is to be expected, to a machine in the answer; that is given all the same."""
    try:
        found.refuse_too_few()
    except Invalid as problem:
        if terminal.as_json:
            return {"missing": problem.details(terminal.translate)}
        terminal.refuse(problem)
    return {}


def _mined_by_spark(terminal, _files, _reading, wanted):
    from mining import spark

    part = _part(wanted)
    terminal.progress(N_("Starting Spark"))
    with spark.session() as session:
        terminal.progress(N_("Reading purchases"))
        return _answer(terminal, spark.from_ledger(session, terminal.db, terminal.home, wanted=part), wanted)


def _part(wanted):
    from mining.ledger.orders import Slice

    return Slice(*wanted.pop("period"), tuple(names(wanted.pop("without"))))


def _answer(terminal, found, wanted):
    from mining import mine

    terminal.progress(N_("Mining"))
    sources = {name: [source[name] for source in found.files] for name in ("file", "encoding")}
    if len(found.files) == 1:
        sources = {name: values[0] for name, values in sources.items()}
    answer = mine.rules(found, **wanted)
    rules = answer.pop("rules")
    return {**sources, **answer, "rejected": found.rejected, "rules": rules}


def _lines(terminal, answer, path):
    yield terminal.sentence(
        N_("%(baskets)d orders, %(items)d products: %(itemsets)d itemsets, %(tested)d rules tested, %(rules)d kept."),
        **{**answer, "rules": len(answer["rules"])},
    )
    hidden = answer["hidden"]
    if any(hidden.values()):
        yield terminal.sentence(N_("Hidden: %(redundant)d repeat a shorter rule, %(chance)d may be chance."), **hidden)
    if hidden.get("improvement"):
        yield terminal.sentence(
            N_("Hidden: %(count)d are hardly surer than a shorter rule."), count=hidden["improvement"]
        )
    if "later" in answer:
        yield terminal.sentence(
            N_(
                "Tested %(tested)d on the orders before %(since)s, kept %(kept)d that are sure, expected false at most"
                " %(expected_false)d; on the %(baskets)d orders from then on %(held)d held."
            ),
            **answer["later"],
            tested=answer["tested"],
        )
    if answer["rejected"]:
        yield terminal.sentence(
            N_("%(count)d rows could not be read; “kezhi purchases check” shows them."), count=answer["rejected"]
        )
    if path is not None:
        yield terminal.sentence(N_("The rules are in %(file)s."), file=str(path))
        return
    for rule in itertools.islice(answer["rules"], _SHOWN):
        yield _line(terminal, rule)
    if len(answer["rules"]) > _SHOWN:
        yield terminal.sentence(
            N_("… and %(count)d more; --out writes them all to a file."), count=len(answer["rules"]) - _SHOWN
        )


def _line(terminal, rule):
    figures = {
        "left": " + ".join(labels(rule, "antecedent")),
        "right": " + ".join(labels(rule, "consequent")),
        "hits": 100 * rule["confidence"],
        "all": 100 * rule["base_rate"],
        "lift": rule["lift"],
        "count": rule["count"],
    }
    told = terminal.sentence(
        N_(
            "Of 100 orders with %(left)s, %(hits).0f also hold %(right)s;"
            " of all orders %(all).0f, so %(lift).1f times as many (%(count)d orders)."
        ),
        **figures,
    )
    if "held" not in rule:
        return told
    later = N_("Later %(hits).0f: held.") if rule["held"] else N_("Later %(hits).0f: did not hold.")
    return f"{told} {terminal.sentence(later, hits=100 * (rule['later_confidence'] or 0))}"
