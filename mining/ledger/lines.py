"""From the rows of a file to typed lines: one product on one order each, and for every other row the reason."""

from dataclasses import dataclass

import polars as pl

from kb.errors import Invalid, N_
from mining.ledger import columns, detect, guesses, keys, shapes
from mining.ledger.by_block import by_block
from mining.ledger.read import cut, first_rows, open_table
from mining.ledger.reader import SCHEMA, Reader
from mining.ledger.reasons import REJECTED
from mining.ledger.unpack import open_source, refuse_changed

_STEP = 20_000


class Cancelled(Exception):
    """Somebody asked to stop."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What a file holds.

    Attributes
    ----------
    frame : polars.DataFrame
        The lines to load, or None where they were handed on; with the columns of `SCHEMA`: numbers in 1/10,000, times
        naive in UTC, None where the file has no such column or the cell is empty; only ``item`` is None nowhere if the
        file has products.
    file, sha256, encoding, delimiter, header_row
        As found; None where a kind of file has no such thing.
    mapping : dict of str to str
        Field to the name of its column.
    guessed : dict of str to str
        Those of them that the values told, though the name of the column says otherwise.
    separator : str or None
        What parts the products in a cell, where a person says that some hold several.
    read, kept, set_aside, rejected : int
        Numbers of rows; the first is the sum of the others.
    by_reason : dict of str to int
        Rows rejected or set aside, by code of `mining.ledger.reasons`.
    rejects : list of dict
        ``row``, ``column``, ``value``, ``code`` and ``cells`` of each rejected row.
    notes : dict of str to int
        Values loaded otherwise than they stand in the file.
    questions : list of dict
        What only a person can answer: ``id``, ``column``, ``rows``, ``choices``, ``option``.
    hidden : int
        Rows of a workbook that are not shown; they are read like the others.
    """

    frame: pl.DataFrame
    file: str
    sha256: str
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    header: list
    mapping: dict
    guessed: dict
    separator: str | None
    read: int
    kept: int
    set_aside: int
    rejected: int
    by_reason: dict
    rejects: list
    notes: dict
    questions: list
    hidden: int


def read(path, options, *, name=None, keep=None, on_progress=None, is_cancelled=None):
    """Return the `Lines` in a file.

    Parameters
    ----------
    path : pathlib.Path
    options : mining.ledger.options.Options
    name : str, optional
        What the person calls the file.
    keep : callable, optional
        Called with frames of lines, in the order of the file, as soon as they are read, with the orders that
        `keys.with_orders` names: then ``frame`` of the answer is None, and memory does not grow with the file.
    on_progress : callable, optional
        Called with how much is done, and how much there is.
    is_cancelled : callable, optional

    Raises
    ------
    kb.errors.Invalid
        When the file as a whole cannot be read; a bad row is a reject instead.
    Cancelled
    """
    source = open_source(path, name=name, encoding=options.encoding)
    try:
        return _read(source, options, keep, on_progress, is_cancelled)
    except (UnicodeError, pl.exceptions.ComputeError):
        # Its encoding was told by its beginning. Looked at as a whole, the row that cannot be read has a number.
        detect.encoding_of(source, options.encoding)
        raise


def _read(source, options, keep, on_progress, is_cancelled):
    is_streamed = not shapes.is_whole_orders(options) and options.layout != "baskets"
    table = open_table(source, options, columns.is_known, is_whole=not is_streamed)
    if is_streamed and options.encoding is None:
        detect.refuse_mixed(source, table.encoding)
    positions, guessed = {}, {}
    if table.header is not None:
        positions, guessed = _fields(table, options, source.name)
    mapping = shapes.kept(columns.texts(table.header, positions), options)
    frames = []

    def kept(frame):
        if len(frame) and keep is None:
            frames.append(frame)
        elif len(frame):
            keep(keys.with_orders(frame, source.sha256, mapping, options))

    def told(done, total):
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        if on_progress is not None:
            on_progress(done, total)

    # Only where a row is one line can rows be told by themselves.
    by_blocks = table.text is not None and is_streamed
    reader = (by_block if by_blocks else _row_by_row)(table, positions, options, source, kept, told)
    refuse_changed(source)
    if keep is None:
        frame = pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)
    return Lines(
        frame=frame if keep is None else None,
        file=source.name,
        sha256=source.sha256,
        encoding=table.encoding,
        delimiter=table.delimiter if table.encoding else None,
        header_row=table.header_row,
        header=table.header or [],
        mapping=mapping,
        guessed=guessed,
        separator=reader.separator,
        read=reader.kept + sum(reader.by_reason.values()),
        kept=reader.kept,
        set_aside=sum(number for code, number in reader.by_reason.items() if code not in REJECTED),
        rejected=sum(number for code, number in reader.by_reason.items() if code in REJECTED),
        by_reason=dict(reader.by_reason),
        rejects=reader.rejects,
        notes=dict(reader.notes),
        questions=reader.questions(),
        hidden=source.hidden,
    )


def _row_by_row(table, positions, options, source, keep, told):
    table = cut(table, source.name)
    reader = Reader(table, positions, options)
    for at in range(0, max(len(table.rows), 1), _STEP):
        told(at, len(table.rows))
        for row in table.rows[at : at + _STEP]:
            reader.take(row)
        keep(reader.lines())
    reader.finish()
    keep(reader.lines())
    return reader


def _fields(table, options, file):
    """Return the positions of the fields, and of those the columns that the values told."""
    sample = first_rows(table, guesses.PRICED)
    positions = columns.named(table.header, options, file)
    if options.layout == "matrix":
        columns.refuse_nothing(table.header, {"item"} if shapes.products(table.header, positions) else (), file)
        return shapes.without_figures(positions), {}
    shapes.refuse_doubtful(table.header, sample, positions, options, file)
    columns.refuse_nothing(table.header, positions.keys() & ({"item"} if options.layout == "list" else positions), file)
    if options.layout == "list" or not guesses.is_price(positions, sample, options):
        return positions, {}
    positions["price"] = positions.pop("amount")
    return positions, {"price": table.header[positions["price"][0]]}


def refuse_questions(lines):
    """Refuse to load lines while a question is open.

    Raises
    ------
    kb.errors.Invalid
        Names the column, how many rows wait, and the option that answers.
    """
    for question in lines.questions:
        raise Invalid(
            N_("%(file)s, column “%(column)s”: %(rows)d rows can be read in two ways."),
            hint=N_("Say which with %(option)s: %(choices)s."),
            field=question["option"].lstrip("-"),
            file=lines.file,
            column=question["column"],
            rows=question["rows"],
            option=question["option"],
            choices=", ".join(question["choices"]),
        )
