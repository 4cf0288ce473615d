import pytest

from kb.errors import Invalid
from mining import baskets
from mining.selection import selection

LINES = ("1,啤酒,2026-04-30 23:00", "1,购物袋 大,2026-04-30 23:00", "2,啤酒,2026-05-01 00:30",
         "2,薯片,2026-05-01 00:30", "3,薯片,2026-06-02 09:00")  # fmt: skip


@pytest.fixture
def counted(db, home, imported, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["order,item,time", *LINES, ""]), "utf-8")
    imported(path)

    def call(**chosen):
        found = baskets.from_ledger(db, home, chosen=selection(**chosen))
        return found.X.shape[0], found.items

    return call


def test_a_period_counts_by_the_days_of_the_instance(counted):
    assert counted() == (3, ["啤酒", "薯片", "购物袋 大"])
    assert counted(first="2026-05-01", last="2026-05-31") == (1, ["啤酒", "薯片"])
    assert counted(last="2026-04-30") == (1, ["啤酒", "购物袋 大"])
    assert counted(first="２０２６-06-01") == (1, ["薯片"])


def test_what_is_left_out_is_left_out_by_part_of_its_name(counted):
    assert counted(exclude="购物袋、运费")[1] == ["啤酒", "薯片"]
    with pytest.raises(Invalid):
        counted(exclude="购物袋,啤酒，薯片")


@pytest.mark.parametrize(
    ("chosen", "field"),
    [({"first": "2026-02-30"}, "first"), ({"last": "5月"}, "last"),
     ({"first": "2026-05-02", "last": "2026-05-01"}, "last")],
)  # fmt: skip
def test_what_is_no_period_is_refused_by_its_field(chosen, field):
    with pytest.raises(Invalid) as refused:
        selection(**chosen)
    assert refused.value.field == field
    assert refused.value.hint
