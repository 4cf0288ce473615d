"""Tables that people hand in for customers and notes: rows as texts under the names of our fields."""

from dataclasses import dataclass

from kb.errors import Invalid, N_
from mining import formulas
from mining.ledger.columns import plain_name
from mining.ledger.options import Options
from mining.ledger.read import read_table
from mining.ledger.unpack import open_source

_FAULTS = {
    "quote": N_("A quotation mark is not closed."),
    "field_too_long": N_("A field is too long."),
    "other_sheet": N_("It is on another sheet, under other headings."),
}


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as it was found.

    Attributes
    ----------
    file : str
    encoding : str or None
        None for a workbook.
    mapping : dict of str to str
        Field to the name of its column.
    rows : list of (int, dict or Invalid)
        Number of the row, and its texts by field, or why it cannot be read.
    unread : tuple of str
        The columns that hold none of our fields.
    """

    file: str
    encoding: str | None
    mapping: dict
    rows: list
    unread: tuple = ()


def read(path, columns, *, needed, name=None, mapping=None, encoding=None):
    """Return the `TableFile` at `path`: csv, tsv or xlsx, bare, gz or zip.

    Parameters
    ----------
    path : Path or str
    columns : dict of str to str
        Field to the usual names of its column, blanks between.
    needed : str
        Field without which the file is refused.
    name : str, optional
        What the person calls the file, where it is stored under another name.
    mapping : dict of str to str, optional
        Field to column, as a person says; an empty column says that there is none.
    encoding : str, optional

    Raises
    ------
    kb.errors.Invalid
    """
    usual = {field: [plain_name(each) for each in names.split()] for field, names in columns.items()}
    known = {each for names in usual.values() for each in names}
    options = Options(encoding=encoding, zone="UTC")
    source = open_source(path, name=name, encoding=options.encoding)
    table = read_table(source, options, lambda cell: plain_name(cell) in known)
    positions = _positions(table.header, usual, mapping or {}, source.name)
    if needed not in positions:
        raise _without(source.name, table.header, columns[needed].split())
    return TableFile(
        source.name,
        table.encoding,
        {field: table.header[at] for field, at in positions.items()},
        [(row.number, _texts(row, positions, len(table.header))) for row in table.rows],
        tuple(name for at, name in enumerate(table.header) if name and at not in positions.values()),
    )


def _positions(header, usual, mapping, file):
    plain = [plain_name(each) for each in header]
    found = {}
    for field, column in mapping.items():
        if not column:
            continue
        if plain_name(column) not in plain:
            raise _without(file, header, [column])
        found[field] = plain.index(plain_name(column))
    for field, names in usual.items():
        if field not in mapping:
            free = [name for name in names if name in plain and plain.index(name) not in found.values()]
            found |= {field: plain.index(free[0])} if free else {}
    return found


def _texts(row, positions, width):
    if row.fault is not None:
        return Invalid(_FAULTS[row.fault], row=row.number)
    if any(_text(cell).strip() for cell in row.cells[width:]):
        return Invalid(
            N_("It has %(count)d fields under %(width)d headings."),
            hint=N_("Put a text that holds the delimiter in quotation marks."),
            row=row.number,
            count=len(row.cells),
            width=width,
        )
    return {field: _text(row.cells[at]) if at < len(row.cells) else "" for field, at in positions.items()}


def _text(cell):
    # A spreadsheet keeps 13812345678 as a decimal.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else formulas.unguarded(str(cell))


def _without(file, header, names):
    return Invalid(
        N_("%(file)s: none of its columns is called %(usual)s. They are: %(columns)s."),
        hint=N_("Rename the column, or name it with --map."),
        field="file",
        file=file,
        usual=" / ".join(dict.fromkeys((names[0], next((each for each in names if not each.isascii()), names[0])))),
        columns=", ".join(each for each in header if each),
    )
