"""A text read block by block: plain rows by column, the others one by one, and none of it kept in memory."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from mining.ledger import dates
from mining.ledger.plain import plain_rows
from mining.ledger.read import parse, record_end, refuse_empty
from mining.ledger.reader import NO_GOODS, SCHEMA, TOTAL_WORDS, Reader


def by_block(table, positions, options, source, keep, told):
    """Read all rows of a table of text, and return the `Reader` that knows what became of them.

    Parameters
    ----------
    table : mining.ledger.read.Table
    positions : dict of str to list of int
    options : mining.ledger.options.Options
    source : mining.ledger.unpack.Source
    keep : callable
        Called with each frame of lines.
    told : callable
        Called with the number of bytes read and of all bytes.
    """
    reader = Reader(table, positions, options, order_of_days=lambda at: _dates(table, at))
    # While one block is told from the next, kept and written, another is read by column.
    with ThreadPoolExecutor(1) as pool:
        ahead = None
        for piece in _pieces(table, told):
            behind, ahead = ahead, (piece, pool.submit(_plain, reader, piece))
            if behind is not None:
                keep(_read(reader, behind[0], behind[1].result()))
        if ahead is not None:
            keep(_read(reader, ahead[0], ahead[1].result()))
    reader.finish()
    keep(reader.lines())
    refuse_empty(reader.kept + sum(reader.by_reason.values()), source.name)
    return reader


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole rows: their lines, the number of the first, which have quotes, and the texts that go on over several."""

    first: int
    lines: pl.Series
    is_quoted: pl.Series
    starts: dict


def _pieces(table, told):
    carried = pl.Series("line", [], dtype=pl.String)
    blocks = table.text.blocks()
    block = next(blocks, None)
    while block is not None:
        first, lines, done = block
        told(done, table.text.size)
        block = next(blocks, None)
        if len(carried):
            first, lines = first - len(carried), pl.concat([carried, lines])
        quotes = lines.str.count_matches('"', literal=True)
        starts, open_from = _texts_over_lines(lines, quotes, table.delimiter, is_last=block is None)
        carried = lines[open_from:]
        yield _Piece(first, lines[:open_from], quotes[:open_from] > 0, starts)


def _plain(reader, piece):
    is_alone = None
    if piece.starts:
        is_alone = np.ones(len(piece.lines), bool)
        for begin, end in piece.starts.items():
            is_alone[begin:end] = False
    return plain_rows(
        piece.lines, piece.first, reader.table, reader.positions, reader.options, is_quoted=piece.is_quoted,
        is_alone=is_alone, day_order=reader.day_order, total_words=TOTAL_WORDS, no_goods=NO_GOODS,
    )  # fmt: skip


def _read(reader, piece, plain):
    """Return the lines to load among those of a piece: the plain rows, and the others read one by one."""
    first, lines, starts = piece.first, piece.lines, piece.starts
    left = np.arange(len(lines)) if plain is None else np.flatnonzero(~plain.taken)
    passed = [] if plain is None else np.flatnonzero(plain.taken)
    if len(passed):
        reader.passed(first + int(passed[-1]))
        reader.kept += len(plain.frame)
        reader.by_reason.update(plain.reasons)
        reader.notes.update(Counter(plain.notes))
    done = 0
    for at, line in zip(left.tolist(), lines.gather(left), strict=True):
        if at < done:
            continue
        done = starts.get(at, at + 1)
        text = [line] if done == at + 1 else lines[at:done].to_list()
        for row in parse(text, reader.table.delimiter, first + at):
            if not row.is_blank:
                reader.take(row)
    rest = reader.lines()
    if plain is None or not len(plain.frame):
        return rest
    whole = _whole(plain.frame)
    return pl.concat([whole, rest]).sort("row", maintain_order=True) if len(rest) else whole


def _texts_over_lines(lines, quotes, delimiter, *, is_last):
    """Return ``{first line: line after the last}`` of the texts that go on over several, and where an unended begins.

    `quotes` is the number of quotes in each line. Doubled ones keep it even, so only a line with an odd number can
    begin such a text.
    """
    starts, at = {}, 0
    is_odd = quotes % 2 == 1
    if not is_odd.any():
        return starts, len(lines)
    texts = None
    for begin in is_odd.arg_true().to_list():
        if begin < at:
            continue
        texts = lines.to_list() if texts is None else texts
        end = record_end(texts, begin, delimiter)
        if end is None and not is_last:
            return starts, begin
        at = begin + 1 if end is None else end
        starts[begin] = at
    return starts, len(lines)


def _whole(frame):
    """Return lines with all columns of `SCHEMA`."""
    return frame.select(
        name if name in frame.columns else pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items()
    )


def _dates(table, at):
    """Yield each cell of a column that may be a day with its year last, looking through the whole file."""
    for first, lines, _ in table.text.blocks():
        may_be = lines.filter(lines.str.contains(r"\d{1,2}[-/.．－／]\d{1,2}[-/.．－／]\d{4}|[０-９]"))
        for row in parse(may_be.to_list(), table.delimiter, first):
            if at < len(row.cells) and dates.day_order(row.cells[at]):
                yield row.cells[at]
