"""The first rows of a file as they stand, before anything is decided: with what was found out, and what is unclear."""

import io
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from kb.errors import Invalid, Problem
from mining.ledger import columns, dates, detect, numbers, read
from mining.ledger.numbers import Unreadable
from mining.ledger.unpack import open_source

ROWS = 20
_SAMPLE = 200
_MOST_CHARACTERS = 2_000_000
_LONGEST_SHOWN = 200
# So many products, and so many times as many as say otherwise, tell that amounts are prices.
_SURE_OF = 3
_PRICED = 20_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first rows show.

    Attributes
    ----------
    file, sha256, kind : str
    encoding, delimiter, header_row : as `mining.ledger.read.Table`, None where that is not known
    header : list of str
    rows : list of dict
        ``number`` and ``cells`` as texts of the first `ROWS` rows that hold something.
    mapping : dict of str to str
        Field to column, by the names of the columns.
    guessed : dict of str to str
        More of these, by the values below them: offered, never taken unasked.
    problem : kb.errors.Problem or None
        Why it cannot be read as it stands; the rows are shown all the same, if there are any.
    """

    file: str
    sha256: str
    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    header: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    mapping: dict = field(default_factory=dict)
    guessed: dict = field(default_factory=dict)
    problem: Problem | None = None


def preview(path, options, *, name=None):
    """Return the `Preview` of a file.

    Raises
    ------
    kb.errors.Invalid
        When it is no table at all: a picture, an archive of several files.
    """
    source = open_source(path, name=name, encoding=options.encoding)
    if source.kind == "xlsx":
        return _of_workbook(source, options)
    problem = None
    try:
        encoding, _ = detect.encoding_of(source, options.encoding)
    except Invalid as refused:
        # Shown with marks where it cannot be read, so that somebody can see which encoding it is.
        encoding, problem = options.encoding or "utf-8", refused
    lines = _first_lines(source, encoding)
    if options.layout == "baskets":
        delimiter = read.asked_for(options) or detect.basket_delimiter(lines[: detect.SAMPLE_ROWS])
    else:
        delimiter = read.asked_for(options) or detect.delimiter_of(
            lines[: detect.SAMPLE_ROWS], read.sampled, columns.is_known
        )
    rows = list(read.parse(lines, delimiter))
    found = {"encoding": encoding, "delimiter": delimiter}
    return _found(source, options, rows, found, problem)


def _of_workbook(source, options):
    try:
        sheets = read.sheets(source)
    except Invalid as problem:
        return Preview(source.name, source.sha256, source.kind, problem=problem)
    try:
        sheet, _ = read.table_sheet(sheets, options, columns.is_known, source.name)
    except Invalid:
        sheet = next(iter(sheets))  # without headings it is shown all the same
    return _found(source, options, sheets[sheet], {}, None)


def _found(source, options, rows, found, problem):
    texts = [[read.shown(cell)[:_LONGEST_SHOWN] for cell in row.cells] for row in rows]
    full = [{"number": row.number, "cells": cells} for row, cells in zip(rows, texts, strict=True) if not row.is_blank]
    found |= {"rows": full[:ROWS], "problem": problem}
    if options.layout == "baskets":
        return Preview(source.name, source.sha256, source.kind, **found)
    try:
        at = read.header_at(rows, options, columns.is_known, source.name)
        header = texts[at]
        found |= {"header_row": rows[at].number, "header": header}
        positions = columns.named(header, options, source.name)
        mapping, prices = columns.texts(header, positions), {}
        if "amount" not in options.mapping and _is_price(positions, texts[at + 1 :]):
            prices = {"price": mapping.pop("amount")}
        guessed = _by_values(header, texts[at + 1 :], {**mapping, **prices}, options)
        found |= {"mapping": mapping, "guessed": prices | guessed}
    except Invalid as refused:
        found["problem"] = problem or refused
    return Preview(source.name, source.sha256, source.kind, **found)


def _first_lines(source, encoding):
    with io.TextIOWrapper(source.open(), detect.CODECS[encoding], errors="replace", newline=None) as stream:
        text = "".join(islice(_bounded(stream), _SAMPLE))
    return text.split("\n")


def _bounded(stream):
    left = _MOST_CHARACTERS
    while left > 0 and (line := stream.readline(left)):
        left -= len(line)
        yield line


def _by_values(header, rows, mapping, options):
    """Return which of the columns left may hold a time, a quantity, a price, an order, a product, by their cells."""
    taken = {part for column in mapping.values() for part in column.split("+")}
    found = {}
    for at, name in enumerate(header):
        cells = [row[at] for row in rows[:_SAMPLE] if at < len(row) and row[at].strip()]
        if name and name not in taken and cells:
            kind = _kind(cells, options)
            if kind is not None and kind not in mapping and kind not in options.mapping:
                found.setdefault(kind, name)
    return found


def _is_price(positions, rows):
    """Return whether what is called an amount is the price of one piece: of a product the same, however many."""
    if "price" in positions or not {"item", "quantity", "amount"} <= set(positions):
        return False
    places = [positions[name][0] for name in ("item", "quantity", "amount")]
    sold = {}
    for row in rows[:_PRICED]:
        item, quantity, amount = (row[at] if at < len(row) else "" for at in places)
        if item.strip() and _is_number(quantity) and _is_number(amount) and (pieces := numbers.number(quantity)[0]):
            sold.setdefault(item.strip(), {}).setdefault(pieces, set()).add(numbers.number(amount)[0])
    told = [(set.union(*each.values()), _ratios(each)) for each in sold.values() if len(each) > 1]
    same, growing = (sum(len(each[at]) == 1 for each in told) for at in (0, 1))
    return same >= _SURE_OF and same > _SURE_OF * growing


def _ratios(amounts):
    return {Fraction(amount, pieces) for pieces, found in amounts.items() for amount in found}


def _kind(cells, options):
    if _share(cells, lambda cell: _is_time(cell, options)) > 0.9:
        return "time"
    values = Counter(cells)
    if _share(cells, _is_number) > 0.9:
        if all("." not in cell for cell in cells):
            # Small whole numbers count things, unless each is another; long ones, the same in some rows running, number
            # orders.
            if max(map(len, cells)) <= 3 and len(values) < len(cells):
                return "quantity"
            return "order" if _comes_in_runs(cells, values) else None
        return "price"
    if any(any(letter.isalpha() for letter in cell) for cell in cells):
        return "order" if _share(cells, _is_code) > 0.9 and _comes_in_runs(cells, values) else "item"
    return None


def _share(cells, test):
    return sum(map(test, cells)) / len(cells)


def _is_time(cell, options):
    try:
        return not dates.is_serial(cell) and dates.instant(cell, zone=options.zone, order="dmy") is not None
    except Unreadable:
        return False


def _is_number(cell):
    try:
        return numbers.number(cell)[0] is not None
    except Unreadable:
        return False


def _is_code(cell):
    return cell.isascii() and any(letter.isdigit() for letter in cell)


def _comes_in_runs(cells, values):
    """Return whether values stand in several rows, these one after the other, as the lines of an order do."""
    changes = sum(before != after for before, after in zip(cells, cells[1:], strict=False)) + 1
    return len(values) < len(cells) and changes == len(values)
