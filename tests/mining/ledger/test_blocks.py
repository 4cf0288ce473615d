"""A file read block by block gives what it gives as a whole, wherever the blocks end."""

import io

import polars as pl
import pytest
from hypothesis import given, strategies as st

from kb.errors import Invalid
from mining.ledger import blocks, detect, lines, stage
from mining.ledger.blocks import whole_lines
from mining.ledger.options import Options

HEADER = "单号,商品,客户,数量,单价,日期"
_TEXTS = st.text(st.sampled_from(["a", "罐", "𠮷", ",", '"', "\n", "\r"]), max_size=30)


def lines_of(data, encoding, size):
    found = [block for block, _ in whole_lines(lambda: io.BytesIO(data), encoding, size)]
    return b"".join(found).decode(), found


@given(_TEXTS, st.sampled_from(["utf-8", "gb18030", "utf-16"]), st.integers(1, 12))
def test_lines_are_whole_and_none_is_lost_whatever_the_size_of_a_block(text, encoding, size):
    together, found = lines_of(text.encode(encoding), encoding, size)
    assert together == text.replace("\r\n", "\n").replace("\r", "\n")
    assert all(block.endswith(b"\n") for block in found[:-1])


def test_one_row_far_below_says_how_the_days_above_it_are_read(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    rows = [f"{number},罐,,1,2,3/4/2026" for number in range(50)]
    path.write_text("\n".join([HEADER, *rows, "50,罐,,1,2,13/4/2026", ""]), "utf-8")
    monkeypatch.setattr(blocks, "SIZE", 200)
    told = lines.read(path, Options(zone="UTC"))
    assert told.questions == []
    assert told.frame["time"].dt.strftime("%m-%d").unique(maintain_order=True).to_list() == ["04-03", "04-13"]


def test_an_import_in_several_files_is_one_batch_and_adds_only_what_is_new(load_file, ledger, orders, monkeypatch):
    monkeypatch.setattr(blocks, "SIZE", 40)
    monkeypatch.setattr(stage, "_PART", 2)
    rows = [f"{number},罐{number},张{number % 3},1,3" for number in range(9)]

    first = load_file(orders(*rows[:6]))
    second = load_file(orders(*rows[3:], rows[3]))

    assert (first["rows"]["loaded"], second["rows"]["loaded"], second["rows"]["merged"]) == (6, 4, 3)
    assert (second["orders"], second["customers"], second["amount"]) == (6, 3, "21.00")
    assert sorted(ledger()["item"]) == sorted([*(f"罐{number}" for number in range(9)), "罐3"])
    assert ledger().group_by("batch").len().sort("batch")["len"].to_list() == [6, 4]
    assert ledger().select(pl.col("customer_key").n_unique()).item() == 3


def test_a_byte_that_cannot_be_read_far_below_is_named_by_its_row(tmp_path, monkeypatch):
    # Only the beginning of a large file tells its encoding.
    monkeypatch.setattr(detect, "_TELLING", 1)
    monkeypatch.setattr(detect, "_BLOCK", 300)
    path = tmp_path / "a.csv"
    for encoding in ("utf-8", "gb18030"):
        rows = "".join(f"{number},罐头面包啤酒牛奶,,1,2,2026-05-01\n" for number in range(3_000))
        path.write_bytes(f"{HEADER}\n{rows}".encode(encoding) + b"3000,\xff\xff,,1,2,\n" + b"3001,x,,1,2,\n")
        for size in (4_000, blocks.SIZE):
            monkeypatch.setattr(blocks, "SIZE", size)
            with pytest.raises(Invalid) as refused:
                lines.read(path, Options())
            assert refused.value.details()["row"] == 3_002


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(detect, "_TELLING", 1)
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER}\n1,罐头面包啤酒牛奶,,1,2,\n".encode() * 40_000 + b"x" * 20_000_000)
    with pytest.raises(Invalid, match="does not end"):
        lines.read(path, Options())
