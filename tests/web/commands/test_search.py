"""`kezhi search`: the object machines get, and what people read, each in their language."""

from kb.note_details import Details


def test_the_answer_has_its_shape_and_speaks_the_language_of_the_terminal(kezhi, a_note, db, home):
    from kb.search import indexer

    note = a_note(title="密封罐受潮", body="盖子的胶圈会变硬。")
    indexer.catch_up(db, home)

    told = kezhi("search", "胶圈", "--json", language="zh_CN.UTF-8").json

    assert set(told) == {"query", "total", "hits", "facets", "answered", "unknown_filters", "widened", "rebuilding"}
    (hit,) = told["hits"]
    assert {name: hit[name] for name in ("id", "title", "dimension", "maturity")} == {
        "id": note.id, "title": "密封罐受潮", "dimension": "from", "maturity": "raw",
    }  # fmt: skip
    assert [hit["snippet"][start:stop] for start, stop in hit["marks"]] == ["胶圈"]
    assert hit["reasons"] == ["与您的原话相同"]
    assert told["facets"]["dimension"][2] == {"value": "from", "label": "来自客户", "count": 1}
    assert kezhi("search", "胶圈", "--json").json["facets"]["dimension"][2]["label"] == "From the customer"


def test_a_refusal_in_chinese_is_one_line_without_a_gap(kezhi, db):
    answer = kezhi("search", "。。", language="zh_CN.UTF-8")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "“。。”里没有可以搜的字词。输入一个词、一个数或一个字。\n"


def test_who_asks_as_a_member_finds_what_that_member_may_see(kezhi, a_note, people, db, home):
    from kb.search import indexer

    a_note(title="密封罐的秘密", readers="owner", by=people["wang"])
    indexer.catch_up(db, home)
    assert [kezhi("search", "秘密", "--as", login, "--json").json["total"] for login in ("wang", "li")] == [1, 0]
    assert kezhi("search", "秘密", "--json").json["total"] == 1
    assert kezhi("search", "秘密", "--as", "nobody").code == 1
    assert kezhi("search", "秘密", "--limit", "0").code == 1
    assert kezhi("search", "秘密", "--dimension", "by").code == 1


def test_what_holds_no_longer_says_so_at_the_command_line(kezhi, people, a_note, indexed):
    over = Details(audience="all", valid_from="2020-01-01", valid_until="2020-12-31")
    a_note(title="旧报价", dimension="for", details=over)
    indexed()
    assert "no longer in force" in kezhi("search", "旧报价").out
    assert kezhi("search", "旧报价", "--json").json["hits"][0]["force"] == "after"


def test_a_filter_that_does_not_exist_is_named_beside_those_that_do(kezhi, a_note, indexed):
    a_note(title="红色的密封罐", body="颜色：红")
    indexed()
    told = kezhi("search", "颜色:红", language="zh_CN.UTF-8").out
    names = "类型、主题、作者、进展、分群、可信、客户、产品、部门、日期、匹配、偏好、竞品、趋势"
    assert f"没有“颜色”这个筛选条件，已当作普通的词来搜。\n可用的有：{names}。" in told
    assert kezhi("search", "颜色:红", "--json").json["unknown_filters"] == ["颜色"]
    assert "There is no filter" not in kezhi("search", "类型:来自 红色").out


def test_what_nobody_answers_says_so(kezhi, a_note, indexed):
    a_note(title="密封罐受潮", body="盖子的胶圈会变硬，换一个就好，换下来的可以寄回来。")
    indexed()
    told = kezhi("search", "盖子 螺丝 扳手 玻璃 上海 发票")
    assert told.out.startswith("Nothing answers “盖子 螺丝 扳手 玻璃 上海 发票”; 1 notes share")
    assert kezhi("search", "胶圈 变硬").out.startswith("1 notes answer")
