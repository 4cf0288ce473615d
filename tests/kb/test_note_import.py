import contextlib
import threading
import time
from dataclasses import replace

import pytest

from kb import customers, notes, store
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid
from kb.first_sentence import LONGEST_TITLE, title_of
from kb.note_details import Details
from kb.note_import import Defaults, add_all, look

FROM = Defaults("from", topic_names=("评价",), details=Details(channel="网店", experience="complaint"))


@pytest.fixture
def take(db, people, now):
    """Return a function that takes in rows as chen."""

    def call(*texts, defaults=FROM, login="chen"):
        return add_all(db, list(enumerate(texts, 2)), defaults, by=people[login], now=now)

    return call


def test_a_row_becomes_a_note_with_what_it_says_and_what_holds_for_all(db, take, people, now):
    hotel = customers.add(db, name="澄湖酒店", number="60000123", by=people["chen"], now=now)
    told = take(
        {"body": "盖子漏气。换了一个还是漏。", "topics": "密封罐、退货", "experience": "1", "customer": "60000123"},
        {"title": "标题", "body": "正文", "topics": ["罐"], "lang": "zh_CN", "channel": "门店"},
        {"title": "", "body": "没有主题的一行"},
    )
    assert told["rows"] == {"read": 3, "loaded": 3, "merged": 0, "rejected": 0}
    first, second, third = (notes.get(db, note_id, reader=OPERATOR) for note_id in told["ids"])
    assert (first.title, first.experience, first.channel) == ("盖子漏气", "satisfied", "网店")
    assert [topic["name"] for topic in first.topics] == ["密封罐", "退货"]
    assert first.customers[0]["id"] == hotel.id
    assert (second.title, second.lang, second.channel, second.experience) == ("标题", "zh", "门店", "complaint")
    assert third.topics[0]["name"] == "评价"


def test_what_cannot_be_is_refused_by_its_row_and_the_others_are_kept(db, take):
    told = take(
        {"body": " "}, {"body": "好", "experience": "很好"}, {"body": "好", "customer": "没有这位"},
        {"body": "好", "lang": "fr"}, {"body": "好"},
    )  # fmt: skip
    assert told["rows"] == {"read": 5, "loaded": 1, "merged": 0, "rejected": 4}
    assert [(row, problem.field) for row, problem in told["rejects"]] == [
        (2, "body"), (3, "experience"), (4, "customers"), (5, "lang"),
    ]  # fmt: skip
    assert db["note"].count == 1


FOR = Defaults("for", topic_names=("说明",), details=Details(audience="all", valid_from="2026-01-01"))
COLUMNS = {"experience": "感受", "customer": "会员号", "body": "正文"}


def test_the_look_says_of_each_row_what_the_import_then_does(db, people, now):
    customers.add(db, name="澄湖酒店", number="60000123", by=people["chen"], now=now)
    rows = list(
        enumerate(
            [
                {"body": "第一条", "experience": "1", "channel": "门店", "customer": "60000123"},
                {"title": "只有标题", "body": " "},
                {"body": "第三条", "experience": "很好"},
                {"body": "第一条"},
                {"body": "第五条", "customer": "没有这位"},
                {"body": ""},
                {"body": "第七条", "title": "长" * 201},
                {"body": "第八条", "topics": "长" * 51},
                Invalid("x"),
            ],
            2,
        )
    )
    for defaults in (FROM, FOR):
        told = {"columns": COLUMNS, "by": people["chen"]}
        seen, kept = look(db, rows, defaults, **told), []
        with contextlib.closing(db.conn.execute("SAVEPOINT trial")):
            add_all(db, rows, defaults, **told, now=now, keep=kept.extend)
            db.conn.execute("ROLLBACK TO trial")
            db.conn.execute("RELEASE trial")
        told_of = [[(row.number, row.state, [(str(why), why.values) for why in row.told]) for row in its]
                   for its in (seen, kept)]  # fmt: skip
        assert told_of[0] == told_of[1]


def test_what_a_type_has_no_place_for_is_told_by_row_and_column(db, take, people, now):
    customers.add(db, name="澄湖酒店", number="60000123", by=people["chen"], now=now)
    row = {"body": "雨季前换胶圈", "experience": "满意", "channel": "门店", "customer": "60000123", "style": "复古"}
    told = take(row, {"title": "只有标题", "body": " "}, defaults=FOR)
    assert told["rows"]["loaded"] == 2
    assert [(number, why.field, why.values.get("value")) for number, why in told["rejects"]] == [
        (2, "experience", "满意"), (2, "channel", "门店"), (2, "customer", "60000123"), (3, "body", None),
    ]  # fmt: skip
    one_customer = replace(FOR, details=replace(FOR.details, audience="customer"))
    assert [why.field for _, why in take({**row, "body": "给这一位"}, defaults=one_customer)["rejects"]] == [
        "experience", "channel",
    ]  # fmt: skip
    assert take({**row, "body": "他说的"}, defaults=FROM)["rejects"] == []


def test_a_refusal_names_the_row_and_the_column_as_the_table_calls_it(db, people, now):
    told = add_all(
        db, [(7, {"body": "好", "experience": "很好"}), (8, {"body": "好", "customer": "没有"})], FROM,
        columns=COLUMNS, by=people["chen"], now=now,
    )  # fmt: skip
    assert [(why.values["row"], why.values["column"]) for _, why in told["rejects"]] == [(7, "感受"), (8, "会员号")]


def test_a_control_character_is_left_out_and_told_of(db, take):
    told = take({"body": "胶圈\x08变硬"}, {"body": "没有"})
    assert told["scrubbed"] == 1
    assert notes.get(db, told["ids"][0], reader=OPERATOR).body == "胶圈变硬"


def test_the_same_again_is_known_but_never_through_what_one_may_not_see(db, take, a_note, people):
    private = a_note(title="只有王知道", body="正文", readers="owner", by=people["wang"])
    row = {"title": "只有王知道", "body": "正文"}
    assert take(row)["rows"]["loaded"] == 1
    again = take(row, {**row, "lang": "zh"})
    assert (again["rows"]["merged"], again["rows"]["loaded"]) == (1, 1)
    assert private.id not in again["ids"]
    assert take(row, login="wang")["ids"] == [private.id]


def test_a_reader_who_may_not_write_imports_nothing(db, take):
    with pytest.raises(Forbidden):
        take({"body": "好"}, login="vera")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("盖子漏气。换了。", "盖子漏气"), ("It leaks. Again.", "It leaks"), ("怎么漏了？换了。", "怎么漏了？"),
        ("\n\n## 小标题\n正文", "小标题"),
        ("价格 3.5 元，还行", "价格 3.5 元，还行"), ("长" * 41, "长" * 39 + "…"), ("长" * 40, "长" * 40), ("  ", ""),
        ("——！？", "——！"), ("。", "。"), ("。。", "。"),
    ],
)  # fmt: skip
def test_the_first_sentence_is_the_title(text, title):
    if not title:
        with pytest.raises(Invalid):
            title_of(" ", text)
        return
    assert title_of(" ", text) == title
    assert len(title) <= LONGEST_TITLE
    assert title_of("另有标题", text) == "另有标题"


def test_a_colleague_saves_while_an_import_runs_and_a_broken_one_is_finished_by_giving_it_again(
    home, db, people, now, a_note, monkeypatch
):
    monkeypatch.setattr(store, "ROWS_OF_A_PART", 40)
    rows = [(number, {"body": f"第{number}条评价"}) for number in range(2, 402)]
    broken = [*rows[:250], (0, None)]

    def bring_in(source):
        try:
            add_all(store.open_store(home), source, FROM, by=people["li"], now=now)
        finally:
            store.close_store(home)

    importing = threading.Thread(target=bring_in, args=(rows[:200],))
    importing.start()
    while db["note"].count == 0:
        time.sleep(0.01)
    mine = a_note(title="同时写的").id
    importing.join()
    assert mine < db.execute("SELECT max(id) FROM note").fetchone()[0]
    with pytest.raises(AttributeError):
        add_all(db, broken, FROM, by=people["li"], now=now)
    told = add_all(db, rows, FROM, by=people["li"], now=now)["rows"]
    assert told == {"read": 400, "loaded": 160, "merged": 240, "rejected": 0}
    assert db["note"].count == 401
