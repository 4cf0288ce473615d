import json
import subprocess
import sys

import pytest

from kb import feed
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, NotFound
from mining.ledger import batches


def test_a_batch_says_what_was_imported_by_whom_and_in_which_state(db, load_file, orders, people, now):
    path = orders("1,啤酒,张三,1,3", "2,牛奶,张三,1,2.5", "2,面包")
    told = load_file(path, by=people["lin"])

    batch = batches.get(db, 1, reader=people["lin"])

    for name in ("file", "sha256", "encoding", "delimiter", "header_row", "mapping", "rows", "by_reason"):
        assert getattr(batch, name) == told[name], name
    assert batch.facts == {"orders": 2, "customers": 1, "products": 2, "period": None, "amount": "5.50"}
    assert (batch.state, batch.created_at, batch.undone_at) == ("loaded", now, None)
    assert (batch.member_name, batch.run_id) == ("林志强", None)


def test_the_facts_of_a_batch_are_of_the_lines_it_added(db, load_file, orders):
    load_file(orders("1,啤酒,张三,1,3"))
    told = load_file(orders("1,啤酒,张三,1,3", "2,牛奶,张三,1,2"))

    assert (told["orders"], told["amount"]) == (2, "5.00")
    facts = batches.get(db, 2, reader=OPERATOR).facts
    assert (facts["orders"], facts["amount"]) == (1, "2.00")


def test_the_newest_comes_first_and_pages_cover_all_once(db, load_file, orders):
    for number in range(5):
        load_file(orders(f"{number},啤酒,张三,1,3"))

    pages = [batches.listing(db, reader=OPERATOR, limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [[batch.id for batch in found] for found, _ in pages] == [[5, 4], [3, 2], [1]]
    assert {total for _, total in pages} == {5}


def test_undo_takes_a_batch_out_once_and_says_so_in_the_feed(db, load_file, orders, people, now):
    load_file(orders("1,啤酒,张三,1,3"))
    batches.undo(db, 1, by=people["lin"], now=now)

    batch = batches.get(db, 1, reader=OPERATOR)
    assert (batch.state, batch.undone_at) == ("undone", now)
    assert batches.live_parts(db) == []
    with pytest.raises(Conflict, match="undone already"):
        batches.undo(db, 1, by=people["lin"], now=now)
    rows = list(db.query("SELECT member_id, noun, noun_id, action FROM change WHERE noun = 'batch' ORDER BY seq"))
    assert rows == [
        {"member_id": None, "noun": "batch", "noun_id": "1", "action": "add"},
        {"member_id": people["lin"].member_id, "noun": "batch", "noun_id": "1", "action": "undo"},
    ]


NOTHING = dict.fromkeys(("orders", "customers", "first", "last"))


def test_the_totals_count_what_is_not_undone(db, load_file, orders, now):
    assert batches.totals(db) == {**NOTHING, "ids": [], "rows": 0}
    load_file(orders("1,啤酒,张三,1,3", "1,牛奶,张三,1,3", "2,牛奶,李四,1,3"))
    load_file(orders("3,啤酒,张三,1,3"))
    assert batches.totals(db) == {**NOTHING, "ids": [1, 2], "rows": 4, "orders": 3, "customers": 3}

    batches.undo(db, 1, by=OPERATOR, now=now)

    assert batches.totals(db) == {**NOTHING, "ids": [2], "rows": 1, "orders": 1, "customers": 1}


def test_who_may_not_see_purchases_learns_nothing_and_who_may_not_import_undoes_nothing(
    db, load_file, orders, people, now
):
    load_file(orders("1,啤酒,张三,1,3"))
    for call in (
        lambda: batches.listing(db, reader=people["chen"]),
        lambda: batches.get(db, 1, reader=people["vera"]),
        lambda: batches.get(db, 99, reader=people["vera"]),
        lambda: batches.undo(db, 1, by=people["shen"], now=now),
    ):
        with pytest.raises(Forbidden):
            call()
    assert batches.get(db, 1, reader=people["shen"]).state == "loaded"


def test_a_batch_that_is_not_there_is_not_found(db, now):
    with pytest.raises(NotFound):
        batches.get(db, 1, reader=OPERATOR)
    with pytest.raises(NotFound):
        batches.undo(db, 1, by=OPERATOR, now=now)


def test_what_is_in_the_feed_names_no_customer(db, load_file, orders):
    load_file(orders("1,啤酒,13812345678,1,3"))

    told = json.dumps(list(db.query("SELECT * FROM change JOIN change_text USING (seq)")), default=str)

    assert "13812345678" not in told
    assert feed.last_seq(db) == 1


def test_what_pages_import_of_the_ledger_reads_no_parquet():
    script = "import sys, mining.ledger.batches as _; print(*{'polars', 'numba', 'scipy'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""
