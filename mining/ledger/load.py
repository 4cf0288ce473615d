"""Bring the lines of a file into the ledger: counted against what is there, written, then registered as one batch."""

from dataclasses import replace

import numpy as np

from kb import access
from kb.errors import Conflict, Invalid, N_
from kb.store import writing
from mining.ledger import batches, keys, numbering, parts, rejects
from mining.ledger.customer_keys import Customers
from mining.ledger.lines import read, refuse_questions
from mining.ledger.numbers import exact
from mining.ledger.replacing import replaced
from mining.ledger.stage import Stage

# Where the stages of an import begin and end, in per cent of its time: as with a million clean lines, none of which is
# there yet.
STAGES = {N_("Reading rows"): (0, 85), N_("Comparing with the records"): (85, 90), N_("Writing the lines"): (90, 100)}


class Moved(Exception):
    """Another import or undo came between counting and registering."""


def check_file(db, home, path, options, *, name=None, sha256=None, on_progress=None, rejects_to=None, translate=str):
    """Return what importing a file would do, as `import_file` does, writing nothing to the ledger.

    With ``options.rows`` the answer has ``preview``: the first lines as they would be loaded. Open questions stand in
    the answer.
    """
    told = on_progress or _tell_nobody
    shown = _Shown(options.rows)
    with Stage(home, Customers(db)) as stage:
        lines = _read(path, options, name, sha256, told, stage, shown=shown)
        rejects_to = _rejects(lines, rejects_to, translate)
        told(N_("Comparing with the records"), 0, 1)
        found, is_new, gone = _compared(db, home, lines, stage, options)
        _, figures = stage.settle(is_new, is_trial=True)
        answer = _answer(lines, stage, figures, found, gone, rejects_to)
    if options.rows is not None:
        answer["preview"] = shown.rows
    return answer


def refuse_unreadable(paths, options):
    """Refuse several files as soon as one of them could not be imported, so that none is before the others can be.

    Raises
    ------
    kb.errors.Invalid
    """
    for path in paths:
        refuse_questions(read(path, options, keep=lambda frame: None))


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
    replaces=None,
    beside=tuple,
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
    replaces : collection of int, optional
        The imports whose place the trial said that the file takes; None for whichever they are.
    beside : callable, optional
        Returns the imports so far of other files that came together with this one: it takes the place of none of these.

    Returns
    -------
    dict
        DESIGN 10: ``batch`` (None when no line was new), ``file``, ``sha256``, ``encoding``, ``delimiter``,
        ``header_row``, ``mapping``, ``guessed`` (of it by the values), ``rows``, ``by_reason``, ``orders``,
        ``customers``, ``products``, ``period``, ``amount``, ``rejects``, ``questions``; also ``cleaned``, how often
        each rule of `mining.ledger.cleaning` and each note was needed; ``examples``, the first row rejected for each
        reason; ``sheets`` of a workbook; ``repeated``, the lines that stand in the file before just so, which count
        all the same; ``order_numbers``: how many of them the records have already, and whether they mean other orders
        here; ``separator``, what parts the products in one cell; ``replaced``, as
        `mining.ledger.replacing.replaced` returns it; ``hidden``, the rows of a workbook that are not shown.

    Raises
    ------
    kb.errors.Invalid
        When the file cannot be read, is not the one that was seen, or a question is open.
    kb.errors.Conflict
        When it would take the place of an import that the trial did not name.
    mining.ledger.lines.Cancelled
    """
    access.require(by, "purchase.import")
    told = on_progress or _tell_nobody
    customers = Customers(db)
    with Stage(home, customers) as stage:
        lines = _read(path, options, name, sha256, told, stage, is_cancelled)
        refuse_questions(lines)
        rejects_to = _rejects(lines, rejects_to, translate)
        while True:
            try:
                return _loaded(
                    db, home, lines, stage, customers, options, by, now, on_register, told, rejects_to, replaces, beside
                )
            except Moved:
                stage.rename(customers.known_meanwhile())


def _tell_nobody(stage, done, total):
    pass


def _read(path, options, name, sha256, told, stage, is_cancelled=None, shown=None):
    def keep(frame):
        if shown is not None:
            shown.take(frame)
        stage.take(frame)

    lines = read(
        path,
        options,
        name=name,
        keep=keep,
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
    stage.finish()
    return _without_returns(lines, stage) if options.returns == "net" else lines


def _without_returns(lines, stage):
    codes, reduced = stage.take_off_returns()
    count = sum(codes.values())
    reasons = {code: lines.by_reason.get(code, 0) + codes.get(code, 0) for code in {*lines.by_reason, *codes}}
    notes = {**lines.notes, **({"reduced": reduced} if reduced else {})}
    return replace(lines, kept=lines.kept - count, set_aside=lines.set_aside + count, by_reason=reasons, notes=notes)


def _rejects(lines, path, translate):
    """Write the rejected rows, if there are any and somebody wants them, and return where."""
    if not lines.rejects or path is None:
        return None
    rejects.write(path, lines, translate)
    return path


def _loaded(db, home, lines, stage, customers, options, by, now, on_register, told, rejects_to, replaces, beside):
    before = batches.version(db)
    told(N_("Comparing with the records"), 0, 1)
    found, is_new, gone = _compared(db, home, lines, stage, options, beside)
    told(N_("Writing the lines"), 0, 1)
    written, figures = stage.settle(is_new)
    answer = _answer(lines, stage, figures, found, gone, rejects_to)
    if not figures.lines:
        return answer
    if replaces is not None:
        _refuse_untold(gone, replaces, lines.file)
    # A signal may come when the batch stands already, and files too many do no harm.
    stage.keep()
    try:
        with writing(db):
            if batches.version(db) != before:
                raise Moved
            batches.add_customers(db, customers.new)
            fields = {**_fields(lines, answer, figures, options.profile), "series": found.series}
            answer["batch"] = batches.add(db, fields, written, by=by, now=now)
            batches.replace(db, [each["id"] for each in gone], answer["batch"], by=by, now=now)
            if on_register is not None:
                on_register(answer)
    except Exception:
        stage.keep(is_kept=False)
        raise
    stage.drop_but(written)
    return answer


def _refuse_untold(gone, replaces, file):
    for each in gone:
        if each["id"] not in replaces:
            raise Conflict(
                N_("%(file)s would also replace import %(id)d, which its trial did not say. Nothing was written."),
                hint=N_("Look at that import, then hand the file in again and try it out."),
                file=file,
                id=each["id"],
            )


def _compared(db, home, lines, stage, options, beside=tuple):
    """Return the `Numbering` of the lines, which are more than the ledger holds of their like, and what they replace.

    The second is None for all lines, the third as `mining.ledger.replacing.replaced` returns it.
    """
    series = batches.series(db)
    found = _numbering(db, home, lines, stage, options, series)
    # Without numbers an order is a customer's day, which is the same in every file.
    is_numbered = stage.figures.told({})["orders"]
    near = [each for each in series if not is_numbered or each["id"] == found.series]
    gone = []
    if options.overlap == "replace":
        asked = {each for of in near for each in of["batches"]} - set(beside())
        gone = replaced(db, home, stage, lines, options, batch_ids=asked)
    left_out = {each["id"] for each in gone}
    paths = [
        path for of in near for each, some in of["batches"].items() if each not in left_out for path in some
    ]  # fmt: skip
    if options.overlap == "all" or not paths:
        return found, None, gone
    there = np.concatenate([keys.of_lines(frame) for frame in parts.frames(home, paths, keys.IDENTITY)])
    is_new = keys.are_new(stage.keys(), there)
    if (before := stage.keys_before()) is not None:
        # A sale that an earlier file told of, and of which some came back since, is no second sale.
        is_new &= keys.are_new(before, there)
        is_less = np.flatnonzero(is_new & (before != stage.keys()))
        if is_less.size:
            # Nor is one of which less came back then; what the ledger holds for another line is none of these.
            mine = stage.keys_of_sales()
            there = np.concatenate([keys.of_sales(frame) for frame in parts.frames(home, paths, keys.IDENTITY)])
            both = np.concatenate([mine[~is_new], mine[is_less]])
            is_new[is_less] = keys.are_new(both, there)[-is_less.size :]
    return found, is_new, gone


def _numbering(db, home, lines, stage, options, series):
    """Return whose order numbers the lines have; those of the same file are always the same."""
    known = numbering.known(home, series, mapping=lines.mapping, profile=options.profile)
    before = batches.of_file(db, lines.sha256)
    if before is None and options.overlap == "replace" and options.order_numbers is None:
        # Who corrects a code or a time changes most lines, but the orders are the same ones.
        found = numbering.of_lines(stage.lines(), known, "same")
        return found if found.shared else numbering.of_lines(stage.lines(), known)
    if before is None:
        return numbering.of_lines(stage.lines(), known, options.order_numbers)
    if options.overlap == "new" and _identity(lines.mapping) != _identity(before.mapping):
        # Read otherwise, every line is another one: all of them would be counted twice.
        raise Invalid(
            N_("%(file)s is import %(id)d already, read from other columns."),
            hint=N_("Undo that import first, then import the file as it is to be read now."),
            field="file",
            file=lines.file,
            id=before.id,
        )
    return numbering.of_lines(stage.lines(), [each for each in known if each.id == before.series], "same")


def _identity(mapping):
    return {field: column for field, column in mapping.items() if {field, f"{field}_key"} & set(keys.IDENTITY)}


def _fields(lines, answer, figures, profile):
    taken = ("file", "sha256", "encoding", "delimiter", "header_row", "mapping", "rows", "by_reason")
    return {**{name: answer[name] for name in taken}, "facts": figures.told(lines.mapping), "profile": profile}


def _answer(lines, stage, new, numbers, gone, rejects_to):
    rows = {
        "read": lines.read,
        "loaded": new.rows,
        "merged": lines.kept - new.rows,
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
        **stage.figures.told(lines.mapping),
        "rejects": None if rejects_to is None else str(rejects_to),
        "questions": lines.questions,
        "cleaned": lines.notes,
        "examples": _examples(lines),
        "sheets": stage.figures.sheets,
        "repeated": stage.repeated(),
        "order_numbers": {"known": numbers.shared, "are_own": numbers.series is None},
        "separator": lines.separator,
        # Nothing new makes no import that could take another's place.
        "replaced": gone if new.rows else [],
        "hidden": lines.hidden,
    }


def _examples(lines):
    first = {}
    for each in lines.rejects:
        first.setdefault(each["code"], {name: each[name] for name in ("row", "column", "value", "code")})
    return list(first.values())


class _Shown:
    """Keeps the first lines, as many as somebody wants to see."""

    def __init__(self, wanted):
        self.rows = []
        self._wanted = {None: 0, "all": float("inf")}.get(wanted, wanted)

    def take(self, frame):
        left = self._wanted - len(self.rows)
        if left > 0:
            self.rows += map(_preview, frame.head(min(left, len(frame))).iter_rows(named=True))


def _preview(row):
    scaled = {name: exact(row[name]) for name in ("quantity", "price", "amount")}
    texts = {name: row[name] for name in ("row", "order", "item", "customer")}
    return {**texts, "time": f"{row['time'].isoformat()}Z" if row["time"] else None, **scaled, "note": None}
