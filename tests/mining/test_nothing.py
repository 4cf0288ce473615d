"""Nothing to mine: each case says what is missing, of files and of the ledger alike."""

import pytest

from kb.errors import Invalid
from mining import baskets
from mining.asked import day
from mining.ledger.options import Options
from mining.ledger.orders import Slice

LINES = ("1,啤酒,2026-05-01,一店", "1,牛奶,2026-05-01,一店", "2,牛奶,2026-05-03,二店")


@pytest.mark.parametrize(
    ("lines", "wanted", "says"),
    [
        ((), {}, "no purchase records yet"),
        (LINES, {"since": day("2026-06-01"), "until": day("2026-06-30")}, "from 2026-06-01 to 2026-06-30"),
        # Within the records, but on a day without an order.
        (LINES, {"since": day("2026-05-02"), "until": day("2026-05-02")}, "from 2026-05-02 to 2026-05-02"),
        (LINES, {"without": ("啤酒", "牛奶")}, "all that was bought is left out"),
        (LINES, {"within": ("茶",)}, "products, shops and customers that were chosen"),
        (LINES, {"since": day("2026-05-03"), "without": ("牛奶",)}, "all that was bought is left out"),
        (LINES, {"until": day("2026-05-02")}, "only one order"),
        (LINES, {"without": ("啤酒",)}, "only one product"),
        (LINES, {"shops": ("二店",)}, "only one order"),
        (("1,啤酒,2026-05-01,一店", "2,牛奶,2026-05-03,二店"), {}, "No order holds two products"),
    ],
)
def test_what_is_missing_is_said(db, home, orders, imported, lines, wanted, says):
    path = orders(*lines, header="order,item,time,shop")
    if lines:
        imported(path)
    reads = [lambda: baskets.from_ledger(db, home, wanted=Slice(**wanted))]
    if lines:
        reads.append(lambda: baskets.from_files([path], Options(), Slice(**wanted)))
    for read in reads:
        with pytest.raises(Invalid) as refused:
            read().refuse_too_few()
        assert says in refused.value.sentence()
        assert refused.value.hint
