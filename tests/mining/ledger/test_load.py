import hashlib
import tempfile
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st

from kb import home as homes
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid
from kb.migrations import migrations as kb_migrations
from kb.store import close_store, create_store, open_store
from mining.ledger import batches, load, parts
from mining.ledger.lines import Cancelled
from mining.ledger.options import Options
from mining.migrations import migrations as mining_migrations

HEADER = "order,item,customer,quantity,price"


def parquet_files(home):
    return sorted((home / "ledger").rglob("*.parquet")) if (home / "ledger").exists() else []


def test_the_answer_says_what_became_of_every_row(load_file, orders):
    path = orders("1,啤酒,张三,2,3.5", "1,牛奶,张三,1,", "2,啤酒,李四,-1,3.5", "合计,,,,", "3,面包")

    told = load_file(path)

    assert told["rows"] == {"read": 5, "loaded": 2, "merged": 0, "set_aside": 2, "rejected": 1}
    assert told["by_reason"] == {"return": 1, "total": 1, "too_few_columns": 1}
    assert (told["batch"], told["file"], told["encoding"]) == (1, "orders.csv", "utf-8")
    assert (told["delimiter"], told["header_row"], told["mapping"]["order"]) == (",", 1, "order")
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (told["orders"], told["customers"], told["products"]) == (1, 1, 2)
    assert (told["amount"], told["period"], told["questions"]) == ("7.00", None, [])


def test_importing_a_file_twice_changes_nothing(db, home, load_file, ledger, orders):
    path = orders("1,啤酒,张三,1,3", "2,牛奶,李四,1,2")
    load_file(path)
    before, files = ledger(), parquet_files(home)

    told = load_file(path, name="the same under another name.csv")

    assert (told["batch"], told["rows"]["loaded"], told["rows"]["merged"]) == (None, 0, 2)
    assert ledger().equals(before)
    assert (parquet_files(home), db["batch"].count) == (files, 1)


def test_an_overlapping_file_adds_only_what_is_more_than_the_ledger_holds(load_file, ledger, orders):
    load_file(orders("1,啤酒,张三,1,3", "2,牛奶,李四,1,2", "2,牛奶,李四,1,2"))

    told = load_file(orders("2,牛奶,李四,1,2", "2,牛奶,李四,1,2", "2,牛奶,李四,1,2", "3,面包,张三,1,1"))

    assert (told["rows"]["loaded"], told["rows"]["merged"]) == (2, 2)
    assert Counter(ledger()["item"]) == {"啤酒": 1, "牛奶": 3, "面包": 1}


def test_all_takes_the_lines_the_ledger_holds_once_more(load_file, ledger, orders):
    path = orders("1,啤酒,张三,1,3")
    load_file(path)

    assert load_file(path, options=Options(overlap="all"))["rows"]["loaded"] == 1
    assert len(ledger()) == 2


def test_two_equal_lines_of_one_file_are_two_purchases(load_file, ledger, orders):
    told = load_file(orders("1,啤酒,张三,1,3", "1,啤酒,张三,1,3"))

    assert told["rows"]["loaded"] == 2
    assert len(ledger()) == 2


def test_an_undone_import_can_be_imported_again(db, load_file, ledger, orders, now):
    path = orders("1,啤酒,张三,1,3", "1,啤酒,张三,1,3")
    load_file(path)
    batches.undo(db, 1, by=OPERATOR, now=now)
    assert ledger().is_empty()

    told = load_file(path)

    assert (told["batch"], told["rows"]["loaded"]) == (2, 2)
    assert len(ledger()) == 2


def test_an_import_killed_before_it_was_registered_leaves_no_batch_and_blocks_nothing(
    db, home, load_file, ledger, orders
):
    class Killed(BaseException):
        pass

    def die(answer):
        assert parquet_files(home), "the lines are on the disk before the batch is in the database"
        raise Killed

    path = orders("1,啤酒,张三,1,3")
    with pytest.raises(Killed):
        load_file(path, on_register=die)

    for table in ("batch", "ledger_part", "ledger_customer", "change"):
        assert db[table].count == 0, table
    assert load_file(path)["rows"]["loaded"] == 1
    assert len(ledger()) == 1


def test_what_happens_on_registering_is_part_of_the_same_transaction(db, load_file, orders):
    seen = []

    def publish(answer):
        assert db.conn.in_transaction
        seen.append((answer["batch"], db["batch"].count))

    load_file(orders("1,啤酒,张三,1,3"), on_register=publish)

    assert seen == [(1, 1)]


@pytest.mark.parametrize("is_undone", [False, True])
def test_an_import_that_came_in_between_is_counted(db, home, load_file, ledger, orders, monkeypatch, is_undone):
    path, settle = orders("1,啤酒,张三,1,3", "2,牛奶,李四,1,2"), load.Stage.settle

    def late(stage, is_new):
        # While this import is being written, somebody imports the same file, and perhaps undoes it again.
        monkeypatch.setattr(load.Stage, "settle", settle)
        load_file(path)
        if is_undone:
            batches.undo(db, 1, by=OPERATOR, now="2026-01-01T00:00:00Z")
        return settle(stage, is_new)

    monkeypatch.setattr(load.Stage, "settle", late)
    told = load_file(path)

    assert (told["batch"], told["rows"]["loaded"]) == ((2, 2) if is_undone else (None, 0))
    assert len(ledger()) == 2
    assert len(parquet_files(home)) == db["ledger_part"].count


def test_a_customer_is_a_random_number_and_the_file_holds_no_word_of_them(db, home, load_file, orders):
    load_file(orders("1,啤酒,13812345678,1,3", "2,牛奶,张三丰,1,2", "3,牛奶,张三丰,1,2"))
    load_file(orders("4,面包,张三丰,1,2"))

    known = {row["identity"]: row["customer_key"] for row in db["ledger_customer"].rows}
    assert set(known) == {"13812345678", "张三丰"}
    for file in parquet_files(home):
        frame = parts.scan(home, [file]).collect()
        assert "customer" not in frame.columns
        shown = repr(frame.rows()) + file.read_bytes().decode("latin-1")
        assert not any(text in shown for text in ("13812345678", "张三丰", "张三丰".encode().decode("latin-1")))
    keys = [key for file in parquet_files(home) for key in parts.scan(home, [file]).collect()["customer_key"]]
    assert sorted(keys) == sorted([known["13812345678"], *[known["张三丰"]] * 3])


def test_the_key_of_a_line_cannot_be_found_by_trying_all_phone_numbers(tmp_path, orders):
    path, keys = orders("1,啤酒,13812345678,1,3"), []
    for name in ("one", "other"):
        homes.create(tmp_path / name, homes.Settings())
        create_store(tmp_path / name, kb_migrations, mining_migrations)
        db = open_store(tmp_path / name)
        load.import_file(db, tmp_path / name, path, Options(), by=OPERATOR, now="2026-01-01T00:00:00Z")
        line = parts.scan(tmp_path / name, [batches.live_parts(db)[0]["path"]]).collect().row(0, named=True)
        keys.append({key: value for key, value in line.items() if value not in (None, 2, "1", "啤酒", 10_000, 30_000)})
        close_store(tmp_path / name)

    # The same line in two companies: were anything beside the order made of what the file says, it would be equal.
    assert keys[0].keys() == keys[1].keys() == {"customer_key"}
    assert keys[0] != keys[1]


def test_a_line_leads_back_to_its_batch_its_file_and_its_row(db, home, load_file, ledger, orders):
    path = orders("1,啤酒,张三,1,3", "2,牛奶,李四,1,2", name="九月.csv")
    load_file(path)

    line = ledger().row(1, named=True)
    batch = batches.get(db, line["batch"], reader=OPERATOR)

    assert (batch.file, batch.sha256) == ("九月.csv", hashlib.sha256(path.read_bytes()).hexdigest())
    assert path.read_text("utf-8").split("\n")[line["row"] - 1] == "2,牛奶,李四,1,2"
    part = batches.live_parts(db)[0]
    assert parts.digest(home / part["path"]) == part["sha256"] == Path(part["path"]).stem


def test_an_open_question_is_refused_by_its_option_and_nothing_is_written(db, home, load_file, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("order,item,time\n1,啤酒,3/4/2020\n", "utf-8")

    with pytest.raises(Invalid) as caught:
        load_file(path)

    assert caught.value.details()["column"] == "time"
    assert "--dates" in caught.value.details()["hint"]
    assert (db["batch"].count, parquet_files(home)) == (0, [])


def test_checking_says_the_same_and_writes_nothing(db, home, load_file, orders):
    path = orders("1,啤酒,张三,1,3", "2,牛奶,李四,1,2")
    told = load.check_file(db, home, path, Options(rows=1))

    assert (db["batch"].count, db["ledger_customer"].count, parquet_files(home)) == (0, 0, [])
    preview = told.pop("preview")
    assert [(row["row"], row["order"], row["item"], row["price"]) for row in preview] == [(2, "1", "啤酒", "3")]
    assert {**load_file(path), "batch": None} == told
    assert load.check_file(db, home, path, Options())["rows"]["merged"] == 2


def test_a_cancelled_import_writes_nothing(db, home, load_file, orders):
    with pytest.raises(Cancelled):
        load_file(orders("1,啤酒,张三,1,3"), is_cancelled=lambda: True)

    assert (db["batch"].count, parquet_files(home)) == (0, [])


def test_a_file_that_somebody_writes_to_while_it_is_read_is_refused(db, home, load_file, orders):
    path = orders("1,啤酒,张三,1,3")
    longer = path.read_text("utf-8") + "2,牛奶,李四,1,2\n"

    def write(*_):
        path.write_text(longer, "utf-8")

    with pytest.raises(Invalid, match="not the file it was"):
        load_file(path, on_progress=write)

    assert (db["batch"].count, parquet_files(home)) == (0, [])


def test_an_import_tells_how_far_it_is_before_it_is_registered(load_file, orders):
    told = []
    path = orders("1,啤酒,张三,1,3", "2,牛奶,李四,1,2")
    size = path.stat().st_size

    load_file(path, on_progress=lambda *each: told.append(each), on_register=lambda answer: told.append("registered"))

    assert told == [
        ("Reading rows", size, size), ("Comparing with the records", 0, 1), ("Writing the lines", 0, 1), "registered",
    ]  # fmt: skip


def test_a_column_that_is_there_counts_nothing_and_one_that_is_not_there_is_null(load_file, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("order,item,customer,amount\n1,啤酒,,-3\n", "utf-8")

    told = load_file(path)

    assert (told["orders"], told["customers"], told["products"], told["amount"]) == (0, 0, 0, "0.00")
    path.write_text("item,quantity\n啤酒,3\n", "utf-8")
    told = load_file(path)
    assert (told["orders"], told["customers"], told["products"], told["amount"]) == (None, None, 1, None)


def test_who_may_not_import_is_refused_before_anything_is_read(db, home, load_file, people):
    with pytest.raises(Forbidden):
        load_file(home / "no such file.csv", by=people["vera"])


def test_equal_lines_of_a_file_and_the_sheets_of_a_workbook_are_told(load_file, orders, tmp_path):
    assert load_file(orders("1,啤酒,,1,2", "1,啤酒,,1,2", "1,啤酒,,1,2", "2,茶,,1,2"))["repeated"] == 2
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, order in (("一月", 8), ("二月", 9)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["order", "item"])
            sheet.write_row(1, 0, [order, "茶"])
    told = load_file(tmp_path / "a.xlsx")
    assert (told["sheets"], told["repeated"]) == (["一月", "二月"], 0)


# So few different lines that files repeat their own and each other's.
_LINE = st.tuples(st.just(1), st.sampled_from("ab"), st.sampled_from(["", "x"]), st.just(1))
_FILES = st.lists(st.lists(_LINE, min_size=1, max_size=6), min_size=1, max_size=4)


@given(_FILES)
@settings(max_examples=12)
def test_after_any_files_each_purchase_counts_as_often_as_the_file_that_has_it_most_often(files):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        homes.create(home, homes.Settings())
        create_store(home, kb_migrations, mining_migrations)
        db, path, loaded = open_store(home), Path(folder) / "orders.csv", 0
        for lines in files:
            rows = [f"{order},{item},{customer},{quantity},1" for order, item, customer, quantity in lines]
            path.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
            told = load.import_file(db, home, path, Options(), by=OPERATOR, now="2026-01-01T00:00:00Z")
            loaded += told["rows"]["loaded"]
        names = {None: ""} | {row["customer_key"]: row["identity"] for row in db["ledger_customer"].rows}
        found = Counter()
        for part in batches.live_parts(db):
            for row in parts.scan(home, [part["path"]]).collect().iter_rows(named=True):
                found[int(row["order"]), row["item"], names[row["customer_key"]], row["quantity"] // 10_000] += 1
        close_store(home)

    expected = Counter()
    for lines in files:
        expected |= Counter(lines)
    assert found == expected
    assert loaded == expected.total()
