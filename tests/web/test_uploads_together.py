"""Files that come together correct what was there before, and not each other."""

import io

import pytest

from kb.access import OPERATOR
from mining import jobs, runs
from mining.ledger import batches

MAY = "单号,商品,金额,日期\n1,罐,1,2026-05-01\n2,圈,2,2026-05-31\n"
LIDS = "单号,商品,金额,日期\n1,盖,3,2026-05-01\n2,盖,3,2026-05-31\n"


@pytest.fixture
def corrected(signed_in, db, home, now):
    """Return a function that hands in files as a correction, tries them and gives what imports them."""
    page = signed_in("lin")

    def work():
        while (run_id := runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)) is not None:
            jobs.work(db, home, run_id, "lease")

    def call(**files):
        page.get("/purchases")
        sent = [(io.BytesIO(text.encode()), f"{name}.csv") for name, text in files.items()]
        answer = page.post("/purchases/uploads", {"file": sent}, content_type="multipart/form-data")
        at = answer.location.removesuffix("/file")
        for n in range(len(files)):
            page.post(f"{at}/trial?n={n + 1}", {"overlap": "replace"})
        work()

        def write():
            answer = page.post(f"{at}/import")
            work()
            return page.get(answer.location).text

        return write

    return call


def test_two_files_of_one_correction_both_stay(corrected, db):
    corrected(五月=MAY)()
    corrected(食品=MAY.replace("圈", "糖"), 日用=LIDS)()
    assert [each.state for each in batches.listing(db, reader=OPERATOR)[0]] == ["loaded", "loaded", "undone"]


def test_what_a_colleague_imported_since_the_trial_is_not_replaced_and_it_is_said_why(corrected, db):
    corrected(五月=MAY)()
    mine = corrected(五月我的=MAY.replace("圈", "盖"))
    corrected(五月同事的=MAY.replace("圈", "环"))()

    assert "五月我的.csv 还会换掉第 2 次导入，试读时没有说到。什么都没有写入。" in mine()

    assert [each.state for each in batches.listing(db, reader=OPERATOR)[0]] == ["loaded", "undone"]


def test_before_undoing_it_is_said_which_import_comes_back(corrected, signed_in):
    corrected(五月=MAY)()
    assert "会重新计入" not in signed_in("lin").get("/purchases/batches/1").text
    corrected(五月=MAY.replace("圈", "盖"))()
    assert "被它换掉的导入 1 会重新计入。" in signed_in("lin").get("/purchases/batches/2").text
