import pytest

from kb import members
from kb.search import indexer, suggest, zero


@pytest.fixture
def asked(db, home, people, now):
    names = suggest.note_names()

    def call(query, login="vera"):
        indexer.catch_up(db, home)
        return zero.help_for(db, home, query, names=names, reader=people[login], now=now)

    return call


def test_a_question_of_several_words_is_told_which_fewer_find(a_note, asked):
    a_note(title="密封罐受潮", topic_names=["罐"])
    a_note(title="铸铁锅生锈", topic_names=["锅"])
    assert asked("密封罐 挂耳咖啡").fewer == [("密封罐", 1)]
    assert asked("主题:没有的 铸铁锅").fewer == [("铸铁锅", 1)]
    assert asked("挂耳咖啡").fewer == []
    # Which filter it is that leaves nothing.
    assert asked("类型:用于 主题:锅").fewer == [("主题:锅", 1)]
    assert asked("密封罐 主题:罐 主题:锅 作者:wang -类型:用于").fewer == [
        ("密封罐 主题:罐 主题:锅 -类型:用于", 1),
        ("密封罐", 1),
    ]
    assert asked("-类型:来自 主题:罐").fewer == [("主题:罐", 1)]


def test_two_people_are_named_who_know_the_nearest_topic_with_their_phone(db, people, a_note, asked, now):
    members.set_contact(
        db, people["li"].member_id, phone="0512 6100 8203", wecom="李", mail="", by=people["li"], now=now
    )
    a_note(topic_names=["海关税费"], by=people["li"])
    for _ in range(3):
        a_note(topic_names=["密封罐"])
    found = asked("进口海关要多久").people
    assert [(each["name"], each["topic"]) for each in found] == [("李思远", "海关税费"), ("陈小兰", None)]
    assert found[0]["phone"] == "051261008203"


def test_who_has_left_and_who_asks_are_not_named_and_private_notes_name_nobody(db, people, a_note, asked, now):
    a_note(topic_names=["海关"], by=people["li"])
    a_note(topic_names=["海关"], by=people["chen"])
    a_note(topic_names=["海关"], readers="owner", by=people["wang"])
    members.leave(db, people["li"].member_id, by=people["zhao"], now=now)
    assert [each["name"] for each in asked("海关多久").people] == ["陈小兰"]
    assert asked("海关多久", "chen").people == []


def test_a_question_without_blanks_is_told_which_pieces_of_it_find(a_note, asked):
    a_note(title="铸铁锅生锈", topic_names=["锅"])
    a_note(title="收纳盒裂了", topic_names=["收纳"])
    assert asked("铸铁锅洗碗机").fewer == [("铸铁锅", 1)]
    assert asked("盒烫").fewer == [("盒", 1)]
    assert asked("毛巾掉色").fewer == []


def test_what_sounds_like_a_topic_or_is_one_slip_from_it_is_what_was_meant(a_note, asked):
    a_note(title="铸铁锅生锈", topic_names=["铸铁锅"])
    a_note(title="怎么退", topic_names=["退换货"], readers="owner")
    a_note(title="换季打折", topic_names=["毛巾"])
    found = {
        typed: asked(typed).meant
        for typed in ("朱铁锅生锈", "铸铁砂生锈", "毛斤", "毛衣", "退还货", "铸铁锅洗碗", "铸砂砂")
    }
    assert found == {
        "朱铁锅生锈": [("铸铁锅生锈", 1)],
        "铸铁砂生锈": [("铸铁锅生锈", 1)],
        "毛斤": [("毛巾", 1)],
        "毛衣": [],
        "退还货": [],
        "铸铁锅洗碗": [],
        "铸砂砂": [],
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("竹概保养", "竹盖保养"),
        ("珠盖", "竹盖"),
        ("zhugai", "竹盖"),
        ("complaimt", "complaint"),
        ("compalint form", "complaint form"),
        ("怎么保养", None),
        ("umbrella", None),
    ],
)
def test_what_sounds_like_a_word_of_a_title_or_is_one_key_from_it_is_what_was_meant(a_note, asked, typed, meant):
    a_note(title="竹盖怎么保养", topic_names=["盖子"], body="……")
    a_note(title="Complaint form for damp jars", topic_names=["表单"], body="……")
    assert asked(typed).meant == ([(meant, 1)] if meant else [])


def test_no_word_of_a_note_one_may_not_see_is_what_was_meant(people, a_note, asked):
    a_note(title="积分规则", topic_names=["会员"])
    a_note(title="机密 complaint", topic_names=["会员"], readers="owner", by=people["wang"])
    a_note(title="brochura brochurb brochurc", topic_names=["会员"], readers="owner", by=people["wang"])
    a_note(title="brachury", topic_names=["会员"])
    assert asked("积密", "wang").meant == [("机密", 1)]
    assert asked("complaimt", "wang").meant == [("complaint", 1)]
    # Nor does one of these stand in the way of what is farther off.
    assert asked("brochurx").meant == [("brachury", 1)]
    assert asked("积密").meant == asked("complaimt").meant == asked("jimi").meant == []


def test_what_was_meant_keeps_the_filters_unless_nothing_meets_them(a_note, asked):
    a_note(title="complaint by phone", topic_names=["罐"])
    a_note(title="complaint by mail", topic_names=["锅"])
    assert asked("complaimt 主题:罐 -mail").meant == [("complaint -mail 主题:罐", 1)]
    assert asked("complaimt 主题:没有的").meant == [("complaint", 2)]
