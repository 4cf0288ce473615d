"""Who looked, read back; and whether a colleague sees a note, asked by those who may know."""

import pytest

from kb import access_log, customers, feed, interactions


@pytest.fixture
def customer(db, people, now):
    return customers.add(db, name="郑敏", phone="13812345678", by=people["chen"], now=now)


@pytest.fixture
def flushed(app):
    return app.extensions["access_log"].flush


def test_who_opened_a_customer_and_saw_the_phone_is_read_by_a_manager_and_as_a_file(
    signed_in, customer, flushed, people
):
    signed_in("li").get(f"/customers/{customer.id}")
    signed_in("chen").post(f"/customers/{customer.id}/contact")
    flushed()
    ma = signed_in("ma")
    page = ma.get(f"/customers/{customer.id}/looks").text
    assert "<bdi>李思远</bdi> 打开了页面" in page
    assert "<bdi>陈小兰</bdi> 看了完整的电话和邮箱" in page
    only = ma.get(f"/customers/{customer.id}/looks?member={people['li'].member_id}").text
    assert "看了完整的电话和邮箱" not in only
    lines = ma.get(f"/customers/{customer.id}/looks.csv").text.splitlines()
    told = {tuple(line.split(",")[1:]) for line in lines[1:]}
    assert told == {("陈小兰", "看了完整的电话和邮箱"), ("李思远", "打开了页面")}
    assert signed_in("chen").get(f"/customers/{customer.id}/looks").status_code == 403


def test_opening_a_note_of_a_list_is_written_down_but_for_its_author(signed_in, a_note, people, flushed, db):
    named = [("member", people[login].member_id) for login in ("li", "ma")]
    note = a_note(readers="list", named_readers=named)
    for login in ("chen", "li"):
        signed_in(login).get(f"/notes/{note.id}")
    flushed()
    page = signed_in("ma").get(f"/notes/{note.id}/looks").text
    assert "<bdi>李思远</bdi> 打开了页面" in page
    assert "<bdi>陈小兰</bdi> 打开了页面" not in page
    for login in ("chen", "ma"):
        assert signed_in(login).get(f"/api/v1/notes/{note.id}").status_code == 200
    flushed()
    assert "<bdi>陈小兰</bdi> 打开了页面" not in signed_in("ma").get(f"/notes/{note.id}/looks").text
    assert "<bdi>马丽</bdi> 打开了页面" in signed_in("ma").get(f"/notes/{note.id}/looks").text
    # Whom a note is closed to reads nothing of who looked at it.
    assert signed_in("zhao").get(f"/notes/{note.id}/looks").status_code == 404
    assert signed_in("zhao").get(f"/notes/{note.id}/looks.csv").status_code == 404
    assert access_log.verify(db) == []


def test_whether_a_colleague_sees_a_note_is_told_with_the_reason_and_written_down(signed_in, a_note, people, flushed):
    note = a_note(readers="list", named_readers=[("member", people["li"].member_id), ("department", 2)])
    chen = signed_in("chen")
    for asked, sentence in (
        ("李思远", "李思远看得到这条知识。 作者指定了这位同事"),
        ("chen", "陈小兰看得到这条知识。 这位同事是作者"),
        ("lin", "林志强看得到这条知识。 作者指定了这位同事所在的部门"),
        ("王雅婷", "王雅婷看不到这条知识。 指定的人和部门里没有这位同事"),
    ):
        assert sentence in chen.get(f"/notes/{note.id}/sight?person={asked}").text
    for asked in ("没有这个人", "市场部"):
        refused = chen.get(f"/notes/{note.id}/sight?person={asked}")
        assert (refused.status_code, 'id="person-help"' in refused.text) == (422, True)
    flushed()
    assert signed_in("ma").get(f"/notes/{note.id}/looks").text.count("查了某位同事能不能看到") == 4


def test_of_an_interaction_too_a_colleague_is_asked_about_and_those_it_names_are_told_on_their_home_page(
    signed_in, world, people, db, a_note, now, flushed
):
    note, chen = a_note(title="圈会掉"), signed_in("chen")
    fields = {"customer_id": world.customer, "contact": "", "channel": "电话", "method": "talk", "told": ""}
    told = {"happened_at": now, "readers": "list", "named_readers": [("member", people["li"].member_id)]}
    said = {"said": f"@li @lin 像 [[{note.id}]]", **told}
    seq = interactions.add(db, **fields, **said, by=people["chen"], now=now)
    page = f"/interactions/{feed.change(db, seq)['noun_id']}"
    assert f'href="{page}/sight"' in chen.get(page).text
    for asked, sentence in (
        ("李思远", "李思远看得到这次沟通。 作者指定了这位同事"),
        ("lin", "林志强看不到这次沟通。 指定的人和部门里没有这位同事"),
    ):
        assert sentence in chen.get(f"{page}/sight?person={asked}").text
    assert chen.get(f"{page}/sight?person=没有这个人").status_code == 422
    flushed()
    asked = [(row["noun"], row["noun_id"]) for row in db["access_log"].rows if row["action"] == "view_as"]
    assert asked == [("interaction", page.rsplit("/", 1)[1])] * 2
    statuses = [signed_in(login).get(f"{page}/sight").status_code for login in ("li", "lin", "zhao")]
    assert statuses == [403, 404, 404]
    assert f'<a class="list__link" href="{page}"' in signed_in("li").get("/").text
    assert f'href="{page}"' not in signed_in("lin").get("/").text
    shown = [f'href="{page}"' in signed_in(login).get(f"/notes/{note.id}").text for login in ("chen", "li", "lin")]
    assert shown == [True, True, False]


def test_the_rights_of_colleagues_are_told_to_an_author_and_to_who_may_know_them_only(signed_in, a_note):
    note = a_note()
    asked = f"/notes/{note.id}/sight?person=li"
    assert {login: signed_in(login).get(asked).status_code for login in ("chen", "ma", "zhao", "li", "wang")} == {
        "chen": 200, "ma": 200, "zhao": 200, "li": 403, "wang": 403}  # fmt: skip
    closed = a_note(readers="owner")
    assert signed_in("zhao").get(f"/notes/{closed.id}/sight?person=li").status_code == 404
