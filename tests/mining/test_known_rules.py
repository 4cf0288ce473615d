"""What a rule nobody judged may be known for already."""

import pytest

from kb import notes
from kb.note_details import Details
from kb.store import writing
from mining import findings, judgements, known_rules, rule_view, runs


@pytest.fixture
def hinted(db, people, now):
    """Store rules of given sides, have some judged, and return the cause told of each of the others."""

    def call(judged, *rules, reader="lin", called=None):
        run_id = runs.queue(db, kind="rules", args={"batches": []}, by=people["lin"], now=now)
        made = [_rule(*each) for each in rules]
        known_rules.add_sets(made, called or {})
        with writing(db):
            ids = findings.add_rules(db, run_id, {"baskets": 1000, "rules": made})
        for position, verdict in judged.items():
            judgements.judge(db, ids[position], verdict=verdict, by=people["lin"], now=now)
        rows, _ = rule_view.listing(db, run_id, reader=people["lin"], cause="all", limit=None)
        hints = known_rules.hints(db, rows, reader=people[reader])
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


def test_products_of_which_a_set_is_sold_are_known(hinted):
    called = {
        "A1": "挂耳咖啡",
        "A2": "燕麦奶",
        "A3": "挂耳咖啡+燕麦奶 组合装",
        "A4": "挂耳咖啡 燕麦奶 伴手",
        "A5": "咖啡礼盒",
    }
    assert hinted({}, ("A1", "A2"), ("A1", "A5"), called=called) == {1: ("sold", "挂耳咖啡+燕麦奶 组合装"), 2: None}


def test_what_a_note_about_customers_says_of_all_its_products_is_known_to_who_may_read_it(db, people, now, hinted):
    def write(title, product, **others):
        details = Details(product=product, observation="看销量")
        told = {"dimension": "about", "topic_names": ["连带"], "by": people["lin"], "now": now, **others}
        return notes.add(db, title=title, body="早就知道", details=details, **told)

    both = write("组合装卖得好", "燕麦奶、挂耳咖啡 (A1)")
    write("只说咖啡", "挂耳咖啡")
    write("只给自己看", "杯、碟", readers="owner")
    gone = write("归档了", "壶、盖")
    notes.archive(db, gone.id, by=people["lin"], now=now)
    rules = (("挂耳咖啡 (A1)", "燕麦奶"), ("挂耳咖啡", "牛奶"), ("杯", "碟"), ("壶", "盖"))
    seen = hinted({}, *rules)
    assert seen[1] == ("note", (both.id, "组合装卖得好"))
    assert (seen[2], seen[3][0], seen[4]) == (None, "note", None)
    assert hinted({}, *rules, reader="chen")[3] is None
