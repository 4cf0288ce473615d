"""Asking for rules in words: defaults, what remains, refusals by field, and what the job keeps of it."""

import re

import pytest

from kb.access import OPERATOR
from mining import jobs, pace, runs
from mining.ledger import batches, load
from mining.ledger.options import Options

ASKED = {"since": "", "until": "", "min_support": "2", "min_confidence": "50%", "max_length": "2", "without": ""}


@pytest.fixture
def imported(db, home, people, now, tmp_path):
    """Return a function that imports lines of a csv."""

    def call(*lines, header="order,item,time", name="orders.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines, ""]), "utf-8")
        return load.import_file(db, home, path, Options(), by=people["lin"], now=now)["batch"]

    return call


@pytest.fixture
def orders(imported):
    """Thirty orders of May: beer leads to diapers, and a bag goes with everything."""
    lines = []
    for order in range(1, 31):
        items = ["购物袋", "啤酒", "纸尿裤"] if order % 3 == 0 else ["购物袋", "牛奶"]
        lines += [f"{order},{item},2026-05-{order:02d} 10:00" for item in items]
    return imported(*lines)


@pytest.fixture
def lin(signed_in, people):
    """A marketer who reads English, on the page with the form."""
    browser = signed_in("lin")
    browser.post("/language", {"lang": "en", "next": "/"})
    browser.get("/runs")
    return browser


def value(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))


def args(db):
    run = runs.listing(db, reader=OPERATOR)[0]
    return run.args


def test_the_form_proposes_the_whole_period_and_a_count_of_the_data(orders, lin):
    page = lin.get("/runs")
    assert (value(page, "since"), value(page, "until")) == ("2026-05-01", "2026-05-30")
    assert (value(page, "min_support"), value(page, "min_confidence")) == ("3", "25%")


@pytest.mark.parametrize(("orders", "least"), [(4, "2"), (30, "3"), (199, "19"), (200, "20"), (25_000, "25")])
def test_the_count_proposed_follows_the_number_of_orders(orders, least, imported, lin, db):
    batch = imported("1,啤酒,2026-05-01")
    db.execute("UPDATE batch SET facts = json_set(facts, '$.orders', ?) WHERE id = ?", [orders, batch])
    db.conn.commit()
    assert value(lin.get("/runs"), "min_support") == least


def test_what_remains_is_told_while_one_types_and_bags_are_proposed(orders, lin):
    told = text(lin.get("/runs/count", query_string=ASKED))
    assert "购物袋" in told
    assert "This asks about 30 of 30 orders and 3 of 4 products" in told
    taken = text(lin.get("/runs/count", query_string={**ASKED, "offered": "1"}))
    assert "4 of 4 products" in taken
    part = text(lin.get("/runs/count", query_string={**ASKED, "since": "2026-05-11", "without": "牛奶"}))
    assert "This asks about 7 of 30 orders and 2 of 4 products" in part
    assert "At least 2 orders, that is 28.57% of them" in part


def test_without_script_a_button_counts_and_starts_nothing(orders, lin, db):
    page = lin.post("/runs", {**ASKED, "until": "2026-05-10", "count": "1"})
    assert page.status_code == 200
    assert "This asks about 10 of 30 orders" in text(page)
    assert value(page, "until") == "2026-05-10"
    assert re.search(r'name="bags" value="购物袋" checked', page.text)
    assert runs.count(db, reader=OPERATOR) == 0


def test_the_job_keeps_what_was_asked_and_the_list_says_it(orders, imported, lin, db):
    more = imported("91,茶,2026-05-10", "91,杯,2026-05-10", "92,茶,2026-05-11", name="more.csv")
    form = {**ASKED, "since": "2026-05-02", "until": "2026-05-29", "without": " 牛奶 ，啤酒", "offered": "1"}
    assert lin.post("/runs", {**form, "bags": "购物袋"}).status_code == 303
    assert args(db) == {
        "min_support": 2, "min_confidence": 0.5, "max_length": 2, "since": "2026-05-02", "until": "2026-05-29",
        "without": ["牛奶", "啤酒", "购物袋"], "names": {}, "batches": [orders, more],
    }  # fmt: skip
    said = text(lin.get("/runs"))
    assert "2026-05-02 to 2026-05-29, at least 2 orders, at least 50% also buy it, one product on each side" in said
    assert "leaving out 牛奶, 啤酒, 购物袋" in said


def test_a_period_that_holds_everything_is_none_so_that_no_line_without_a_day_is_lost(imported, lin, db):
    imported("1,啤酒,2026-05-01", "2,牛奶,2026-05-02", "2,啤酒,2026-05-03", "3,啤酒,")
    lin.post("/runs", {**ASKED, "since": "2026-05-01", "until": "2026-05-03"})
    assert (args(db)["since"], args(db)["until"]) == (None, None)
    lin.post("/runs", {**ASKED, "min_support": "1", "since": "2026-05-01", "until": "2026-05-02"})
    assert (args(db)["since"], args(db)["until"]) == (None, "2026-05-02")


@pytest.mark.parametrize(
    ("field", "form", "says"),
    [
        ("until", {"since": "2026-05-20", "until": "2026-05-10"}, "before it begins"),
        ("since", {"since": "2026-02-30"}, "2026-02-30"),
        ("min_support", {"min_support": "31"}, "there are only 30"),
        ("min_support", {"min_support": "11", "until": "2026-05-10"}, "there are only 10"),
        ("min_support", {"min_support": "-1"}, "-1"),
        ("min_confidence", {"min_confidence": "150%"}, "150%"),
        ("without", {"without": "牛奶, 可乐, 茶"}, "可乐”, “茶"),
        ("since", {"since": "2027-01-01"}, "nothing was bought from 2027-01-01 on. The records go from 2026-05-01"),
        ("until", {"until": "2020-01-01"}, "nothing was bought up to 2020-01-01"),
        ("without", {"without": "牛奶,啤酒,纸尿裤"}, "all that was bought is left out"),
        ("without", {"without": "牛奶,啤酒", "min_support": "1"}, "There is only one product"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field_and_nothing_starts(orders, lin, db, field, form, says):
    page = lin.post("/runs", {**ASKED, **form})
    assert page.status_code == 422
    error = re.search(rf'id="{field}-help"[^>]*>(.*?)</span></span>|$', page.text, re.DOTALL)
    shown = re.sub(r"<[^>]+>", "", error[0])
    assert says in shown
    assert says in text(lin.get("/runs/count", query_string={**ASKED, **form}))
    assert runs.count(db, reader=OPERATOR) == 0


def test_a_refusal_forgets_no_choice_of_what_to_leave_out(orders, lin):
    kept = lin.post("/runs", {**ASKED, "min_support": "999", "offered": "1"})
    assert kept.status_code == 422
    assert 'name="offered"' in kept.text
    assert 'value="购物袋"' not in kept.text
    assert (
        'name="bags" value="购物袋"'
        in lin.post("/runs", {**ASKED, "min_support": "0", "offered": "1", "bags": "购物袋"}).text
    )


def test_a_product_whose_name_holds_a_comma_can_be_left_out(imported, lin, db):
    imported(
        '1,"啤酒, 罐装",2026-05-01', "1,牛奶,2026-05-01", "2,牛奶,2026-05-02", "2,茶,2026-05-02", "2,杯,2026-05-02"
    )
    lin.post("/runs", {**ASKED, "min_support": "1", "without": "啤酒, 罐装, 茶"})
    assert args(db)["without"] == ["啤酒, 罐装", "茶"]


def test_without_dates_or_customers_the_form_says_what_cannot_be_checked(imported, lin):
    imported("1,啤酒", "1,牛奶", header="order,item")
    page = lin.get("/runs")
    assert "no period can be chosen" in text(page)
    assert "whether a single customer makes a rule" in text(page)
    assert 'name="since"' not in page.text
    refused = lin.post("/runs", {**ASKED, "min_support": "1", "since": "2026-05-01"})
    assert (refused.status_code, "have no dates" in text(refused)) == (422, True)


def test_only_who_starts_runs_sees_the_form_and_the_count(orders, signed_in):
    chen = signed_in("chen")
    assert 'name="min_support"' not in chen.get("/runs").text
    assert chen.get("/runs/count", query_string=ASKED).status_code == 403


def test_where_products_have_codes_people_read_and_write_names(imported, lin, db, home, now):
    cups = [f"{order},{item}" for order in range(1, 31) for item in ("22697,GREEN CUP", "22699,ROSE CUP")]
    lines = [
        *cups[: 2 * 12],
        *(f"{order},85123,HEART" for order in range(13, 31)),
        *(f"{n},POST,运费" for n in range(1, 31)),
    ]
    imported(*lines, header="InvoiceNo,StockCode,Description")
    counted = text(lin.get("/runs/count", query_string=ASKED))
    assert ("运费" in counted, "POST" in counted) == (True, False)
    assert lin.post("/runs", {**ASKED, "without": "heart，HEART", "offered": "1"}).status_code == 422
    assert lin.post("/runs", {**ASKED, "without": "HEART", "offered": "1", "bags": "POST"}).status_code == 303
    assert args(db)["without"] == ["85123", "POST"]
    work(db, home, now)
    page = text(lin.get("/runs/1?cause=all"))
    assert "leaving out HEART, 运费" in page
    assert "GREEN CUP 22697 → ROSE CUP 22699" in page
    rule = lin.get("/findings/1")
    assert re.search(r"<title>\s*(GREEN|ROSE) CUP → (GREEN|ROSE) CUP", rule.text)
    assert "CUP 22697" in text(rule)
    facts = text(lin.get("/purchases/facts"))
    assert "运费 POST30100.0%" in facts
    assert "85123,18,0.6,18.0,,HEART" in lin.get("/purchases/facts.csv").text


def work(db, home, now):
    """Do the run in line as a worker does."""
    run_id = runs.claim(db, "mine", now=now, is_abandoned=lambda *_: False)
    jobs.work(db, home, run_id, "mine")
    return runs.get(db, run_id, reader=OPERATOR)


def test_the_job_mines_what_was_asked_and_nothing_else(orders, lin, db, home, now):
    lin.post("/runs", {**ASKED, "until": "2026-05-20", "offered": "1", "bags": "购物袋"})
    run = work(db, home, now)
    assert run.state == "done"
    # Twenty days, and what is left without the bag: beer, diapers, milk.
    assert (run.result["baskets"], run.result["items"]) == (20, 3)
    assert re.search(r"2 rules|1 rule", text(lin.get("/runs")))


def test_a_run_on_an_import_undone_meanwhile_says_so_and_finds_nothing(orders, lin, db, home, now):
    lin.post("/runs", ASKED)
    batches.undo(db, orders, by=OPERATOR, now=now)
    run = work(db, home, now)
    assert (run.state, db["finding"].count) == ("failed", 0)
    page = text(lin.get(f"/runs/{run.id}"))
    assert f"Import {orders} (orders.csv), which this run was to read, has been undone." in page
    assert "Ask again" in page


def test_an_import_undone_while_it_is_mined_publishes_nothing(orders, lin, db, home, now, monkeypatch):
    from mining import mine

    real = mine.rules

    def slowly(*given, **named):
        batches.undo(db, orders, by=OPERATOR, now=now)
        return real(*given, **named)

    monkeypatch.setattr(mine, "rules", slowly)
    lin.post("/runs", ASKED)
    run = work(db, home, now)
    assert (run.state, db["finding"].count) == ("failed", 0)
    assert "has been undone" in run.error.sentence()


def test_an_import_after_the_question_is_not_part_of_it(orders, imported, lin, db, home, now):
    lin.post("/runs", ASKED)
    imported("99,可乐,2026-06-01", name="later.csv")
    assert work(db, home, now).result["baskets"] == 30


def test_jobs_of_old_still_show_and_work(orders, lin, db, home, people, now):
    old = {"min_support": 0.1, "min_confidence": 0.25, "max_length": 3, "batches": None}
    runs.queue(db, kind="rules", args=old, by=people["lin"], now=now)
    said = text(lin.get("/runs"))
    assert "at least 10% of the orders, at least 25% also buy it, up to 3 products together" in said
    assert work(db, home, now).result["baskets"] == 30


def test_time_left_follows_the_pace_so_far(orders, lin, db, people):
    lin.post("/runs", ASKED)
    run_id = runs.claim(db, "mine", now="2026-05-01T08:00:00.000Z", is_abandoned=lambda *_: False)
    runs.progress(db, run_id, "mine", stage="Mining", done=25, total=100)
    run = runs.get(db, run_id, reader=OPERATOR)
    assert pace.seconds_left(run, now="2026-05-01T08:00:10.000Z") == 30
    assert pace.seconds_left(run, now="2026-05-01T08:00:01.000Z") is None
    page = text(lin.get(f"/runs/{run_id}/progress"))
    assert "25%" in page
    assert re.search(r"about [\d,]+ minutes left", page)


def test_the_list_says_how_long_a_run_took(orders, lin, db, home, now):
    lin.post("/runs", ASKED)
    run = work(db, home, now)
    assert pace.took(run) >= 0
    assert re.search(r"\d+ seconds?|\d+ minutes?", text(lin.get("/runs")))


def test_the_page_of_a_run_says_what_was_asked(orders, lin):
    page = lin.post("/runs", {**ASKED, "since": "2026-05-02", "offered": "1"}, follow_redirects=True)
    assert "2026-05-02 to the end, at least 2 orders, at least 50% also buy it" in text(page)


def test_a_question_about_one_import_leaves_the_others_out(imported, orders, lin, db, home, now):
    other = imported("1,米饭,2026-05-01 10:00", "1,汤,2026-05-01 10:00", "2,米饭,2026-05-02 10:00", name="dishes.csv")
    page = lin.get("/runs")
    assert "All of 2 imports" in page.text
    page = lin.get(f"/runs?batch={other}")
    assert "Only 1 import of 2" in page.text
    assert value(page, "until") == "2026-05-02"
    asked = {**ASKED, "batch": [str(other)], "min_support": "1"}
    assert "This asks about 2 of 2 orders and 2 of 2 products" in text(lin.get("/runs/count", query_string=asked))
    lin.post("/runs", asked)
    assert (args(db)["batches"], args(db)["only"]) == ([other], ["dishes.csv"])
    run = work(db, home, now)
    assert (run.state, run.result["baskets"], run.result["items"]) == ("done", 2, 2)
    assert "only dishes.csv, at least 1 order" in text(lin.get("/runs"))


@pytest.mark.parametrize("batch", ["99", "2"])
def test_an_import_that_does_not_count_cannot_be_asked_about(imported, orders, lin, db, now, batch):
    batches.undo(db, imported("1,米饭,2026-05-01 10:00", name="dishes.csv"), by=OPERATOR, now=now)
    answer = lin.post("/runs", {**ASKED, "batch": batch})
    assert answer.status_code == 422
    assert f"Import {batch} is not in the purchase records. Choose among: 1." in text(answer)
    assert "Only" not in text(answer)
    assert runs.listing(db, reader=OPERATOR) == []
    assert f"Import {batch} is not in the purchase records." in text(lin.get(f"/runs?batch={batch}"))


def test_while_a_job_works_its_page_says_so_without_being_loaded_again(orders, lin, db, now):
    lin.post("/runs", ASKED)
    run_id = runs.listing(db, reader=OPERATOR)[0].id
    assert text(lin.get(f"/runs/{run_id}")).count("Waiting") == 2
    runs.claim(db, "mine", now=now, is_abandoned=lambda *_: False)
    part = lin.get(f"/runs/{run_id}/progress")
    assert re.search(r'<span id="run-state" hx-swap-oob="true">.*Running', part.text, re.DOTALL)
    assert lin.get(f"/runs/{run_id}").text.count('id="run-state"') == 1


def test_an_import_without_products_cannot_be_asked_what_goes_together(imported, lin):
    imported("1,5", "2,7", header="order,amount")
    answer = lin.post("/runs", ASKED)
    assert answer.status_code == 422
    assert "These imports do not say what was bought together" in text(answer)


def test_a_list_with_a_job_at_work_looks_again_by_itself(orders, lin, db, home, now):
    lin.post("/runs", ASKED)
    assert 'hx-trigger="every 2s" hx-select="#runs"' in lin.get("/runs").text
    work(db, home, now)
    assert "every 2s" not in lin.get("/runs").text
