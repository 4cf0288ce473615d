"""Bring the lines of a file into the ledger: counted against what is there, written, then registered as one batch."""

import secrets
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from kb import access
from kb.errors import Invalid, N_
from kb.store import writing
from mining.ledger import batches, keys, numbering, parts, rejects
from mining.ledger.lines import read, refuse_questions
from mining.ledger.numbers import SCALE

# Where the stages of an import begin and end, in per cent of its time: as with Online Retail and GoodsOrder (57 and 51,
# 92); of a workbook reading takes 90.
STAGES = {N_("Reading rows"): (0, 57), N_("Comparing with the records"): (57, 92), N_("Writing the lines"): (92, 100)}
_KEPT = ("row", "sheet", "order", "item", "name", "customer_key", "time", "quantity", "price", "amount", "cost", "shop")
_COLUMNS = (*_KEPT, "category", "key", "ordinal")


class Moved(Exception):
    """Another import or undo came between counting and registering."""


def check_file(db, home, path, options, *, name=None, sha256=None, on_progress=None, rejects_to=None, translate=str):
    """Return what importing a file would do, as `import_file` does, writing nothing to the ledger.

    With ``options.rows`` the answer has ``preview``: the first lines as they would be loaded. Open questions stand in
    the answer.
    """
    told = on_progress or _tell_nobody
    lines = _read(path, options, name, sha256, told)
    rejects_to = _rejects(lines, rejects_to, translate)
    told(N_("Comparing with the records"), 0, 1)
    customers, series = _customers(db, lines.frame), batches.series(db)
    found = _numbering(db, home, lines, options, series)
    counted = _counted(home, keys.with_keys(lines.frame, customers.all), series, found, options.overlap)
    answer = _answer(lines, counted, found, rejects_to)
    if options.rows is not None:
        shown = lines.frame if options.rows == "all" else lines.frame.head(options.rows)
        answer["preview"] = [_preview(row) for row in shown.iter_rows(named=True)]
    return answer


def refuse_unreadable(paths, options):
    """Refuse several files as soon as one of them could not be imported, so that none is before the others can be.

    Raises
    ------
    kb.errors.Invalid
    """
    for path in paths:
        refuse_questions(read(path, options))


def import_file(
    db,
    home,
    path,
    options,
    *,
    by,
    now,
    name=None,
    sha256=None,
    on_register=None,
    on_progress=None,
    is_cancelled=None,
    rejects_to=None,
    translate=str,
):
    """Import one file and return what became of its rows.

    Parameters
    ----------
    db : sqlite_utils.Database
    home, path : pathlib.Path
    options : mining.ledger.options.Options
    by : kb.access.Reader
    now : str
    name : str, optional
        What the person calls the file.
    sha256 : str, optional
        Of the file as the person saw it: another file is refused.
    on_register : callable, optional
        Called with the answer inside the transaction that registers the batch.
    on_progress : callable, optional
        Called with a catalogue key, the number done and the number of all.
    is_cancelled : callable, optional
    rejects_to : pathlib.Path, optional
        Where the rejected rows are written, if there are any.
    translate : callable, optional
        From template to template, for the reasons of the rejected rows.

    Returns
    -------
    dict
        DESIGN 10: ``batch`` (None when no line was new), ``file``, ``sha256``, ``encoding``, ``delimiter``,
        ``header_row``, ``mapping``, ``guessed`` (of it by the values), ``rows``, ``by_reason``, ``orders``,
        ``customers``, ``products``, ``period``, ``amount``, ``rejects``, ``questions``; also ``cleaned``, how often
        each rule of `mining.ledger.cleaning` and each note was needed; ``examples``, the first row rejected for each
        reason; ``sheets`` of a workbook; ``repeated``, the lines that stand in the file before just so, which count
        all the same; ``order_numbers``: how many of them the records have already, and whether they mean other orders
        here; ``separator``, what parts the products in one cell.

    Raises
    ------
    kb.errors.Invalid
        When the file cannot be read, is not the one that was seen, or a question is open.
    mining.ledger.lines.Cancelled
    """
    access.require(by, "purchase.import")
    told = on_progress or _tell_nobody
    lines = _read(path, options, name, sha256, told, is_cancelled)
    refuse_questions(lines)
    rejects_to = _rejects(lines, rejects_to, translate)
    while True:
        try:
            return _loaded(db, home, lines, options, by, now, on_register, told, rejects_to)
        except Moved:
            continue


def _tell_nobody(stage, done, total):
    pass


def _read(path, options, name, sha256, told, is_cancelled=None):
    lines = read(
        path,
        options,
        name=name,
        on_progress=lambda done, total: told(N_("Reading rows"), done, total),
        is_cancelled=is_cancelled,
    )
    if sha256 not in (None, lines.sha256):
        raise Invalid(
            N_("%(file)s is not the file it was when you looked at it. Nothing was written."),
            hint=N_("Hand it in again and look at its first rows."),
            field="file",
            file=lines.file,
        )
    return keys.with_orders(lines, options)


def _rejects(lines, path, translate):
    """Write the rejected rows, if there are any and somebody wants them, and return where."""
    if not lines.rejects or path is None:
        return None
    rejects.write(path, lines, translate)
    return path


def _loaded(db, home, lines, options, by, now, on_register, told, rejects_to):
    before = batches.version(db)
    told(N_("Comparing with the records"), 0, 1)
    customers, series = _customers(db, lines.frame), batches.series(db)
    found = _numbering(db, home, lines, options, series)
    counted = _counted(home, keys.with_keys(lines.frame, customers.all), series, found, options.overlap)
    new = counted.filter("is_new")
    answer = _answer(lines, counted, found, rejects_to)
    if new.is_empty():
        return answer
    told(N_("Writing the lines"), 0, 1)
    part = parts.write(home, new.select(_COLUMNS))
    try:
        with writing(db):
            if batches.version(db) != before:
                raise Moved
            batches.add_customers(db, customers.new)
            fields = {**_fields(lines, answer, new, options.profile), "series": found.series}
            answer["batch"] = batches.add(db, fields, part, by=by, now=now)
            if on_register is not None:
                on_register(answer)
    except Exception:
        # A signal is none of these: it may come when the batch stands already, and a file too many does no harm.
        parts.remove(home, part)
        raise
    return answer


@dataclass(frozen=True, slots=True)
class _Customers:
    """Who bought: keys the ledger knows already, and fresh random ones."""

    known: dict
    new: dict

    @property
    def all(self):
        return self.known | self.new


def _customers(db, frame):
    identities = frame["customer"].drop_nulls().unique(maintain_order=True).to_list()
    known = batches.customer_keys(db, identities)
    # Random: a key must say nothing of the person, not even when they came.
    return _Customers(known, {each: secrets.randbits(63) for each in identities if each not in known})


def _numbering(db, home, lines, options, series):
    """Return whose order numbers the lines have; those of the same file are always the same."""
    known = numbering.known(home, series, mapping=lines.mapping, profile=options.profile)
    before = batches.of_file(db, lines.sha256)
    if before is None:
        return numbering.of_lines(lines.frame, known, options.order_numbers)
    if options.overlap == "new" and _identity(lines.mapping) != _identity(before.mapping):
        # Read otherwise, every line is another one: all of them would be counted twice.
        raise Invalid(
            N_("%(file)s is import %(id)d already, read from other columns."),
            hint=N_("Undo that import first, then import the file as it is to be read now."),
            field="file",
            file=lines.file,
            id=before.id,
        )
    return numbering.of_lines(lines.frame, [each for each in known if each.id == before.series], "same")


def _identity(mapping):
    return {field: column for field, column in mapping.items() if {field, f"{field}_key"} & set(keys.IDENTITY)}


def _counted(home, frame, series, numbers, overlap):
    """Return the lines with whether each is more than the ledger holds of its like, under the same order numbers."""
    # Without numbers an order is a customer's day, which is the same in every file.
    is_numbered = frame["order"].count() > 0
    paths = [path for each in series if not is_numbered or each["id"] == numbers.series for path in each["paths"]]
    if overlap == "all" or not paths:
        return frame.with_columns(is_new=pl.lit(True))
    there = parts.scan(home, paths).select("key").group_by("key").len("there").collect()
    counted = frame.join(there, on="key", how="left", maintain_order="left")
    return counted.with_columns(is_new=pl.col("ordinal") >= pl.col("there").fill_null(0)).drop("there")


def _fields(lines, answer, new, profile):
    taken = ("file", "sha256", "encoding", "delimiter", "header_row", "mapping", "rows", "by_reason")
    return {**{name: answer[name] for name in taken}, "facts": _facts(new, lines.mapping), "profile": profile}


def _answer(lines, counted, numbers, rejects_to):
    new = counted.filter("is_new")
    loaded = new["row"].n_unique() if lines.frame["sheet"].null_count() else new.select("sheet", "row").n_unique()
    rows = {
        "read": lines.read,
        "loaded": loaded,
        "merged": lines.kept - loaded,
        "set_aside": lines.set_aside,
        "rejected": lines.rejected,
    }
    return {
        "batch": None,
        "file": lines.file,
        "sha256": lines.sha256,
        "encoding": lines.encoding,
        "delimiter": lines.delimiter,
        "header_row": lines.header_row,
        "mapping": lines.mapping,
        "guessed": lines.guessed,
        "rows": rows,
        "by_reason": lines.by_reason,
        **_facts(lines.frame, lines.mapping),
        "rejects": None if rejects_to is None else str(rejects_to),
        "questions": lines.questions,
        "cleaned": lines.notes,
        "examples": _examples(lines),
        "sheets": lines.frame["sheet"].drop_nulls().unique(maintain_order=True).to_list(),
        "repeated": len(counted.filter(pl.col("ordinal") > 0)),
        "order_numbers": {"known": numbers.shared, "are_own": numbers.series is None},
        "separator": lines.separator,
    }


def _examples(lines):
    first = {}
    for each in lines.rejects:
        first.setdefault(each["code"], {name: each[name] for name in ("row", "column", "value", "code")})
    return list(first.values())


def _facts(frame, mapping):
    """Return what the lines are about; None for what the file has no column for."""

    def distinct(field):
        values = frame[field].drop_nulls()
        return values.n_unique() if field in mapping or len(values) else None

    times = frame["time"].drop_nulls()
    return {
        "orders": distinct("order"),
        "customers": distinct("customer"),
        "products": distinct("item"),
        "period": [f"{moment.isoformat()}Z" for moment in (times.min(), times.max())] if len(times) else None,
        "amount": _amount(frame, mapping),
    }


def _amount(frame, mapping):
    """Return the sum of the amounts as an exact decimal; of quantity times price where there are none."""
    if "amount" in mapping:
        total = Decimal(frame["amount"].cast(pl.Int128).sum()) / SCALE
    elif "price" in mapping:
        quantity = pl.col("quantity").fill_null(SCALE) if "quantity" in mapping else pl.lit(SCALE)
        products = frame.select(quantity.cast(pl.Int128) * pl.col("price").fill_null(0)).to_series()
        total = Decimal(products.sum()) / SCALE**2
    else:
        return None
    exact = total.normalize()
    return f"{exact if exact.as_tuple().exponent < -2 else total.quantize(Decimal('0.01')):f}"


def _preview(row):
    scaled = {
        name: None if row[name] is None else f"{(Decimal(row[name]) / SCALE).normalize():f}"
        for name in ("quantity", "price", "amount")
    }
    texts = {name: row[name] for name in ("row", "order", "item", "customer")}
    return {**texts, "time": f"{row['time'].isoformat()}Z" if row["time"] else None, **scaled, "note": None}
