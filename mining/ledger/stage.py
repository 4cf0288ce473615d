"""Lines on their way into the ledger: on the disk already, and in no batch yet, so that no import needs much memory."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from mining.ledger import keys, parts, returns
from mining.ledger.figures import Figures
from mining.ledger.reader import SCHEMA

COLUMNS = (
    "row", "sheet", "order", "item", "name", "customer_key", "time", "quantity", "price", "amount", "cost", "shop",
    "category",
)  # fmt: skip
# Lines of one Parquet file: large enough to be read fast, small enough to be held.
_PART = 500_000


class Stage:
    """Takes lines in the order of their file, numbers them and writes them; to be used as a context.

    Whatever was written is removed at the end, unless `keep` was called.

    Attributes
    ----------
    figures : mining.ledger.figures.Figures
        Of all lines.
    """

    def __init__(self, home, customers):
        self._home, self._customers = home, customers
        self._folder = None
        self._frames, self._waiting = [], 0
        self._parts, self._keys, self._before = [], [], None
        self._orders, self._period = None, None
        self._writer, self._writing = ThreadPoolExecutor(1), None
        self._is_kept = False
        self.figures = Figures()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self._writer.shutdown()
        if self._folder is not None and not self._is_kept:
            shutil.rmtree(self._folder, ignore_errors=True)

    def take(self, frame):
        """Take the next lines."""
        # SQLite answers in this thread alone; the rest is done while the next rows are read.
        self._frames.append(self._customers.named(frame).select(COLUMNS))
        self._waiting += len(frame)
        if self._waiting >= _PART:
            self._flush()

    def finish(self):
        """Write what is still waiting."""
        self._flush()
        if self._writing is not None:
            self._writing.result()

    def keep(self, *, is_kept=True):
        """Leave the files where they are: a batch may stand on them from now on."""
        self._is_kept = is_kept

    def lines(self):
        """Return all lines, lazy."""
        if not self._parts:
            return pl.DataFrame(schema={name: SCHEMA.get(name, pl.Int64) for name in COLUMNS}).lazy()
        return parts.scan(self._home, [part["path"] for part in self._parts])

    def orders(self):
        """Return the numbers of the orders of the file, also of those that came back whole; polars.Series."""
        if self._orders is not None:
            return self._orders
        return self.lines().select("order").drop_nulls().unique().collect()["order"]

    def period(self):
        """Return the first and the last instant of the file, also when all of a day came back; None without times."""
        return self.figures.told({})["period"] if self._orders is None else self._period

    def keys(self):
        """Return which purchase each line is, as `mining.ledger.keys.of_lines` numbers them."""
        return np.concatenate(self._keys) if self._keys else np.zeros(0, np.uint64)

    def keys_before(self):
        """Return which purchases the lines were before returns were taken off, as `keys`; None where none were."""
        if self._before is None:
            return None
        # From the lines as they are now: a customer may have got another key meanwhile.
        found = [
            keys.of_lines(parts.scan(self._home, [part["path"]]).collect().with_columns(before.get_columns()))
            for part, before in zip(self._parts, self._before, strict=True)
        ]
        return np.concatenate([*found, np.zeros(0, np.uint64)])

    def keys_of_sales(self):
        """Return which sale each line is, however much of it came back, as `mining.ledger.keys.of_sales` numbers it."""
        found = [keys.of_sales(parts.scan(self._home, [part["path"]]).collect()) for part in self._parts]
        return np.concatenate([*found, np.zeros(0, np.uint64)])

    def take_off_returns(self):
        """Take returned goods off their sales; return how many lines are left out for it, by code, and how many less.

        See `mining.ledger.returns.taken_off`.
        """
        told = returns.taken_off(self.lines().with_row_index("at"))
        # The file has the days and orders of goods that came back, though none of their lines is left.
        self._orders, self._period = self.orders(), self.period()
        found, kept, before, at = [], [], [], 0
        self.figures = Figures()
        for part in self._parts:
            frame = parts.scan(self._home, [part["path"]]).with_row_index("at", offset=at).collect()
            at += len(frame)
            frame = frame.join(told, on="at", how="left", suffix="_left", maintain_order="left")
            frame = frame.filter(pl.col("code").is_null())
            if frame.is_empty():
                continue
            before.append(frame.select("quantity", "amount"))
            less = {name: pl.coalesce(f"{name}_left", name) for name in ("quantity", "amount")}
            frame = frame.with_columns(**less).select(COLUMNS)
            self.figures.add(frame)
            kept.append(keys.of_lines(frame))
            found.append(parts.write(self._home, frame, self._folder))
        self._parts, self._keys, self._before = found, kept, before
        codes = dict(told["code"].drop_nulls().value_counts().iter_rows())
        return codes, told["code"].null_count()

    def repeated(self):
        """Return how many lines stand in the file before just so."""
        return self.figures.lines - pl.Series(self.keys()).n_unique()

    def rename(self, customers):
        """Give customers other keys, ``{old: new}``: somebody else brought them in meanwhile."""
        for at, part in enumerate(self._parts):
            frame = parts.scan(self._home, [part["path"]]).collect()
            frame = frame.with_columns(pl.col("customer_key").replace(customers))
            self._keys[at] = keys.of_lines(frame)
            self._parts[at] = parts.write(self._home, frame, self._folder)

    def settle(self, is_new, *, is_trial=False):
        """Return the parts that hold only the lines that are new, and the `Figures` of these.

        Parameters
        ----------
        is_new : ndarray of bool, or None
            None for all of them.
        is_trial : bool
            Whether nothing needs to be written.
        """
        if is_new is None or is_new.all():
            return self._parts, self.figures
        found, figures, at = [], Figures(), 0
        for part in self._parts:
            here, at = is_new[at : at + part["rows"]], at + part["rows"]
            if not here.any():
                continue
            frame = parts.scan(self._home, [part["path"]]).collect().filter(pl.Series(here))
            figures.add(frame)
            is_whole = is_trial or here.all()
            found.append(part if is_whole else parts.write(self._home, frame, self._folder))
        return found, figures

    def drop_but(self, kept):
        """Remove the files of lines that were there already."""
        paths = {self._home / part["path"] for part in kept}
        for path in self._folder.iterdir():
            if path not in paths:
                path.unlink()

    def _flush(self):
        if self._writing is not None:
            self._writing.result()
        if not self._frames:
            return
        frame = pl.concat(self._frames)
        self._frames, self._waiting = [], 0
        if self._folder is None:
            self._folder = parts.folder(self._home)
        self._writing = self._writer.submit(self._write, frame)

    def _write(self, frame):
        self.figures.add(frame)
        self._keys.append(keys.of_lines(frame))
        self._parts.append(parts.write(self._home, frame, self._folder))
