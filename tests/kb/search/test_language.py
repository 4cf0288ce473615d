import pytest
from hypothesis import example, given, strategies as st

from kb import customers
from kb.access import OPERATOR
from kb.errors import Invalid
from kb.note_details import Details
from kb.search import date_words, filters, find, indexer, language
from kb.search.query import parse
from kb.store import writing

_SIGNS = [
    '"',
    "“",
    "”",
    " ",
    "　",
    "-",
    "－",
    "OR",
    "或",
    ":",
    "：",
    "，",
    "罐",
    "盖子",
    "seal",
    "5",
    "..",
    "。。",
    "2026",
]
_FIELDS = [f"{key}:" for key in filters.KEYS]
_VALUES = ["来自", "共识", "过期", "全部词", "近30天", "2026-01..", "2026-02-30", "竞品", '"双 字"']
questions = st.lists(st.sampled_from(_SIGNS + _FIELDS + _VALUES) | st.text(max_size=3), max_size=12).map("".join)


def meaning(asked):
    """What a question finds is decided by this."""
    parsed = []
    for words in asked.either:
        try:
            question = parse(language.every_word(words) if asked.is_every else words)
            parsed.append((question.whole, question.phrases, [chunk.text for chunk in question.chunks]))
        except Invalid as refused:
            parsed.append(refused.args)
    conditions = sorted((each.field, each.value, each.is_not) for each in asked.conditions)
    return parsed, asked.without, conditions, asked.is_every


@given(questions)
@example('5" 主题:"双 字" 罐"')
@example('"a OR b')
@example('主题:"双 字" 罐"')
@example('-罐"盖 子')
@example('progress:"-')
@example('progress:-"')
def test_any_text_is_a_question_or_a_sentence_and_means_the_same_written_back(text):
    try:
        asked = language.read(text)
    except Invalid as refused:
        assert refused.field == "query"
        return
    again = language.read(language.write(asked))
    assert meaning(again) == meaning(asked)
    assert language.write(again) == language.write(asked)


@given(questions)
def test_what_no_note_need_hold_or_meet_is_no_question(text):
    try:
        asked = language.read(text)
    except Invalid:
        return
    is_met = any(not each.is_not and each.field != "match" for each in asked.conditions)
    assert asked.either or is_met or not text.strip()


@pytest.mark.parametrize(
    ("query", "either", "without", "asked"),
    [
        ("密封罐 -竹盖 －塑料", ("密封罐",), ("竹盖", "塑料"), []),
        ('罐 -"竹 盖"', ("罐",), ("竹 盖",), []),
        ("冷冻 -18 度 A-5 -- 罐", ("冷冻 -18 度 A-5 -- 罐",), (), []),
        ("退货 OR 换货 客户:建州", ("退货", "换货"), (), [("customer", "建州", False)]),
        ("退货 或 换 货", ("退货", "换 货"), (), []),
        ("OR 退货 OR", ("退货",), (), []),
        ("罐 近30天", ("罐",), (), [("date", "近30天", False)]),
        ("2026-01.. 罐", ("罐",), (), [("date", "2026-01..", False)]),
        ("2026-01 1.5.. 近30天销量", ("2026-01 1.5.. 近30天销量",), (), []),
        ("类型：来自，进展：共识 罐", ("罐",), (), [("dimension", "from", False), ("maturity", "agreed", False)]),
        ("主题:“双 字” -类型:用于", (), (), [("topic", "双 字", False), ("dimension", "for", True)]),
        ('"罐 类型:来自"', ('"罐 类型:来自"',), (), []),
        ("罐 product:杯 department:客服部 date:last-30-days", ("罐",), (),
         [("product", "杯", False), ("department", "客服部", False), ("date", "last-30-days", False)]),
        ("类型:来自 ！", (), (), [("dimension", "from", False)]),
        ("主题:罐 OR 主题:锅 价格", ("价格",), (), [("topic", "罐", False), ("topic", "锅", False)]),
    ],
)  # fmt: skip
def test_operators_are_told_from_words(query, either, without, asked):
    found = language.read(query)
    assert (found.either, found.without) == (either, without)
    assert [(each.field, each.value, each.is_not) for each in found.conditions] == asked


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("OR", "does not say what to look for"),
        ("-罐", "does not say what to look for"),
        ("-类型:来自 -罐", "does not say what to look for"),
        ("匹配:全部词", "does not say what to look for"),
        ("罐 OR 类型:来自", "stands beside a filter"),
        ("罐 OR -盖", "stands beside a filter"),
        ("罐 匹配:部分", "there is no such value"),
        ("罐 日期:2026-02-30", "is no day"),
        ("罐 日期:明年", "is no day"),
        ("2026-13..", "is no day"),
        ("罐 2026-03..2026-01", "ends before it begins"),
    ],
)
def test_what_cannot_be_meant_is_told(query, told):
    with pytest.raises(Invalid, match=told):
        language.read(query)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026年2月3日", "2026-02-03", "2026-02-03"),
        ("2026-01..", "2026-01-01", ""),
        ("..2026-02", "", "2026-02-28"),
        ("2025.11。。2026/2", "2025-11-01", "2026-02-28"),
        ("近30天", "2026-02-07", "2026-03-08"),
        ("last 7 days", "2026-03-02", "2026-03-08"),
        ("最近两周", "2026-02-23", "2026-03-08"),
        ("近半年", "2025-09-07", "2026-03-08"),
        ("上周", "2026-02-23", "2026-03-01"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("近9999年", "1900-01-02", "2026-03-08"),
    ],
)
def test_days_are_said_as_people_say_them(text, first, last):
    assert date_words.between(text, "2026-03-08") == (first, last)


@pytest.fixture
def search(db, home, people, a_note, now):
    """Five notes, and a function that returns the titles a question finds, sorted."""
    made = customers.add(db, name="建州置业", number="60000123", by=people["chen"], now=now)
    said = {"channel": "电话", "experience": "complaint"}
    named = {"topic_names": ["厨房"]}
    a_note(title="密封罐受潮", body="竹盖", details=Details(**said, customers=((made.id, ""),)), **named)
    a_note(title="密封罐清洗", body="塑料盖", **named)
    a_note(title="铸铁锅生锈", body="先擦干", by=people["lin"], **named)
    a_note(title="密封 与罐装", body="……", details=Details(**said, product="气泡水"), **named)
    a_note(title="去年的密封罐", body="竹盖", **named)
    with writing(db):
        db.execute("UPDATE note SET updated_at = '2025-11-30T16:30:00.000000Z' WHERE title = '去年的密封罐'")
    indexer.catch_up(db, home)

    def call(query, login=None):
        reader = OPERATOR if login is None else people[login]
        return sorted(hit.title for hit in find.search(db, home, query, reader=reader).hits)

    return call


def test_each_operator_does_what_it_says(search):
    assert search("密封罐 -竹盖") == ["密封 与罐装", "密封罐清洗"]
    assert search("密封罐 匹配:全部词 -塑料") == ["去年的密封罐", "密封罐受潮"]
    assert search("受潮竹盖 匹配:全部词") == ["密封罐受潮"]
    assert search("受潮 OR 生锈") == sorted({*search("受潮"), *search("生锈")}) == ["密封罐受潮", "铸铁锅生锈"]
    assert search("客户:建州") == search("customer:60000123") == search("客户:jzzy") == ["密封罐受潮"]
    assert search("客户:没有这人") == search("密封罐 客户:没有这人") == []
    assert search("产品:气泡水") == search("product:气泡") == ["密封 与罐装"]
    assert search("部门:市场部") == search("作者:林志") == ["铸铁锅生锈"]
    assert search("密封罐 -作者:陈小兰") == []
    # As the clock of the company says it: half past midnight of the first of December.
    assert search("密封罐 2025-12..2025-12") == search("日期:2025-12-01") == ["去年的密封罐"]
    assert search("密封罐 ..2025-11") == []
    assert "去年的密封罐" not in search("密封罐 近30天")
