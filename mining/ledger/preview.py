"""The first rows of a file as they stand, before anything is decided: with what was found out, and what is unclear."""

import io
from dataclasses import dataclass, field, replace
from itertools import islice

from kb.errors import Invalid, Problem
from mining.ledger import columns, detect, guesses, read, shapes
from mining.ledger.unpack import open_source

ROWS = 20
_SAMPLE = 200
_MOST_CHARACTERS = 2_000_000
_LONGEST_SHOWN = 200
_NOTHING = {"", "na", "n/a", "null", "none", "nan", "-", "无"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first rows show.

    Attributes
    ----------
    file, sha256, kind : str
    encoding, delimiter, header_row : as `mining.ledger.read.Table`, None where that is not known
    header : list of str
    rows : list of dict
        ``number`` and ``cells`` as texts of the first `ROWS` rows below the header that hold something, and those
        above.
    mapping : dict of str to str
        Field to column, by the names of the columns.
    guessed : dict of str to str
        More of these, by the values below them; all but a price are offered and never taken unasked.
    empty : list of str
        Columns that hold nothing in the rows that were looked at, or only what stands for nothing.
    separator : str or None
        What parts the products in one cell, where a person says that cells hold several.
    products : list of str
        Columns that each stand for a product, where a person says that columns do.
    problem : kb.errors.Problem or None
        Why it cannot be read as it stands; the rows are shown all the same, if there are any.
    """

    file: str
    sha256: str
    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    header: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    mapping: dict = field(default_factory=dict)
    guessed: dict = field(default_factory=dict)
    empty: list = field(default_factory=list)
    separator: str | None = None
    products: list = field(default_factory=list)
    problem: Problem | None = None


def preview(path, options, *, name=None):
    """Return the `Preview` of a file.

    Raises
    ------
    kb.errors.Invalid
        When it is no table at all: a picture, an archive of several files.
    """
    source = open_source(path, name=name, encoding=options.encoding)
    if source.kind == "parquet":
        return _of_columns(source, options)
    if source.kind != "text":
        return _of_workbook(source, options)
    problem = None
    try:
        encoding, _ = detect.encoding_of(source, options.encoding, is_whole=False)
    except Invalid as refused:
        # Shown with marks where it cannot be read, so that somebody can see which encoding it is.
        encoding, problem = refused.values.get("encoding", "utf-8"), refused
    lines = _first_lines(source, encoding)
    read.refuse_wide(lines, source.name)
    if options.layout == "baskets":
        delimiter = read.asked_for(options) or detect.basket_delimiter(lines[: detect.SAMPLE_ROWS])
    else:
        delimiter = read.asked_for(options) or detect.delimiter_of(
            lines[: detect.SAMPLE_ROWS], read.sampled, columns.is_known
        )
    rows = list(read.parse(detect.evened(lines, delimiter), delimiter))
    found = {"encoding": encoding, "delimiter": delimiter}
    return _found(source, options, rows, found, problem)


def _of_workbook(source, options):
    try:
        sheets = read.sheets(source)
    except Invalid as problem:
        return Preview(source.name, source.sha256, source.kind, problem=problem)
    try:
        sheet, _ = read.table_sheet(sheets, options, columns.is_known, source.name)
    except Invalid:
        sheet = next(iter(sheets))  # without headings it is shown all the same
    return _found(source, options, sheets[sheet], {}, None)


def _of_columns(source, options):
    try:
        table = read.open_table(source, options, columns.is_known)
    except Invalid as problem:
        return Preview(source.name, source.sha256, source.kind, problem=problem)
    below = read.parse(table.text.first_lines(_SAMPLE), table.delimiter, table.text.first_row)
    rows = [read.Row(table.header_row, table.header), *below]
    return _found(source, replace(options, header_row=table.header_row), rows, {}, None)


def _found(source, options, rows, found, problem):
    texts = [[read.shown(cell)[:_LONGEST_SHOWN] for cell in row.cells] for row in rows]
    full = [{"number": row.number, "cells": cells} for row, cells in zip(rows, texts, strict=True) if not row.is_blank]
    found |= {"rows": full[:ROWS], "problem": problem}
    if options.layout == "baskets":
        return Preview(source.name, source.sha256, source.kind, **found)
    try:
        at = read.header_at(rows, options, columns.is_known, source.name)
        header = read.heading(rows[at])
        above = sum(not row.is_blank for row in rows[: at + 1])
        found |= {"header_row": rows[at].number, "header": header, "empty": _empty(header, texts[at + 1 :])}
        found["rows"] = full[: above + ROWS]
        positions = columns.named(header, options, source.name)
        mapping, prices = columns.texts(header, positions), {}
        if guesses.is_price(positions, texts[at + 1 :], options):
            prices = {"price": mapping.pop("amount")}
        if options.layout == "matrix":
            found |= {"mapping": columns.texts(header, shapes.without_figures(positions))}
            found |= {"products": [header[at] for at in shapes.products(header, positions)]}
        else:
            guessed = prices | guesses.by_values(header, texts[at + 1 :], {**mapping, **prices}, options)
            found |= {"mapping": mapping, "guessed": guessed}
            if options.layout == "list" and "item" in positions:
                items = positions["item"][0]
                found["separator"] = shapes.sign_of([row[items] for row in texts[at + 1 :] if items < len(row)])
            shapes.refuse_doubtful(header, texts[at + 1 :], positions, options, source.name, guessed=guessed)
    except Invalid as refused:
        found["problem"] = problem or refused
    return Preview(source.name, source.sha256, source.kind, **found)


def _empty(header, rows):
    held = [{row[at].strip().lower() for row in rows if at < len(row)} - _NOTHING for at in range(len(header))]
    return [name for name, values in zip(header, held, strict=True) if name and not values]


def _first_lines(source, encoding):
    codec = detect.CODECS[encoding]
    if encoding == "utf-16" and not detect.has_utf16_mark(source):
        codec = "utf-16-le"  # shown all the same, so that somebody can see that it is another one
    with io.TextIOWrapper(source.open(), codec, errors="replace", newline=None) as stream:
        text = "".join(islice(_bounded(stream), _SAMPLE))
    return text.split("\n")


def _bounded(stream):
    left = _MOST_CHARACTERS
    while left > 0 and (line := stream.readline(left)):
        left -= len(line)
        yield line
