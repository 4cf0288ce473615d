"""Rows of a table, whatever file they come from: cells as text or as the spreadsheet typed them, with their row number.

A row is never lost: what cannot be cut into cells comes with a fault.
"""

import csv
import io
import re
from dataclasses import dataclass, replace
from itertools import islice

from kb.errors import Invalid, N_
from mining.ledger import columnar, detect, markup, workbook
from mining.ledger.blocks import Text

LONGEST_CELL = 131_072
# A quoted text may go on over some lines; one that goes on for ever was never closed.
_LINES_OF_A_ROW = 200
# As many as a spreadsheet has. More are no table but a line that does not end, or a table lying on its side.
_MOST_COLUMNS = 16_384
# Twice the longest text of a note. The limit of `csv` is one of the whole process; what is too long is told below.
_LONGEST_TEXT = 4_000_000
_QUOTED = re.compile(r'"[^"]*"')
csv.field_size_limit(_LONGEST_TEXT)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``number`` from 1, as a person counts lines of the file or rows of the sheet.

    ``over`` is what merged cells above say of its cells, by position, should it be the lower half of a head.
    """

    number: int
    cells: list
    fault: str | None = None
    sheet: str | None = None
    over: dict | None = None

    @property
    def is_blank(self):
        """Whether nothing stands in it."""
        return self.fault is None and not any(
            cell if not isinstance(cell, str) else cell.strip() for cell in self.cells
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was found.

    ``rows`` are those below the header that hold something, ``header`` is None when rows are whole baskets. Of text
    that is not cut into rows yet, ``rows`` is None and ``text`` are the lines below the header.
    """

    encoding: str | None
    delimiter: str | None
    header_row: int | None
    header: list | None
    rows: list | None
    text: Text | columnar.Columnar | None = None


def read_table(source, options, is_known):
    """Return the `Table` in a file whose cells may be long texts, cut into rows; raises as `open_table`."""
    table = open_table(source, options, is_known)
    return cut(table, source.name, width=len(table.header))


def cut(table, name, width=None):
    """Return `table` cut into rows, all of them at once; `width` as `parse` takes it.

    Raises
    ------
    kb.errors.Invalid
        When there is no row at all.
    """
    rows = table.rows
    if rows is None:
        rows = parse(table.text.lines(), table.delimiter, table.text.first_row, width)
        rows = [row for row in rows if not row.is_blank]
    if table.header is not None:
        refuse_empty(len(rows), name)
    return replace(table, rows=rows, text=None)


def refuse_empty(count, name):
    """Refuse a table with a header that has no row."""
    if not count:
        raise Invalid(
            N_("%(file)s has a header, but no row below it."), hint=N_("Export it again."), field="file", file=name
        )


def first_rows(table, most):
    """Return the cells of the first rows below the header as texts, whether the table is cut into rows or not."""
    if table.rows is not None:
        return [[shown(cell) for cell in row.cells] for row in table.rows[:most]]
    lines = detect.evened(table.text.first_lines(most), table.delimiter)
    return [row.cells for row in islice(parse(lines, table.delimiter, table.text.first_row), most)]


def open_table(source, options, is_known, *, is_whole=True):
    """Return the `Table` in a file, text not cut into rows yet.

    Parameters
    ----------
    source : mining.ledger.unpack.Source
    options : mining.ledger.options.Options
    is_known : callable
        Whether a cell is the usual name of a column.
    is_whole : bool
        As `mining.ledger.detect.encoding_of` takes it.

    Raises
    ------
    kb.errors.Invalid
    """
    if source.kind == "parquet":
        text = columnar.opened(source)
        if options.layout == "baskets":
            raise Invalid(
                N_("%(file)s has columns with names; its rows are no bare lists of products."),
                hint=N_("Choose one of the other layouts."),
                field="layout",
                file=source.name,
            )
        return Table(None, text.delimiter, 1, text.header, None, text)
    if source.kind != "text":
        return _workbook(source, options, is_known)
    encoding, size = detect.encoding_of(source, options.encoding, is_whole=is_whole)
    text = Text(source.open, encoding, "", size)
    if options.layout == "baskets":
        lines = text.lines()
        delimiter = asked_for(options) or detect.basket_delimiter(lines[: detect.SAMPLE_ROWS])
        rows = [row for row in parse(detect.evened(lines, delimiter), delimiter) if not row.is_blank]
        return Table(encoding, delimiter, None, None, rows)
    most = max(detect.SAMPLE_ROWS, options.header_row or 0) + 1
    lines = text.first_lines(most + _LINES_OF_A_ROW)
    refuse_wide(lines, source.name)
    delimiter = asked_for(options) or detect.delimiter_of(lines[: detect.SAMPLE_ROWS], sampled, is_known)
    lines = detect.evened(lines, delimiter)
    # The one after the header says where that ends.
    rows = list(islice(parse(lines, delimiter), most))
    at = header_at(rows, options, is_known, source.name)
    header = heading(rows[at])
    first = rows[at + 1].number if at + 1 < len(rows) else len(lines) + 1
    text = replace(text, delimiter=delimiter, first_row=first)
    return Table(encoding, delimiter, rows[at].number, header, None, text)


def refuse_wide(lines, name):
    """Refuse a text whose first lines have more columns than any table."""
    for row, line in enumerate(lines, 1):
        if len(line) <= _MOST_COLUMNS:
            continue
        bare = _QUOTED.sub("", line)
        if max(map(bare.count, detect.DELIMITERS)) >= _MOST_COLUMNS:
            raise Invalid(
                N_("%(file)s, row %(row)d: the row has more than %(limit)d columns."),
                hint=N_("Check that the file is a table, and export it again."),
                field="file",
                file=name,
                row=row,
                limit=_MOST_COLUMNS,
            )


def parse(lines, delimiter, first=1, width=None):
    """Yield a `Row` for each line, or for the several lines a quoted text goes on over; the first has this number.

    With a `width`, the number of columns, a cell may be as long as the text of a note and go on over any lines.
    """
    at, longest = 0, LONGEST_CELL if width is None else _LONGEST_TEXT
    while at < len(lines):
        end, cells, fault = _record(lines, at, delimiter, width)
        if max(map(len, cells), default=0) > longest:
            cells, fault = [], "field_too_long"
        yield Row(at + first, cells, fault)
        at = end


def _record(lines, at, delimiter, width):
    line = lines[at]
    if '"' not in line:
        return at + 1, line.split(delimiter), None
    end = _end(lines, at, len(lines) if width else _LINES_OF_A_ROW)
    if end - at > _LINES_OF_A_ROW and _are_rows(lines[at + 1 : end - 1], delimiter, width):
        return at + 1, line.split(delimiter), "quote"
    try:
        text = io.StringIO("\n".join(lines[at:end]), newline="")
        return end, next(csv.reader(text, delimiter=delimiter, strict=True)), None
    except (csv.Error, StopIteration):
        # Only this line is lost to it, not all that the open quote would swallow.
        return at + 1, line.split(delimiter), "quote"


def _end(lines, at, most):
    """Return where the row that begins at a line ends, after so many lines at the latest."""
    # Doubled quotes keep the number even, so an odd one means that the text goes on.
    end, is_open = at + 1, lines[at].count('"') % 2
    while is_open and end < len(lines) and end - at < most:
        is_open ^= lines[end].count('"') % 2
        end += 1
    return end


def _are_rows(lines, delimiter, width):
    """Return whether lines that stand in one quoted text are rows of their own: a quote before them was left open."""
    return width > 1 and 2 * sum(line.count(delimiter) + 1 == width for line in lines) > len(lines)


def record_end(lines, at, delimiter):
    """Return where the row ends that begins at a line with a quote left open; None if it may go on after `lines`."""
    end = _end(lines, at, _LINES_OF_A_ROW)
    if end == len(lines) and end - at < _LINES_OF_A_ROW and sum(line.count('"') for line in lines[at:]) % 2:
        return None
    return _record(lines, at, delimiter, None)[0]


def asked_for(options):
    return {"tab": "\t", "blanks": detect.BLANKS}.get(options.delimiter, options.delimiter)


def shown(cell):
    """Return a cell as a person reads it, as text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def sampled(lines, delimiter):
    return ((row.number, row.cells, row.fault) for row in parse(lines, delimiter))


def header_at(rows, options, is_known, name):
    if options.header_row is not None:
        at = next((at for at, row in enumerate(rows) if row.number == options.header_row), None)
    else:
        sample = [[str(cell) for cell in row.cells] for row in rows[: detect.SAMPLE_ROWS]]
        at = detect.header_of(sample, is_known, _wanted(options.mapping))
    if at is None or rows[at].is_blank:
        raise Invalid(
            N_("%(file)s: no row holds the names of the columns."),
            hint=N_("Write them into the first row."),
            field="file",
            file=name,
        )
    if options.header_row is None and at + 1 < len(rows) and _is_lower_half(rows[at + 1], is_known):
        at += 1
    return at


def _is_lower_half(row, is_known):
    """Return whether a row is the lower half of a head of two levels."""
    return row.over is not None and any(
        cell and at in row.over and is_known(name)
        for at, (cell, name) in enumerate(zip(row.cells, heading(row), strict=True))
    )


def _wanted(mapping):
    # An empty column says that a field is not there; an empty cell is no heading.
    return {name.strip() for column in mapping.values() if column for name in (column, *column.split("+"))}


def sheets(source):
    """Return ``{name: rows}`` of the sheets of a workbook that hold something; each at least one row.

    Raises
    ------
    kb.errors.Invalid
    """
    if source.kind == "page":
        encoding, _ = detect.encoding_of(source)
        found = {None: workbook.Sheet(markup.page_rows(source, encoding), {})}
    elif source.kind == "spreadsheet":
        found = {name: workbook.Sheet(rows, {}) for name, rows in markup.spreadsheet_rows(source).items()}
    else:
        found = workbook.sheets(source)
    rows = {
        name: [Row(at, cells, None, name, sheet.over.get(at - 1)) for at, cells in enumerate(sheet.rows, 1)]
        for name, sheet in found.items()
    }
    rows = {name: of_sheet for name, of_sheet in rows.items() if any(not row.is_blank for row in of_sheet)}
    if not rows:
        raise Invalid(N_("%(file)s is empty."), hint=N_("Export it again."), field="file", file=source.name)
    return rows


def _workbook(source, options, is_known):
    rows = sheets(source)
    first, at = table_sheet(rows, options, is_known, source.name)
    header = heading(rows[first][at])
    below = [row for row in rows[first][at + 1 :] if not row.is_blank]
    for name, found in rows.items():
        if name != first:
            below += _of_sheet(found, header)
    return Table(None, None, rows[first][at].number, header, below)


def table_sheet(rows, options, is_known, name):
    """Return the sheet with the most known names in its header, and where that is."""
    found = {}
    for sheet, its_rows in rows.items():
        try:
            at = header_at(its_rows, options, is_known, name)
        except Invalid:
            continue
        found[sheet] = at, sum(is_known(_text(cell)) for cell in its_rows[at].cells)
    if not found:
        return next(iter(rows)), header_at(next(iter(rows.values())), options, is_known, name)
    best = max(found, key=lambda sheet: found[sheet][1])
    return best, found[best][0]


def heading(row):
    """Return the names of the columns in a row: of a head of two levels, both."""
    names = [_text(cell) for cell in row.cells]
    upper = row.over or {}
    return [f"{upper[at]}/{name}" if name and at in upper else name for at, name in enumerate(names)]


def _of_sheet(rows, header):
    at = next((at for at, row in enumerate(rows) if heading(row) == header), None)
    if at is None:
        return [Row(row.number, row.cells, "other_sheet", row.sheet) for row in rows if not row.is_blank]
    return [row for row in rows[at + 1 :] if not row.is_blank]


def _text(cell):
    return "" if cell is None else str(cell).strip()
