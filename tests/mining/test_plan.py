"""Plans: what a run was asked, as a file that asks it again."""

import pytest

from kb.errors import Invalid
from mining import plan, question

ASKED = {
    "min_support": "1%", "min_confidence": "25%", "max_length": "3", "since": "2026-01-01", "until": "2026-03-31",
    "without": ["POST", "袋 \"大\""], "names": {"POST": "POST\x1bAGE\x00\n# extra\x7f"}, "within": ["啤酒"],
    "shops": ["一店"], "segment": "会员", "level": "category", "hold_out": "30%", "max_base_rate": "2%", "seed": 7,
}  # fmt: skip


def args(**changed):
    return question.rules_args(**{**ASKED, **changed})


def test_a_plan_asks_again_all_that_the_run_was_asked():
    asked = args(batches=[1, 2])
    # The names of what is left out are said beside it, for people.
    assert plan.read(plan.write(asked, 12), "run-12.toml") == {**asked, "names": {}, "batches": None}


def test_what_stands_beside_a_name_in_a_plan_is_not_asked():
    typed = 'min_support = 1\nmin_confidence = 1\nwithout = [" 啤酒\\n"]\nsegment = "会员 "'
    asked = plan.read(typed, "x")
    assert (asked["without"], asked["segment"]) == (["啤酒"], "会员")


def test_a_plan_names_imports_only_where_some_were_chosen_and_no_day_where_the_period_goes_with_it():
    text = plan.write({**args(batches=[2]), "only": ["b.csv"]}, 1)
    assert plan.read(text, "x")["batches"] == [2]
    moving = question.on_day(args(since="", until="", last_months=1), "2026-03-31")
    assert (moving["since"], moving["until"]) == ("2026-02-01", "2026-02-28")
    again = plan.read(plan.write(moving, 1), "x")
    assert (again["since"], again["last_months"]) == (None, 1)


@pytest.mark.parametrize(
    ("period", "today", "days"),
    [
        ({"last_days": 30}, "2026-03-01", ("2026-01-30", "2026-02-28")),
        ({"last_months": 1}, "2026-01-31", ("2025-12-01", "2025-12-31")),
        ({"last_months": 12}, "2024-03-15", ("2023-03-01", "2024-02-29")),
        ({}, "2026-01-01", (None, None)),
    ],
)
def test_a_period_that_goes_with_the_day_ends_before_it(period, today, days):
    asked = question.on_day(question.rules_args(min_support="1", min_confidence="1", **period), today)
    assert (asked["since"], asked["until"]) == days


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("min_support = 1\nmin_confidence = ", None, "line 2"),
        ("a = " + "[" * 5000, None, "line 1:"),
        ("min_confidence = 0.5", ("min_support", None), "does not say “min_support”"),
        ("min_support = 1\nmin_confidence = 0.5\nsuport = 2", ("suport", 3), "no “suport”"),
        ("min_confidence = 0.5\nmin_support = -1", ("min_support", 2), "“-1”"),
        ("min_support = true\nmin_confidence = 0.5", ("min_support", 1), "“true”"),
        ('min_support = 1\nmin_confidence = "sure"', ("min_confidence", 2), "“sure”"),
        ("min_support = 1\nmin_confidence = 1\nmax_length = 1", ("max_length", 3), "“1”"),
        ("min_support = 1\nmin_confidence = 1\nwithout = [1]", ("without", 3), "“[1]”"),
        ("min_support = 1\nmin_confidence = 1\nsince = 2026-02-01\nuntil = 2026-01-01", ("until", 4), "2026-01-01"),
        ("min_support = 1\nmin_confidence = 1\nsince = 12", ("since", 3), "“12”"),
        ("min_support = 1\nmin_confidence = 1\nlast_days = 0", ("last_days", 3), "“0”"),
        ("min_support = 1\nmin_confidence = 1\nlast_days = 9\nsince = 2026-01-01", ("since", 4), "both"),
        ("min_support = 1\nmin_confidence = 1\nlevel = 'shop'", ("level", 3), "“shop”"),
        ("min_support = 1\nmin_confidence = 1\nimports = []", ("imports", 3), "“[]”"),
        ('min_support = 1\nmin_confidence = 1\nshops = ["\\u0007"]', ("shops", 3), "cannot be “”"),
        ("min_support = 1\nmin_confidence = 1\nseed = 1.5", ("seed", 3), "“1.5”"),
        ("min_support = 1\nmin_confidence = 1\n[segment]\na = 1", ("segment", 3), "cannot be"),
    ],
)  # fmt: skip
def test_a_bad_plan_is_refused_by_file_line_and_key(text, where, says):
    with pytest.raises(Invalid) as refused:
        plan.read(text, "p.toml")
    told = refused.value.details()
    assert told["message"].startswith("p.toml")
    assert says in told["message"]
    assert told["hint"]
    if where is not None:
        assert (told["column"], told["row"]) == where
