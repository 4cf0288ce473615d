import pytest
from hypothesis import given, strategies as st

from kb import note_counts, notes, verification
from kb.access import OPERATOR
from kb.errors import Invalid
from kb.search import filters, find, indexer, language
from kb.store import utc_now


@pytest.mark.parametrize(
    ("query", "words", "asked"),
    [
        ("类型:来自 密封罐", "密封罐", [("dimension", "from")]),
        ("密封罐 类型：给客户", "密封罐", [("dimension", "for")]),
        ("type:with 主题:竞品 作者:王雅婷", "", [("dimension", "with"), ("topic", "竞品"), ("author", "王雅婷")]),
        ('主题:"双 字" 罐', "罐", [("topic", "双 字")]),
        ("成熟度:共识", "", [("maturity", "agreed")]),
        ("TYPE:About", "", [("dimension", "about")]),
        ("可信:过期 trust:verified 罐", "罐", [("trust", "due"), ("trust", "verified")]),
        ("罐 -过期 盖", "罐 盖", [("trust", "current")]),
        ("-STALE", "", [("trust", "current")]),
        ("2026-过期 罐-过期 -过期了", "2026-过期 罐-过期", []),
        ("进展:待整理 进展:已整理", "", [("maturity", "raw"), ("maturity", "explicit")]),
        ("注意:小心", "注意:小心", []),
        ("主题:", "主题:", []),
        ("类型 来自", "类型 来自", []),
        ("https://a.b/主题:x", "https://a.b/主题:x", []),
    ],
)
def test_filters_are_told_from_words(query, words, asked):
    found = language.read(query)
    assert (found.words, [(each.field, each.value) for each in found.conditions]) == (words, asked)


@pytest.mark.parametrize("query", ["类型:绿色", "进展:做完了", "type:by 罐"])
def test_a_value_that_does_not_exist_is_refused_with_those_that_do(query):
    with pytest.raises(Invalid) as refused:
        language.read(query)
    assert refused.value.field == "query"
    assert "、" in refused.value.details()["hint"] or "," in refused.value.details()["hint"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("颜色:红", ("颜色",)),
        ("罐 颜色：红 尺寸:大 颜色:蓝", ("颜色", "尺寸")),
        ("color:red 类型:来自", ("color",)),
        ("TYPE:from 主题:竞品", ()),
        ("https://a.b/c C:\\temp 12:30 颜色: 颜色 :红 a:b", ()),
        ("罐颜色", ()),
    ],
)
def test_what_looks_like_a_filter_and_is_none_is_told(query, names):
    assert filters.unknown(query) == names


@given(st.text(max_size=40))
def test_no_text_breaks_the_filters_and_none_of_it_is_lost_without_one(query):
    try:
        found = language.read(query)
    except Invalid:
        return
    assert found.conditions or found.without or len(found.either) != 1 or found.words == query


@pytest.fixture
def search(db, home, people):
    def call(query, login=None, **options):
        indexer.catch_up(db, home)
        return find.search(db, home, query, reader=OPERATOR if login is None else people[login], **options)

    return call


@pytest.fixture
def written(a_note, people):
    """Five notes of different types, topics and people."""
    for title, dimension, topic, login, readers in (
        ("密封罐受潮", "from", "密封罐", "chen", "all"), ("密封罐清洗", "for", "密封罐", "chen", "all"),
        ("密封罐私下", "from", "密封罐", "wang", "owner"), ("竞品的密封罐", "from", "竞品", "li", "all"),
        ("竞品价格", "about", "竞品", "lin", "department"),
    ):  # fmt: skip
        a_note(title=title, dimension=dimension, topic_names=[topic], by=people[login], readers=readers)


def titles(results):
    return sorted(hit.title for hit in results.hits)


def test_filters_narrow_words_and_stand_alone(search, written):
    assert titles(search("密封罐 类型:来自")) == ["密封罐受潮", "密封罐私下", "竞品的密封罐"]
    assert titles(search("类型:来自 主题:竞品")) == ["竞品的密封罐"]
    assert titles(search("作者:陈小兰")) == titles(search("author:chen")) == ["密封罐受潮", "密封罐清洗"]
    assert titles(search("主题:密封罐 类型:给客户 类型:关于")) == ["密封罐清洗"]
    assert search("主题:没有这个").total == 0
    assert titles(search("主题：密封罐")) == titles(search("topic:密封罐"))
    assert titles(search("主题:競品")) == titles(search("主题:竞品")) == ["竞品价格", "竞品的密封罐"]


def test_filters_alone_give_the_newest_first_and_nobody_anything_hidden(search, written, db, people):
    for login in ("chen", "wang", "li", "lin", "vera"):
        for dimension, word in (("about", "关于"), ("for", "用于"), ("from", "来自"), ("with", "共创")):
            found = search(f"类型:{word}", login, limit=100)
            listed, total = notes.listing(db, reader=people[login], dimension=dimension)
            assert ([hit.id for hit in found.hits], found.total) == ([note.id for note in listed], total)
            assert found.total == note_counts.balance(db, reader=people[login])[dimension]
    assert search("主题:密封罐", "li").total == 2


def test_every_facet_counts_the_list_its_filter_gives(search, written):
    words = {"dimension": "type", **{each: each for each in ("maturity", "topic", "author", "trust", "customer")}}
    words |= {each: each for each in ("product", "department", "date")}
    for query in ("密封罐", "类型:来自", "竞品"):
        facets = search(query).facets
        assert set(facets) == set(words)
        for name, values in facets.items():
            for each in values:
                if each["count"] and name != "date":
                    assert (
                        search(f"{query} {words[name]}:{each['value']}").total >= each["count"] or name == "dimension"
                    )
                    if name != "dimension" or "类型" not in query:
                        assert search(f"{query} {words[name]}:{each['value']}").total == each["count"]


def test_trust_is_asked_for_as_the_mark_of_the_note_says_it(search, db, people, a_note):
    old = "2020-01-01T00:00:00.000000Z"
    made = {
        "verified": a_note(title="核实过的罐", now=old),
        "due": a_note(title="放久了的罐", now=old),
        "doubted": a_note(title="有人疑的罐"),
        "unverified": a_note(title="刚写的罐"),
    }
    now = utc_now()
    verification.verify(db, made["verified"].id, by=people["chen"], now=now)
    verification.doubt(db, made["doubted"].id, "换配方了", by=people["li"], now=now)
    marks = {note.id: verification.trust(note, now) for note in notes.listing(db, reader=OPERATOR)[0]}
    assert marks == {note.id: mark for mark, note in made.items()}
    words = {"verified": "可信:已核实", "due": "trust:stale", "doubted": "可信:过时", "unverified": "核实:未核实"}
    for mark, word in words.items():
        assert [hit.id for hit in search(f"罐 {word}").hits] == [made[mark].id], word
    assert {hit.id for hit in search("罐 -过期").hits} == {made["verified"].id, made["unverified"].id}
    assert search("罐 -过期 可信:已核实").total == 1
    assert search("-过期 可信:过期").total == 0
    counted = {each["value"]: each["count"] for each in search("罐").facets["trust"]}
    assert counted == dict.fromkeys(words, 1)


def test_facets_follow_rights(search, written):
    values = {each["value"] for each in search("密封罐", "li").facets["author"]}
    assert values == {"chen", "li"}
    assert {each["value"] for each in search("竞品", "li").facets["topic"]} == {"竞品"}
    assert [each["count"] for each in search("竞品", "li").facets["topic"]] == [1]
    assert [each["count"] for each in search("竞品", "vera").facets["topic"]] == [2]
