"""What customers agreed to, and for whom that holds."""

import hashlib
import json
from dataclasses import replace

import pytest

from kb import answers, customers, feed, gates, heard, looked_at, maturity, note_rows, notes
from kb.access import OPERATOR
from kb.errors import Conflict, Invalid
from kb.home import DATABASE
from kb.migrations import migrations
from kb.note_details import Details
from kb.store import _connect, writing

SAID = {"verdict": "yes", "person": "郑女士", "channel": "电话", "words": "对，就是这样", "said_on": "2026-01-05"}
TEXT = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def edit(db, people, now):
    """Return a function that changes details of a note as its owner and returns it."""

    def call(note_id, **changed):
        note = read(db, note_id)
        fields = {name: getattr(note, name) for name in TEXT} | {"details": replace(note.details(), **changed)}
        names = [topic["name"] for topic in note.topics]
        told = {"topic_names": names, "reason": "写得更准", "by": people["chen"], "now": now}
        return notes.edit(db, note_id, version=note.version, **fields, **told)

    return call


@pytest.fixture
def named(db, people, now):
    """Return the ids of three customers."""
    return [customers.add(db, name=name, by=people["chen"], now=now).id for name in ("锦华", "澄湖酒店", "鹿溪民宿")]


@pytest.fixture
def agree(db, home, people, now):
    def call(note_id, **said):
        return maturity.record(db, home, note_id, **SAID | said, by=people["li"], now=now)

    return call


@pytest.fixture
def agreed(db, people, now, a_note, agree):
    """Return a function that writes a note of these details, which its customers agreed to, and returns its id."""

    def call(dimension, details, **said):
        note = a_note(dimension=dimension, details=details, summary="一句话", topic_names=["密封罐", "装配"])
        for _ in range(2):
            maturity.advance(db, note.id, by=people["chen"], now=now)
        agree(note.id, **said)
        assert step(db, note.id) == "agreed"
        return note.id

    return call


def read(db, note_id):
    return notes.get(db, note_id, reader=OPERATOR)


def step(db, note_id):
    return read(db, note_id).maturity


def test_a_yes_to_what_was_made_together_is_to_what_each_side_brought(db, people, now, named, agreed, edit):
    first, second, third = named
    details = Details(customers=((first, "场地"), (second, "面料")), our_part="打样")
    for changed in (
        {"our_part": "什么都没带"},
        {"customers": ((first, "全部费用"), (second, "面料"))},
        {"customers": ((first, "场地"), (third, "面料"))},
        {"customers": ((first, "场地"),)},
    ):
        note_id = agreed("with", details, customer="all")
        assert edit(note_id, **changed).maturity == "classified", changed
        notes.undo(db, feed.last_seq(db), by=people["chen"], now=now)
        assert gates.is_agreed(read(db, note_id))


def test_a_yes_to_what_a_customer_is_told_is_to_whom_till_when_and_where_from(named, agreed, edit):
    told = Details(
        audience="customer", customers=((named[0], ""),), valid_from="2026-01-01", valid_until="2026-12-31",
        origin="售后手册",
    )  # fmt: skip
    for changed in ({"audience": "all"}, {"valid_until": "2027-12-31"}, {"origin": "没有出处的传言"}):
        assert edit(agreed("for", told), **changed).maturity == "classified", changed
    assert edit(agreed("for", told), lang="zh").maturity == "agreed"


def test_a_yes_to_what_a_customer_said_is_to_who_said_it_and_how_they_felt(named, agreed, edit):
    said = Details(customers=((named[0], ""),), experience="complaint")
    for changed in ({"customers": ((named[1], ""),)}, {"experience": "satisfied"}):
        assert edit(agreed("from", said), **changed).maturity == "classified", changed


def test_a_customer_who_comes_later_was_not_asked_and_takes_nothing_from_the_yes_of_the_first(
    db, people, now, named, agreed, agree
):
    note_id = agreed("from", Details(customers=((named[0], ""),), experience="complaint"))
    assert read(db, note_id).agreeing is None
    seq = heard.join(db, note_id, [named[1]], by=people["li"], now=now, reason="另一位客户也这样")
    assert (step(db, note_id), feed.change(db, seq)["reason"]) == ("classified", "另一位客户也这样")
    assert read(db, note_id).agreeing == ([{"person": "郑女士", "customers": ["锦华"]}], ["澄湖酒店"])
    with pytest.raises(Invalid) as refused:
        maturity.advance(db, note_id, by=people["chen"], now=now)
    assert refused.value.field == "answer"
    for nobody in ("", str(named[2])):
        with pytest.raises(Invalid) as refused:
            agree(note_id, customer=nobody)
        assert refused.value.field == "customer"
    agree(note_id, customer=str(named[0]), person="郑先生")
    assert step(db, note_id) == "classified"
    agree(note_id, customer=str(named[1]), person="周敏")
    assert (step(db, note_id), read(db, note_id).agreeing) == ("agreed", None)
    agree(note_id, customer=str(named[0]), verdict="no")
    assert (step(db, note_id), read(db, note_id).agreeing) == (
        "explicit",
        ([{"person": "周敏", "customers": ["澄湖酒店"]}], []),
    )


def test_a_yes_is_not_recorded_for_a_customer_who_stood_there_only_after_the_page_was_opened(
    db, named, agreed, agree, edit
):
    note_id = agreed("from", Details(customers=((named[0], ""),), experience="complaint"))
    looked = looked_at.told(read(db, note_id))
    edit(note_id, customers=((named[1], ""),))
    with pytest.raises(Conflict):
        agree(note_id, shown=looked)
    assert len(read(db, note_id).answers) == 1


def test_what_a_customer_brought_is_kept_with_an_answer_in_no_words_of_theirs(db, named, agreed, edit):
    # Who is erased stays in the notes that name others too, and has their part rewritten: the old words are gone then.
    first, second, _ = named
    details = Details(customers=((first, "郑女士家的旧罐"), (second, "面料")), our_part="打样")
    note_id = agreed("with", details, customer="all")
    edit(note_id, customers=((first, "一只罐"), (second, "面料")))
    kept = [value for row in db["answer"].rows for value in row.values() if "郑女士家的旧罐" in str(value)]
    assert (len(read(db, note_id).answers), kept) == (1, [])


def as_kept_before(note, answer):
    """Return an answer as it was kept when a yes was to texts alone."""
    texts = [note.title, note.summary, note.body, *filter(None, [note.customer_text])]
    was = hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()
    kept = {name: value for name, value in answer.items() if name not in ("customers", "customer_id")}
    return kept | {"digest": was}


def test_what_the_feed_kept_of_a_yes_to_a_text_alone_comes_back_as_a_yes(db, named, agreed):
    note = read(db, agreed("from", Details(customers=((named[0], ""),), experience="complaint")))
    state = note_rows.state(note)
    before = {**state, "answers": [as_kept_before(note, each) for each in state["answers"]]}
    assert answers.of_state(before) == state["answers"]
    (other,) = answers.of_state(before | {"body": "别的"})
    assert (other["digest"], other["customers"]) == (before["answers"][0]["digest"], {})


def test_the_answers_of_the_release_before_stay_and_hold_where_they_held(tmp_path):
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    db = _connect(tmp_path / DATABASE)
    migrations.apply(db, stop_before="m047_to_what_and_for_whom_customers_agreed")
    db.execute(
        """INSERT INTO customer (id, version, name, folded, pinyin, initials, sorts_as, city, segment, created_at,
                                 updated_at)
           VALUES (5, 1, '锦华', '', '', '', '', '', '', '', '')"""
    )
    db.execute(
        """INSERT INTO note (id, version, title, summary, body, dimension, maturity, readers, created_at, updated_at,
                             experience)
           VALUES (1, 4, '漏', '一句', '正文', 'from', 'agreed', 'all', '2026', '2026', 'complaint')"""
    )
    db.execute("INSERT INTO note_customer (note_id, customer_id, part, position) VALUES (1, 5, '', 0)")
    now = hashlib.sha256(json.dumps(["漏", "一句", "正文"], ensure_ascii=False).encode()).hexdigest()
    for person, said in (("从前", "0" * 64), ("现在", now)):
        db.execute(
            """INSERT INTO answer (note_id, verdict, person, channel, words, said_on, digest, created_at)
               VALUES (1, 'yes', :person, '电话', '对', '2026-01-05', :said, '2026')""",
            {"person": person, "said": said},
        )
    with writing(db):
        migrations.apply(db)
    note = notes.get(db, 1, reader=OPERATOR)
    assert [each["person"] for each in note.answers if gates.is_answered(each, note)] == ["现在"]
    assert (len(note.answers), note.answers[1]["customers"]) == (2, {"5": hashlib.sha256(b"").hexdigest()})
    assert gates.is_agreed(note)
