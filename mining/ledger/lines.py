"""From the rows of a file to typed lines: one product on one order each, and for every other row the reason."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kb.errors import Invalid, N_
from mining.ledger import columns, dates, guesses, names, numbers
from mining.ledger.numbers import Unreadable
from mining.ledger.plain import plain_rows
from mining.ledger.read import cut, first_rows, open_table, shown
from mining.ledger.reasons import REJECTED
from mining.ledger.unpack import open_source

_TEXTS = ("order", "item", "name", "customer", "shop", "category")
_NUMBERS = ("quantity", "price", "amount", "cost")
SCHEMA = {
    "row": pl.Int64,
    "sheet": pl.String,
    **dict.fromkeys(_TEXTS, pl.String),
    "time": pl.Datetime("us"),
    **dict.fromkeys(_NUMBERS, pl.Int64),
}
_TOTAL_WORDS = frozenset(
    {
        "合计",
        "总计",
        "小计",
        "累计",
        "本页合计",
        "合計",
        "總計",
        "小計",
        "累計",
        "total",
        "subtotal",
        "grand total",
        "sum",
    }
)
_NO_GOODS = frozenset({"none", "null", "nan", "n/a", "-", "无"})
_STEP = 20_000


class Cancelled(Exception):
    """Somebody asked to stop."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What a file holds.

    Attributes
    ----------
    frame : polars.DataFrame
        The lines to load, with the columns of `SCHEMA`: numbers in 1/10,000, times naive in UTC, None where the file
        has no such column or the cell is empty; only ``item`` is None nowhere if the file has products.
    file, sha256, encoding, delimiter, header_row
        As found; None where a kind of file has no such thing.
    mapping : dict of str to str
        Field to the name of its column.
    guessed : dict of str to str
        Those of them that the values told, though the name of the column says otherwise.
    read, kept, set_aside, rejected : int
        Numbers of rows; the first is the sum of the others.
    by_reason : dict of str to int
        Rows rejected or set aside, by code of `mining.ledger.reasons`.
    rejects : list of dict
        ``row``, ``column``, ``value``, ``code`` and ``cells`` of each rejected row.
    notes : dict of str to int
        Values loaded otherwise than they stand in the file.
    questions : list of dict
        What only a person can answer: ``id``, ``column``, ``rows``, ``choices``, ``option``.
    """

    frame: pl.DataFrame
    file: str
    sha256: str
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    header: list
    mapping: dict
    guessed: dict
    read: int
    kept: int
    set_aside: int
    rejected: int
    by_reason: dict
    rejects: list
    notes: dict
    questions: list


def read(path, options, *, name=None, on_progress=None, is_cancelled=None):
    """Return the `Lines` in a file.

    Parameters
    ----------
    path : pathlib.Path
    options : mining.ledger.options.Options
    name : str, optional
        What the person calls the file.
    on_progress : callable, optional
        Called with the number of rows done and of all rows.
    is_cancelled : callable, optional

    Raises
    ------
    kb.errors.Invalid
        When the file as a whole cannot be read; a bad row is a reject instead.
    Cancelled
    """
    source = open_source(path, name=name, encoding=options.encoding)
    table = open_table(source, options, columns.is_known)
    positions, mapping, guessed = {}, {}, {}
    if table.header is not None:
        positions, mapping = columns.mapped(table.header, options, source.name)
    if guesses.is_price(positions, first_rows(table, guesses.PRICED), options):
        positions["price"], guessed["price"] = positions.pop("amount"), mapping.pop("amount")
        mapping |= guessed
    plain = plain_rows(table, positions, options, total_words=_TOTAL_WORDS, no_goods=_NO_GOODS)
    count, last = (0, 0) if plain is None else _extent(plain, table)
    table = cut(table, source.name, None if plain is None else plain.taken, count)
    reader = _Reader(table, positions, options, last_plain=last)
    total = count + len(table.rows)
    for at in range(0, max(len(table.rows), 1), _STEP):
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        if on_progress is not None:
            on_progress(count + at, total)
        for row in table.rows[at : at + _STEP]:
            reader.take(row)
    frame = pl.DataFrame(reader.columns, schema=SCHEMA)
    if plain is not None:
        frame = pl.concat([_whole(plain.frame), frame]).sort("row", maintain_order=True)
        reader.kept += len(plain.frame)
        reader.by_reason.update(plain.reasons)
        reader.notes.update(plain.notes)
    return Lines(
        frame=frame,
        file=source.name,
        sha256=source.sha256,
        encoding=table.encoding,
        delimiter=table.delimiter,
        header_row=table.header_row,
        header=table.header or [],
        mapping=mapping,
        guessed=guessed,
        read=total,
        kept=reader.kept,
        set_aside=sum(number for code, number in reader.by_reason.items() if code not in REJECTED),
        rejected=sum(number for code, number in reader.by_reason.items() if code in REJECTED),
        by_reason=dict(reader.by_reason),
        rejects=reader.rejects,
        notes=dict(reader.notes),
        questions=reader.questions(),
    )


def _extent(plain, table):
    """Return how many rows were read by column, and the number of the last."""
    at = np.flatnonzero(plain.taken)
    return len(at), int(at[-1]) + table.first_row if len(at) else 0


def _whole(frame):
    """Return lines with all columns of `SCHEMA`."""
    return frame.select(
        name if name in frame.columns else pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items()
    )


class _Aside(Exception):
    """A row that is not loaded: ``code``, and the column and value that say why."""

    def __init__(self, code, column=None, value=None):
        super().__init__(code)
        self.code, self.column, self.value = code, column, value


@dataclass
class _Reader:
    """Takes rows one by one, and keeps what became of each."""

    table: object
    positions: dict
    options: object
    last_plain: int = 0
    kept: int = 0
    by_reason: Counter = field(default_factory=Counter)
    notes: Counter = field(default_factory=Counter)
    rejects: list = field(default_factory=list)

    def __post_init__(self):
        self.columns = {name: [] for name in SCHEMA}
        self._waiting = Counter()
        self._day_order = self._decided_order()
        self._first_heading = next(iter(self.table.header or [""]))
        # A remark below the table is one cell alone, and nothing but such rows follow it.
        full = [row for row in self.table.rows if len(self.table.header or ()) < 3 or _cells(row) > 1]
        self._last_row, self._last_sheet = (full[-1].number, full[-1].sheet) if full else (0, None)
        self._last_row = max(self._last_row, self.last_plain)

    def take(self, row):
        """Keep a row as a line, or count why not."""
        try:
            lines = self._basket(row) if self.table.header is None else [self._line(row)]
        except _Aside as aside:
            self.by_reason[aside.code] += 1
            if aside.code in REJECTED:
                told = {"row": row.number, "column": aside.column, "value": shown(aside.value)}
                self.rejects.append({**told, "code": aside.code, "cells": list(map(shown, row.cells))})
            return
        self.kept += 1
        for line in lines:
            for name, values in self.columns.items():
                values.append(line.get(name))

    def questions(self):
        """Return what has to be answered before anything is loaded."""
        asked = {
            "dates": (("dmy", "mdy"), "--dates"),
            "serials": (("1900", "1904"), "--serials"),
        }
        return [
            {"id": what, "column": column, "rows": number, "choices": list(asked[what][0]), "option": asked[what][1]}
            for (what, column), number in sorted(self._waiting.items())
        ]

    def _decided_order(self):
        """Return how days with the year last are read: as a person says, else as one row of the column shows."""
        if self.options.dates or "time" not in self.positions:
            return self.options.dates
        at = self.positions["time"][0]
        found = {dates.day_order(row.cells[at]) for row in self.table.rows if at < len(row.cells)} & {"dmy", "mdy"}
        return found.pop() if len(found) == 1 else None

    def _basket(self, row):
        if row.fault:
            raise _Aside(row.fault)
        items = [text for text, _ in (names.text(cell, self.options.off) for cell in row.cells) if text]
        return [
            {"row": row.number, "sheet": row.sheet, "order": str(row.number), "item": item}
            for item in dict.fromkeys(items)
        ]

    def _line(self, row):
        self._refuse_totals(row)
        self._refuse_shape(row)
        line = {"row": row.number, "sheet": row.sheet}
        for name in _TEXTS:
            line[name] = self._text(row, name)
        for name in _NUMBERS:
            line[name] = self._number(row, name)
        line["time"] = self._time(row)
        self._refuse_kind(row, line)
        return line

    def _refuse_shape(self, row):
        if row.fault:
            raise _Aside(row.fault)
        width = len(self.table.header)
        if len(row.cells) < width:
            raise _Aside("too_few_columns")
        if any(str(cell).strip() for cell in row.cells[width:] if cell is not None):
            raise _Aside("too_many_columns")

    def _refuse_totals(self, row):
        first = next((cell for cell in map(shown, row.cells) if cell.strip()), "").strip()
        off = self.options.off
        if "total" not in off and first.lower().rstrip(":：") in _TOTAL_WORDS:
            raise _Aside("total", value=first)
        if (
            "repeated_header" not in off
            and first == self._first_heading
            and list(map(shown, row.cells)) == self.table.header
        ):
            raise _Aside("repeated_header")
        if "footer" not in off and row.number > self._last_row and row.sheet == self._last_sheet:
            raise _Aside("footer", value=first)

    def _text(self, row, name):
        if name not in self.positions:
            return None
        cell = row.cells[self.positions[name][0]]
        try:
            value, note = names.text(cell, self.options.off)
        except Unreadable as problem:
            raise self._aside(problem.code, name, cell) from problem
        self._note(note)
        if isinstance(cell, str) and value != cell:
            self._cleaned(names.forms(cell))
        return value

    def _number(self, row, name):
        if name not in self.positions:
            return None
        cell = row.cells[self.positions[name][0]]
        # Most numbers are plain digits: these need no rule, and no look-up.
        if isinstance(cell, str) and ("," in cell or not cell.isascii()):
            self._need(numbers.forms(cell), "not_a_number", name, cell)
        try:
            value, note = numbers.number(cell, self.options.decimal)
        except Unreadable as problem:
            raise self._aside(problem.code, name, cell) from problem
        self._note(note)
        return value

    def _time(self, row):
        if "time" not in self.positions:
            return None
        cells = [row.cells[at] for at in self.positions["time"]]
        cell = cells[0] if len(cells) == 1 else " ".join(shown(each) for each in cells).strip()
        if isinstance(cell, str) and "\0" in cell:
            cell = cell.replace("\0", "")
            self._note("nul_removed")
        self._need(dates.forms(cell), "not_a_date", "time", cell)
        serial = isinstance(cell, float | int) or dates.is_serial(cell)
        if serial and self.options.serials is None:
            raise self._asked("serials", cell)
        if self._day_order is None and dates.day_order(cell) == "?":
            raise self._asked("dates", cell)
        try:
            return dates.instant(cell, zone=self.options.zone, order=self._day_order, serials=self.options.serials)
        except Unreadable as problem:
            raise self._aside(problem.code, "time", cell) from problem

    def _refuse_kind(self, row, line):
        if "item" in self.positions:
            if line["item"] is None:
                raise self._aside("item_missing", "item", None)
            if "not_goods" not in self.options.off and line["item"].lower() in _NO_GOODS:
                raise _Aside("not_goods", value=line["item"])
        if self.options.returns == "drop" and any((line[name] or 0) < 0 for name in ("quantity", "price", "amount")):
            raise _Aside("return")
        if self.options.zero_price == "drop" and 0 in (line["price"], line["amount"]):
            raise _Aside("zero_price")
        for name in self.options.require:
            if line[name] is None:
                raise self._aside("required", name, None)

    def _aside(self, code, name, value):
        at = self.positions.get(name)
        return _Aside(code, "+".join(self.table.header[each] for each in at) if at else name, value)

    def _asked(self, what, cell):
        aside = self._aside("asked", "time", cell)
        self._waiting[what, aside.column] += 1
        return aside

    def _need(self, rules, code, name, cell):
        """Count the rules a cell needs; refuse it for the first that is switched off."""
        if not self.options.off.isdisjoint(rules):
            raise self._aside(code, name, cell)
        self._cleaned(rules)

    def _cleaned(self, rules):
        for rule in rules:
            if rule not in self.options.off:
                self.notes[rule] += 1

    def _note(self, code):
        if code:
            self.notes[code] += 1


def _cells(row):
    return sum(1 for cell in row.cells if cell is not None and (not isinstance(cell, str) or cell.strip()))


def refuse_questions(lines):
    """Refuse to load lines while a question is open.

    Raises
    ------
    kb.errors.Invalid
        Names the column, how many rows wait, and the option that answers.
    """
    for question in lines.questions:
        raise Invalid(
            N_("%(file)s, column “%(column)s”: %(rows)d rows can be read in two ways."),
            hint=N_("Say which with %(option)s: %(choices)s."),
            field=question["option"].lstrip("-"),
            file=lines.file,
            column=question["column"],
            rows=question["rows"],
            option=question["option"],
            choices=", ".join(question["choices"]),
        )
