"""Orders to import and mine."""

import os
import random

import pytest

from mining import preparing
from mining.ledger import load
from mining.ledger.options import Options


@pytest.fixture(scope="session", autouse=True)
def compiled():
    """Wait for the compiler that works for all processes of the run; one alone compiles only what its tests need."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        preparing.prepare()


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes a csv of lines and returns its path."""

    def write(*lines, name="orders.csv", header="order,item", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def imported(db, home, people, now):
    """Return a function that imports a file as lin and returns what became of it."""
    return lambda path, **options: load.import_file(
        db, home, path, Options(**options), by=people["lin"], now=now, rejects_to=home / "rejects" / "x.csv"
    )


@pytest.fixture(scope="session")
def many_orders(tmp_path_factory):
    """Three thousand orders with a planted rule, in GB18030."""
    path = tmp_path_factory.mktemp("orders") / "订单.csv"
    chance = random.Random(7)
    lines = ["单号,商品"]
    for order in range(1, 3001):
        basket = {item for item in ("啤酒", "纸尿裤", "牛奶", "面包", "鸡蛋", "大米") if chance.random() < 0.2}
        if "啤酒" in basket and chance.random() < 0.5:
            basket.add("纸尿裤")
        lines += [f"{order},{item}" for item in sorted(basket)]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return path
