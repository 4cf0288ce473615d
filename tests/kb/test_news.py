import pytest

from kb import access_log, customer_archive, customers, news, news_tables, notes, uses, verification
from kb.note_details import Details

BEFORE, SINCE, LATER = (f"2026-11-{day}T08:00:00.000000Z" for day in (20, 21, 22))
FIRST = ("价格", "促销", "召回")


@pytest.fixture
def changed(db, people):
    """Return a function that gives the titles of (urgent, others) for a member."""

    def call(login="chen", today="2026-11-22"):
        found = news.changed(db, reader=people[login], since=SINCE, today=today, first_topics=FIRST)
        return tuple([note.title for note in each] for each in found)

    return call


def test_what_colleagues_of_the_department_changed_since_is_told_and_nothing_else(a_note, people, changed):
    a_note(title="自己写的", now=LATER)
    a_note(title="早就有", by=people["li"], now=BEFORE)
    a_note(title="同部门", by=people["li"], now=LATER)
    a_note(title="别的部门", by=people["lin"], now=LATER)
    a_note(title="私下", by=people["li"], readers="owner", now=LATER)
    assert changed() == ([], ["同部门"])
    assert changed("lin") == ([], [])


def test_whose_change_a_note_is_follows_from_the_last_one_whatever_it_was(db, a_note, people, changed):
    note = a_note(title="改过", now=LATER)
    assert (changed()[1], changed("li")[1]) == ([], ["改过"])
    uses.add(db, note.id, result="worked", by=people["li"], now=LATER)
    assert (changed()[1], changed("li")[1]) == ([], ["改过"])
    verification.verify(db, note.id, by=people["wang"], now=LATER)
    assert (changed()[1], changed("li")[1], changed("wang")[1]) == (["改过"], ["改过"], [])
    seq = notes.archive(db, note.id, by=people["chen"], now=LATER)
    assert changed("wang")[1] == []
    notes.undo(db, seq, by=people["chen"], now=LATER)
    assert (changed()[1], changed("wang")[1]) == ([], ["改过"])


def test_a_price_a_customer_may_ask_for_comes_first_from_any_department_while_it_holds(a_note, people, changed):
    holds = Details(audience="all", valid_from="2026-11-01", valid_until="2026-11-30")
    fields = {"dimension": "for", "details": holds, "by": people["lin"], "now": LATER}
    a_note(title="新价格", topic_names=["價格"], **fields)
    a_note(title="不在清单", topic_names=["清洗"], **fields)
    a_note(title="来自客户谈价格", topic_names=["价格"], by=people["li"], now=LATER)
    assert changed() == (["新价格"], ["来自客户谈价格"])
    assert changed(today="2026-12-01")[0] == []
    assert changed(today="2026-10-31")[0] == []


def test_customers_of_today_are_whom_one_opened_or_wrote_about_the_last_first(db, people, a_note):
    made = {
        name: customers.add(db, name=name, by=people["li"], now=BEFORE).id for name in ("甲", "乙", "丙", "丁", "戊")
    }
    chen = people["chen"]
    access_log.record(db, member_id=chen.member_id, action="read", noun="customer", noun_id=made["甲"], at=LATER)
    a_note(details=Details(customers=((made["乙"], ""),), experience="complaint"), now="2026-11-22T09:00:00.000000Z")
    customers.identify(db, made["丙"], by=chen, now="2026-11-22T10:00:00.000000Z")
    customers.identify(db, made["戊"], by=chen, now="2026-11-22T10:30:00.000000Z")
    customers.add(db, name="从表格来", by=chen, now="2026-11-22T10:40:00.000000Z")
    access_log.record(db, member_id=chen.member_id, action="read", noun="customer", noun_id=made["丁"], at=BEFORE)
    customer_archive.archive(db, made["戊"], by=chen, now="2026-11-22T11:00:00.000000Z")
    assert [each.name for each in news.touched(db, reader=chen, since=SINCE)] == ["丙", "乙", "甲"]
    assert news.touched(db, reader=people["vera"], since=SINCE) == []


def test_the_last_visit_is_the_last_deed_before_today(db, people, a_note):
    chen = people["chen"].member_id
    assert news.last_visit(db, chen, before=BEFORE) is None
    access_log.record(db, member_id=chen, action="sign_in", at=BEFORE)
    access_log.record(db, member_id=chen, action="sign_in", at=LATER)
    assert news.last_visit(db, chen, before=SINCE) == BEFORE
    a_note(now=SINCE)
    assert news.last_visit(db, chen, before=LATER) == SINCE
    assert news.last_visit(db, people["vera"].member_id, before=LATER) is None


def test_a_home_from_before_learns_who_changed_its_notes_last(db, a_note, people):
    note, other = a_note(title="改过"), a_note(title="自己写的")
    verification.verify(db, note.id, by=people["wang"], now=LATER)
    made = db.execute("SELECT type, name FROM sqlite_schema WHERE name IN ('note_changed', 'note_in_time', :of)",
                      {"of": "note_changed_by"}).fetchall()  # fmt: skip
    for kind, name in made:
        db.execute(f"DROP {kind} {name}")
    db.execute("ALTER TABLE note DROP COLUMN changed_by")
    for statement in news_tables.STATEMENTS:
        db.execute(statement)
    asked = "SELECT id, changed_by FROM note ORDER BY id"
    assert db.execute(asked).fetchall() == [
        (note.id, people["wang"].member_id), (other.id, people["chen"].member_id),
    ]  # fmt: skip
