"""Rules are filtered, counted and ordered by their columns exactly as their rows say."""

import random

import pytest

from kb.store import writing
from mining import findings, judgements, rule_view, runs

ARGS = {"min_support": 1, "min_confidence": 0.1, "max_length": None, "batches": [1]}
NAMES = ("密封罐 1.2 L", "ＡＢ盒", "啤酒", "纸尿裤", 'a "b", c', "袋")


@pytest.fixture
def made():
    """Sixty rules of a few products, with equal figures among them and some that are not known."""
    chance = random.Random(7)  # noqa: S311
    found = {}
    while len(found) < 60:
        items = chance.sample(NAMES, chance.choice((2, 2, 3)))
        confidence, base_rate = chance.choice((0.2, 0.4, 0.8)), chance.choice((0.05, 0.1, 0.2))
        found.setdefault((*sorted(items[:-1]), items[-1]), {
            "antecedent": items[:-1], "consequent": items[-1:], "count": chance.choice((5, 20, 40, 90)),
            "confidence": confidence, "base_rate": base_rate, "lift": confidence / base_rate,
            "q_value": chance.choice((0.001, 0.03, 0.4)), "redundant": chance.random() < 0.2,
            "profit": chance.choice((None, 12.5, 40.0)), "held": chance.choice((None, True, False)),
            "trend": chance.choice((None, "up", "down")),
        })  # fmt: skip
    return list(found.values())


@pytest.fixture
def run_id(db, people, now, made):
    found = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    with writing(db):
        ids = findings.add_rules(db, found, {"baskets": 1000, "rules": made})
    for position, verdict in ((3, "worth"), (9, "known"), (20, "known")):
        judgements.judge(db, ids[position], verdict=verdict, by=people["lin"], now=now)
    return found


ASKED = [
    ({}, lambda row: True),
    ({"left": "ab盒"}, lambda row: "ＡＢ盒" in row["antecedent"]),
    ({"right": ' "B",'}, lambda row: 'a "b", c' in row["consequent"]),
    ({"text": "啤酒 袋"}, lambda row: {"啤酒", "袋"} <= {*row["antecedent"], *row["consequent"]}),
    ({"length": 3}, lambda row: len(row["antecedent"]) == 2),
    ({"held": False}, lambda row: row["held"] is False),
    ({"trend": "up"}, lambda row: row["trend"] == "up"),
    ({"trend": "flat"}, lambda row: False),
    ({"orders": (20, 40), "lift": (None, 4.0)}, lambda row: row["count"] in (20, 40) and row["lift"] <= 4.0),
    ({"judged": "yes"}, lambda row: row["position"] in (3, 9, 20)),
    ({"judged": "no"}, lambda row: row["position"] not in (3, 9, 20)),
    ({"judged": "known", "confidence": (0.0, 1.0)}, lambda row: row["position"] in (9, 20)),
]
FIRST = {
    "extra": lambda row: -row["count"] * (1 - row["base_rate"] / row["confidence"]),
    "orders": lambda row: -row["count"],
    "q_value": lambda row: row["q_value"],
    "profit": lambda row: -row["profit"] if row["profit"] is not None else 0,
}


@pytest.mark.parametrize("is_old", [False, True], ids=["now", "a run from before columns were kept"])
def test_what_is_asked_is_answered_as_by_looking_at_each_rule(db, people, made, run_id, is_old):
    if is_old:
        db["rule_columns"].delete_where()
    rows = [{**rule, "position": position} for position, rule in enumerate(made, 1)]
    causes = dict(db.execute("SELECT position, cause FROM finding").fetchall())
    for wanted, meets in ASKED:
        for sort, first in FIRST.items():
            kept = sorted(filter(meets, rows), key=lambda row: (first(row), row["position"]))  # noqa: B023
            for cause in ("all", None, "several"):
                alike = [row["position"] for row in kept if cause == "all" or causes[row["position"]] == cause]
                asked = rule_view.asked(db, run_id, reader=people["lin"], cause=cause, sort=sort, **wanted)
                assert asked.positions() == alike, (wanted, sort, cause)
                assert asked.counts.get(cause, 0) == (0 if cause == "all" else len(alike))
    found, total = rule_view.listing(db, run_id, reader=people["lin"], cause="all", left="啤酒", limit=2)
    assert [row.finding.position for row in found] == [
        row["position"] for row in sorted(rows, key=FIRST["extra"]) if "啤酒" in row["antecedent"]
    ][:2]
    assert total == sum("啤酒" in row["antecedent"] for row in rows)


def test_a_rule_shows_the_other_way_round_first_and_then_those_that_share_a_side(db, people, made, run_id):
    rows, _ = rule_view.listing(db, run_id, reader=people["lin"], cause="all", limit=None)
    by_sides = {(*sorted(row.finding.data["antecedent"]), *row.finding.data["consequent"]): row for row in rows}
    turned = next(row for sides, row in by_sides.items() if len(sides) == 2 and sides[::-1] in by_sides)
    similar = rule_view.similar(db, turned.finding, reader=people["lin"])
    assert similar[0].data["antecedent"] == turned.finding.data["consequent"]
    for each in similar[1:]:
        assert any(each.data[side] == turned.finding.data[side] for side in ("antecedent", "consequent"))
    assert turned.finding.position not in {each.position for each in similar}
