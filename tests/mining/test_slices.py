"""Figures of the purchase records as evidence: what they count, and what becomes of a note when they change."""

import subprocess
import sys
import time

import pytest

from kb import citing, customers, feed, notes, proofs, verification
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid
from mining import slices
from mining.ledger import batches, load, slice_figures
from mining.ledger.options import Options
from mining.nightly import Nightly

HEADER = "order,item,name,category,customer,time,quantity,price"
FIRST = (
    "A1,B12,啤酒,饮料,60000123,2026-05-01 09:00,2,3.5",
    "A1,M3,牛奶,饮料,60000123,2026-05-01 09:00,1,12",
    "A2,B12,啤酒,饮料,60000999,2026-06-01 00:30,4,3.5",
    "A3,Z9,纸尿裤,母婴,60000999,2026-07-01 09:00,1,80",
)


@pytest.fixture
def bought(db, home, tmp_path, now):
    """Return a function that imports lines and returns the id of the batch."""

    def call(*lines):
        path = tmp_path / f"{len(lines)}-{abs(hash(lines))}.csv"
        path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")
        return load.import_file(db, home, path, Options(mapping={"name": "name"}), by=OPERATOR, now=now)["batch"]

    return call


@pytest.fixture
def beer(db, home, people, a_note, bought, now):
    """A note of chen's that rests on the orders with beer: two of them."""
    bought(*FIRST)
    note = a_note(title="啤酒一直好卖")
    asked = slices.question(since="", until="", item="啤酒", category="", customer=None)
    figure = slice_figures.figure(db, home, asked)
    # A contributor does not read the purchase records, so a curator names it.
    told = {"question": asked.args(), "figure": figure, "why": "两单都有啤酒"}
    citing.purchases(db, note.id, **told, by=people["wang"], now=now)
    slices.follow(db, home, now=now)
    return note


def asks(db, note):
    return [each["kind"] for each in notes.get(db, note.id, reader=OPERATOR).asks]


def proof(db, note, reader=OPERATOR):
    (found,) = proofs.of_note(db, notes.get(db, note.id, reader=OPERATOR), reader=reader)
    return found


@pytest.mark.parametrize(
    ("asked", "figure"),
    [
        ({"item": "B12"}, (2, 2, 6.0, "21.00")),
        ({"item": "啤酒"}, (2, 2, 6.0, "21.00")),
        ({"category": "饮料"}, (3, 2, 7.0, "33.00")),
        # Half past midnight of the first of June in Shanghai is still May in UTC.
        ({"since": "2026-06-01"}, (2, 2, 5.0, "94.00")),
        ({"until": "2026-05-31"}, (2, 1, 3.0, "19.00")),
        ({"since": "2026-06-01", "until": "2026-06-30", "item": "啤酒"}, (1, 1, 4.0, "14.00")),
    ],
)
def test_a_slice_counts_the_lines_it_asks_for(db, home, bought, asked, figure):
    bought(*FIRST)
    found = slice_figures.figure(db, home, slices.of_args(asked))
    assert (found["lines"], found["orders"], found["quantity"], found["amount"]) == figure


def test_a_slice_of_a_customer_is_theirs_alone(db, home, people, bought, a_note, now):
    bought(*FIRST)
    who = customers.add(db, name="澄湖酒店", number="60000999", by=people["chen"], now=now)
    asked = slices.question(since="", until="", item="", category="", customer=who.id)
    figure = slice_figures.figure(db, home, asked)
    assert (figure["orders"], figure["amount"]) == (2, "94.00")
    note = a_note(title="澄湖买什么", readers="department")
    citing.purchases(db, note.id, question=asked.args(), figure=figure, why="两单", by=people["wang"], now=now)
    assert [each.id for each in proofs.on_purchases_of(db, who.id, reader=people["chen"])] == [note.id]
    assert proofs.on_purchases_of(db, who.id, reader=people["lin"]) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "item"),
        ({"since": "昨天"}, "since"),
        ({"since": "2026-06-02", "until": "2026-06-01"}, "until"),
    ],
)
def test_a_question_that_asks_for_nothing_or_for_no_day_is_refused(asked, field):
    empty = {"since": "", "until": "", "item": "", "category": "", "customer": None}
    with pytest.raises(Invalid) as refused:
        slices.question(**{**empty, **asked})
    assert refused.value.field == field


@pytest.mark.parametrize(("asked", "field"), [({"item": "茶"}, "item"), ({"category": "茶"}, "category")])
def test_what_the_records_do_not_know_is_refused(db, home, bought, asked, field):
    bought(*FIRST)
    with pytest.raises(Invalid) as refused:
        slice_figures.refuse_unknown(db, home, slices.of_args(asked))
    assert refused.value.field == field


def test_who_may_not_read_the_purchase_records_cites_none_of_them(db, people, beer, now):
    with pytest.raises(Forbidden):
        citing.purchases(db, beer.id, question={}, figure={}, why="x", by=people["chen"], now=now)


def test_a_figure_that_changed_by_more_than_the_share_asks_and_the_page_tells_both(db, home, people, beer, bought, now):
    assert (proof(db, beer).state, slices.is_due(db)) == ("there", False)
    batch = bought("A4,B12,啤酒,饮料,60000123,2026-08-01 09:00,1,3.5")
    assert slices.is_due(db)
    slices.follow(db, home, now=now)
    found = proof(db, beer)
    assert (found.state, found.thing["figure"]["orders"], found.thing["latest"]["orders"]) == ("changed", 2, 3)
    assert asks(db, beer) == ["purchases"]
    assert feed.changes(db, "note", beer.id)[0]["action"] == "purchases"
    batches.undo(db, batch, by=people["zhao"], now=now)
    slices.follow(db, home, now=now)
    assert (proof(db, beer).state, asks(db, beer), slices.is_due(db)) == ("there", [], False)


def test_who_verified_it_is_asked_again_only_when_it_changed_as_much_again(db, home, people, beer, bought, now):
    bought(*(f"C{n},B12,啤酒,饮料,60000123,2026-08-01 09:00,1,3.5" for n in range(18)))
    slices.follow(db, home, now=now)
    verification.verify(db, beer.id, by=people["chen"], now=now)
    bought("D1,B12,啤酒,饮料,60000123,2026-08-02 09:00,1,3.5")
    slices.follow(db, home, now=now)
    assert (proof(db, beer).thing["latest"]["orders"], asks(db, beer)) == (21, [])
    bought(*(f"E{n},B12,啤酒,饮料,60000123,2026-08-03 09:00,1,3.5" for n in range(3)))
    slices.follow(db, home, now=now)
    assert asks(db, beer) == ["purchases"]


def test_a_figure_that_changed_while_its_note_was_archived_asks_once_the_note_is_back(
    db, home, people, beer, bought, now
):
    seq = notes.archive(db, beer.id, by=people["wang"], now=now, reason="过时")
    bought(*(f"C{n},B12,啤酒,饮料,60000123,2026-08-01 09:00,1,3.5" for n in range(18)))
    slices.follow(db, home, now=now)
    assert (asks(db, beer), slices.is_due(db)) == ([], False)
    notes.undo(db, seq, by=people["wang"], now=now)
    assert slices.is_due(db)
    slices.follow(db, home, now=now)
    assert (asks(db, beer), slices.is_due(db)) == (["purchases"], False)


def test_a_note_that_comes_back_while_figures_are_counted_is_counted_next(
    db, home, people, beer, bought, a_note, now, monkeypatch
):
    other = a_note(title="牛奶也好卖")
    asked = slices.question(since="", until="", item="牛奶", category="", customer=None)
    told = {"question": asked.args(), "figure": slice_figures.figure(db, home, asked), "why": "一单"}
    citing.purchases(db, other.id, **told, by=people["wang"], now=now)
    seq = notes.archive(db, other.id, by=people["wang"], now=now, reason="过时")
    bought("D1,M3,牛奶,饮料,60000123,2026-08-02 09:00,1,12")
    real = slice_figures.figure

    def figure(*given):
        notes.undo(db, seq, by=people["wang"], now=now)
        return real(*given)

    monkeypatch.setattr(slice_figures, "figure", figure)
    slices.follow(db, home, now=now)
    monkeypatch.undo()
    assert slices.is_due(db)
    slices.follow(db, home, now=now)
    assert (asks(db, other), slices.is_due(db)) == (["purchases"], False)


def test_another_product_asks_for_nothing(db, home, beer, bought, now):
    bought("A4,Z9,纸尿裤,母婴,60000123,2026-08-01 09:00,1,80")
    slices.follow(db, home, now=now)
    assert (proof(db, beer).state, asks(db, beer)) == ("there", [])


def test_a_worker_counts_again_after_an_import(db, home, beer, bought):
    bought("A4,B12,啤酒,饮料,60000123,2026-08-01 09:00,1,3.5")
    nightly = Nightly(db, home)
    patience = time.monotonic() + 60
    while slices.is_due(db) and time.monotonic() < patience:
        nightly.tend()
        time.sleep(0.05)
    nightly.stop()
    assert asks(db, beer) == ["purchases"]


def test_pages_and_the_worker_learn_of_a_change_without_loading_polars():
    script = "import sys; import mining.slices, mining.nightly; print('polars' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
