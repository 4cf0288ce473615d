"""The page of plain facts and its exports, as a marketer gets them."""

import csv
import io
import re

import pytest
from python_calamine import CalamineWorkbook

from kb.access import OPERATOR
from mining.ledger import batches, load
from mining.ledger.options import Options
from web import chart

LINES = """order,item,time,quantity,price,shop
1,啤酒,2026-03-01 10:00,2,5.50,东店
1,纸尿裤,2026-03-01 10:00,1,89,东店
2,啤酒,2026-05-31 23:50,1,5.50,西店
3,=1+1,2026-05-31 12:00,1,1,东店
"""


@pytest.fixture
def imported(db, home, people, now, tmp_path):
    """Return a function that imports a csv of these lines."""

    def call(text=LINES, name="orders.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return load.import_file(db, home, path, Options(), by=people["lin"], now=now)["batch"]

    return call


@pytest.fixture
def lin(signed_in, people):
    """A marketer who reads English."""
    browser = signed_in("lin")
    browser.post("/language", {"lang": "en", "next": "/"})
    return browser


def words(answer):
    """Return what stands on a page, without marks."""
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_before_the_first_import_the_page_says_what_to_do(lin):
    page = lin.get("/purchases/facts")
    assert page.status_code == 200
    assert "No purchase records yet" in words(page)
    assert 'href="/purchases"' in page.text[page.text.index("<main") :]
    assert lin.get("/purchases/facts.csv").status_code == lin.get("/purchases/facts.xlsx").status_code == 200


def test_the_heading_tells_the_numbers_and_the_table_equals_the_bars(imported, lin):
    imported()
    page = lin.get("/purchases/facts")
    text = words(page)
    assert "3 orders, on average 1.3 products and 35.50 each" in text
    assert "2026-03-01 to 2026-05-31" in text
    assert "Orders with one product 66.7% of the orders" in text
    for month, orders, amount in (("2026-03", 1, "100.00"), ("2026-04", 0, "0.00"), ("2026-05", 2, "6.50")):
        assert re.search(rf"<td>{month}</td><td class=\"num\">{orders}</td><td class=\"num\">{amount}</td>", page.text)
        assert f"<title>{month}: {orders}</title>" in page.text
    assert re.search(r"<bdi>东店</bdi></td><td class=\"num\">2</td><td class=\"num\">101.00</td>", page.text)
    assert "The files name no customers" in text
    assert "no dates" not in text


def test_a_taller_month_has_a_taller_bar_and_nought_none(imported, lin):
    imported()
    heights = [
        float(each)
        for each in re.findall(r'bars__bar--orders"[^>]* height="([\d.]+)"', lin.get("/purchases/facts").text)
    ]
    assert len(heights) == 3
    assert heights[1] == 0
    assert heights[2] == pytest.approx(2 * heights[0], abs=0.2)


def test_without_dates_prices_and_customers_words_stand_in_place_of_noughts(imported, lin):
    imported("order,item\n1,啤酒\n2,牛奶\n")
    page = lin.get("/purchases/facts")
    text = words(page)
    for sentence in ("have no dates", "have no prices", "name no customers", "name no shops"):
        assert sentence in text
    assert '<svg class="bars"' not in page.text
    assert "0.00" not in text


def test_the_csv_opens_in_excel_and_runs_no_formula(imported, lin):
    imported()
    answer = lin.get("/purchases/facts.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert ["Orders", "3"] in rows
    assert ["'=1+1", "1", str(1 / 3), "1.0", "1.0"] in rows
    assert ["2026-05", "2", "6.5"] in rows


def test_the_xlsx_has_a_sheet_for_each_table(imported, lin):
    imported()
    book = CalamineWorkbook.from_filelike(io.BytesIO(lin.get("/purchases/facts.xlsx").data))
    assert book.sheet_names == ["Overview", "Products", "Months", "Shops"]
    overview = dict(book.get_sheet_by_name("Overview").to_python()[1:])
    assert (overview["Orders"], overview["Amount"], overview["First day"]) == (3, 106.5, "2026-03-01")
    products = book.get_sheet_by_name("Products").to_python()
    assert products[1][:2] == ["啤酒", 2]
    assert "=1+1" in [row[0] for row in products]


def test_an_undone_import_is_gone_from_the_page_and_a_new_one_is_on_it(imported, lin, db, now):
    batch = imported()
    assert "3 orders" in words(lin.get("/purchases/facts"))
    batches.undo(db, batch, by=OPERATOR, now=now)
    assert "No purchase records yet" in words(lin.get("/purchases/facts"))
    imported("order,item\n7,茶\n", name="later.csv")
    assert "1 order" in words(lin.get("/purchases/facts"))


def test_in_chinese_the_shop_s_words_are_used(imported, signed_in, people):
    imported()
    text = words(signed_in("lin").get("/purchases/facts"))
    for word in ("客单价", "连带率", "文件里没有客户", "平均每单 1.3 种商品"):
        assert word in text


def test_the_name_of_a_month_is_whole_or_not_there():
    for count in range(1, 37):
        bars = chart.of_months([{"month": f"2026-{each:02d}", "orders": 10, "amount": 10.0} for each in range(count)])
        labelled = [bar for each in bars.values() for bar in each["bars"] if bar.label]
        assert labelled, count
        # 46 units either side, as wide as a month is drawn on a phone.
        assert count == 1 or all(bar.middle + 46 <= chart.WIDTH for bar in labelled), count


def test_the_facts_of_one_import_are_those_of_its_lines(imported, lin):
    first = imported()
    second = imported("order,item\n1,米饭\n1,汤\n2,米饭\n", "dishes.csv")
    assert "from 2 imports" in words(lin.get("/purchases/facts"))
    page = words(lin.get(f"/purchases/facts?batch={second}"))
    assert "2 orders, on average 1.5 products each" in page
    assert "Only 1 import of 2" in page
    assert "啤酒" not in page
    rows = lin.get(f"/purchases/facts.csv?batch={second}").text
    assert ("米饭" in rows, "啤酒" in rows) == (True, False)
    assert "啤酒" in words(lin.get(f"/purchases/facts?batch={first}"))


def test_facts_of_an_import_that_does_not_count_are_refused_in_words(imported, lin):
    imported()
    answer = lin.get("/purchases/facts?batch=7")
    assert answer.status_code == 422
    assert "Import 7 is not in the purchase records. Choose among: 1." in words(answer)
    assert lin.get("/purchases/facts.csv?batch=7").status_code == 422


def test_a_month_and_a_shop_without_prices_made_nobody_knows_what(imported, lin):
    imported("order,item,time,price,shop\n1,茶,2026-03-01,5,东店\n2,茶,2026-05-09,,西店\n")
    page = words(lin.get("/purchases/facts"))
    assert "2026-03 1 5.00 2026-04 0 0.00 2026-05 1 no price" in page
    assert "东店 1 5.00 西店 1 no price" in page
    assert "of the orders with a price alone" in page
    assert "The last one ends on 2026-05-09." in page
    assert "The first month begins" not in page
    assert "2026-05,1,\r\n" in lin.get("/purchases/facts.csv").text
