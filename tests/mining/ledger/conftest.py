"""Files of orders as people have them, and a ledger that takes them."""

import polars as pl
import pytest

from kb.access import OPERATOR
from mining.ledger import batches, load, parts
from mining.ledger.options import Options


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes a csv from its lines and returns the path."""

    def write(*lines, name="orders.csv", header="order,item,customer,quantity,price"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines, ""]), "utf-8")
        return path

    return write


@pytest.fixture
def load_file(db, home, now):
    """Return a function that imports a file as the operator."""

    def call(path, *, by=OPERATOR, options=None, **more):
        return load.import_file(db, home, path, options or Options(), by=by, now=now, **more)

    return call


@pytest.fixture
def ledger(db, home):
    """Return a function that gives all lines that count, as one frame, each with the id of its batch."""

    def lines():
        frames = [
            parts.scan(home, [part["path"]]).with_columns(batch=pl.lit(part["batch_id"])).collect()
            for part in batches.live_parts(db)
        ]
        return pl.concat(frames) if frames else pl.DataFrame()

    return lines
