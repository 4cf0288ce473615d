"""The rules of a run as a page: folded groups, filters, judging without a script, exports of all that is filtered."""

import csv
import html
import io
import re
import zipfile
from urllib.parse import unquote

import pytest

from kb.store import writing
from mining import findings, runs


@pytest.fixture
def run_id(db, people, now):
    """A run with sixty rules worth a look and two that are folded."""
    found = runs.queue(db, kind="rules", args={"min_support": 1, "min_confidence": 0.1, "max_length": None, "batches": []}, by=people["lin"], now=now)  # fmt: skip # noqa: E501
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    kept = {"confidence": 0.5, "base_rate": 0.1, "lift": 5.0, "q_value": 0.001, "leverage": 0.1, "conviction": None,
            "antecedent_count": 80, "consequent_count": 100, "support": 0.04, "p_value": 0.0001}  # fmt: skip
    rules = [{"antecedent": [f"=罐{n}"], "consequent": ["袋"], "count": 20 + n, **kept} for n in range(60)]
    rules += [{**rules[0], "antecedent": ["糖"], "consequent": ["牛奶"], "base_rate": 0.4}]
    rules += [
        {**rules[0], "antecedent": ["盐"], "count": 3, "held": True, "later_confidence": 0.4, "later_base_rate": 0.1}
    ]
    rules += [{**rules[0], "antecedent": ["油", "醋"], "redundant": True}]
    rules[5] |= {"held": True, "later_orders": 9, "later_confidence": 0.45, "later_base_rate": 0.11, "trend": "flat"}
    rules[6] |= {"held": False, "later_orders": 1, "later_confidence": 0.02, "later_base_rate": 0.11, "trend": "down"}
    times = {"since": "2026-07-15", "baskets": 300, "sure": 3, "held": 2}
    told = {"times": times, "baskets": 1000, "items": 70, "tested": 99, "hidden": {"redundant": 4, "chance": 0}}
    with writing(db):
        findings.add_rules(db, found, {**told, "rules": rules})
        runs.finish(db, found, "lease", {**told, "rules": len(rules)}, now=now)
    return found


def test_what_is_folded_is_a_count_that_shows_it(signed_in, run_id):
    browser = signed_in("chen")
    page = browser.get(f"/runs/{run_id}").text
    assert page.count("data-rule=") == 50
    assert "糖" not in page
    assert "右边谁都常买（超过 15% 的订单） 1</a>" in page
    assert "不到 20 单 1</a>" in page
    assert "糖" in browser.get(f"/runs/{run_id}?cause=common").text
    assert "盐" in browser.get(f"/runs/{run_id}?cause=few").text
    assert "短的规则已经说了 1</a>" in page
    assert "醋" in browser.get(f"/runs/{run_id}?cause=redundant").text
    assert browser.get(f"/runs/{run_id}?page=2").text.count("data-rule=") == 10
    assert 'class="judge__button' not in page


def test_the_rules_that_were_reliable_before_are_counted_and_each_count_opens_them(signed_in, run_id):
    browser = signed_in("chen")
    page = browser.get(f"/runs/{run_id}").text
    said = re.sub(r"<[^>]*>", "", page)
    assert "2026-07-15 以前就可靠的规则有 3 条，之后 2 条仍成立，1 条不再成立。" in said
    for held, names in (("yes", ("=罐5", "盐")), ("no", ("=罐6",))):
        address = html.unescape(re.search(rf'href="(/runs/{run_id}\?[^"]*held={held}[^"]*)"', page)[1])
        listed = browser.get(address).text
        assert (listed.count("data-rule="), all(each in listed for each in names)) == (len(names), True)


def test_what_is_asked_on_the_page_is_answered_by_its_part_alone_with_an_address_that_says_it(signed_in, run_id):
    browser = signed_in("chen")
    asked = f"/runs/{run_id}?q=罐&left=&judged=no&column=lift&column=orders&page=2"
    part = browser.get(asked, headers={"HX-Request": "true"})
    whole = browser.get(asked)
    assert part.text.count("data-rule=") == whole.text.count("data-rule=") == 10
    assert "<html" not in part.text
    assert part.text.strip() in whole.text
    assert "HX-Request" in part.vary
    address = unquote(part.headers["HX-Push-Url"])
    assert "left=" not in address
    assert part.text.strip() in browser.get(address).text


def test_a_rule_is_judged_without_a_script_and_the_filter_stays(signed_in, run_id):
    browser = signed_in("lin")
    here = f"/runs/{run_id}?left=%E7%BD%905&judged=no"
    assert browser.get(here).text.count("data-rule=") == 11
    answer = browser.post("/findings/60/judge", {"verdict": "worth", "back": here})
    assert answer.location == here
    page = browser.get(here).text
    assert page.count("data-rule=") == 10
    assert "已判断。" in page
    judged = browser.get(f"/runs/{run_id}?judged=worth").text
    assert judged.count("data-rule=") == 1
    assert "林志强" in judged
    assert browser.post("/findings/60/judge", {"verdict": "worth", "back": "//evil.example"}).location == "/findings/60"


def test_all_filtered_rules_are_exported_with_what_was_said_of_them(signed_in, run_id):
    from python_calamine import CalamineWorkbook

    browser = signed_in("lin")
    browser.post("/findings/1/judge", {"verdict": "useless", "reason": "赠品"})
    text = browser.get(f"/runs/{run_id}/rules.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 60
    assert rows[0]["若买"].startswith("'=罐59")
    last = rows[-1]
    assert (last["判断"], last["理由"], last["判断人"]) == ("没用", "赠品", "林志强")
    assert len(browser.get(f"/runs/{run_id}/rules.csv?left=罐5").text.splitlines()) == 12
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"/runs/{run_id}/rules.xlsx").data))
    sheet = book.get_sheet_by_index(0).to_python()
    assert len(sheet) == 61
    assert sheet[1][0] == "=罐59"
    assert sheet[1][2] == 79.0


def test_rules_are_found_by_words_figures_and_what_became_of_them(signed_in, run_id):
    browser = signed_in("chen")

    def shown(asked):
        return browser.get(f"/runs/{run_id}?{asked}").text.count("data-rule=")

    assert shown("q=袋+罐12") == 1
    assert shown("q=牛奶&cause=all") == 1
    assert shown("orders_from=70&orders_to=79") == 10
    assert shown("confidence_from=60%25") == 0
    assert shown("length=3&cause=all") == 1
    assert shown("held=yes") == 1
    assert shown("held=no") == 1
    assert shown("trend=down") == 1
    assert shown("orders_from=abc&length=-1&sort=x&columns=nothing&held=perhaps") == 50
    page = browser.get(f"/runs/{run_id}?held=no").text
    assert page.count("没站住</small>") == 1
    assert "后 30% 的订单里没站住：100 单里 2.0 单，平时 11 单。" in page


def test_columns_are_chosen_and_saved_with_the_filters_as_a_view_of_any_run(signed_in, run_id):
    browser = signed_in("lin")
    page = browser.get(f"/runs/{run_id}?column=lift&column=support&q=罐1").text
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert "支持度" in head
    assert "多出单" not in head
    answer = browser.post(
        f"/runs/{run_id}/views", {"q": "罐1", "columns": "lift,support", "name": "罐子", "readers": "all"}
    )
    assert answer.status_code == 303
    other = signed_in("chen")
    assert "罐子" in other.get(f"/runs/{run_id}").text
    assert "罐子" not in other.get("/notes").text
    led = other.get("/rules?q=罐1&columns=lift,support")
    assert led.status_code == 302
    assert other.get(led.location).text.count("data-rule=") == 11
    refused = browser.post(f"/runs/{run_id}/views", {"q": "罐1", "name": "罐子", "readers": "owner"})
    assert refused.status_code == 422
    assert "罐子" in refused.text.split("field__error")[1]


def test_the_columns_a_member_chose_are_there_again_and_nobody_elses(signed_in, run_id):
    browser = signed_in("lin")

    def head(address, by=browser):
        return by.get(address).text.split("<thead>")[1].split("</thead>")[0]

    answer = browser.post(f"/runs/{run_id}/columns", {"column": ["lift", "support"], "q": "罐1", "judged": "no"})
    assert answer.status_code == 303
    assert unquote(answer.location) == f"/runs/{run_id}?q=罐1&judged=no"
    chosen = head(f"/runs/{run_id}")
    assert "支持度" in chosen
    assert "多出单" not in chosen
    # A view that others see says which columns it was saved with; one without shows each their own.
    browser.post(f"/runs/{run_id}/views", {"q": "罐1", "name": "罐子", "readers": "all"})
    other = signed_in("chen")
    assert "多出单" in head(f"/runs/{run_id}", other)
    address = re.search(r'class="chip" href="([^"]+)"', other.get(f"/runs/{run_id}").text)[1].replace("&amp;", "&")
    assert "支持度" in head(address, other)
    assert "多出单" in head(f"/runs/{run_id}?columns=extra")
    browser.post(f"/runs/{run_id}/columns", {})
    assert head(f"/runs/{run_id}") == head(f"/runs/{run_id}", other)


def test_all_filtered_rules_go_to_programs_too_and_the_chart_to_a_picture(signed_in, run_id):
    import polars as pl

    browser = signed_in("lin")
    browser.post("/findings/6/judge", {"verdict": "worth", "reason": "放一起"})
    asked = "left=罐5&sort=lift"
    told = browser.get(f"/runs/{run_id}/rules.json?{asked}").json["rules"]
    assert len(told) == 11
    assert next(each for each in told if each["id"] == 6)["verdict"] == "worth"
    frame = pl.read_parquet(io.BytesIO(browser.get(f"/runs/{run_id}/rules.parquet?{asked}").data))
    assert len(frame) == 11
    assert frame.filter(pl.col("id") == 6)["antecedent"].to_list() == [["=罐5"]]
    assert frame["lift"].to_list() == [each["lift"] for each in told]
    with zipfile.ZipFile(io.BytesIO(browser.get(f"/runs/{run_id}/rules.xlsx?{asked}").data)) as book:
        assert "xl/charts/chart1.xml" in book.namelist()
        assert "!$C$2:$C$12" in book.read("xl/charts/chart1.xml").decode()
    picture = browser.get(f"/runs/{run_id}/scatter.svg?cause=all").text
    assert "</svg>" in picture
    # Twelve by name; the others are dots, those at one place once.
    drawn = picture.count("<circle") - 4 + sum(path.count("h0") for path in re.findall(r'd="(M[^"]+)"', picture))
    assert drawn >= 60


def test_two_runs_are_compared_and_what_chance_explains_is_no_change(db, people, now, signed_in, run_id):
    kept = {"base_rate": 0.1, "lift": 5.0, "q_value": 0.001, "leverage": 0.1, "conviction": None,
            "antecedent_count": 80,
            "consequent_count": 100, "support": 0.04, "p_value": 0.0001, "consequent": ["袋"]}  # fmt: skip
    rules = [
        {**kept, "antecedent": ["=罐1"], "count": 40, "confidence": 0.52},
        {**kept, "antecedent": ["=罐2"], "count": 22, "confidence": 0.2},
        {**kept, "antecedent": ["新罐"], "count": 40, "confidence": 0.5},
    ]
    second = runs.queue(db, kind="rules", args={"min_support": 1, "min_confidence": 0.1, "max_length": None, "batches": []}, by=people["lin"], now=now)  # fmt: skip # noqa: E501
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    told = {"baskets": 1000, "items": 70, "tested": 99, "hidden": {"redundant": 0, "chance": 0}}
    with writing(db):
        findings.add_rules(db, second, {**told, "rules": rules})
        runs.finish(db, second, "lease", {**told, "rules": 3}, now=now)
    page = signed_in("chen").get(f"/runs/{second}/compare").text
    assert "新 1，消失 58，变了 1" in page
    assert "新罐 → 袋" in page
    assert "1 条规则在误差内没有变" in page
    assert f"和 #{run_id} 比" in signed_in("chen").get(f"/runs/{second}").text
    every = signed_in("chen").get(f"/runs/{second}/compare?with={run_id}&all=1").text
    assert "消失 61" in every


def test_a_run_is_told_on_one_page_and_in_a_workbook(signed_in, run_id):
    from python_calamine import CalamineWorkbook

    browser = signed_in("lin")
    browser.post("/findings/1/judge", {"verdict": "worth", "reason": "放一起"})
    browser.post("/findings/60/judge", {"verdict": "useless"})
    page = browser.get(f"/runs/{run_id}/report").text
    assert "碰巧的可能不超过 1% 的才算可靠" in page
    findings_told = page.split("report__findings")[1]
    assert findings_told.index("=罐0") < findings_told.index("=罐58")
    assert "=罐59" not in findings_told
    assert "放一起" in findings_told
    assert "值得做 1" in page
    assert "1 条规则被判为值得做" in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"/runs/{run_id}/report.xlsx").data))
    assert len(book.get_sheet_by_index(0).to_python()) == 11
    assert ["订单", 1000.0] in book.get_sheet_by_index(1).to_python()


def test_from_a_rule_of_a_category_one_goes_down_to_its_products_and_up_again(db, people, now, signed_in):
    kept = {"confidence": 0.5, "base_rate": 0.1, "lift": 5.0, "q_value": 0.001, "leverage": 0.1, "conviction": None,
            "antecedent_count": 80, "consequent_count": 100, "support": 0.04, "p_value": 0.0001, "consequent": ["袋"],
            "count": 40}  # fmt: skip
    above = {"啤酒": ["[酒]"], "白酒": ["[酒]"]}
    rules = [{**kept, "antecedent": [item], "above": {item: above.get(item, [])}} for item in ("[酒]", *above, "茶")]
    found = runs.queue(db, kind="rules", args={"min_support": 1, "min_confidence": 0.1, "max_length": None, "batches": []}, by=people["lin"], now=now)  # fmt: skip # noqa: E501
    told = {"baskets": 1000, "items": 70, "tested": 99, "hidden": {"redundant": 0, "chance": 0}}
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    with writing(db):
        findings.add_rules(db, found, {**told, "rules": rules})
        runs.finish(db, found, "lease", {**told, "rules": len(rules)}, now=now)
    browser = signed_in("lin")
    page = browser.get(f"/runs/{found}").text
    assert page.count("细到商品 2 条") == 1
    assert page.count("看品类 1 条") == 2
    down = browser.get(re.search(r'href="([^"]+finer=[^"]+)"', page)[1].replace("&amp;", "&")).text
    assert down.count("data-rule=") == 2
    assert "比 <b><bdi>[酒]</bdi> → <bdi>袋</bdi></b> 更细的" in down
    up = browser.get(re.search(r'href="([^"]+broader=[^"]+)"', down)[1].replace("&amp;", "&")).text
    assert up.count("data-rule=") == 1
    near = browser.get("/findings/1").text
    assert "细到具体商品也这样" in near
    assert "在表里看全部" in near
    assert "整个品类也这样" in browser.get("/findings/2").text
