"""Tables of other shapes than one product a row: several products in a cell, one column a product, no purchases at all.

What a table seems to be is never taken for it unasked: a person says so with the layout.
"""

import re
from collections import Counter

from kb.errors import Invalid, N_
from mining.ledger import columns, numbers
from mining.ledger.numbers import SCALE, Unreadable

# How each sign that parts products is written; of those found equally often the first.
SIGNS = {"、": "、", ",": ",，", ";": ";；", "|": "|｜", "/": "/／"}
_TIMES = re.compile(r"(.*\S)\s*[×✕*＊]\s*(\d{1,6}(?:\.\d{1,4})?)")
_OPENING, _CLOSING = "(（", ")）"
_YES = frozenset({"true", "t", "yes", "y", "是", "有", "√", "✓", "✔"})
_NO = frozenset({"", "false", "f", "no", "n", "否", "-", "/"})
# What belongs to a line or an order, and is no product where each product has a column.
_FIGURES = ("item", "name", "quantity", "price", "amount", "category", "cost")
NUMBERS = ("quantity", "price", "amount", "cost")
_WHOLE_ORDERS = ("list", "matrix")
# Any of them tells that something was bought.
_SALE = frozenset({"order", "customer", "time", "quantity", "amount"})
_SAMPLE = 200
_LEAST_ROWS = 5
_LEAST_PRODUCTS = 3
_MOST_PIECES = 999


def is_whole_orders(options):
    """Return whether a row with a heading is an order: what stands beside its products cannot be divided over them."""
    return options.layout in _WHOLE_ORDERS


def is_unnamed(positions, options):
    """Return whether rows are orders that neither a number nor the customer and the day tell from one another."""
    return is_whole_orders(options) and "order" not in positions and not {"customer", "time"} <= set(positions)


def kept(mapping, options):
    """Return of a mapping what becomes part of the lines."""
    left_out = NUMBERS if options.layout == "list" else ()
    return {field: column for field, column in mapping.items() if field not in left_out}


def refuse_doubtful(header, rows, held, options, file, *, guessed=()):
    """Refuse a table that seems to be of another shape than a person said, or to hold no purchases.

    Parameters
    ----------
    header : list of str
    rows : list of list of str
        Cells of the first rows below it.
    held : dict of str to list of int
        Field to positions of its column.
    options : mining.ledger.options.Options
    file : str
    guessed : collection of str
        Fields that the values of a column may be, too.

    Raises
    ------
    kb.errors.Invalid
    """
    if options.layout is not None:
        return
    if "item" not in held:
        _refuse_matrix(header, rows, held, file)
        return
    items = [row[held["item"][0]].strip() for row in rows if held["item"][0] < len(row)]
    items = [item for item in items if item]
    sign = separator(items)
    if sign is not None:
        raise Invalid(
            N_("%(file)s: most cells of “%(column)s” seem to hold several products, such as “%(value)s”."),
            hint=N_("If so, say --layout list; if each is one product, --layout lines."),
            field="layout",
            file=file,
            column=header[held["item"][0]],
            value=next(item for item in items if sign in _plain(item))[:60],
        )
    if _is_product_list(header, rows, held, items, options) and _SALE.isdisjoint(guessed):
        raise Invalid(
            N_(
                "%(file)s seems to be a list of products, not of purchases: each row names another one, and no column "
                "says in which order, when or how many were bought."
            ),
            hint=N_("Hand in the orders. If it is orders after all, name the column of the order: --map order=…"),
            field="order",
            file=file,
        )


def separator(cells):
    """Return the sign that parts products in more than half of the cells, or None."""
    found = _signs(cells)
    best = max(SIGNS, key=lambda sign: found[sign])
    return best if 2 * found[best] > len(cells) else None


def sign_of(cells):
    """Return the sign that parts products in most cells, where a person says that some hold several."""
    found = _signs(cells)
    return max(SIGNS, key=lambda sign: found[sign])


def pieces(cell, sign):
    """Return ``[(product, quantity)]`` of a cell, the quantity in 1/10,000 or None where it does not stand there."""
    return [_piece(part) for part in _parted(cell, SIGNS[sign]) if part]


def products(header, positions):
    """Return the positions of the columns that each stand for a product: named, not used, and no usual heading."""
    used = {at for places in positions.values() for at in places}
    return [at for at, name in enumerate(header) if name and at not in used and not columns.is_known(name)]


def is_bare(rows, products):
    """Return whether the columns of the products say no more than bought or not: then a 1 is no quantity."""
    return all(_count(row[at]) in (0, SCALE, None) for row in rows for at in products if at < len(row))


def bought(cell):
    """Return how many were bought, in 1/10,000; 0 for none.

    Raises
    ------
    mining.ledger.numbers.Unreadable
    """
    text = "" if cell is None else str(cell).strip().lower()
    if text in _NO:
        return 0
    if text in _YES:
        return SCALE
    return numbers.number(cell)[0] or 0


def without_figures(positions):
    """Return the positions of what is known of a whole order, where each product has a column."""
    return {field: at for field, at in positions.items() if field not in _FIGURES}


def _parted(cell, signs):
    """Return the parts of a cell between the signs; one before a bracket closes belongs to the name."""
    parts, is_within = [[]], False
    for token in reversed(re.split(f"([{re.escape(signs + _OPENING + _CLOSING)}])", cell)):
        if token and token in signs and not is_within:
            parts.append([])
            continue
        if token and token in _OPENING + _CLOSING:
            is_within = token in _CLOSING
        parts[-1].append(token)
    return ["".join(reversed(part)).strip() for part in reversed(parts)]


def _piece(part):
    times = _TIMES.fullmatch(part)
    return (times[1], numbers.number(times[2])[0]) if times else (part, None)


def _plain(cell):
    return cell.translate(_NARROW)


_NARROW = str.maketrans("，；｜／", ",;|/")


def _signs(cells):
    """Return in how many cells each sign parts products."""
    found = Counter()
    for cell, times in Counter(cells).items():
        plain = _plain(cell)
        for sign in SIGNS:
            if sign in plain and len(pieces(cell, sign)) > 1:
                found[sign] += times
    return found


def _is_product_list(header, rows, held, items, options):
    if len(items) < _LEAST_ROWS or len(set(items)) < len(items) or options.mapping.get("order"):
        return False
    if not _SALE.isdisjoint(held.keys() - {"order"}):
        return False
    if "order" not in held:
        return True
    # A column “id” may number the orders, or the rows: orders of one product each, and none sold twice, are rows.
    at = held["order"][0]
    numbered = [row[at] for row in rows if at < len(row)]
    return columns.plain_name(header[at]) == "id" and len(set(numbered)) == len(numbered)


def _refuse_matrix(header, rows, held, file):
    found, rows = products(header, held), [row for row in rows[:_SAMPLE] if any(row)]
    if len(found) < _LEAST_PRODUCTS or len(rows) < 2:
        return
    counts = [[_count(row[at]) if at < len(row) else 0 for row in rows] for at in found]
    flat = [count for column in counts for count in column]
    mixed = sum(0 in column and any(column) for column in counts)
    if None in flat or 2 * mixed < len(found) or any(count > _MOST_PIECES * SCALE for count in flat):
        return
    raise Invalid(
        N_("%(file)s seems to have a column for each product, “%(column)s” being the first: below are 0 and numbers."),
        hint=N_("If so, say --layout matrix; if not, name the column of the product: --map item=…"),
        field="layout",
        file=file,
        column=header[found[0]],
    )


def _count(cell):
    try:
        found = bought(cell)
    except Unreadable:
        return None
    return found if found >= 0 and found % SCALE == 0 else None
