"""How to read a file of purchases: the options that every command over such files takes."""

import click

from mining.ledger.cleaning import RULES
from mining.ledger.options import Options

_OPTIONS = (
    click.option("--map", "mapping", metavar="FIELD=COLUMN,…", help="Which column holds what: order=单号,item=商品."),
    click.option("--require", metavar="FIELD,…", help="Set lines aside that lack one of these fields."),
    click.option("--returns", metavar="drop|net|keep", help="What becomes of returned goods; default drop."),
    click.option("--zero-price", metavar="drop|keep", help="What becomes of lines given for nothing; default drop."),
    click.option("--no-goods", metavar="NAME,…", help="Bags, freight, tests: products to leave out; * for any text."),
    click.option("--encoding", metavar="NAME", help="utf-8, gb18030, big5 or utf-16; found out when left away."),
    click.option("--delimiter", metavar=",|;|tab|blanks", help="What parts the columns; found out when left away."),
    click.option("--header-row", metavar="N", help="Row with the names of the columns; found out when left away."),
    click.option("--off", metavar="RULE,…", help=f"Cleaning not to be done, of: {', '.join(RULES)}."),
    click.option(
        "--layout",
        metavar="lines|list|matrix|baskets",
        help="A row is one product, or an order: its products in one cell, in a column each, or without headings.",
    ),
    click.option("--dates", metavar="dmy|mdy", help="Whether 3/4/2020 begins with the day or the month."),
    click.option("--serials", metavar="1900|1904", help="From which year days that are mere numbers count."),
    click.option(
        "--order-numbers",
        metavar="same|own",
        help="Whether they mean the orders of earlier files; found out when left away.",
    ),
    click.option("--decimal", metavar=".|,", help="The sign before the decimals."),
)


def reading_options(callback):
    """Give a command the options of `Options`; it receives them as keyword arguments for `options`."""
    for option in reversed(_OPTIONS):
        callback = option(callback)
    return callback


def options(terminal, chosen, known=()):
    """Return the `Options` of what a person chose; what was left away is as `known`, else found out from the file."""
    given = {name: value for name, value in chosen.items() if value is not None}
    return Options(**{**dict(known), **given}, zone=terminal.settings.zone)
