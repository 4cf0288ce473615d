"""What an interaction names: colleagues are told of it, notes lead back to it, each as far as they may see it."""

import pytest

from kb import (
    customers,
    feed,
    interaction_erasure,
    interaction_mentions,
    interactions,
    member_mentions,
    note_history,
)
from kb.access import OPERATOR
from kb.migrations import migrations
from kb.sqlite import Database
from kb.store import writing

FIELDS = {"contact": "周经理", "channel": "电话", "method": "talk", "happened_at": "2026-11-20T01:30:00.000000Z"}


@pytest.fixture
def talked(db, people, now):
    """Write an interaction with 澄湖酒店 as chen and return it."""
    customer = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)

    def write(said, told="", readers="all"):
        texts = {"customer_id": customer.id, "said": said, "told": told, "readers": readers}
        seq = interactions.add(db, **FIELDS, **texts, by=people["chen"], now=now)
        return interactions.get(db, int(feed.change(db, seq)["noun_id"]), reader=OPERATOR)

    return write


@pytest.fixture
def told(db, people):
    """Return a function from a login to ``[(interaction, title)]`` of where they were named."""
    mentions = member_mentions.of_reader
    return lambda login: [(each.interaction_id, each.title) for each in mentions(db, reader=people[login])]


@pytest.fixture
def edit(db, people, now):
    def save(talk, **texts):
        stands = interactions.get(db, talk.id, reader=OPERATOR)
        kept = {name: getattr(stands, name) for name in (*FIELDS, "customer_id", "said", "told", "readers")}
        return interactions.edit(db, talk.id, version=stands.version, **{**kept, **texts}, by=people["chen"], now=now)

    return save


def test_whom_an_interaction_names_is_told_once_and_only_where_they_may_see_it(db, people, now, talked, told, edit):
    talk = talked("请 @li 看一下", told="也请 @wang 看")
    assert told("li") == told("wang") == [(talk.id, "澄湖酒店")]
    (mention,) = member_mentions.of_reader(db, reader=people["li"])
    assert (mention.named_by, mention.note_id) == ("陈小兰", None)
    member_mentions.dismiss(db, mention.id, by=people["li"], now=now)
    seq = edit(talk, said="请 @li 再看，还有 @lin", told="")
    assert [told(login) for login in ("li", "wang", "lin")] == [[], [], [(talk.id, "澄湖酒店")]]
    edit(talk, readers="department")
    assert told("lin") == []
    edit(talk, readers="all")
    interactions.archive(db, talk.id, by=people["chen"], now=now)
    assert told("lin") == []
    assert feed.change(db, seq)["after"]["said"] == "请 @li 再看，还有 @lin"


def test_a_note_leads_back_to_the_interactions_that_mention_it(db, people, now, talked, a_note, edit):
    note, other = a_note(), a_note(title="另一条")
    talk, closed = talked(f"像 [[{note.id}]] 说的 [[999]]"), talked("", told=f"[[{note.id}]]", readers="owner")

    def back(login, of=note):
        return [each.id for each in interaction_mentions.of_note(db, of.id, reader=people[login])]

    assert (back("chen"), back("li")) == ([closed.id, talk.id], [talk.id])
    seq = edit(talk, said=f"[[{other.id}]]")
    assert (back("li"), back("li", other)) == ([], [talk.id])
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert (back("li"), back("li", other)) == ([talk.id], [])


def test_what_an_interaction_names_goes_with_it_and_with_the_note(db, people, now, talked, a_note, told):
    note = a_note(body="@wang")
    talks = [talked(f"@li [[{note.id}]]") for _ in range(2)]
    with writing(db):
        interaction_erasure.erase_rows(db, talks[0].id, by=OPERATOR, now=now, reason="要求")
    assert told("li") == [(talks[1].id, "澄湖酒店")]
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="要求")
    assert (db["interaction_mention"].count, db["member_mention"].count) == (0, 1)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_notes_that_interactions_of_before_mention_lead_back_and_nobody_is_told_anew(people, now, tmp_path):
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="m048_whom_and_what_interactions_name")
    db.execute("INSERT INTO department (id, name) VALUES (1, '售后')")
    db.execute(
        """INSERT INTO member (id, login, name, department_id, role, password_hash, created_at)
           VALUES (3, 'li', '李思远', 1, 'contributor', '', :now)""",
        {"now": now},
    )
    db["customer"].insert(_CUSTOMER)
    row = {"version": 1, "title": "圈", "summary": "", "body": "", "dimension": "about", "standing": "found"}
    stamp = {"readers": "all", "created_at": now, "updated_at": now}
    db["note"].insert({"id": 7, **row, **stamp})
    texts = {"said": "像 [[7]] 和 [[8]] 说的 @li", "told": "[[7]]", "version": 1, "customer_id": 1}
    db["interaction"].insert({"id": 2, **FIELDS, **texts, **stamp})
    named = {"member_id": 3, "note_id": 7, "named_at": now}
    db["member_mention"].insert({"id": 5, **named})
    migrations.apply(db)
    assert list(db["interaction_mention"].rows) == [{"interaction_id": 2, "mentioned_id": 7}]
    assert [(row["id"], row["note_id"], row["interaction_id"]) for row in db["member_mention"].rows] == [(5, 7, None)]


_CUSTOMER = {"id": 1, "version": 1, "name": "澄湖酒店", "city": "", "segment": "", "folded": "澄湖酒店", "pinyin": "",
             "initials": "", "sorts_as": "", "created_at": "2026", "updated_at": "2026"}  # fmt: skip
