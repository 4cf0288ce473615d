"""Which column may hold what, by the values below it: for columns whose names say nothing, or the wrong thing."""

from collections import Counter
from fractions import Fraction

from mining.ledger import dates, numbers
from mining.ledger.numbers import Unreadable

_SAMPLE = 200
# So many products, and so many times as many as say otherwise, tell that amounts are prices.
_SURE_OF = 3
PRICED = 20_000


def by_values(header, rows, mapping, options):
    """Return which of the columns left may hold a time, a quantity, a price, an order, a product, by their cells."""
    taken = {part for column in mapping.values() for part in column.split("+")}
    found = {}
    for at, name in enumerate(header):
        cells = [row[at] for row in rows[:_SAMPLE] if at < len(row) and row[at].strip()]
        if name and name not in taken and cells:
            kind = _kind(cells, options)
            if kind is not None and kind not in mapping and kind not in options.mapping:
                found.setdefault(kind, name)
    return found


def is_price(positions, rows, options):
    """Return whether what is called an amount is the price of one piece: of a product the same, however many.

    Never of a column that a person called the amount.
    """
    if "amount" in options.mapping or "price" in positions or not {"item", "quantity", "amount"} <= set(positions):
        return False
    places = [positions[name][0] for name in ("item", "quantity", "amount")]
    sold = {}
    for row in rows[:PRICED]:
        item, quantity, amount = (row[at] if at < len(row) else "" for at in places)
        if item.strip() and _is_number(quantity) and _is_number(amount) and (pieces := numbers.number(quantity)[0]):
            sold.setdefault(item.strip(), {}).setdefault(pieces, set()).add(numbers.number(amount)[0])
    told = [(set.union(*each.values()), _ratios(each)) for each in sold.values() if len(each) > 1]
    same, growing = (sum(len(each[at]) == 1 for each in told) for at in (0, 1))
    return same >= _SURE_OF and same > _SURE_OF * growing


def _ratios(amounts):
    return {Fraction(amount, pieces) for pieces, found in amounts.items() for amount in found}


def _kind(cells, options):
    if _share(cells, lambda cell: _is_time(cell, options)) > 0.9:
        return "time"
    values = Counter(cells)
    if _share(cells, _is_number) > 0.9:
        if all("." not in cell for cell in cells):
            # Small whole numbers count things, unless each is another; long ones, the same in some rows running, number
            # orders.
            if max(map(len, cells)) <= 3 and len(values) < len(cells):
                return "quantity"
            return "order" if _comes_in_runs(cells, values) else None
        return "price"
    if any(any(letter.isalpha() for letter in cell) for cell in cells):
        return "order" if _share(cells, _is_code) > 0.9 and _comes_in_runs(cells, values) else "item"
    return None


def _share(cells, test):
    return sum(map(test, cells)) / len(cells)


def _is_time(cell, options):
    try:
        return not dates.is_serial(cell) and dates.instant(cell, zone=options.zone, order="dmy") is not None
    except Unreadable:
        return False


def _is_number(cell):
    try:
        return numbers.number(cell)[0] is not None
    except Unreadable:
        return False


def _is_code(cell):
    return cell.isascii() and any(letter.isdigit() for letter in cell)


def _comes_in_runs(cells, values):
    """Return whether values stand in several rows, these one after the other, as the lines of an order do."""
    changes = sum(before != after for before, after in zip(cells, cells[1:], strict=False)) + 1
    return len(values) < len(cells) and changes == len(values)
