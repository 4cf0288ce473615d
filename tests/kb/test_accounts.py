import pytest

from kb import accounts, feed, members, notes, sessions
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.store import writing


@pytest.fixture
def move(db, people, now):
    def call(login, role, department, by="zhao"):
        who = people[login].member_id
        return accounts.move(db, who, role=role, department=department, by=people[by], now=now)

    return call


def standing(db, member):
    found = members.get(db, member.member_id)
    return found.role, found.department


def test_another_role_and_department_hold_at_once_and_can_be_taken_back(db, people, move, a_note, now):
    before = standing(db, people["chen"])
    secret = a_note(readers="department", by=people["wang"])
    seq = move("chen", "curator", members.get(db, people["wang"].member_id).department)
    moved = members.get(db, people["chen"].member_id)
    assert (moved.role, moved.department_id) == ("curator", people["wang"].department_id)
    assert notes.get(db, secret.id, reader=moved.reader()).id == secret.id
    with pytest.raises(Forbidden):
        accounts.undo(db, seq, by=people["wang"], now=now)
    assert accounts.undo(db, seq, by=people["zhao"], now=now) == people["chen"].member_id
    assert standing(db, people["chen"]) == before
    with pytest.raises(Conflict):
        accounts.undo(db, seq, by=people["zhao"], now=now)


def test_a_verifier_who_may_write_no_longer_hands_the_duty_on(db, people, move, a_note):
    note = a_note(by=people["chen"])
    assert notes.get(db, note.id, reader=people["chen"]).duty == members.get(db, people["chen"].member_id).name
    move("chen", "viewer", "新部门")
    assert notes.get(db, note.id, reader=people["chen"]).duty != members.get(db, people["chen"].member_id).name


@pytest.mark.parametrize(
    ("login", "role", "department", "field"),
    [("chen", "boss", "客服部", "role"), ("chen", "viewer", " ", "department"), ("zhao", "viewer", "客服部", "role")],
)
def test_a_wrong_role_no_department_and_the_last_administrator_are_refused(db, move, login, role, department, field):
    last = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        move(login, role, department)
    assert (refused.value.field, feed.last_seq(db)) == (field, last)


def test_what_is_the_same_and_who_has_left_and_who_may_not_are_refused(db, people, move, now):
    role, department = standing(db, people["chen"])
    with pytest.raises(Invalid, match="Nothing was changed"):
        move("chen", role, department)
    with pytest.raises(Forbidden):
        move("chen", "admin", department, by="wang")
    members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)
    for refused in (lambda: move("chen", "viewer", department), lambda: reset(db, people, "chen", now)):
        with pytest.raises(Invalid, match="already left"):
            refused()


def reset(db, people, login, now, by="zhao"):
    return accounts.reset_password(db, people[login].member_id, by=people[by], now=now)


def test_a_password_given_replaces_the_old_one_until_the_own_one_does(db, people, now, password):
    chen = people["chen"].member_id
    with writing(db):
        session = sessions.start(db, chen, now=now)
    given = reset(db, people, "chen", now)
    assert sessions.member_id(db, session) is None
    assert members.authenticate(db, "chen", password) is None
    assert members.authenticate(db, "chen", given).id == chen
    assert given not in str(list(db["change_text"].rows))
    assert accounts.must_renew(db, chen)
    assert given != reset(db, people, "chen", now)
    members.change_password(db, chen, new="一句只有我会写的话吧好吗", by=people["chen"], now=now)
    assert not accounts.must_renew(db, chen)


def test_a_password_given_is_not_taken_back_and_not_for_oneself_or_by_others(db, people, now):
    reset(db, people, "chen", now)
    with pytest.raises(NotFound):
        accounts.undo(db, feed.last_seq(db), by=people["zhao"], now=now)
    with pytest.raises(Invalid, match="own account"):
        reset(db, people, "zhao", now)
    with pytest.raises(Forbidden):
        reset(db, people, "chen", now, by="wang")
