import pytest

from kb import comments, feed, note_history, uses
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound


@pytest.fixture
def note(a_note, people):
    return a_note(title="密封罐受潮", by=people["wang"])


def said(db, note):
    return [(each.member, each.body) for each, _ in comments.of_note(db, note.id)]


def test_what_colleagues_say_stands_in_order_and_is_taken_back_by_who_said_it(db, people, note, now):
    first = comments.add(db, note.id, body=" 我也遇到过。\n两次。 ", by=people["chen"], now=now)
    comments.add(db, note.id, body="换圈就好", by=people["lin"], now=now)
    assert said(db, note) == [("陈小兰", "我也遇到过。\n两次。"), ("林志强", "换圈就好")]
    assert [seq for _, seq in comments.of_note(db, note.id)][0] == first
    with pytest.raises(Forbidden):
        comments.undo(db, first, by=people["lin"], now=now)
    comments.undo(db, first, by=people["chen"], now=now)
    assert said(db, note) == [("林志强", "换圈就好")]
    with pytest.raises(Conflict):
        comments.undo(db, first, by=people["chen"], now=now)


def test_a_curator_takes_back_what_does_not_belong_there(db, people, note, now):
    seq = comments.add(db, note.id, body="广告", by=people["lin"], now=now)
    assert comments.undo(db, seq, by=people["wang"], now=now) == note.id
    assert said(db, note) == []


@pytest.mark.parametrize("body", ["", " \n ", "长" * 2001])
def test_nothing_and_too_much_are_no_comment(db, people, note, now, body):
    with pytest.raises(Invalid) as refused:
        comments.add(db, note.id, body=body, by=people["chen"], now=now)
    assert refused.value.field == "comment"
    with pytest.raises(Forbidden):
        comments.add(db, note.id, body="好", by=people["vera"], now=now)
    assert db["note_comment"].count == 0


def test_nobody_speaks_to_or_takes_back_on_a_note_they_may_not_see(db, people, a_note, now):
    private = a_note(readers="owner", by=people["wang"])
    with pytest.raises(NotFound):
        comments.add(db, private.id, body="看到了", by=people["chen"], now=now)
    seq = comments.add(db, private.id, body="自己记一下", by=people["wang"], now=now)
    with pytest.raises(NotFound):
        comments.undo(db, seq, by=people["ma"], now=now)
    assert comments.of_author(db, people["wang"].member_id, reader=people["wang"]) == []


def test_the_author_hears_what_others_said_and_not_what_they_said_themselves(db, people, note, now):
    comments.add(db, note.id, body="自己补一句", by=people["wang"], now=now)
    comments.add(db, note.id, body="有用", by=people["chen"], now=now)
    told = comments.of_author(db, people["wang"].member_id, reader=people["wang"])
    assert [(each.body, title) for each, title in told] == [("有用", "密封罐受潮")]


def test_thanks_are_given_once_and_taken_back(db, people, note, now):
    for login in ("chen", "lin", "chen", "chen"):
        comments.thank(db, note.id, by=people[login], now=now)
    assert list(comments.thanks(db, note.id).values()) in (["林志强", "陈小兰"], ["陈小兰", "林志强"])
    comments.thank(db, note.id, by=people["lin"], now=now)
    assert list(comments.thanks(db, note.id).values()) == ["陈小兰"]
    with pytest.raises(Invalid):
        comments.thank(db, note.id, by=people["wang"], now=now)


def test_what_was_said_and_used_goes_with_a_note_that_is_erased_and_the_chain_holds(db, people, note, now):
    taken = comments.add(db, note.id, body="她的电话是 13812345678", by=people["chen"], now=now)
    comments.undo(db, taken, by=people["chen"], now=now)
    comments.add(db, note.id, body="住在青石街 8 号", by=people["chen"], now=now)
    uses.add(db, note.id, result="worked", outcome="寄到青石街 8 号", by=people["lin"], now=now)
    comments.thank(db, note.id, by=people["lin"], now=now)
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    kept = " ".join(str(row) for row in db.query("SELECT before, after FROM change_text"))
    assert ("青石街" in kept, "13812345678" in kept) == (False, False)
    assert [db[name].count for name in ("note_comment", "note_thanks", "note_use")] == [0, 0, 0]
    assert feed.verify(db) == []
