"""``kezhi purchases``: files of orders into the ledger, and out of it again."""

from decimal import Decimal
from pathlib import Path

import click

from kb import access
from kb.access import OPERATOR
from kb.errors import N_
from kb.store import utc_now
from mining.ledger import batches, cleaning, kept_facts, profiles
from mining.ledger.reasons import TEMPLATES, WORDS
from web import answers
from web.commands.common import WITH_REJECTED_ROWS, Command, Group, as_reader, as_writer
from web.commands.reading import options, reading_options
from web.commands.values import whole


@click.group("purchases", cls=Group)
def command():
    """Import purchase records and look after them."""


@command.command("check", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--rows", metavar="N|all", help="Show this many lines as they would be loaded.")
@click.option("--overlap", metavar="new|replace|all", help="What becomes of lines the ledger holds already.")
@click.option("--profile", metavar="NAME", help="Read as files of this source were read the last time.")
@reading_options
@click.pass_context
def check(ctx, files, profile, **chosen):
    """Say what an import would do; write nothing."""
    from mining.ledger.load import check_file

    terminal = ctx.obj
    known = {} if profile is None else profiles.get(terminal.db, profile).options
    reading = options(terminal, chosen, known)
    _told(ctx, [check_file(terminal.db, terminal.home, Path(path), reading) for path in files])


@command.command("import", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--overlap", metavar="new|replace|all", help="What becomes of lines the ledger holds already.")
@click.option("--profile", metavar="NAME", help="Read as files of this source were; how it was read is remembered.")
@as_writer
@reading_options
@click.pass_context
def import_(ctx, files, login, profile, **chosen):
    """Import files of orders, one batch each."""
    from mining.ledger.load import import_file, refuse_unreadable
    from mining.ledger.preview import preview

    terminal = ctx.obj
    reader = terminal.reader(login)
    name = None if profile is None else profiles.checked_name(profile)
    known = {each.name: each.options for each in profiles.listing(terminal.db)}.get(name, {})
    reading = options(terminal, {**chosen, "profile": name}, known)
    paths, found = [Path(file) for file in files], []
    if len(paths) > 1:
        refuse_unreadable(paths, reading)
    for path in paths:
        told = import_file(
            terminal.db,
            terminal.home,
            path,
            reading,
            by=reader,
            now=utc_now(),
            on_progress=lambda stage, done, total: terminal.progress(stage),
            rejects_to=path.with_name(f"{path.name}.rejects.csv"),
            translate=terminal.translate,
            # One file does not take the place of another that comes with it.
            beside=lambda: {each["batch"] for each in found},
        )
        found.append(told)
        if name is not None:
            read = {**known, **{key: value for key, value in chosen.items() if value is not None}}
            header = preview(path, reading).header
            profiles.remember(
                terminal.db, name, options={**read, "mapping": told["mapping"]}, header=header, by=reader, now=utc_now()
            )
    kept_facts.keep(terminal.db, terminal.home)
    _told(ctx, found)


@command.command("summary", cls=Command)
@as_reader
@click.pass_obj
def summary(terminal, login):
    """Say what the purchase records hold: orders, products, period, best sellers."""
    from mining.ledger import facts

    access.require(terminal.reader(login), "purchase.read")
    found = kept_facts.of_all(terminal.db, terminal.home) or facts.summary(terminal.db, terminal.home)
    terminal.answer(found, _figures(terminal, found))


@command.command("batches", cls=Command)
@as_reader
@click.option("--limit", default="20", show_default=True, help="Most imports to show.")
@click.pass_obj
def list_(terminal, login, limit):
    """Show the newest imports."""
    found, total = batches.listing(terminal.db, reader=terminal.reader(login), limit=whole(limit, "--limit"))
    lines = (
        terminal.sentence(
            N_("%(id)d  %(file)s  %(loaded)d lines loaded  %(state)s"),
            id=each.id,
            file=each.file,
            loaded=each.rows["loaded"],
            state=terminal.translate(N_("in the records") if each.state == "loaded" else N_("undone")),
        )
        for each in found
    )
    terminal.answer(answers.batches(found, total), lines)


@command.command("undo", cls=Command)
@click.argument("batch_id", metavar="BATCH")
@as_writer
@click.pass_obj
def undo(terminal, batch_id, login):
    """Take all lines of an import out of the ledger."""
    number = whole(batch_id, "BATCH")
    batches.undo(terminal.db, number, by=terminal.reader(login), now=utc_now())
    found = batches.get(terminal.db, number, reader=OPERATOR)
    done = terminal.sentence(N_("Import %(id)d is undone; its lines no longer count."), id=number)
    terminal.answer(answers.batches([found], 1)["batches"][0], [done])


def _figures(terminal, found):
    if not found["lines"]:
        yield terminal.sentence(N_("There are no purchase records yet; “kezhi purchases import” brings them in."))
        return
    if found["period"]:
        yield terminal.sentence(N_("From %(first)s to %(last)s."), first=found["period"][0], last=found["period"][1])
    names = ("orders", "customers", "lines", "products", "amount", "amount_per_order", "products_per_order")
    labels = (N_("Orders"), N_("Customers"), N_("Lines"), N_("Products"), N_("Amount"), N_("Amount per order"),
              N_("Products per order"))  # fmt: skip
    for name, label in zip(names, labels, strict=True):
        if found[name] is not None:
            value = f"{found[name]:.2f}" if isinstance(found[name], float) else found[name]
            yield f"{value:>14}  {terminal.translate(label)}"
    if found["single"]:
        yield terminal.sentence(
            N_("%(orders)d orders (%(share).1f %%) hold one product only."),
            orders=found["single"]["orders"],
            share=100 * found["single"]["share"],
        )
    for row in found["top"]:
        yield f"{row['orders'] or row['quantity']:>14}  {row['item']}"


def _told(ctx, found):
    terminal = ctx.obj
    answer = found[0] if len(found) == 1 else found
    terminal.answer(answer, (line for each in found for line in _lines(terminal, each)))
    if any(each["rows"]["rejected"] for each in found):
        ctx.exit(WITH_REJECTED_ROWS)


def _lines(terminal, told):
    yield terminal.sentence(
        N_(
            "%(file)s: %(read)d rows read, %(loaded)d new, %(merged)d in the records already, %(set_aside)d set aside, "
            "%(rejected)d not readable."
        ),
        file=told["file"],
        **told["rows"],
    )
    how = ", ".join(f"{field}={column}" for field, column in told["mapping"].items())
    yield terminal.sentence(
        N_("Encoding %(encoding)s, header in row %(row)s, columns %(columns)s."),
        encoding=told["encoding"] or "—",
        row=told["header_row"] or "—",
        columns=how or "—",
    )
    if len(told["sheets"]) > 1:
        sheets = terminal.translate(N_(", ")).join(told["sheets"])
        yield terminal.sentence(
            N_("%(count)d sheets taken together: %(names)s."), count=len(told["sheets"]), names=sheets
        )
    if told["hidden"]:
        yield terminal.sentence(
            N_("%(count)d rows of the workbook are hidden, as by a filter; they count like the others."),
            count=told["hidden"],
        )
    if told["separator"]:
        yield terminal.sentence(N_("Products in one cell are parted by “%(sign)s”."), sign=told["separator"])
    if told["cleaned"].get("not_divided"):
        yield terminal.sentence(
            N_("%(count)d amounts and quantities of whole orders left out: they cannot be divided over the products."),
            count=told["cleaned"]["not_divided"],
        )
    if told["cleaned"].get("reduced"):
        yield terminal.sentence(
            N_("%(count)d sales of which some came back: only the rest counts."), count=told["cleaned"]["reduced"]
        )
    if told["repeated"]:
        yield terminal.sentence(
            N_("%(count)d lines stand in the file more than once; each counts."), count=told["repeated"]
        )
    for column in told["guessed"].values():
        yield terminal.sentence(
            N_("“%(column)s” is read as the price of one piece: of a product it is the same however many are bought."),
            column=column,
        )
        yield terminal.sentence(N_("If it is the sum of the line, say --map amount=%(column)s."), column=column)
    yield from _counted(terminal, told)
    first = {each["code"]: each for each in told["examples"]}
    for code, number in sorted(told["by_reason"].items()):
        found = first.get(code)
        yield f"    {number}  {_reason(terminal, told['file'], code, found)}"
    for question in told["questions"]:
        yield terminal.sentence(
            N_("Column “%(column)s”: %(rows)d rows can be read in two ways; say %(option)s %(choices)s."),
            **{**question, "choices": "|".join(question["choices"])},
        )
    for row in told.get("preview", ()):
        yield "  ".join(str(row[name]) for name in ("row", "order", "item", "time", "amount") if row[name] is not None)
    numbers = told["order_numbers"]
    if numbers["known"] and told["rows"]["loaded"]:
        said = (
            N_("%(count)d order numbers are in the records already, for other goods: they count as other orders.")
            if numbers["are_own"]
            else N_("%(count)d order numbers are in the records already: they count as the same orders.")
        )
        yield terminal.sentence(said, count=numbers["known"])
        yield terminal.sentence(N_("If that is wrong, say --order-numbers same or own."))
    for each in told["replaced"]:
        yield terminal.sentence(
            N_("It takes the place of import %(id)d, %(file)s: of its %(lines)d lines %(gone)d are not in this file."),
            **each,
        )
    if told["rejects"]:
        yield terminal.sentence(N_("The rows that could not be read are in %(file)s."), file=told["rejects"])


def _counted(terminal, told):
    """Yield what the lines are about, and what was put right in them."""
    counts = (N_("Orders"), told["orders"]), (N_("Customers"), told["customers"]), (N_("Products"), told["products"])
    known = [f"{terminal.translate(label)} {count:,}" for label, count in counts if count is not None]
    if told["amount"] is not None:
        known.append(f"{terminal.translate(N_('Amount'))} {Decimal(told['amount']):,.2f}")
    if told["period"]:
        first, last = map(terminal.formats.day, told["period"], reversed(told["period"]))
        known.append(terminal.sentence(N_("%(first)s to %(last)s"), first=first, last=last))
    if known:
        yield terminal.translate(N_(", ")).join(known)
    for rule, words in cleaning.CELLS.items():
        if told["cleaned"].get(rule):
            yield f"    {told['cleaned'][rule]}  {terminal.translate(words)}"


def _reason(terminal, file, code, found):
    """Return why rows were left out, by the first of them; of rows set aside no first one is kept."""
    if found is None:
        return terminal.translate(WORDS[code])
    return terminal.sentence(TEMPLATES[code], **{**found, "file": file, "value": found["value"] or ""})
