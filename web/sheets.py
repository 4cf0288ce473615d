"""Workbooks for download: one head, numbers and instants as such, no text that runs as a formula."""

import os
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from flask import send_file

from mining import formulas

# As much of a line as one reads at once; a column as wide as a long text leaves no room for the others.
_WIDEST_PIXELS = 420
# No letter is so narrow that more of a line tells more of its width.
_MEASURED = 200
# Of an instant, in characters: Excel shows hashes for what does not fit.
_INSTANT_WIDTH = 19
_DIGIT_PIXELS, _PADDING_PIXELS = 7, 7


@dataclass(frozen=True, slots=True)
class Scatter:
    """A chart of the first sheet, on a sheet of its own: the numbers of its column `y` against those of `x`."""

    sheet: str
    title: str
    x_name: str
    y_name: str
    x: int
    y: int


def answer(sheets, name, chart=None):
    """Return the answer that sends an xlsx file, a piece at a time: no process holds all of a long one.

    Parameters
    ----------
    sheets : iterable of (str, list of str, iterable of list)
        As `write` takes it.
    name : str
        What the file is called.
    chart : Scatter, optional
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    write(file, sheets, chart)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sent = send_file(file, mimetype=mimetype, as_attachment=True, download_name=name)
    sent.content_length = size
    return sent


def write(file, sheets, chart=None):
    """Write an xlsx file, of which one row at a time is in memory.

    Parameters
    ----------
    file : file object
        Open for bytes.
    sheets : iterable of (str, list of str, iterable of list)
        Title, head and rows of each sheet; None leaves a cell empty, an instant is told in the zone it has.
    chart : Scatter, optional
    """
    # Loaded only for who downloads one.
    import xlsxwriter
    from xlsxwriter.utility import cell_autofit_width

    def pixels(text):
        return max(cell_autofit_width(line[:_MEASURED]) for line in text.split("\n"))

    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        first = None
        for title, head, rows in sheets:
            sheet = book.add_worksheet(title)
            widths, with_instants = defaultdict(int), set()
            for column, name in enumerate(head):
                sheet.write_string(0, column, name, bold)
                widths[column] = pixels(name)
            sheet.freeze_panes(1, 0)
            number = 0
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    # By type: a product called =1+1 stays a name.
                    if isinstance(cell, str):
                        text = formulas.kept(cell)
                        sheet.write_string(number, column, text)
                        if widths[column] < _WIDEST_PIXELS:
                            widths[column] = max(widths[column], pixels(text))
                    elif isinstance(cell, datetime):
                        # A workbook knows no zones, and a second is what it shows.
                        sheet.write_datetime(number, column, cell.replace(tzinfo=None, microsecond=0), instant)
                        with_instants.add(column)
                    elif cell is not None:
                        sheet.write_number(number, column, cell)
                        widths[column] = max(widths[column], _DIGIT_PIXELS * len(str(cell)) + _PADDING_PIXELS)
            for column, width in widths.items():
                sheet.set_column_pixels(column, column, min(width, _WIDEST_PIXELS))
            for column in with_instants:
                sheet.set_column(column, column, _INSTANT_WIDTH)
            first = first or (title, number)
        if chart is not None and first[1]:
            _draw(book, chart, *first)


def _draw(book, chart, title, count):
    drawn = book.add_chart({"type": "scatter"})
    columns = {"categories": chart.x, "values": chart.y}
    drawn.add_series({name: [title, 1, column, count, column] for name, column in columns.items()})
    drawn.set_title({"name": chart.title, "overlay": False})
    drawn.set_x_axis({"name": chart.x_name, "log_base": 10})
    drawn.set_y_axis({"name": chart.y_name, "num_format": "0%"})
    drawn.set_legend({"none": True})
    drawn.set_size({"width": 900, "height": 560})
    book.add_worksheet(chart.sheet).insert_chart("B2", drawn)
