"""Tables that systems write as a web page or as the XML of a spreadsheet, and call .xls."""

import io
from html.parser import HTMLParser

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from kb.errors import Invalid, N_
from mining.ledger.detect import CODECS

_MOST_COLUMNS = 1_000
# More than any system exports this way: cells that say they span others, and places left out, count like those there.
_MOST_CELLS = 5_000_000
# Rows that are left out take room, too.
_CELLS_OF_A_ROW = 10
_BLOCK = 1 << 16
_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def page_rows(source, encoding):
    """Return the rows of the table of a web page with the most cells; each a list of texts.

    A cell that spans several rows or columns says the same in each of them.
    """
    reader = _Page(source.name)
    with io.TextIOWrapper(source.open(), CODECS[encoding], errors="strict") as stream:
        while text := stream.read(_BLOCK):
            reader.feed(text)
    reader.close()
    return max(reader.tables, key=lambda rows: sum(map(len, rows)), default=[])


def spreadsheet_rows(source):
    """Return ``{name: rows}`` of the sheets in the XML that spreadsheets wrote in 2003; each row a list of texts.

    Raises
    ------
    kb.errors.Invalid
        When it is cut off, defines entities, or has places for far more than any system exports.
    """
    found, rows, cells, count = {}, None, None, 0
    try:
        with source.open() as stream:
            for event, element in iterparse(stream, ("start", "end"), forbid_dtd=True):
                name = element.tag.removeprefix(_SHEET)
                if event == "start" and name == "Worksheet":
                    rows = found.setdefault(element.get(f"{_SHEET}Name", ""), [])
                elif event == "start" and name == "Row":
                    _skip(rows, element, [])
                    cells = []
                elif event == "end" and name == "Cell":
                    _skip(cells, element, "")
                    cells.append("".join(element.itertext()).strip())
                    cells += [""] * _span(element.get(f"{_SHEET}MergeAcross"), 0)
                elif event == "end" and name == "Row":
                    rows.append(cells)
                    element.clear()
                    count += len(cells)
                if event == "start" and name in ("Row", "Cell"):
                    refuse_many(count + _CELLS_OF_A_ROW * len(rows) + len(cells), source.name)
    # A row outside of a sheet, or a cell outside of a row, has nowhere to go.
    except (ParseError, DefusedXmlException, TypeError) as problem:
        raise Invalid(
            N_("%(file)s is damaged or cut off."), hint=N_("Export or copy it again."), field="file", file=source.name
        ) from problem
    return found


def refuse_many(count, file):
    """Refuse a table that has places for more cells than any system exports this way."""
    if count > _MOST_CELLS:
        raise Invalid(
            N_("%(file)s has room for more than %(limit)d cells."),
            hint=N_("Open it in a spreadsheet and save the table as CSV or .xlsx."),
            field="file",
            file=file,
            limit=_MOST_CELLS,
        )


def _skip(places, element, empty):
    """Fill up to the place that an element says it has."""
    at = _span(element.get(f"{_SHEET}Index"), 0, most=2_000_000)
    places += [empty] * (at - 1 - len(places))


def _span(text, least, most=_MOST_COLUMNS):
    return min(max(int(text), least), most) if text and text.isdecimal() and len(text) < 8 else least


class _Page(HTMLParser):
    def __init__(self, file):
        super().__init__()
        self._file, self._count = file, 0
        self.tables, self._open = [], []
        self._cell, self._hanging = None, {}

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self._end_cell()  # of the table that this one stands in
            self.tables.append([])
            self._open.append(self.tables[-1])
            self._hanging = {}
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            told = dict(attrs)
            self._cell = ([], _span(told.get("colspan"), 1), _span(told.get("rowspan"), 1))
        elif tag == "br" and self._cell is not None:
            self._cell[0].append(" ")

    def handle_endtag(self, tag):
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data):
        if self._cell is not None:
            self._cell[0].append(data)

    def close(self):
        super().close()
        self._end_cell()

    def _end_cell(self):
        if self._cell is None or not self._open:
            return
        words, across, down = self._cell
        self._cell, text = None, "".join(words).strip()
        row = self._open[-1][-1]
        before = len(row)
        self._hang(row)
        for _ in range(across):
            if down > 1:
                self._hanging[len(row)] = (text, len(self._open[-1]) + down - 1)
            row.append(text)
        self._hang(row)
        self._count += len(row) - before
        refuse_many(self._count, self._file)

    def _hang(self, row):
        """Put in what cells of rows above say here too."""
        while len(row) in self._hanging:
            text, last = self._hanging[len(row)]
            if last < len(self._open[-1]):
                del self._hanging[len(row)]
                break
            row.append(text)
