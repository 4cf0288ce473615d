"""Rows read one by one: each becomes a line or several, or is counted with the reason why not."""

import re
from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from mining.ledger import columns, dates, names, no_goods, numbers, shapes
from mining.ledger.numbers import Unreadable
from mining.ledger.read import shown
from mining.ledger.reasons import REJECTED
from mining.ledger.shapes import NUMBERS

TEXTS = ("order", "item", "name", "customer", "shop", "category")
SCHEMA = {
    "row": pl.Int64,
    "sheet": pl.String,
    **dict.fromkeys(TEXTS, pl.String),
    "time": pl.Datetime("us"),
    **dict.fromkeys(NUMBERS, pl.Int64),
}
TOTAL_WORDS = frozenset(
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
# More lines than any remark has: then they are rows.
_MOST_REMARKS = 10_000
NO_GOODS = frozenset({"none", "null", "nan", "n/a", "-", "无"})


_LABELLED = re.compile(r"\s*[^\d\s:：][^\d:：]{0,11}[:：]")


class _Aside(Exception):
    """A row that is not loaded: ``code``, and the column and value that say why."""

    def __init__(self, code, column=None, value=None):
        super().__init__(code)
        self.code, self.column, self.value = code, column, value


@dataclass
class Reader:
    """Takes rows one by one, and keeps what became of each.

    ``table.rows`` are all rows, where they are in memory; else ``order_of_days`` returns the cells of a column that may
    tell the order of day and month.
    """

    table: object
    positions: dict
    options: object
    order_of_days: object = None
    kept: int = 0
    by_reason: Counter = field(default_factory=Counter)
    notes: Counter = field(default_factory=Counter)
    rejects: list = field(default_factory=list)

    def __post_init__(self):
        self._columns = {name: [] for name in SCHEMA}
        self._waiting = Counter()
        self.separator, self._products, self._are_remarks = None, [], False
        # Found out only where it matters: that takes a look at the whole file.
        self._day_order = self.options.dates or "?"
        if self.options.layout == "list" and "item" in self.positions:
            at = self.positions["item"][0]
            self.separator = shapes.sign_of([shown(row.cells[at]) for row in self.table.rows if at < len(row.cells)])
        if self.options.layout == "matrix":
            self._products = shapes.products(self.table.header, columns.named(self.table.header, self.options, ""))
            self._is_bare = shapes.is_bare((row.cells for row in self.table.rows), self._products)
        # Without a number or a customer's day to tell them apart, each row is an order of its own.
        self._is_order = shapes.is_unnamed(self.positions, self.options)
        self._first_heading = next(iter(self.table.header or [""]))
        listed = no_goods.pattern(self.options.no_goods)
        self._listed = None if listed is None else re.compile(listed)
        self._held, self._last_full = [], (0, None)

    def take(self, row):
        """Keep a row as a line, or count why not."""
        # A remark below the table is one cell alone, and nothing but such rows follow it.
        is_behind = row.sheet != self._last_full[1] or row.number > self._last_full[0]
        if is_behind and len(self.table.header or ()) >= 3 and _may_be_remark(row):
            self._held.append(row)
            if len(self._held) > _MOST_REMARKS:
                self._release()
            return
        self.passed(row.number, row.sheet)
        self._keep(row)

    def passed(self, number, sheet=None):
        """Take note that a row of several cells stands there: what came before it was no remark below the table."""
        if number > self._last_full[0] or sheet != self._last_full[1]:
            self._last_full = (number, sheet)
        if self._held and (self._held[0].number < number or self._held[0].sheet != sheet):
            self._release()

    def finish(self):
        """Take the rows that stood at the end as the remarks they are."""
        self._are_remarks = True
        self._release()

    def lines(self):
        """Return the lines kept since this was asked the last time."""
        frame = pl.DataFrame(self._columns, schema=SCHEMA)
        self._columns = {name: [] for name in SCHEMA}
        return frame

    def _release(self):
        held, self._held = self._held, []
        for row in held:
            self._keep(row)

    def _keep(self, row):
        try:
            lines = self._basket(row) if self.table.header is None else self._lines(row)
        except _Aside as aside:
            self.by_reason[aside.code] += 1
            if aside.code in REJECTED:
                told = {"row": row.number, "column": aside.column, "value": shown(aside.value)}
                self.rejects.append({**told, "code": aside.code, "cells": list(map(shown, row.cells))})
            return
        self.kept += 1
        for line in lines:
            for name, values in self._columns.items():
                values.append(line.get(name))

    def questions(self):
        """Return what has to be answered before anything is loaded."""
        asked = {
            "dates": (("dmy", "mdy"), "--dates"),
            "serials": (("1900", "1904"), "--serials"),
            "decimal": ((",", "."), "--decimal"),
        }
        return [
            {"id": what, "column": column, "rows": number, "choices": list(asked[what][0]), "option": asked[what][1]}
            for (what, column), number in sorted(self._waiting.items())
        ]

    def day_order(self):
        """Return how days with the year last are read: as a person says, else as one row of the column shows."""
        if self._day_order == "?":
            found = {dates.day_order(cell) for cell in self._dates()} & {"dmy", "mdy"}
            self._day_order = found.pop() if len(found) == 1 else None
        return self._day_order

    def _dates(self):
        at = self.positions["time"][0]
        if self.order_of_days is not None:
            return self.order_of_days(at)
        return (row.cells[at] for row in self.table.rows if at < len(row.cells))

    def _basket(self, row):
        if row.fault:
            raise _Aside(row.fault)
        items = [text for text in map(self._item, row.cells) if text]
        items = self._goods(items, items)
        return [
            {"row": row.number, "sheet": row.sheet, "order": str(row.number), "item": item}
            for item in dict.fromkeys(items)
        ]

    def _item(self, cell):
        try:
            return names.text(cell, self.options.off)[0]
        except Unreadable as problem:
            raise _Aside(problem.code, "", cell) from problem

    def _lines(self, row):
        line = self._line(row)
        if self.options.layout == "matrix":
            return self._of_columns(row, line)
        return self._of_cell(line) if self.separator else [line]

    def _of_cell(self, line):
        """Return the lines of an order whose products stand in one cell."""
        if any(line[name] is not None for name in NUMBERS):
            self._note("not_divided")
        bought = shapes.pieces(line["item"], self.separator)
        if not bought:
            raise self._aside("item_missing", "item", line["item"])
        bought = self._goods(bought, [item for item, _ in bought])
        return [{**line, **dict.fromkeys(NUMBERS), "item": item, "quantity": quantity} for item, quantity in bought]

    def _of_columns(self, row, line):
        """Return the lines of an order whose products have a column each."""
        lines = []
        for at in self._products:
            try:
                quantity = shapes.bought(row.cells[at])
            except Unreadable as problem:
                raise _Aside(problem.code, self.table.header[at], row.cells[at]) from problem
            if quantity < 0 and self.options.returns == "drop":
                raise _Aside("return")
            if quantity:
                item, _ = names.text(self.table.header[at], self.options.off)
                lines.append({**line, "item": item, "quantity": None if self._is_bare else quantity})
        if not lines:
            raise _Aside("not_goods", value="0")
        return self._goods(lines, [line["item"] for line in lines])

    def _goods(self, bought, items):
        """Return of what was bought that whose item is not on the list of what is no goods."""
        left = [each for each, item in zip(bought, items, strict=True) if not self._is_listed(item)]
        if bought and not left:
            raise _Aside("listed", value=items[0])
        return left

    def _is_listed(self, text):
        return bool(text and self._listed is not None and self._listed.match(text))

    def _line(self, row):
        self._refuse_totals(row)
        self._refuse_shape(row)
        line = {"row": row.number, "sheet": row.sheet}
        for name in TEXTS:
            line[name] = self._text(row, name)
        for name in NUMBERS:
            line[name] = self._number(row, name)
        line["time"] = self._time(row)
        if line["order"] is None and self._is_order:
            line["order"] = str(row.number)
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
        if "total" not in off and first.lower().rstrip(":：") in TOTAL_WORDS:
            raise _Aside("total", value=first)
        if (
            "repeated_header" not in off
            and first == self._first_heading
            and list(map(shown, row.cells)) == self.table.header
        ):
            raise _Aside("repeated_header")
        if "footer" not in off and self._are_remarks and row.sheet == self._last_full[1]:
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
        if isinstance(cell, str) and ("," in cell or " " in cell or not cell.isascii()):
            self._need(numbers.forms(cell), "not_a_number", name, cell)
        try:
            value, note = numbers.number(cell, self.options.decimal)
        except Unreadable as problem:
            if problem.code == "decimal_comma":
                raise self._asked("decimal", name, cell) from problem
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
            raise self._asked("serials", "time", cell)
        order = self.day_order() if dates.day_order(cell) == "?" else None
        if order is None and dates.day_order(cell) == "?":
            raise self._asked("dates", "time", cell)
        try:
            return dates.instant(cell, zone=self.options.zone, order=order, serials=self.options.serials)
        except Unreadable as problem:
            raise self._aside(problem.code, "time", cell) from problem

    def _refuse_kind(self, row, line):
        if "item" in self.positions:
            if line["item"] is None:
                raise self._aside("item_missing", "item", None)
            if "not_goods" not in self.options.off and line["item"].lower() in NO_GOODS:
                raise _Aside("not_goods", value=line["item"])
            if not self.separator and (listed := next(filter(self._is_listed, (line["item"], line["name"])), None)):
                raise _Aside("listed", value=listed)
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

    def _asked(self, what, name, cell):
        aside = self._aside("asked", name, cell)
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


def _may_be_remark(row):
    """Return whether a row is one cell alone, or none but such as 制表人：王五."""
    full = [cell for cell in map(shown, row.cells) if cell.strip()]
    return len(full) <= 1 or all(map(_LABELLED.match, full))
