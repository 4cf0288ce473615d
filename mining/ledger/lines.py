"""From the rows of a file to typed lines: one product on one order each, and for every other row the reason."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from kb.errors import Invalid, N_
from mining.ledger import columns, guesses, shapes
from mining.ledger.plain import plain_rows
from mining.ledger.read import cut, first_rows, open_table
from mining.ledger.reader import NO_GOODS, SCHEMA, TOTAL_WORDS, Reader
from mining.ledger.reasons import REJECTED
from mining.ledger.unpack import open_source

_STEP = 20_000


class Cancelled(Exception):
    """Somebody asked to stop."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What a file holds.

    Attributes
    ----------
    frame : polars.DataFrame
        The lines to load, with the columns of `SCHEMA`: numbers in 1/10,000, times naive in UTC, None where the file
        has no such column or the cell is empty; only ``item`` is None nowhere if the file has products.
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


def read(path, options, *, name=None, on_progress=None, is_cancelled=None):
    """Return the `Lines` in a file.

    Parameters
    ----------
    path : pathlib.Path
    options : mining.ledger.options.Options
    name : str, optional
        What the person calls the file.
    on_progress : callable, optional
        Called with the number of rows done and of all rows.
    is_cancelled : callable, optional

    Raises
    ------
    kb.errors.Invalid
        When the file as a whole cannot be read; a bad row is a reject instead.
    Cancelled
    """
    source = open_source(path, name=name, encoding=options.encoding)
    table = open_table(source, options, columns.is_known)
    positions, guessed = {}, {}
    if table.header is not None:
        positions, guessed = _fields(table, options, source.name)
    mapping = columns.texts(table.header, positions)
    # Only where a row is one line can columns be read as wholes.
    plain = None
    if not shapes.is_whole_orders(options):
        plain = plain_rows(table, positions, options, total_words=TOTAL_WORDS, no_goods=NO_GOODS)
    count, last = (0, 0) if plain is None else _extent(plain, table)
    table = cut(table, source.name, None if plain is None else plain.taken, count)
    reader = Reader(table, positions, options, last_plain=last)
    total = count + len(table.rows)
    for at in range(0, max(len(table.rows), 1), _STEP):
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
        if on_progress is not None:
            on_progress(count + at, total)
        for row in table.rows[at : at + _STEP]:
            reader.take(row)
    frame = pl.DataFrame(reader.columns, schema=SCHEMA)
    if plain is not None:
        frame = pl.concat([_whole(plain.frame), frame]).sort("row", maintain_order=True)
        reader.kept += len(plain.frame)
        reader.by_reason.update(plain.reasons)
        reader.notes.update(plain.notes)
    return Lines(
        frame=frame,
        file=source.name,
        sha256=source.sha256,
        encoding=table.encoding,
        delimiter=table.delimiter,
        header_row=table.header_row,
        header=table.header or [],
        mapping=shapes.kept(mapping, options),
        guessed=guessed,
        separator=reader.separator,
        read=total,
        kept=reader.kept,
        set_aside=sum(number for code, number in reader.by_reason.items() if code not in REJECTED),
        rejected=sum(number for code, number in reader.by_reason.items() if code in REJECTED),
        by_reason=dict(reader.by_reason),
        rejects=reader.rejects,
        notes=dict(reader.notes),
        questions=reader.questions(),
    )


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


def _extent(plain, table):
    """Return how many rows were read by column, and the number of the last."""
    at = np.flatnonzero(plain.taken)
    return len(at), int(at[-1]) + table.first_row if len(at) else 0


def _whole(frame):
    """Return lines with all columns of `SCHEMA`."""
    return frame.select(
        name if name in frame.columns else pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items()
    )


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
