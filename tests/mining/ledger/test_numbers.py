from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from mining.ledger.numbers import SCALE, Unreadable, number


@given(st.decimals(-(10**12), 10**12, places=4, allow_nan=False, allow_infinity=False))
def test_every_exact_amount_comes_back_exactly(value):
    assert number(f"{value:f}") == (int(value * SCALE), None)
    assert number(f"{value:,f}") == (int(value * SCALE), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"), ("￥1,234.50", "1234.50"), ("¥12", "12"), ("１２３", "123"),
        ("１，２３４．５０", "1234.50"),
        ("12元", "12"), ("(12.00)", "-12"), ("（12.00）", "-12"), ("-12", "-12"), ("25,000", "25000"), ("0.1", "0.1"),
        (".5", "0.5"), (12.5, "12.5"), (0.1, "0.1"), (3, "3"), ("RMB 8", "8"), ("−3", "-3"), ("'7", "7"),
        ("1 234", "1234"), ("1\u00a0234\u00a0567.5", "1234567.5"), ("12-", "-12"), ("￥1,200.00-", "-1200"),
        ("5元3角", "5.3"), ("5元3角2分", "5.32"), ("1,200元5分", "1200.05"), ("3角", "0.3"), ("-1块5毛", "-1.5"),
    ],
)  # fmt: skip
def test_the_ways_people_write_an_amount(text, value):
    assert number(text) == (int(Decimal(value) * SCALE), None)


@pytest.mark.parametrize("text", ["", "  ", "-", "—", "无", "NA", None])
def test_an_empty_cell_is_missing_not_zero(text):
    assert number(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("一百", "not_a_number"), ("NaN", "not_a_number"), ("inf", "not_a_number"), ("1.234,56", "decimal_comma"),
        ("1,23", "decimal_comma"), ("85分", "not_a_number"), ("--12", "not_a_number"),
        ("-12-", "not_a_number"), ("5-3", "not_a_number"), ("1 2345", "not_a_number"),
        (True, "not_a_number"), ("$40.00", "other_currency"), ("€5", "other_currency"),
        ("40 USD", "other_currency"), ("#N/A", "spreadsheet_error"), ("#DIV/0!", "spreadsheet_error"),
        ("9" * 30, "number_too_large"), ("12 34", "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_the_reason(text, code):
    with pytest.raises(Unreadable) as refused:
        number(text)
    assert refused.value.code == code


def test_a_decimal_comma_is_read_only_when_a_person_says_so():
    assert number("1.234,56", ",") == (int(Decimal("1234.56") * SCALE), None)
    assert number("1,5", ",") == (15_000, None)
    with pytest.raises(Unreadable, match="not_a_number"):
        number("1,5", ".")


def test_a_fifth_decimal_is_rounded_and_noted():
    assert number("1.00005") == (10_000, "rounded")
    assert number("1.005") == (10_050, None)
