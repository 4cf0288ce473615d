"""Workbooks for download: one head, numbers as numbers, no cell that runs as a formula."""

import io

import xlsxwriter


def workbook(sheets):
    """Return the bytes of an xlsx file.

    Parameters
    ----------
    sheets : dict of str to (list of str, iterable of list)
        Name of each sheet to its head and rows.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, (head, rows) in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, head, bold)
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows, 1):
                sheet.write_row(at, 0, ["" if cell is None else cell for cell in row])
            sheet.autofit()
    return out.getvalue()
