import time

import pytest

from kb import feed, members, sessions, throttle
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid, NotFound
from kb.store import writing

LONG = "a sentence only tests would write"
NEW = {"login": "new.one", "name": "新人", "department": "客服部", "role": "viewer", "password": LONG}


def test_a_member_who_was_added_signs_in_with_the_password_and_with_nothing_else(db, now):
    made = members.add(db, **NEW, by=OPERATOR, now=now)
    assert members.authenticate(db, "new.one", LONG).id == made.id
    assert members.authenticate(db, " ＮＥＷ.one ", LONG).id == made.id
    assert members.authenticate(db, "new.one", LONG + " ") is None
    assert members.authenticate(db, "nobody", LONG) is None


def test_a_password_is_kept_as_argon2id_and_nowhere_else(db, home, now):
    members.add(db, **NEW, by=OPERATOR, now=now)
    assert db["member"].get(1)["password_hash"].startswith("$argon2id$v=19$m=")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert LONG.encode() not in (home / "kezhi.db").read_bytes()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": "a b"}, "login"), ({"login": ""}, "login"), ({"login": "王"}, "login"), ({"role": "boss"}, "role"),
        ({"name": "  "}, "name"), ({"department": ""}, "department"), ({"password": "short"}, "password"),
        ({"password": "new.one is my password"}, "password"), ({"password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"name": "a\x00"}, "name"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_by_its_field(db, now, change, field):
    with pytest.raises(Invalid) as refused:
        members.add(db, **{**NEW, **change}, by=OPERATOR, now=now)
    assert refused.value.field == field
    assert (db["member"].count, feed.last_seq(db)) == (0, 0)


def test_a_login_is_taken_once(db, now):
    members.add(db, **NEW, by=OPERATOR, now=now)
    with pytest.raises(Invalid) as refused:
        members.add(db, **{**NEW, "login": "NEW.ONE"}, by=OPERATOR, now=now)
    assert refused.value.field == "login"


def test_only_an_administrator_adds_and_closes_accounts(db, people, now):
    for login in ("chen", "ma", "wang", "shen"):
        with pytest.raises(Forbidden):
            members.add(db, **NEW, by=people[login], now=now)
        with pytest.raises(Forbidden):
            members.leave(db, people["vera"].member_id, by=people[login], now=now)


def test_the_last_administrator_stays(db, people, now):
    with pytest.raises(Invalid, match="last administrator"):
        members.leave(db, people["zhao"].member_id, by=people["zhao"], now=now)


def test_who_leaves_is_out_at_once_and_cannot_come_back(db, people, now, password):
    with writing(db):
        session = sessions.start(db, people["chen"].member_id, now=now)
    assert sessions.member_id(db, session) == people["chen"].member_id
    members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)
    assert sessions.member_id(db, session) is None
    assert members.authenticate(db, "chen", password) is None
    with pytest.raises(Invalid):
        members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)


def test_a_session_of_who_is_not_active_opens_nothing(db, people, now):
    with writing(db):
        session = sessions.start(db, people["chen"].member_id, now=now)
    db["member"].update(people["chen"].member_id, {"state": "left"})
    assert sessions.member_id(db, session) is None


def test_a_session_lasts_twelve_hours_and_its_id_is_not_kept(db, people):
    with writing(db):
        old = sessions.start(db, people["chen"].member_id, now="2020-01-01T00:00:00.000000Z")
    assert sessions.member_id(db, old) is None
    assert old not in str(list(db["session"].rows))


def test_a_new_password_ends_all_sessions(db, people, now):
    with writing(db):
        each = [sessions.start(db, people["chen"].member_id, now=now) for _ in range(2)]
    members.change_password(db, people["chen"].member_id, new="quite another sentence", by=people["chen"], now=now)
    assert [sessions.member_id(db, session) for session in each] == [None, None]


def fail(db, times, at, account="chen", address="10.0.0.1"):
    for number in range(times):
        with writing(db):
            left = throttle.failed(db, account=account, address=address, now=at + number)
    return left


def test_guessing_slows_down_from_the_fifth_failure_and_stops_at_the_tenth(db):
    start = time.time()
    assert fail(db, 4, start) == 1
    throttle.refuse_if_too_many(db, account="chen", address="10.0.0.2", now=start + 4)
    fail(db, 1, start + 4)
    with pytest.raises(Invalid, match="Wait 30 seconds"):
        throttle.refuse_if_too_many(db, account="Chen", address="10.0.0.2", now=start + 4)
    throttle.refuse_if_too_many(db, account="chen", address="10.0.0.2", now=start + 40)
    fail(db, 5, start + 40)
    with pytest.raises(Invalid):
        throttle.refuse_if_too_many(db, account="chen", address="10.0.0.2", now=start + 120)


def test_nobody_locks_a_colleague_out_for_ever(db):
    start = time.time()
    fail(db, 10, start)
    throttle.refuse_if_too_many(db, account="chen", address="10.0.0.2", now=start + throttle.WINDOW_SECONDS + 31)


def test_one_address_cannot_try_all_accounts(db):
    start = time.time()
    for number in range(100):
        fail(db, 1, start, account=f"someone{number}")
    with pytest.raises(Invalid):
        throttle.refuse_if_too_many(db, account="new", address="10.0.0.1", now=start + 2)
    throttle.refuse_if_too_many(db, account="new", address="10.0.0.2", now=start + 2)


def test_counters_are_forgotten_and_hold_no_name(db):
    start = time.time()
    fail(db, 3, start, account="my secret password")
    assert "secret" not in str(list(db["sign_in_failure"].rows))
    fail(db, 1, start + 10_000, account="other")
    assert db["sign_in_failure"].count == 1


def test_a_member_who_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        members.get(db, 5)
    with pytest.raises(NotFound):
        members.by_login(db, "nobody")


def test_a_colleague_is_found_by_name_pinyin_and_login_while_they_are_here(db, people, now):
    for query in ("陈小", "cxl", "chenxiao", "ＣＸＬ"):
        assert [each.name for each in members.find(db, query)] == ["陈小兰"], query
    assert [each.name for each in members.find(db, "novak")] == ["Vera Novak"]
    # The login is hers alone; 沈 can be read as chen too.
    assert [each.name for each in members.find(db, "chen")] == ["陈小兰", "沈静"]
    members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)
    assert members.find(db, "cxl") == members.find(db, " ") == []


def test_members_say_themselves_how_they_are_reached(db, people, now):
    chen = people["chen"]
    fields = {"phone": "０５１２ 6100-8203", "wecom": "陈小兰", "mail": "chen@hemu.example"}
    found = members.set_contact(db, chen.member_id, **fields, by=chen, now=now)
    assert (found.phone, found.wecom, found.mail) == ("051261008203", "陈小兰", "chen@hemu.example")
    with pytest.raises(Forbidden):
        members.set_contact(db, chen.member_id, **fields, by=people["wang"], now=now)
    members.set_contact(db, chen.member_id, **{**fields, "phone": ""}, by=people["zhao"], now=now)
    with pytest.raises(Invalid) as refused:
        members.set_contact(db, chen.member_id, **{**fields, "phone": "无"}, by=chen, now=now)
    assert refused.value.field == "phone"
    assert members.get(db, chen.member_id).phone == ""
