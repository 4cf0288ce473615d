"""A Parquet file as lines of text, so that whatever is read, cleaned, asked and reported of a table is so of it too.

Its kinds are certain where a text has to be guessed: a day, a moment and a whole number are written as every rule reads
them.
"""

from dataclasses import dataclass
from pathlib import Path

from kb import packed
from kb.errors import Invalid, N_

DELIMITER = ","
# Row 1 holds the names of the columns, as a spreadsheet would show it.
_FIRST_ROW = 2
# So many rows at once: about as many as a block of text has.
_ROWS = 300_000
# Rows to begin with; how long they are says how many can be held at once.
_FIRST_ROWS = 4_096
_BYTES = 1 << 26
# One character more than the longest text that any reader takes: what is cut here is told as too long there.
_LONGEST = 4_000_001
_MOST_COLUMNS = 16_384
# A text that stands in a file once may be that of each row. Purchases are some ten times as long in text.
_MOST_TIMES = 1_000
# The largest whole number of which a float knows every unit.
_SURE = 10**15


@dataclass(frozen=True, slots=True)
class Columnar:
    """The rows of a Parquet file; like `mining.ledger.blocks.Text`.

    Attributes
    ----------
    path : pathlib.Path
    name : str
        What the person calls the file.
    size : int
        Bytes of the file.
    header : list of str
    """

    path: Path
    name: str
    size: int
    header: list
    delimiter: str = DELIMITER
    first_row: int = _FIRST_ROW

    def blocks(self):
        """Yield ``(number of the first line, lines as a polars.Series, bytes read so far)``."""
        import polars as pl

        at, rows = 0, max(self._told(lambda scan: scan.select(pl.len()).collect().item()), 1)
        most, told = max(min(_ROWS, _FIRST_ROWS, _BYTES // len(self.header)), 1), 0
        while len(frame := self._frame(at, most)):
            before = told
            for piece, size in _pieces(frame):
                told += size
                self._refuse_bomb(told)
                first, at = at + _FIRST_ROW, at + len(piece)
                yield first, _lines(piece), self.size * at // rows
            most = min(_ROWS, max(_BYTES * len(frame) // (told - before), 1))

    def first_lines(self, most):
        """Return the first lines, as many at most as asked for and as can be held, as a list."""
        for piece, size in _pieces(self._frame(0, most)):
            self._refuse_bomb(size)
            return _lines(piece).to_list()
        return []

    def lines(self):
        """Return all lines, as a list."""
        return [line for _, block, _ in self.blocks() for line in block]

    def _frame(self, at, most):
        return self._told(lambda scan: scan.slice(at, most).collect())

    def _refuse_bomb(self, told):
        if told > max(packed.RATIO_COUNTS_FROM, _MOST_TIMES * self.size):
            packed.refuse_bomb(self.name, told, 0)

    def _told(self, ask):
        return _answered(self.path, self.name, ask)


def opened(source):
    """Return the `Columnar` of a `mining.ledger.unpack.Source`.

    Raises
    ------
    kb.errors.Invalid
        When it is damaged, or a column holds lists, records or bytes.
    """
    schema = _answered(source.path, source.name, lambda scan: scan.collect_schema())
    if not schema:
        raise Invalid(N_("%(file)s is empty."), hint=N_("Export it again."), field="file", file=source.name)
    if len(schema) > _MOST_COLUMNS:
        raise Invalid(
            N_("%(file)s, row %(row)d: the row has more than %(limit)d columns."),
            hint=N_("Check that the file is a table, and export it again."),
            field="file",
            file=source.name,
            row=1,
            limit=_MOST_COLUMNS,
        )
    for name, kind in schema.items():
        if not _is_single(kind):
            raise Invalid(
                N_("%(file)s: column “%(column)s” holds no texts, numbers or times but %(kind)s."),
                hint=N_("Write each part of it into a column of its own, or leave the column out."),
                field="file",
                file=source.name,
                column=name,
                kind=str(kind),
            )
    return Columnar(source.path, source.name, source.size, [name.strip() for name in schema])


def _answered(path, name, ask):
    import polars as pl

    try:
        # A name may hold what is a pattern elsewhere: `a*.parquet` is this file and no other.
        return ask(pl.scan_parquet(path, glob=False))
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise Invalid(
            N_("%(file)s is damaged or cut off."), hint=N_("Export or copy it again."), field="file", file=name
        ) from problem


def _is_single(kind):
    import polars as pl

    return kind.is_numeric() or kind in (
        pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Datetime, pl.Time, pl.Null,
    )  # fmt: skip


def _pieces(frame):
    """Yield parts of a frame whose texts can be held, each with its size: the bytes of its texts and its cells."""
    import polars as pl

    texts = [name for name, kind in frame.schema.items() if _is_text(kind)]
    lengths = [pl.col(name).cast(pl.String).str.len_bytes().fill_null(0).cast(pl.Int64) for name in texts]
    reached = frame.select(pl.sum_horizontal(pl.repeat(frame.width, pl.len()), *lengths).cum_sum()).to_series()
    begin = 0
    while begin < len(frame):
        before = reached[begin - 1] if begin else 0
        end = max(reached.search_sorted(before + _BYTES, side="right"), begin + 1)
        yield frame[begin:end], reached[end - 1] - before
        begin = end


def _lines(frame):
    import polars as pl

    cells = [_text(name, kind).fill_null("") for name, kind in frame.schema.items()]
    return frame.select(pl.concat_str(cells, separator=DELIMITER).alias("line"))["line"]


def _is_text(kind):
    import polars as pl

    return kind in (pl.String, pl.Categorical, pl.Enum)


def _text(name, kind):
    """Return the expression for the values of a column as texts, null where nothing stands."""
    import polars as pl

    values = pl.col(name)
    if kind == pl.Date:
        return values.dt.strftime("%Y-%m-%d")
    if kind == pl.Time:
        return values.dt.strftime("%H:%M:%S")
    if kind == pl.Datetime:
        if kind.time_zone is None:
            return values.dt.strftime("%Y-%m-%d %H:%M:%S")
        return values.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind.is_float():
        # A member number that was a float because some are missing: 60000123, not 60000123.0.
        is_whole = (values == values.round()) & (values.abs() < _SURE)
        whole = values.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(is_whole).then(whole).when(values.is_not_nan()).then(values.cast(pl.String))
    if _is_text(kind):
        texts = values.cast(pl.String)
        texts = pl.when(texts.str.len_bytes() < _LONGEST).then(texts).otherwise(texts.str.slice(0, _LONGEST))
        # A row is one line.
        texts = texts.str.replace_all(r"[\r\n]+", " ")
        quoted = pl.concat_str(pl.lit('"'), texts.str.replace_all('"', '""', literal=True), pl.lit('"'))
        return pl.when(texts.str.contains(f'["{DELIMITER}]')).then(quoted).otherwise(texts)
    return values.cast(pl.String)
