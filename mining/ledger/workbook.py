"""The sheets of a workbook, xlsx or the older xls, with what merged cells say given to each cell they cover."""

from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from kb.errors import Invalid, N_

# More cells than that no person merged.
_MOST_FILLED = 5_000_000
_DAMAGED = (CalamineError, OSError, ValueError)
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``rows`` of cells, and ``over``: by the position of a row, what merged cells above say of it."""

    rows: list
    over: dict


def sheets(source):
    """Return ``{name: Sheet}`` of all sheets with cells.

    Raises
    ------
    kb.errors.Invalid
    """
    try:
        with source.open() as stream:
            book = CalamineWorkbook.from_filelike(stream)
            return {each.name: _sheet(book.get_sheet_by_name(each.name)) for each in _with_cells(book)}
    except BaseException as problem:
        # A reader that trips over damage it did not think of raises what is no Exception, and has a name only.
        if not isinstance(problem, _DAMAGED) and type(problem).__name__ != "PanicException":
            raise
        if isinstance(problem, PasswordError) or _is_locked(source):
            template, hint = N_("%(file)s is locked with a password."), N_("Hand it in without a password.")
        else:
            template, hint = N_("%(file)s is damaged or cut off."), N_("Export or copy it again.")
        raise Invalid(template, hint=hint, field="file", file=source.name) from problem


def _is_locked(source):
    """Return whether a file is the package that Excel makes of a workbook with a password."""
    with source.open() as stream:
        return any(_LOCKED in block for block in iter(lambda: stream.read(1 << 24), b""))


def _with_cells(book):
    """Return what is known of the sheets with cells, without those that only a macro can show."""
    return [
        each
        for each in book.sheets_metadata
        if each.typ is SheetTypeEnum.WorkSheet and each.visible is not SheetVisibleEnum.VeryHidden
    ]


def _sheet(sheet):
    rows, over, filled = sheet.to_python(skip_empty_area=False), {}, 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top + 1 : bottom + 1] if left == right else ():
            row[left] = value
            filled += 1
        # What stands over a whole table is its title, not the upper half of a head.
        if top == bottom and value and right - left + 1 < len(rows[top]):
            above = over.setdefault(top + 1, {})
            above |= dict.fromkeys(range(left, min(right + 1, len(rows[top]))), str(value).strip())
            filled += right - left
        if filled > _MOST_FILLED:
            break
    return Sheet(rows, over)
