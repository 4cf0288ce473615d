"""The company of the demo: its notes are written, not multiplied, and its topics have people who know them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from kb import (
    learning,
    leaving,
    member_mentions,
    members,
    notes,
    presence,
    proposals,
    suggestions,
    to_hand_over,
    topics,
)
from kb.access import OPERATOR
from kb.map.experts import experts
from kb.store import close_store, home_of, open_store, utc_now
from web.demo import people
from web.demo.notes import NOTES

ROOT = Path(__file__).parents[2]
# What ends a sentence, a line, a row or a cell.
END = re.compile(r"[。！？；：\n|]")


@pytest.fixture(scope="module")
def company(demo_home, tmp_path_factory):
    """The store of a demo."""
    home = demo_home(tmp_path_factory.mktemp("company") / "home")
    yield open_store(home)
    close_store(home)


def sentences(note):
    """Return what a note says, sentence by sentence, without figures and marks; what is left of three signs is none."""
    parts = (END.split(text) for text in (note.title, note.summary, note.body))
    bare = {re.sub(r"[\s“”（）#*\-\d.]", "", sentence) for each in parts for sentence in each}
    return {sentence for sentence in bare if len(sentence) > 3}


def test_there_are_many_notes_of_every_type_and_no_two_share_a_sentence():
    assert len(NOTES) >= 160
    types = Counter(note.dimension for note in NOTES)
    assert [types[each] >= 15 for each in ("about", "for", "from", "with")] == [True] * 4
    said = Counter(sentence for note in NOTES for sentence in sentences(note))
    assert [sentence for sentence, count in said.items() if count > 1] == []


def test_a_note_is_open_to_a_list_of_colleagues(company):
    (note,) = [each for each in notes.listing(company, reader=OPERATOR, limit=500)[0] if each.readers == "list"]
    assert [each["name"] for each in note.named_readers] == ["曹宇", "林志远", "王雅婷"]


def test_who_looks_in_finds_a_colleague_away_one_who_leaves_one_who_is_named_and_a_second_yes_that_waits(company):
    ids = {member.login: member.id for member in members.listing(company)}
    (away,) = presence.away(company).items()
    assert (away[0], away[1].answering) == (ids["jiang.tao"], "陈晓岚")
    told = leaving.of_member(company, ids["pan.yue"])
    assert 0 < sum(to_hand_over.counts(company, ids["pan.yue"]).values()) < told["count"]
    entered = {
        login: members.get(company, ids[login]).reader() for login in ("chen.xiaolan", "lin.zhiyuan", "wang.yating")
    }
    for login, by in (("chen.xiaolan", "叶欣"), ("lin.zhiyuan", "吴佩")):
        assert [each.named_by for each in member_mentions.of_reader(company, reader=entered[login])] == [by]
    assert [each.member for each in proposals.waiting(company, reader=entered["wang.yating"])] == ["徐磊"]
    boss = members.get(company, ids["zhao.ming"]).reader()
    waiting = [(each.member, each.first["member"]) for each in proposals.waiting(company, reader=boss) if each.first]
    assert waiting == [("白雪", "王雅婷")]


def test_every_topic_has_notes_and_one_to_four_people_who_know_it_but_three(company):
    listed, now = topics.listing(company, reader=OPERATOR), utc_now()
    known = {
        topic.name: sorted(
            each.name for each in experts(company, topic.id, reader=OPERATOR, now=now) if each.state == "active"
        )
        for topic in listed
    }
    assert len(known) == 36
    assert {name: who for name, who in known.items() if len(who) < 2} == {
        "进口税费": [], "发票": ["叶欣"], "宠物": ["杜鹃"],
    }  # fmt: skip
    # A topic that others stand under has who knows those too.
    above = {
        row["name"] for row in company.query("SELECT name FROM topic WHERE id IN (SELECT parent_id FROM topic_parent)")
    }
    assert {name: who for name, who in known.items() if len(who) > 4 and name not in above} == {}
    counts = Counter(topic for note in NOTES if note.readers == "all" for topic in note.topics)
    assert {name: counts[name] for name in known if counts[name] < 4} == {}


def test_facets_and_topics_are_suggested_from_what_the_company_wrote(company):
    home = home_of(company)
    learning.learn(company, home, now=utc_now())
    found = suggestions.measured(company, home, reader=OPERATOR)
    good = {each["name"]: each["right"] / each["suggested"] for each in found if each["is_suggested"]}
    assert {"Product feature", "Quality record", "Repair", "铸铁锅", "毛巾"} <= good.keys()
    assert min(good.values()) >= learning.LEAST_PRECISION


def test_twenty_four_people_work_in_six_departments_and_who_knew_the_customs_has_left(company):
    everybody = [members.get(company, row["id"]) for row in company["member"].rows]
    here = [member for member in everybody if member.state == "active"]
    assert len(here) == 24
    assert company["department"].count == 6
    assert [member.login for member in everybody if member.state == "left"] == list(people.LEFT)
    assert company["source"].count >= 12


def test_no_note_lies_ahead_and_the_newest_number_is_the_newest(company):
    rows = list(company.query("SELECT created_at FROM note ORDER BY id"))
    written = [row["created_at"] for row in rows]
    assert written == sorted(written)
    assert written[-1] <= company.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')").fetchone()[0]
    assert notes.get(company, 1, reader=OPERATOR).title.startswith("密封罐")


def test_the_readmes_count_what_the_demo_holds(company):
    held = company["note"].count
    for name, words in (("README.md", "notes"), ("README.zh.md", "条知识")):
        assert re.search(rf"\b{held} {words}", (ROOT / name).read_text("utf-8")), name
