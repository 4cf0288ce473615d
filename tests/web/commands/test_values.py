"""Option values: what they mean, and that everything else is refused by name."""

import pytest

from kb.errors import Invalid
from web.commands import values


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("197", 197), ("1", 1), ("0.02", 0.02), ("1.0", 1.0), ("2%", 0.02), ("100%", 1.0), ("7%", 0.07), ("0.1 %", 0.001),
     (".5", 0.5), ("２％", 0.02), (" 30 ", 30), ("2e-2", 0.02)],
)  # fmt: skip
def test_a_whole_number_is_a_count_and_anything_else_a_share(text, meaning):
    found = values.support(text, "--min-support")
    assert (found, type(found)) == (meaning, type(meaning))


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.5", "abc", "", " ", "nan", "inf", "-inf", "0.0", "0%", "101%", "-2%", "2%%", "%", "1e9",
             "1e-999", "0.0_2", "0x10", "9" * 40, "sNaN", "1/2", "٢"]
)  # fmt: skip
def test_what_is_no_support_is_refused_with_option_and_value(text):
    with pytest.raises(Invalid) as refusal:
        values.support(text, "--min-support")
    assert "--min-support" in str(refusal.value)
    assert refusal.value.details()["value"] == text
    assert refusal.value.details()["hint"]


@pytest.mark.parametrize(("text", "meaning"), [("0", 0.0), ("1", 1.0), ("35%", 0.35), ("0.35", 0.35)])
def test_a_share_may_be_written_as_a_decimal_or_in_per_cent(text, meaning):
    assert values.share(text, "--min-confidence") == meaning


@pytest.mark.parametrize("text", ["35", "1.01", "-0.1", "nan", "", "half", "101%"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(Invalid, match="--min-confidence"):
        values.share(text, "--min-confidence")


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "abc", "", "1001", "9" * 30])
def test_a_whole_number_outside_its_range_is_refused(text):
    with pytest.raises(Invalid, match="--limit"):
        values.whole(text, "--limit", most=1000)


def test_a_list_may_hold_blanks_and_is_refused_for_one_unknown_name():
    assert values.choices("chance, redundant", "--prune", ("redundant", "chance")) == {"chance", "redundant"}
    assert values.choices(None, "--prune", ("redundant",)) == set()
    with pytest.raises(Invalid, match="“luck”"):
        values.choices("chance,luck", "--prune", ("redundant", "chance"))
