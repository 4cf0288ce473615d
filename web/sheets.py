"""Workbooks for download: one head, numbers and instants as such, no text that runs as a formula."""

import io
from datetime import datetime

from mining import formulas

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# As much of a line as one reads at once; a column as wide as a long text leaves no room for the others.
_WIDEST_PIXELS = 420
# Of an instant, in characters: autofit gives room for a day, and Excel shows hashes for what does not fit.
_INSTANT_WIDTH = 19


def workbook(sheets):
    """Return the bytes of an xlsx file.

    Parameters
    ----------
    sheets : iterable of (str, list of str, iterable of list)
        Title, head and rows of each sheet; None leaves a cell empty, an instant is told in the zone it has.
    """
    # Loaded only for who downloads one.
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        for title, head, rows in sheets:
            sheet = book.add_worksheet(title)
            for column, name in enumerate(head):
                sheet.write_string(0, column, name, bold)
            sheet.freeze_panes(1, 0)
            with_instants = set()
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    # By type: a product called =1+1 stays a name.
                    if isinstance(cell, str):
                        sheet.write_string(number, column, formulas.kept(cell))
                    elif isinstance(cell, datetime):
                        # A workbook knows no zones, and a second is what it shows.
                        sheet.write_datetime(number, column, cell.replace(tzinfo=None, microsecond=0), instant)
                        with_instants.add(column)
                    elif cell is not None:
                        sheet.write_number(number, column, cell)
            sheet.autofit(_WIDEST_PIXELS)
            for column in with_instants:
                sheet.set_column(column, column, _INSTANT_WIDTH)
    return out.getvalue()
