from datetime import UTC, datetime, time

import pytest
from hypothesis import given, strategies as st

from mining.ledger.dates import day_order, instant
from mining.ledger.numbers import Unreadable

SHANGHAI = "Asia/Shanghai"
moments = st.datetimes(datetime(1971, 1, 1), datetime(2098, 12, 31)).map(lambda each: each.replace(microsecond=0))


@given(
    moments,
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ",
         "%Y%m%d%H%M%S"]
    ),
)  # fmt: skip
def test_a_moment_comes_back_from_every_way_to_write_it(moment, form):
    assert instant(moment.strftime(form), zone="UTC") == moment


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2010-12-1", "2010-11-30T16:00"), ("2010/12/1", "2010-11-30T16:00"), ("20101201", "2010-11-30T16:00"),
        ("2010年12月1日", "2010-11-30T16:00"), ("2010年12月1日 13时05分", "2010-12-01T05:05"),
        ("２０１０－１２－０１", "2010-11-30T16:00"), ("2010-12-01T08:26:00+08:00", "2010-12-01T00:26"),
        ("2010-12-01 1:05 PM", "2010-12-01T05:05"), ("2010-12-01 下午 1:05", "2010-12-01T05:05"),
        ("上午 08:26 2010-12-01", "2010-12-01T00:26"), (datetime(2010, 12, 1, 13, 5), "2010-12-01T05:05"),
        (datetime(2010, 12, 1).date(), "2010-11-30T16:00"), ("13/12/2010", "2010-12-12T16:00"),
    ],
)  # fmt: skip
def test_the_ways_people_write_a_day(text, wanted):
    assert instant(text, zone=SHANGHAI) == datetime.fromisoformat(wanted)


@pytest.mark.parametrize("text", ["", None, "-", "NA"])
def test_an_empty_day_is_missing(text):
    assert instant(text, zone=SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2010-02-30", "no_such_day"), ("2010-12-01 25:00", "no_such_day"), ("2010年12月", "day_missing"),
        ("09:30", "day_missing"), (time(9, 30), "day_missing"), ("10-12-1", "year_unclear"), ("昨天", "not_a_date"),
        ("0", "not_a_date"), ("0000-00-00", "year_out_of_range"), ("0000-00-00 00:00:00", "year_out_of_range"),
        ("9999-12-31", "year_out_of_range"), ("1066-10-14", "year_out_of_range"), ("40513", "not_a_date"),
        ("01/02/2010", "not_a_date"), ("2010-12-01 abc", "not_a_date"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_the_reason(text, code):
    with pytest.raises(Unreadable) as refused:
        instant(text, zone=SHANGHAI)
    assert refused.value.code == code


def test_day_and_month_are_never_guessed():
    assert day_order("01/02/2010") == "?"
    assert instant("01/02/2010", zone="UTC", order="dmy") == datetime(2010, 2, 1)
    assert instant("01/02/2010", zone="UTC", order="mdy") == datetime(2010, 1, 2)
    assert (day_order("13/02/2010"), day_order("02/13/2010"), day_order("2010-01-02")) == ("dmy", "mdy", None)


def test_a_spreadsheets_number_is_read_only_from_the_year_a_person_says():
    assert instant("40513.5", zone="UTC", serials="1900") == datetime(2010, 12, 1, 12)
    assert instant(40513.0, zone="UTC", serials="1904") == datetime(2014, 12, 2)


def test_a_moment_with_its_zone_needs_none():
    assert instant(datetime(2010, 12, 1, tzinfo=UTC), zone=SHANGHAI) == datetime(2010, 12, 1)
