import polars as pl
import pytest

from mining.ledger import parts


def test_a_part_is_named_by_its_content_and_nothing_else_is_left(tmp_path):
    frame = pl.DataFrame({"item": ["啤酒", "牛奶"]})
    part = parts.write(tmp_path, frame)

    path = tmp_path / part["path"]
    assert (path.stem, part["rows"]) == (part["sha256"], 2)
    assert parts.digest(path) == part["sha256"]
    assert [each for each in (tmp_path / "ledger").rglob("*") if each.is_file()] == [path]
    assert parts.scan(tmp_path, [part["path"]]).collect().equals(frame)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_same_lines_written_again_are_another_file(tmp_path):
    # After an undo the file comes again; what the undone batch stands on stays as it is.
    frame = pl.DataFrame({"item": ["啤酒"]})
    first, second = parts.write(tmp_path, frame), parts.write(tmp_path, frame)

    assert first["path"] != second["path"]


def test_a_write_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def full(self, path, **_):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        parts.write(tmp_path, pl.DataFrame({"item": ["啤酒"]}))

    assert not [each for each in (tmp_path / "ledger").rglob("*") if each.is_file()]
