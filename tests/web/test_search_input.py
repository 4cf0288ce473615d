"""Whatever is typed into the search box is answered with a page or a sentence, and never with everything there is."""

import pytest

HOSTILE = {
    "very long": "密" * 10_000,
    "many words": "罐 " * 120,
    "only operators": "OR - | -- 或 OR",
    "only quotes": '"“”"',
    "only a negation": "-罐",
    "only a negated filter": "-类型:来自",
    "nested groups": "(" * 120 + "a" + ")" * 120,
    "a regex that backtracks": "(a+)+$ (.*)*x",
    "a wildcard": "*",
    "a wildcard for one sign": "? _ %",
    "a NUL": "罐\0盖",
    "an open quote": '"zzq',
    "an open bracket": "[zzq",
    "a field that does not exist": "zzqfield:zzq",
    "a value that does not exist": "类型:zzq",
    "a day that does not exist": "日期:2026-02-30",
    "a month that does not exist": "2026-13..",
    "a span that ends before it begins": "2026-05..2026-01",
    "half a surrogate": "%ED%A0%80zzq",
    "signs that turn the line": "\u202ezzq\u202d",
    "half a filter": "类型: 主题：",
    "a comma in a filter": "类型：，客户：，",
    "SQL": "zzq' OR 1=1; --",
}


@pytest.fixture
def chen(signed_in, a_note, indexed):
    for sign in "甲乙丙":
        a_note(title=f"铸铁锅生锈{sign}", body="先擦干", topic_names=["锅具"])
    indexed()
    return signed_in("chen")


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_a_page_or_a_sentence_and_finds_nothing(chen, typed):
    page = chen.get("/search", query_string={"q": typed})
    assert page.status_code in (200, 422)
    assert "铸铁锅生锈" not in page.text
    assert page.status_code == 200 or 'role="alert"' in page.text
    assert chen.get("/suggest/box", query_string={"q": typed}).status_code == 200
    answer = chen.get("/api/v1/search", query_string={"q": typed})
    assert answer.status_code in (200, 422)
    assert answer.json.get("total", 0) == 0
