"""Plain rows: those that need nothing put right but blanks, read by column instead of one by one.

In most files nearly every row is plain. A row is only taken here when reading it by itself would give the very same
line; whatever is in doubt is left to `mining.ledger.lines`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from mining.ledger.numbers import SCALE
from mining.ledger.read import LONGEST_CELL

# Outer and double blanks, and what a spreadsheet wraps around a text or makes of a long number.
_ODD_TEXT = r"^[\s'`=#]|\s$|\s\s|^\d(?:\.\d+)?[eE]\+?\d+$|^\d{6,}\.0$"
_CONTROL = r"[\x00-\x1f\x7f-\x{9f}]"
_NUMBER = r"^-?[0-9]{1,12}(?:\.[0-9]{1,4})?$"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MINUTE = _DAY + r" [0-9]{2}:[0-9]{2}"
_SECOND = _MINUTE + r":[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Plain:
    """What was read by column.

    Attributes
    ----------
    frame : polars.DataFrame
        The lines to load: ``row`` and each field that has a column, typed as in `mining.ledger.lines.SCHEMA`.
    taken : numpy.ndarray of bool
        Which lines of the text are done with, loaded or set aside.
    reasons, notes : dict of str to int
        Rows set aside, and values put right, by code.
    """

    frame: pl.DataFrame
    taken: np.ndarray
    reasons: dict
    notes: dict


@dataclass(frozen=True, slots=True)
class _Field:
    """Expressions over the cells of a field: whether one is plain, its value, whether blanks were taken out of it."""

    is_plain: pl.Expr
    value: pl.Expr
    blanks: pl.Expr | None = None


def plain_rows(table, positions, options, *, total_words, no_goods):
    """Return the plain rows of a table of text, and which of its lines they are.

    Parameters
    ----------
    table : mining.ledger.read.Table
    positions : dict of str to list of int
        Field to positions of its column.
    options : mining.ledger.options.Options
    total_words, no_goods : collection of str
        First cells of a line of totals, and products that are none, in lower case.

    Returns
    -------
    Plain or None
        None where there are no lines, or a text goes on over several.
    """
    if table.lines is None:
        return None
    lines, first = table.lines, table.first_row
    width = len(table.header)
    text = pl.Series("line", lines, dtype=pl.String)
    quotes = text.str.count_matches('"', literal=True)
    if width < 2 or (quotes % 2 == 1).any():
        return None
    is_whole = (quotes == 0) & (text.str.count_matches(table.delimiter, literal=True) == width - 1)
    frame = text.to_frame().with_row_index("at").filter(is_whole & (text.str.len_chars() <= LONGEST_CELL))
    parts = pl.col("line").str.split_exact(table.delimiter, width - 1).struct.rename_fields(
        [f"c{at}" for at in range(width)]
    )  # fmt: skip
    frame = frame.select(pl.col("at") + first, parts.alias("cells")).unnest("cells")
    fields = {name: _field(name, at, options) for name, at in positions.items()}
    frame = frame.filter(_is_row(table, width, total_words), *[each.is_plain for each in fields.values()])
    if "item" in fields:
        frame = frame.filter(fields["item"].value.is_not_null())
    notes = _notes(frame, fields.values())
    values = [each.value.alias(name) for name, each in fields.items()]
    frame = frame.select(pl.col("at").cast(pl.Int64).alias("row"), *values)
    frame = frame.with_columns(aside=_aside(fields, options, no_goods))
    taken = np.zeros(len(lines), bool)
    taken[frame["row"].to_numpy() - first] = True
    reasons = dict(frame.filter(pl.col("aside").is_not_null()).group_by("aside").len().iter_rows())
    return Plain(frame.filter(pl.col("aside").is_null()).drop("aside"), taken, reasons, notes)


def _is_row(table, width, total_words):
    """Return the test that a row is neither totals, nor a remark, nor the header once more."""
    cells = [pl.col(f"c{at}") for at in range(width)]
    totals = rf"(?i)^\s*(?:{'|'.join(total_words)})[:：]*\s*$"
    is_total = pl.any_horizontal([cell.str.contains(totals) for cell in cells])
    full = pl.sum_horizontal([(cell.str.strip_chars() != "").cast(pl.Int32) for cell in cells])
    return ~is_total & (full > 1) & (pl.col("c0").str.strip_chars() != table.header[0])


def _field(name, at, options):
    if name == "time":
        return _Field(*_time(at, options))
    cell = pl.col(f"c{at[0]}")
    if name in ("quantity", "price", "amount", "cost"):
        is_plain = (cell == "") | cell.str.contains(_NUMBER)
        if options.decimal == ",":
            is_plain &= ~cell.str.contains(".", literal=True)
        return _Field(is_plain, _scaled(cell))
    text, blanks = cell, None
    if "blanks" not in options.off:
        text = cell.str.replace_all(r"\s+", " ").str.strip_chars()
        blanks = text != cell
    # Controls are told by the cell as it stands: a tab is a blank too.
    is_plain = (cell == cell.str.normalize("NFKC")) & ~cell.str.contains(_CONTROL) & ~text.str.contains(_ODD_TEXT)
    return _Field((cell == "") | is_plain, pl.when(text != "").then(text), blanks)


def _notes(frame, fields):
    """Return how often the rule of blanks was needed."""
    changed = [each.blanks for each in fields if each.blanks is not None]
    count = frame.select(pl.sum_horizontal([each.sum() for each in changed])).item() if changed else 0
    return {"blanks": count} if count else {}


def _aside(fields, options, no_goods):
    """Return why a row is set aside, the first reason that row by row would be found, or null."""

    def when(test, code):
        return pl.when(test).then(pl.lit(code))

    numbers = [name for name in ("quantity", "price", "amount") if name in fields]
    prices = [name for name in numbers if name != "quantity"]
    found = []
    if "item" in fields and "not_goods" not in options.off:
        found.append(when(pl.col("item").str.to_lowercase().is_in(list(no_goods)), "not_goods"))
    if options.returns == "drop" and numbers:
        found.append(when(pl.any_horizontal([pl.col(name).fill_null(0) < 0 for name in numbers]), "return"))
    if options.zero_price == "drop" and prices:
        found.append(when(pl.any_horizontal([pl.col(name).fill_null(1) == 0 for name in prices]), "zero_price"))
    for name in options.require:
        found.append(when(pl.col(name).is_null() if name in fields else pl.lit(True), "required"))
    return pl.coalesce(found) if found else pl.lit(None, pl.String)


def _scaled(cell):
    whole = cell.str.extract(r"^-?(\d+)").cast(pl.Int64)
    fraction = cell.str.extract(r"\.(\d+)$").str.pad_end(4, "0").cast(pl.Int64).fill_null(0)
    value = whole * SCALE + fraction
    return pl.when(cell.str.starts_with("-")).then(-value).otherwise(value)


def _time(at, options):
    cell = pl.col(f"c{at[0]}")
    for more in at[1:]:
        cell = pl.concat_str(cell, pl.lit(" "), pl.col(f"c{more}")).str.strip_chars()
    local = pl.coalesce(
        pl.when(cell.str.contains(f"^{pattern}$")).then(cell.str.to_datetime(form, time_unit="us", strict=False))
        for pattern, form in ((_SECOND, "%Y-%m-%d %H:%M:%S"), (_MINUTE, "%Y-%m-%d %H:%M"), (_DAY, "%Y-%m-%d"))
    )
    # Of the two hours of a clock set back, the first; an hour that was left out is for the other reader to judge.
    zoned = local.dt.replace_time_zone(options.zone, ambiguous="earliest", non_existent="null")
    value = zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return (cell == "") | (value.is_not_null() & local.dt.year().is_between(1971, 2098)), value
