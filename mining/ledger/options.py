"""How a file of purchases is to be read: every choice a person can make, checked once."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.errors import Invalid, N_
from mining.ledger import no_goods
from mining.ledger.cleaning import RULES

FIELDS = (
    "order",
    "item",
    "name",
    "customer",
    "time",
    "quantity",
    "price",
    "amount",
    "shop",
    "category",
    "cost",
)
CHOICES = {
    "returns": ("drop", "net", "keep"),
    "zero_price": ("drop", "keep"),
    "layout": (None, "lines", "list", "matrix", "baskets"),
    "dates": (None, "dmy", "mdy"),
    "serials": (None, "1900", "1904"),
    "decimal": (None, ".", ","),
    "delimiter": (None, ",", "tab", ";", "|", "blanks"),
    "overlap": ("new", "replace", "all"),
    "order_numbers": (None, "same", "own"),
}
ENCODINGS = {
    "utf-8": ("utf-8", "utf8", "utf-8-sig"),
    "gb18030": ("gb18030", "gbk", "gb2312", "cp936"),
    "big5": ("big5", "cp950"),
    "utf-16": ("utf-16", "utf16"),
}
_NEXT_FIELD = re.compile(r",(?=\s*\w+\s*=)")


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chose; whatever is left alone is found out from the file.

    Parameters
    ----------
    mapping : dict of str to str, or str
        Field to column: ``{"order": "单号"}`` or ``"order=单号,time=Date+Time"``. An empty column says that the file
        has no such field. Fields not named are guessed.
    require : iterable of str, or str
        Fields a line must have a value in; lines without are set aside.
    returns : {"drop", "net", "keep"}
        What becomes of lines with a negative quantity, price or amount; ``net`` takes them off their sales, too.
    zero_price : {"drop", "keep"}
        What becomes of lines given for nothing.
    no_goods : iterable of str, or str
        Products, by number or name, that are none, such as bags and freight; ``*`` stands for what varies.
    rows : int or "all", optional
        How many rows `check` shows as they would be loaded.
    encoding : str, optional
        ``utf-8``, ``gb18030``, ``big5`` or ``utf-16``.
    delimiter : {",", "tab", ";", "|", "blanks"}, optional
    header_row : int, optional
        Row of the file that holds the names of the columns.
    layout : {"lines", "list", "matrix", "baskets"}, optional
        One purchase a row; one order a row, its products in one cell, or in a column each; all items of one basket in
        a row, without headings. Left alone it is lines, and what seems to be another is refused.
    dates : {"dmy", "mdy"}, optional
        Whether ``3/4/2020`` begins with the day or with the month.
    serials : {"1900", "1904"}, optional
        From which year a day that stands as a mere number was counted.
    decimal : {".", ","}, optional
        The sign before the decimals.
    off : iterable of str, or str
        Rules of `mining.ledger.cleaning` that are not to be applied.
    overlap : {"new", "replace", "all"}
        What becomes of lines that the ledger holds already: they are left out, or the imports they came with count no
        more and the file takes their place, or they count once more.
    order_numbers : {"same", "own"}, optional
        Whether they mean the same orders as in an earlier file; else `mining.ledger.numbering` finds it out.
    profile : str, optional
        Name under which the mapping is remembered.
    zone : str
        Time zone of times that name none.

    Raises
    ------
    kb.errors.Invalid
        For a value that is not among the choices.
    """

    profile: str | None = None
    mapping: dict | str = ()
    require: tuple | str = ()
    returns: str = "drop"
    zero_price: str = "drop"
    no_goods: tuple | str = ()
    rows: int | str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    layout: str | None = None
    dates: str | None = None
    serials: str | None = None
    decimal: str | None = None
    overlap: str = "new"
    order_numbers: str | None = None
    off: frozenset | tuple | str = frozenset()
    zone: str = "Asia/Shanghai"

    def __post_init__(self):
        for name, choices in CHOICES.items():
            _choice(name, getattr(self, name), choices)
        settled = {
            "mapping": _mapping(self.mapping),
            "require": _fields(self.require),
            "no_goods": no_goods.names(self.no_goods),
            "encoding": _encoding(self.encoding),
            "off": _rules(self.off),
            "rows": self.rows if self.rows in (None, "all") else _number("rows", self.rows),
            "header_row": None if self.header_row is None else _number("header_row", self.header_row),
        }
        for name, value in settled.items():
            object.__setattr__(self, name, value)
        _zone(self.zone)
        if self.returns == "net" and self.layout not in (None, "lines"):
            raise Invalid(
                N_("Returned goods can be taken off their sales only where each row is one product."),
                hint=N_("Leave them out, or keep them as negative lines."),
                field="returns",
            )


def switch(name):
    """Return the command-line option that sets `name`."""
    return "--" + name.replace("_", "-")


def _choice(name, value, choices):
    if value in choices:
        return
    raise Invalid(
        N_("%(option)s cannot be “%(value)s”."),
        hint=N_("Use one of: %(choices)s."),
        field=name,
        option=switch(name),
        value=str(value),
        choices=_listed(choices),
    )


def _number(name, value):
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) and int(value):
        return int(value)
    raise Invalid(
        N_("%(option)s takes a whole number from 1, not “%(value)s”."),
        field=name,
        option=switch(name),
        value=str(value),
    )


def _mapping(given):
    if isinstance(given, str):
        given = dict(_pair(part) for part in _NEXT_FIELD.split(given) if part.strip())
    mapping = {str(field).strip(): str(column).strip() for field, column in dict(given).items()}
    for field in mapping:
        _known_field(field, "map")
    return mapping


def _pair(part):
    field, found, column = part.partition("=")
    if not found:
        raise Invalid(
            N_("--map cannot read “%(value)s”."),
            hint=N_("Write field=column, for example order=id,item=goods."),
            field="mapping",
            value=part.strip(),
        )
    return field, column


def _fields(given):
    names = given.split(",") if isinstance(given, str) else given
    fields = tuple(name.strip() for name in names if name.strip())
    for field in fields:
        _known_field(field, "require")
    return fields


def _rules(given):
    names = given.split(",") if isinstance(given, str) else given
    rules = frozenset(name.strip() for name in names if name.strip())
    for rule in sorted(rules - set(RULES)):
        raise Invalid(
            N_("%(option)s cannot be “%(value)s”."),
            hint=N_("Use one of: %(choices)s."),
            field="off",
            option=switch("off"),
            value=rule,
            choices=", ".join(RULES),
        )
    return rules


def _known_field(field, option):
    if field not in FIELDS:
        raise Invalid(
            N_("%(option)s: there is no field “%(value)s”."),
            hint=N_("The fields are: %(choices)s."),
            field="mapping" if option == "map" else option,
            option=switch(option),
            value=field,
            choices=", ".join(FIELDS),
        )


def _encoding(given):
    if given is None:
        return None
    for name, spellings in ENCODINGS.items():
        if given.strip().lower().replace("_", "-") in spellings:
            return name
    raise Invalid(
        N_("There is no encoding “%(value)s” here."),
        hint=N_("Use one of: %(choices)s."),
        field="encoding",
        value=given,
        choices=", ".join(ENCODINGS),
    )


def _zone(name):
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise Invalid(
            N_("There is no time zone “%(value)s”."),
            hint=N_("Write it like Asia/Shanghai."),
            field="zone",
            value=name,
        ) from problem


def _listed(choices):
    return ", ".join(choice for choice in choices if choice)
