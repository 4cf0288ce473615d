"""The rules of a run as a page: folded groups, filters, judging without a script, exports of all that is filtered."""

import csv
import io

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
    rules += [{**rules[0], "antecedent": ["盐"], "count": 3}]
    rules += [{**rules[0], "antecedent": ["油", "醋"], "redundant": True}]
    told = {"baskets": 1000, "items": 70, "tested": 99, "hidden": {"redundant": 4, "chance": 0}}
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
