"""Rules of products lead up to the same of their categories, and down again."""

import pytest

from mining import jobs, rule_levels, rule_view, runs

ABOVE = {"啤酒": ["[酒]", "[饮料]"], "白酒": ["[酒]", "[饮料]"], "[酒]": ["[饮料]"], "纸尿裤": ["[婴儿]"]}


def rule(text):
    left, right = (side.split("+") for side in text.split("→"))
    above = {item: ABOVE[item] for item in (*left, *right) if item in ABOVE}
    return {"antecedent": left, "consequent": right, "above": above}


def test_a_rule_leads_up_to_every_level_on_one_side_or_both_and_nowhere_else():
    told = [
        "啤酒→纸尿裤", "白酒→纸尿裤", "[酒]→纸尿裤", "[饮料]→纸尿裤", "啤酒→[婴儿]", "[饮料]→[婴儿]", "纸尿裤→[酒]",
        "啤酒+白酒→纸尿裤", "啤酒→杯",
    ]  # fmt: skip
    steps = rule_levels.steps([rule(each) for each in told])
    up = {text: {told[to] for since, to in steps if since == at} for at, text in enumerate(told)}
    assert up["啤酒→纸尿裤"] == {"[酒]→纸尿裤", "[饮料]→纸尿裤", "啤酒→[婴儿]", "[饮料]→[婴儿]"}
    assert up["[酒]→纸尿裤"] == {"[饮料]→纸尿裤", "[饮料]→[婴儿]"}
    # Two products of a category are one of it.
    assert up["啤酒+白酒→纸尿裤"] == {"[酒]→纸尿裤", "[饮料]→纸尿裤", "[饮料]→[婴儿]"}
    assert up["[饮料]→[婴儿]"] == up["纸尿裤→[酒]"] == up["啤酒→杯"] == set()


@pytest.fixture
def mined(db, home, people, now, orders, imported):
    """Mine orders of which each kind of drink goes with nappies, between products and categories."""
    lines = []
    for number in range(400):
        drink = ("啤酒,酒", "白酒,酒", "茶,", "水,")[number % 4]
        lines += [f"S{number},{drink}", *([f"S{number},纸尿裤,婴儿"] if number % 4 < 2 or number % 9 == 0 else [])]
    imported(orders(*lines, header="order,item,category"))
    args = {"min_support": 8, "min_confidence": 0.05, "max_length": 3, "batches": None, "level": "both"}
    run_id = runs.queue(db, kind="rules", args=args, by=people["lin"], now=now)
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    jobs.work(db, home, run_id, "lease")
    return run_id


def test_the_worker_finds_no_rule_of_an_item_and_its_category_and_tells_how_rules_lead_up_and_down(db, people, mined):
    def found(**asked):
        rows, _ = rule_view.listing(db, mined, reader=people["lin"], cause="all", limit=None, **asked)
        return {"→".join("+".join(row.finding.data[side]) for side in rule_levels.SIDES): row for row in rows}

    every = found()
    assert not [text for text in every if {"啤酒", "[酒]"} <= set(text.replace("→", "+").split("+"))]
    spirits = every["[酒]→纸尿裤"].finding
    assert set(found(finer=spirits.position)) == {"啤酒→纸尿裤", "白酒→纸尿裤"}
    beer = every["啤酒→纸尿裤"].finding
    assert set(found(broader=beer.position)) == {"[酒]→纸尿裤", "啤酒→[婴儿]", "[酒]→[婴儿]"}
    finer, broader = rule_view.levels(db, beer, reader=people["lin"])
    assert (finer, {each.position for each in broader}) == (
        [], {row.finding.position for row in found(broader=beer.position).values()},
    )  # fmt: skip
    assert found(finer=len(every) + 7) == {}
