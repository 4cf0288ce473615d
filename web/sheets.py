"""Workbooks for download: one head, numbers as numbers, no text that runs as a formula."""

import io

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(sheets):
    """Return the bytes of an xlsx file.

    Parameters
    ----------
    sheets : iterable of (str, list of str, iterable of list)
        Title, head and rows of each sheet; None leaves a cell empty.
    """
    # Loaded only for who downloads one.
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for title, head, rows in sheets:
            sheet = book.add_worksheet(title)
            for column, name in enumerate(head):
                sheet.write_string(0, column, name, bold)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    # By type: a product called =1+1 stays a name.
                    put = sheet.write_string if isinstance(cell, str) else sheet.write_number
                    if cell is not None:
                        put(number, column, cell)
            sheet.autofit()
    return out.getvalue()
