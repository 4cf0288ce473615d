"""What a rule nobody judged may be known for already."""

import pytest

from kb.store import writing
from mining import findings, judgements, known_rules, rule_view, runs


@pytest.fixture
def hinted(db, people, now):
    """Store rules of given sides, have some judged, and return the cause told of each of the others."""

    def call(judged, *rules):
        run_id = runs.queue(db, kind="rules", args={"batches": []}, by=people["lin"], now=now)
        with writing(db):
            ids = findings.add_rules(db, run_id, {"baskets": 1000, "rules": [_rule(*each) for each in rules]})
        for position, verdict in judged.items():
            judgements.judge(db, ids[position], verdict=verdict, by=people["lin"], now=now)
        rows, _ = rule_view.listing(db, run_id, reader=people["lin"], cause="all", limit=None)
        hints = known_rules.hints(db, rows)
        return {row.finding.position: hints.get(row.finding.id) for row in rows if row.verdict is None}

    return call


def _rule(left, right, confidence=0.5, consequents=200):
    return {
        "antecedent": left.split("+"), "consequent": [right], "count": 60, "antecedent_count": int(60 / confidence),
        "consequent_count": consequents, "confidence": confidence, "base_rate": 0.1, "lift": 5.0, "q_value": 0.001,
        "leverage": 0.1,
    }  # fmt: skip


def test_a_rule_is_known_by_its_other_direction_or_a_shorter_one_that_was_judged_so(hinted):
    rules = (("啤酒", "尿裤"), ("尿裤", "啤酒"), ("啤酒+花生", "尿裤"), ("花生", "牛奶"))
    assert hinted({1: "known"}, *rules) == {
        2: ("reversed", "啤酒 → 尿裤"), 3: ("shorter", "啤酒 → 尿裤"), 4: None,
    }  # fmt: skip


def test_a_rule_that_was_judged_otherwise_makes_no_other_known(hinted):
    assert hinted({1: "useless"}, ("啤酒", "尿裤"), ("尿裤", "啤酒")) == {2: None}


def test_products_that_are_nearly_always_bought_together_are_a_set(hinted):
    sets = (("壶盖", "壶", 0.9, 65), ("盖", "壶身", 0.9, 200), ("杯", "碟", 0.5, 65))
    assert hinted({}, *sets) == {1: ("bundle", None), 2: None, 3: None}
