import re

import pytest

from kb import customer_archive, customer_words, customers, feed
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.overtaken import Overtaken

HOTEL = {
    "name": "澄湖酒店",
    "number": "60000123",
    "phone": "138 1234 5678",
    "mail": "zhou@chenghu.example",
    "city": "苏州",
}


@pytest.fixture
def hotel(db, people, now):
    return customers.add(db, **HOTEL, segment="重点客户", by=people["chen"], now=now)


def found(db, people, query, login="vera"):
    rows, total = customers.listing(db, reader=people[login], query=query)
    assert total == len(rows)
    return [row.name for row in rows]


@pytest.mark.parametrize(
    "query",
    ["澄湖", "酒店", "澄 湖", "chenghu", "ChengHuJiu", "chjd", "chj", "dhj", "ｃｈ", "60000123", "６００００１２３",
     "6000", "5678", "５６７８", "13812345678", "138-1234-5678", "+86 138 1234 5678"],
)  # fmt: skip
def test_a_customer_is_found_by_what_a_clerk_has_at_hand(db, people, hotel, now, query):
    customers.add(db, name="海棠里团购", number="70000001", phone="139 0000 0088", by=people["chen"], now=now)
    assert found(db, people, query) == ["澄湖酒店"]


@pytest.mark.parametrize("query", ["1234", "345", "567", "8", "%", "_", "'", "138", "zhou", "zz", "👍", '"'])
def test_what_the_mask_hides_is_not_found_out_by_asking(db, people, hotel, query):
    assert found(db, people, query) == []


def test_a_name_of_several_readings_is_found_by_each(db, people, now):
    customers.add(db, name="曾重庆", by=people["chen"], now=now)
    for typed in ("zeng", "ceng", "zcq", "zengchongqing"):
        assert found(db, people, typed) == ["曾重庆"]


def test_a_reading_that_nobody_expects_comes_after_all_others(db, people, now):
    for name in ("曾立", "竹园私房菜", "郑文", "赵伟明", "吴单"):
        customers.add(db, name=name, by=people["chen"], now=now)
    assert found(db, people, "zw") == ["郑文", "赵伟明", "曾立", "竹园私房菜"]
    assert found(db, people, "zl") == ["曾立"]
    assert found(db, people, "ws") == ["吴单"]


def test_all_are_listed_by_the_reading_of_the_surname(db, people, now):
    for name in ("单雪", "曾立", "赵伟明", "孙一", "丁一", "单县食品公司"):
        customers.add(db, name=name, by=people["chen"], now=now)
    assert found(db, people, "") == ["单县食品公司", "丁一", "单雪", "孙一", "曾立", "赵伟明"]


def test_two_customers_of_one_name_stay_two(db, people, now):
    first = customers.add(db, name="王芳", phone="13800000001", by=people["chen"], now=now)
    second = customers.add(db, name="王芳", phone="13900000002", by=people["chen"], now=now)
    assert found(db, people, "王芳") == ["王芳", "王芳"]
    assert [row.id for row in customers.listing(db, reader=people["vera"], query="0002")[0]] == [second.id]
    assert first.id != second.id


def test_the_nearest_comes_first(db, people, now):
    for name in ("新王芳园", "王芳芳", "王芳"):
        customers.add(db, name=name, by=people["chen"], now=now)
    assert found(db, people, "王芳") == ["王芳", "王芳芳", "新王芳园"]


def test_all_are_listed_by_pinyin(db, people, now):
    for name in ("赵六", "Acme", "陈三", "白一"):
        customers.add(db, name=name, by=people["chen"], now=now)
    rows, total = customers.listing(db, reader=people["vera"], limit=3)
    assert ([row.name for row in rows], total) == (["Acme", "白一", "陈三"], 4)


def test_phone_and_mail_are_masked_for_everybody(db, people, hotel):
    for login in people:
        seen = customers.get(db, hotel.id, reader=people[login])
        assert (seen.phone, seen.mail) == ("138****5678", "z****@chenghu.example")
    assert "1234" not in repr(customers.history(db, hotel.id, reader=people["zhao"]))


def test_who_may_see_the_whole_number_sees_it_and_it_is_written_down(db, people, hotel, now):
    assert customers.identify(db, hotel.id, by=people["chen"], now=now) == {
        "phone": "13812345678",
        "mail": "zhou@chenghu.example",
    }
    for login in ("vera", "shen"):
        with pytest.raises(Forbidden):
            customers.identify(db, hotel.id, by=people[login], now=now)
    rows = [(row["member_id"], row["action"], row["noun"], row["noun_id"]) for row in db["access_log"].rows]
    assert rows == [(people["chen"].member_id, "identify", "customer", str(hotel.id))]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 101}, "name"), ({"name": "a\x08"}, "name"),
        ({"phone": "没有"}, "phone"), ({"phone": "138"}, "phone"), ({"phone": "13812345678/13900000000"}, "phone"),
        ({"mail": "zhou"}, "mail"), ({"mail": "a b@c.d"}, "mail"), ({"number": "60000123"}, "number"),
        ({"number": "6000 0123"}, "number"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_written(db, people, hotel, now, change, field):
    with pytest.raises(Invalid) as refused:
        customers.add(db, **{**HOTEL, "number": "", **change}, by=people["chen"], now=now)
    assert refused.value.field == field
    assert db["customer"].count == 1


def test_only_who_may_write_writes(db, people, hotel, now):
    for login in ("vera", "shen"):
        with pytest.raises(Forbidden):
            customers.add(db, name="甲", by=people[login], now=now)
        with pytest.raises(Forbidden):
            customer_archive.archive(db, hotel.id, by=people[login], now=now)


def test_two_saves_are_put_together_but_for_what_both_changed(db, people, hotel, now):
    first = {**HOTEL, "segment": "重点客户"}
    later = {**first, "segment": "普通", "city": "上海"}
    customers.edit(db, hotel.id, version=1, **later, by=people["li"], now=now)
    mine = {**first, "city": "北京", "phone": ""}
    with pytest.raises(Overtaken) as problem:
        customers.edit(db, hotel.id, version=1, **mine, by=people["chen"], now=now)
    assert problem.value.clashes == ("city",)
    its = problem.value.wanted
    assert (its["segment"], its["city"], its["phone"]) == ("普通", "北京", None)
    assert customers.get(db, hotel.id, reader=people["vera"]).city == "上海"
    newest = customers.history(db, hotel.id, reader=people["vera"])[0]
    assert (newest["action"], newest["member_name"], newest["fields"]) == ("edit", "李思远", ["Place", "Segment"])
    saved = customers.edit(db, hotel.id, version=1, **{**mine, "city": "上海"}, by=people["chen"], now=now)
    assert (saved.version, saved.segment, saved.city, saved.phone) == (3, "普通", "上海", "")


def test_a_save_that_brings_back_keeps_what_was_saved_before_the_archiving(db, people, hotel, now):
    first = {**HOTEL, "segment": "重点客户"}
    customers.edit(db, hotel.id, version=1, **{**first, "city": "上海"}, by=people["li"], now=now)
    customer_archive.archive(db, hotel.id, by=people["wang"], now=now)
    fields = {**first, "segment": "普通"}
    saved = customer_archive.save_again(db, hotel.id, version=1, **fields, by=people["chen"], now=now)
    assert (saved.archived, saved.city, saved.segment) == (0, "上海", "普通")


def test_an_archived_customer_is_in_no_list_until_it_is_undone(db, people, hotel, now):
    seq = customer_archive.archive(db, hotel.id, by=people["chen"], now=now)
    assert found(db, people, "澄湖") == found(db, people, "5678") == []
    assert customers.segments(db, reader=people["vera"]) == []
    customers.undo(db, seq, by=people["wang"], now=now)
    assert found(db, people, "澄湖") == ["澄湖酒店"]
    with pytest.raises(Conflict):
        customers.undo(db, seq, by=people["wang"], now=now)


def test_undoing_an_edit_brings_every_field_back(db, people, hotel, now):
    fields = {"name": "别的", "number": "", "phone": "", "mail": "", "city": "", "segment": ""}
    customers.edit(db, hotel.id, version=1, **fields, by=people["li"], now=now)
    customers.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    back = customers.get(db, hotel.id, reader=people["vera"])
    assert (back.name, back.number, back.segment, back.city) == ("澄湖酒店", "60000123", "重点客户", "苏州")
    assert customers.identify(db, hotel.id, by=people["chen"], now=now)["phone"] == "13812345678"


def test_a_customer_that_is_not_there_is_told_of(db, people):
    with pytest.raises(NotFound) as refused:
        customers.get(db, 99, reader=people["vera"])
    assert re.search("no customer 99", str(refused.value))


@pytest.mark.parametrize("asked", ["澄湖 酒店", "60000123", "13812345678"])
def test_whoever_names_an_archived_customer_hears_that_and_not_that_there_is_none(db, people, hotel, now, asked):
    chen = people["chen"]
    # Its name begins like that of the one who is archived, and would be taken for it.
    customers.add(db, name="澄湖酒店东楼", phone="13900005678", by=chen, now=now)
    assert customers.named(db, asked, reader=chen).id == hotel.id
    customer_archive.archive(db, hotel.id, by=chen, now=now)
    for look in (
        lambda: customers.named(db, asked, reader=chen),
        lambda: customer_words.found(db, asked, reader=chen, was_kept=True),
    ):
        with pytest.raises(Invalid, match="“澄湖酒店” is archived") as refused:
            look()
        assert refused.value.values["customer_id"] == hotel.id
    with pytest.raises(Invalid, match="There is no customer"):
        customers.named(db, "东楼酒店", reader=chen)


def test_an_archived_customer_is_not_edited_but_brought_back_alone_or_with_the_text(db, people, hotel, now):
    chen, wang = people["chen"], people["wang"]
    fields = {**HOTEL, "segment": "普通"}
    customer_archive.archive(db, hotel.id, by=wang, now=now)
    for version in (1, 2):
        with pytest.raises(Conflict, match="archived this customer") as problem:
            customers.edit(db, hotel.id, version=version, **fields, by=chen, now=now)
        assert problem.value.values["name"] == "王雅婷"
    back = customer_archive.bring_back(db, hotel.id, by=chen, now=now)
    assert found(db, people, "澄湖") == ["澄湖酒店"]
    with pytest.raises(Invalid):
        customer_archive.bring_back(db, hotel.id, by=chen, now=now)
    customers.undo(db, back, by=wang, now=now)
    # A refused text brings nothing back.
    with pytest.raises(Invalid):
        customer_archive.save_again(db, hotel.id, version=4, **{**fields, "name": ""}, by=chen, now=now)
    assert found(db, people, "澄湖") == []
    saved = customer_archive.save_again(db, hotel.id, version=4, **fields, by=chen, now=now)
    assert (saved.archived, saved.segment, found(db, people, "澄湖")) == (0, "普通", ["澄湖酒店"])
    with pytest.raises(Forbidden):
        customer_archive.bring_back(db, hotel.id, by=people["vera"], now=now)


@pytest.mark.parametrize(
    "anew", [{"name": "澄湖 酒店"}, {"name": "周经理", "phone": "13812345678"}, {"name": "周", "number": "60000123"}]
)
def test_who_is_archived_is_not_written_down_anew_unawares(db, people, hotel, now, anew):
    chen = people["chen"]
    customer_archive.archive(db, hotel.id, by=chen, now=now)
    with pytest.raises(Invalid, match="“澄湖酒店” is archived") as refused:
        customers.add(db, **anew, by=chen, now=now)
    assert (refused.value.field, refused.value.values["customer_id"]) == ("name", hotel.id)
    assert db["customer"].count == 1
    if "number" not in anew:
        customers.add(db, **anew, is_another=True, by=chen, now=now)
        assert found(db, people, anew["name"]) == [anew["name"]]
        return
    with pytest.raises(Invalid, match="is that of 澄湖酒店 already"):
        customers.add(db, **anew, is_another=True, by=chen, now=now)


def test_who_comes_back_keeps_what_stands_and_gains_what_was_missing_and_loses_it_by_undo(db, people, hotel, now):
    chen, other = people["chen"], customers.add(db, name="白露", number="7", by=people["chen"], now=now)
    customer_archive.archive(db, hotel.id, by=chen, now=now)
    known = dict.fromkeys(customers.FIELDS, "") | {"name": "澄湖 酒店", "city": "上海", "segment": "普通"}
    seq = customer_archive.bring_back(db, hotel.id, known=known | {"number": "7"}, by=chen, now=now)
    back = customers.get(db, hotel.id, reader=chen)
    assert (back.archived, back.name, back.number, back.city) == (0, "澄湖酒店", "60000123", "苏州")
    customers.undo(db, seq, by=chen, now=now)
    bare = customers.add(db, name="石径", by=chen, now=now)
    customer_archive.archive(db, bare.id, by=chen, now=now)
    with pytest.raises(Invalid, match="is that of 白露 already"):
        customer_archive.bring_back(db, bare.id, known={**known, "number": other.number}, by=chen, now=now)
    seq = customer_archive.bring_back(db, bare.id, known=known, by=chen, now=now)
    assert customers.get(db, bare.id, reader=chen).city == "上海"
    assert (customers.undo(db, seq, by=chen, now=now).city, db["customer"].get(bare.id)["archived"]) == ("", 1)


def test_how_many_are_found_is_told_on_every_page_also_beyond_the_last(db, people, now):
    for number in range(5):
        customers.add(db, name=f"青禾{number}店", by=people["chen"], now=now)
    asked = {"reader": people["li"], "limit": 2}
    for query, totals in (("青禾", [5, 5, 5, 5]), ("", [5, 5, 5, 5]), ("没有", [0, 0, 0, 0])):
        assert [customers.listing(db, query=query, offset=at, **asked)[1] for at in (0, 2, 4, 6)] == totals
