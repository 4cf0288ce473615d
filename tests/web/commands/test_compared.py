"""`kezhi runs compare`: what is new, gone and changed, for machines, for people and as a table."""

import csv

import pytest

from kb.store import writing
from mining import findings, runs

ARGS = {"min_support": 1, "min_confidence": 0.1, "max_length": None, "batches": None}


def rule(left, right, count, confidence):
    figures = {"count": count, "confidence": confidence, "base_rate": 0.1, "lift": confidence / 0.1, "q_value": 0.001}
    return {"antecedent": [left], "consequent": [right], **figures}


@pytest.fixture
def two(db, people, now):
    """Two runs: beer to diapers is gone, milk to bread is new, tea to cups fell by far, rice to oil stayed."""

    def run(*rules):
        run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
        runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
        with writing(db):
            findings.add_rules(db, run_id, {"rules": list(rules), "baskets": 10_000})
            runs.finish(db, run_id, "lease", {"rules": len(rules), "baskets": 10_000}, now=now)
        return run_id

    stays = rule("米", "油", 300, 0.5)
    return (
        run(rule("啤酒", "纸尿裤", 200, 0.4), rule("茶", "杯", 800, 0.8), stays),
        run(rule("牛奶", "面包", 250, 0.3), rule("茶", "杯", 300, 0.3), stays),
    )


def test_new_gone_and_changed_are_told_to_machines_people_and_a_spreadsheet(kezhi, two, tmp_path):
    told = kezhi("runs", "compare", *two, "--json").json
    assert told["counts"] == {"new": 1, "gone": 1, "changed": 1, "same": 1}
    assert [each["antecedent"] for name in ("new", "gone", "changed") for each in told[name]] == [
        ["牛奶"], ["啤酒"], ["茶"],
    ]  # fmt: skip
    (changed,) = told["changed"]
    assert (changed["earlier"]["confidence"], changed["later"]["confidence"]) == (0.8, 0.3)
    shown = kezhi("runs", "compare", *two, language="zh_CN.UTF-8").out
    assert "新的 1 条，消失的 1 条，变了的 1 条，1 条照旧" in shown
    assert "~ 茶 → 杯  0.800 → 0.300" in shown
    out = tmp_path / "compared.csv"
    assert kezhi("runs", "compare", *two, "--out", out).code == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [(row["what"], row["earlier_confidence"], row["later_confidence"]) for row in rows] == [
        ("new", "", "0.3"), ("gone", "0.4", ""), ("changed", "0.8", "0.3"),
    ]  # fmt: skip


def test_what_cannot_be_compared_is_refused(refused, two, db, people, now):
    waiting = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    assert refused("runs", "compare", two[0], waiting)["value"] == waiting
    refused("runs", "compare", two[0], two[0])
    refused("runs", "compare", two[0], 99)
    refused("runs", "compare", *two, "--out", "x.txt")
    refused("runs", "compare", *two, "--as", "vera")
