"""What the XML of a sheet must not hold: a cell far from all others, or a formula without its result.

The reader of workbooks makes room for every place up to the last cell, so one cell in the last row and column would ask
for more memory than there is; and of a formula whose result nobody saved it would say that the cell is empty.
"""

import re

from kb.errors import Invalid, N_

# So many places are always possible, and so many times as many as there are cells.
_PLACES = 6_000_000
_SPREAD = 4
# The cells of a small sheet are looked at one by one; of a large one, only what would stand farther out.
_ONE_BY_ONE = 50_000
_LAST_ROW = 1 << 20
_LAST_COLUMN = 1 << 14
_TOKEN = re.compile(rb"<(?:\w+:)?(?:(row)|c)(?=[\s/>])([^>]*)>")
_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3})([0-9]{1,7})["']""")
# Each begins with what can be searched for fast.
_ROW = re.compile(rb"""row (?:[^>]* )?r=["']([0-9]{1,6})["']""")
_LOW = re.compile(rb"""r=["'][A-Z]{1,3}[0-9]{7}["'][^>/]*>""")
_WIDE = re.compile(rb"""r=["'][A-Z]{3}[0-9]{1,7}["'][^>/]*>""")
_HIDDEN = re.compile(rb"""row (?:[^>]* )?hidden=["'](?:1|true)["']""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
# An empty text is a result.
_TEXT = re.compile(rb"""\bt=["']str["']""")


def refuse_far(file, rows, columns, cells):
    """Refuse a sheet that reaches farther than its number of cells explains.

    Raises
    ------
    kb.errors.Invalid
    """
    if rows * columns > max(_PLACES, _SPREAD * cells):
        raise Invalid(
            N_("%(file)s: a sheet reaches to row %(row)d and column %(column)d, with hardly a cell in between."),
            hint=N_("Delete the rows and columns beyond the table, or save the table as CSV."),
            field="file",
            file=file,
            row=rows,
            column=columns,
        )


class SheetGuard:
    """Takes the XML of one part of a workbook, block by block, and refuses it once it is known to do harm.

    Parameters
    ----------
    file : str
        What the person calls the file.

    Attributes
    ----------
    hidden : int
        Rows so far that are not shown.
    """

    def __init__(self, file):
        self._file, self._rest, self.hidden = file, b"", 0
        self._row = self._column = 0
        self._cells, self._rows, self._columns = 0, 0, 0

    def take(self, block):
        """Look at the next bytes.

        Raises
        ------
        kb.errors.Invalid
            For a formula without its result.
        """
        text = self._rest + block
        # A cell is looked at whole, unless it is longer than any formula.
        end = text.rfind(b"<", 0, max(text.rfind(b"<c "), text.rfind(b":c ")) + 1)
        end = end if end > len(text) - (1 << 16) else len(text)
        text, self._rest = text[:end], text[end:]
        self._look(text)

    def finish(self):
        """Look at what is left; refuses a sheet that reaches farther than its cells explain.

        Raises
        ------
        kb.errors.Invalid
        """
        self._look(self._rest)
        refuse_far(self._file, self._rows, self._columns, self._cells)

    def _look(self, text):
        if b"hidden" in text:
            self.hidden += len(_HIDDEN.findall(text))
        if b"<f" in text or b":f" in text:
            self._refuse_formulas(text)
        if self._cells < _ONE_BY_ONE:
            self._walk(text)
            return
        self._cells += text.count(b"<c ") + text.count(b":c ")
        self._rows = max(self._rows, *map(int, _ROW.findall(text)), _LAST_ROW if _LOW.search(text) else 0)
        if _WIDE.search(text):
            self._columns = _LAST_COLUMN

    def _walk(self, text):
        """Follow the places of rows and cells, whether they say where they stand or just follow one another."""
        for is_row, attributes in _TOKEN.findall(text):
            letters, digits = found.groups() if (found := _PLACE.search(attributes)) else (b"", b"")
            if is_row:
                self._row, self._column = int(digits or self._row + 1), 0
                continue
            self._row = int(digits or self._row)
            self._column = _number(letters) if letters else self._column + 1
            # Cells with a look and no content are not read.
            if not attributes.endswith(b"/"):
                self._cells += 1
                self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)

    def _refuse_formulas(self, text):
        for found in _FORMULA.finditer(text):
            if not _TEXT.search(found[1]):
                place = _PLACE.search(found[1])
                raise Invalid(
                    N_("%(file)s: cell %(cell)s is a formula whose result was not saved."),
                    hint=N_("Open the file in a spreadsheet, save it there and hand it in again."),
                    field="file",
                    file=self._file,
                    cell="".join(part.decode() for part in place.groups()) if place else "?",
                )


def _number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
