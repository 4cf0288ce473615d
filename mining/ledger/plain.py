"""Plain rows: those that nothing is wrong with, read by column instead of one by one.

In most files nearly every row is plain. A value that needs a rule is put right once, however often it stands there; a
row is only taken here when reading it by itself would give the very same line, and whatever is in doubt is left to
`mining.ledger.reader`.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from mining.ledger import dates, names, no_goods as listing, numbers
from mining.ledger.numbers import SCALE, Unreadable
from mining.ledger.read import LONGEST_CELL

NUMBERS = ("quantity", "price", "amount", "cost")
# Beyond printable ASCII and the Chinese characters: what folding might change, controls, other alphabets.
_BEYOND = r"[^\x20-\x7e\x{4e00}-\x{9fff}%s]"
# What a spreadsheet wraps around a text or makes of a long number, and more decimals than are kept.
_MADE = r"\d[eE]|\d{6}\.0|\.\d{5}"
# The largest number of which a float knows every ten-thousandth.
_SURE = 10**11
# By the length of a text: no other text of that length is read by such a form, but one that begins with a plus.
_FORMS = {19: "%Y-%m-%d %H:%M:%S", 16: "%Y-%m-%d %H:%M", 10: "%Y-%m-%d"}
# In UTC, as what knows its zone is written.
_INSTANT, _INSTANT_LENGTH = "%Y-%m-%dT%H:%M:%SZ", 20
# The same with other signs: a rule makes them days, and is counted.
_LOOSE = (
    (r"^\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d:\d\d$", "%Y/%m/%d %H:%M:%S"),
    (r"^\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d$", "%Y/%m/%d %H:%M"),
)
_YEARS = (1971, 2098)
# Above that many columns counting signs is the cheaper test of a row's shape.
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Plain:
    """What was read by column.

    Attributes
    ----------
    frame : polars.DataFrame
        The lines to load: ``row`` and each field that has a column, typed as in `mining.ledger.reader.SCHEMA`.
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
class _Values:
    """The values of a field, one a row, and for which rows they hold; ``notes`` of the cells put right one by one."""

    values: pl.Series
    is_sure: pl.Series
    cells: pl.Series
    one_by_one: pl.Series | None = None
    notes: dict = field(default_factory=dict)
    counted: tuple = ()

    def count(self, taken, into):
        """Add to `into` how often each rule and note was needed in the rows `taken`."""
        for code, which in self.counted:
            into[code] = into.get(code, 0) + int((which & taken).sum())
        if self.one_by_one is None or not self.notes:
            return
        for cell, times in self.cells.filter(self.one_by_one & taken).value_counts().iter_rows():
            for code in self.notes.get(cell, ()):
                into[code] = into.get(code, 0) + times


def plain_rows(lines, first, table, positions, options, *, is_quoted, is_alone, day_order, total_words, no_goods):
    """Return the plain rows among lines of text, and which lines they are.

    Parameters
    ----------
    lines : polars.Series of str
    first : int
        Number of the first of them.
    table : mining.ledger.read.Table
    positions : dict of str to list of int
        Field to positions of its column.
    options : mining.ledger.options.Options
    is_quoted : polars.Series of bool
        Which lines have a quote.
    is_alone : numpy.ndarray of bool, or None
        Which lines are rows by themselves; None for all.
    day_order : callable
        Returns how days with the year last are read, where that has to be known.
    total_words, no_goods : collection of str
        First cells of a line of totals, and products that are none, in lower case.

    Returns
    -------
    Plain or None
        None where no row can be told by its line.
    """
    width = len(table.header)
    if width < 2 or width > _MOST_COLUMNS:
        return None
    is_good = ~lines.str.contains(_remark(table.delimiter, total_words))
    if (lines.str.len_bytes().max() or 0) > LONGEST_CELL:
        is_good &= lines.str.len_bytes() <= LONGEST_CELL
    if is_alone is not None:
        is_good &= pl.Series(is_alone)
    wanted = sorted({0}.union(*positions.values()))
    frame = _cells(lines, is_good, is_quoted, table.delimiter, width, wanted)
    found = {name: _values(name, at, frame, options, day_order) for name, at in positions.items()}
    is_row = frame["c0"] != table.header[0]
    for each in found.values():
        is_row &= each.is_sure
    if "item" in found:
        is_row &= found["item"].values.is_not_null()
    notes = {}
    for each in found.values():
        each.count(is_row, notes)
    values = {name: each.values for name, each in found.items()}
    frame = _filtered(pl.DataFrame({"row": frame["at"].cast(pl.Int64) + first, **values}), is_row)
    taken = np.zeros(len(lines), bool)
    taken[frame["row"].to_numpy() - first] = True
    aside = frame.with_columns(aside=_aside(values, options, no_goods))["aside"]
    reasons = dict(aside.drop_nulls().value_counts().iter_rows())
    return Plain(_filtered(frame, aside.is_null()), taken, reasons, notes)


def _filtered(frame, is_kept):
    # Mostly all are, and to copy them takes as long as to read them.
    return frame if is_kept.all() else frame.filter(is_kept)


def _shape(delimiter, width):
    """Return the pattern of a line of so many cells, each of them quoted as a whole or not at all."""
    sign = _escaped(delimiter)
    cell = rf'(?:"(?:[^"]|"")*"|[^"{sign}]*)'
    return rf"^{cell}(?:{sign}{cell}){{{width - 1}}}$"


def _remark(delimiter, total_words):
    """Return the pattern of a line whose first cell says totals, that has one cell only or may be a remark."""
    sign = _escaped(delimiter)
    words = "|".join(map(re.escape, sorted(total_words)))
    totals, alone = rf'(?:{words})[:：\s"]*(?:{sign}|$)', rf'[^{sign}]*[\s"{sign}]*$'
    labelled = r"[^\d\s:：][^\d:：]{0,11}[:：]"
    return rf'(?i)^[\s"{sign}]*(?:{totals}|{alone}|{labelled})'


def _odd(delimiter):
    """Return the pattern of a line in which some cell may need a rule."""
    sign = _escaped(delimiter)
    beyond = _BEYOND % (r"\t" if delimiter == "\t" else "")
    return rf"{beyond}|  |(?:^|{sign})[ '`=#+]|[ ](?:{sign}|$)|{_MADE}"


def _escaped(delimiter):
    return {"\t": r"\t", "|": r"\|"}.get(delimiter, delimiter)


def _cells(lines, is_good, is_quoted, delimiter, width, wanted):
    """Return ``at``, the position of a line, ``is_odd``, and the wanted cells of each good line of the right width."""
    frame = pl.DataFrame({"line": lines}).with_row_index("at")
    if not is_quoted.any():
        return _unquoted(_filtered(frame, is_good), delimiter, width, wanted)
    found = [_unquoted(frame.filter(is_good & ~is_quoted), delimiter, width, wanted)]
    quoted = frame.filter(is_good & is_quoted)
    quoted = quoted.filter(quoted["line"].str.contains(_shape(delimiter, width)))
    if quoted.is_empty():
        return found[0]
    cells = pl.read_csv(
        quoted["line"].str.join("\n").item().encode(),
        separator=delimiter,
        has_header=False,
        infer_schema=False,
        empty_string_is_null=False,
        new_columns=[f"c{at}" for at in range(width)],
    )
    cells = cells.select([f"c{at}" for at in wanted])
    found.append(quoted.select("at", is_odd=pl.lit(True)).hstack(cells))
    return pl.concat(found).sort("at")


def _unquoted(frame, delimiter, width, wanted):
    names = [f"c{at}" for at in range(width)]
    cells = frame["line"].str.splitn(delimiter, width).struct.rename_fields(names).struct
    # Of too few cells the last is missing, of too many it holds the rest.
    last = cells.field(names[-1])
    is_whole = ~last.str.contains(delimiter, literal=True).fill_null(True)
    found = [frame["at"], frame["line"].str.contains(_odd(delimiter)).alias("is_odd")]
    return _filtered(pl.DataFrame([*found, *[cells.field(f"c{at}") for at in wanted]]), is_whole)


def _values(name, at, frame, options, day_order):
    if name == "time":
        return _times(at, frame, options, day_order)
    cells = frame[f"c{at[0]}"]
    return (_numbers if name in NUMBERS else _texts)(cells, frame["is_odd"], options)


def _texts(cells, is_odd, options):
    values = pl.select(pl.when(cells != "").then(cells)).to_series()

    def one(cell):
        value, note = names.text(cell, options.off)
        rules = [rule for rule in names.forms(cell) if rule not in options.off] if value != cell else []
        return value, [*rules, *([note] if note else [])]

    return _put_right(cells, values, is_odd, one, pl.String)


def _numbers(cells, is_odd, options):
    floats = cells.cast(pl.Float64, strict=False)
    is_plain = floats.abs() < _SURE
    if options.decimal == ",":
        is_plain &= ~cells.str.contains(".", literal=True)
    values = (floats * SCALE).round().cast(pl.Int64, strict=False)

    def one(cell):
        value, note = numbers.number(cell, options.decimal)
        rules = numbers.forms(cell) if "," in cell or " " in cell or not cell.isascii() else ()
        if not options.off.isdisjoint(rules):
            raise Unreadable("not_a_number")
        return value, [*rules, *([note] if note else [])]

    return _put_right(cells, values, (~is_plain.fill_null(False) & (cells != "")) | is_odd, one, pl.Int64)


def _times(at, frame, options, day_order):
    cells = frame[f"c{at[0]}"]
    for more in at[1:]:
        cells = pl.select(pl.concat_str(cells, pl.lit(" "), frame[f"c{more}"]).str.strip_chars()).to_series()
    local = pl.Series("t", [None], pl.Datetime("us")).new_from_index(0, len(cells))
    lengths = cells.str.len_bytes()
    # Nearly always all cells have one form, so that one length tells.
    for length, form in _FORMS.items():
        if (lengths == length).any():
            local = local.fill_null(_parsed(cells, form, (lengths == length) & ~cells.str.starts_with("+")))
    counted = ()
    if "dates" not in options.off:
        is_iso = local.is_not_null()
        for pattern, form in _LOOSE:
            if ((cells != "") & local.is_null()).any():
                local = local.fill_null(_parsed(cells, form, cells.str.contains(pattern)))
        counted = (("dates", local.is_not_null() & ~is_iso),)
    years = local.dt.year()
    values = _in_utc(local, years, options.zone)
    is_plain = values.is_not_null() & years.is_between(*_YEARS)
    is_instant = (lengths == _INSTANT_LENGTH) & ~cells.str.starts_with("+")
    if is_instant.any():
        instants = _parsed(cells, _INSTANT, is_instant)
        values = values.fill_null(instants)
        is_plain |= instants.dt.year().is_between(*_YEARS).fill_null(False)

    def one(cell):
        return _moment(cell, options, day_order)

    found = _put_right(cells, values, ~is_plain & (cells != ""), one, pl.Datetime("us"))
    counted = tuple((code, which & is_plain) for code, which in counted if which.any())
    return _Values(found.values, found.is_sure, cells, found.one_by_one, found.notes, counted)


def _parsed(cells, form, may_be):
    values = cells.str.to_datetime(form, time_unit="us", strict=False)
    return values if may_be.all() else pl.select(pl.when(may_be).then(values)).to_series()


def _in_utc(local, years, zone):
    first, last = (min(max(year, _YEARS[0]), _YEARS[1]) for year in (years.min() or 0, years.max() or 0))
    offset = dates.steady_offset(zone, first, last)
    if offset is not None:
        return local - offset
    # Of the two hours of a clock set back, the first; an hour that was left out is for the other reader to judge.
    zoned = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _moment(cell, options, day_order):
    plain = cell.replace("\0", "")
    rules = dates.forms(plain)
    order = options.dates
    if not options.off.isdisjoint(rules) or (dates.is_serial(plain) and options.serials is None):
        raise Unreadable("not_a_date")
    if order is None and dates.day_order(plain) == "?":
        order = day_order()
        if order is None:
            raise Unreadable("not_a_date")
    value = dates.instant(plain, zone=options.zone, order=order, serials=options.serials)
    return value, [*rules, *(["nul_removed"] if plain != cell else [])]


def _put_right(cells, values, is_doubtful, one, kind):
    """Return `values` with those of doubtful cells told one by one, each cell once."""
    if not is_doubtful.any():
        return _Values(values, pl.Series([True]).new_from_index(0, len(cells)), cells)
    told, notes = [], {}
    for cell in cells.filter(is_doubtful).unique():
        try:
            value, needed = one(cell)
        except Unreadable:
            continue
        told.append((cell, value))
        if needed:
            notes[cell] = needed
    table = pl.DataFrame(told, schema={"cell": pl.String, "told": kind}, orient="row").with_columns(known=True)
    frame = pl.DataFrame({"cell": cells, "value": values, "doubtful": is_doubtful})
    frame = frame.join(table, on="cell", how="left", maintain_order="left")
    frame = frame.select(
        value=pl.when("doubtful").then("told").otherwise("value"),
        sure=pl.col("known").fill_null(False) | ~pl.col("doubtful"),
    )
    return _Values(frame["value"], frame["sure"], cells, is_doubtful, notes)


def _aside(fields, options, no_goods):
    """Return why a row is set aside, the first reason that row by row would be found, or null."""

    def when(test, code):
        return pl.when(test).then(pl.lit(code))

    numbers_there = [name for name in ("quantity", "price", "amount") if name in fields]
    prices = [name for name in numbers_there if name != "quantity"]
    found = []
    if "item" in fields and "not_goods" not in options.off:
        # A pattern tells it without writing every name anew in lower case.
        words = "|".join(map(re.escape, sorted(no_goods)))
        found.append(when(pl.col("item").str.contains(f"(?i)^(?:{words})$"), "not_goods"))
    named = [name for name in ("item", "name") if name in fields]
    if "item" in named and (listed := listing.pattern(options.no_goods)) is not None:
        found.append(when(pl.any_horizontal([pl.col(name).str.contains(listed) for name in named]), "listed"))
    if options.returns == "drop" and numbers_there:
        found.append(when(pl.any_horizontal([pl.col(name).fill_null(0) < 0 for name in numbers_there]), "return"))
    if options.zero_price == "drop" and prices:
        found.append(when(pl.any_horizontal([pl.col(name).fill_null(1) == 0 for name in prices]), "zero_price"))
    for name in options.require:
        found.append(when(pl.col(name).is_null() if name in fields else pl.lit(True), "required"))
    return pl.coalesce(found) if found else pl.lit(None, pl.String)
