"""Looking as a colleague: started and ended on purpose, told on every page, and good for looking only."""

import pytest

from web import security


@pytest.fixture
def lines(db, app):
    """Return a function that returns the newest lines of the access log."""

    def read(count):
        app.extensions["access_log"].flush()
        rows = db.execute(
            """SELECT member_id, action, noun, noun_id FROM access_log ORDER BY seq DESC LIMIT :count""",
            {"count": count},
        )
        return rows.fetchall()[::-1]

    return read


@pytest.fixture
def looking(signed_in, people):
    """Return a browser of zhao, who looks as chen."""
    zhao = signed_in("zhao")
    assert f"/members/{people['chen'].member_id}/look" in zhao.get("/members").text
    answer = zhao.post(f"/members/{people['chen'].member_id}/look")
    assert (answer.status_code, answer.location) == (303, "/notes")
    return zhao


def test_lists_show_what_both_see_under_a_bar_that_leads_out(looking, a_note, people, lines):
    a_note(title="只有陈小兰看的", readers="owner")
    a_note(title="赵明的草稿", readers="owner", by=people["zhao"])
    a_note(title="大家都看的")
    page = looking.get("/notes").text
    assert "大家都看的" in page
    assert "只有陈小兰看的" not in page
    assert "赵明的草稿" not in page
    assert "正以陈小兰（" in page
    assert 'action="/looking/stop"' in page
    for path in ("/customers", "/members", "/activity", "/purchases", "/notes/new"):
        assert f'href="{path}"' not in page
    assert looking.get("/").location == "/notes"
    zhao, chen = people["zhao"].member_id, str(people["chen"].member_id)
    assert lines(1) == [(zhao, "look_as", "member", chen)]
    assert looking.post("/looking/stop").location == "/members"
    assert lines(1) == [(zhao, "look_as_end", "member", chen)]
    page = looking.get("/notes").text
    assert "赵明的草稿" in page
    assert "正以" not in page


def test_whatever_is_not_for_looking_is_refused(looking, app, db, a_note, people):
    note = a_note(title="大家都看的")
    before = db.execute("SELECT max(seq) FROM change").fetchone()
    refused = looking.post(f"/notes/{note.id}/comments", {"comment": "不行"})
    assert refused.status_code == 403
    assert "正以陈小兰的身份查看" in refused.text
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in (*security.LOOKING, "static", "home.show", "looking.stop", "sessions.sign_out",
                             "sessions.switch"):  # fmt: skip
            continue
        values = {name: next(iter(getattr(rule._converters[name], "items", {1}))) for name in rule.arguments}
        path = addresses.build(rule.endpoint, values)
        for method in rule.methods & {"GET", "POST"}:
            answer = looking.get(path) if method == "GET" else looking.post(path)
            assert answer.status_code == 403, (rule.endpoint, path)
    assert db.execute("SELECT max(seq) FROM change").fetchone() == before
    assert looking.get("/nothing/here").status_code == 404


def test_only_an_administrator_looks_as_a_colleague_who_is_here(signed_in, people, db, lines):
    zhao, wang = signed_in("zhao"), signed_in("wang")
    assert wang.post(f"/members/{people['chen'].member_id}/look").status_code == 403
    assert zhao.post(f"/members/{people['zhao'].member_id}/look").status_code == 422
    db["member"].update(people["li"].member_id, {"state": "left"})
    assert zhao.post(f"/members/{people['li'].member_id}/look").status_code == 422
    assert zhao.post("/members/999/look").status_code == 404
    assert "look_as" not in {line[1] for line in lines(20)}
    assert zhao.get("/customers").status_code == 200


def test_looking_ends_with_the_right_and_with_the_session(looking, people, db, lines):
    zhao, chen = people["zhao"].member_id, str(people["chen"].member_id)
    looking.post("/logout")
    assert [line[1:] for line in lines(2)] == [("look_as_end", "member", chen), ("sign_out", None, None)]
    assert {line[0] for line in lines(2)} == {zhao}


@pytest.mark.parametrize(("login", "change"), [("chen", {"state": "left"}), ("zhao", {"role": "manager"})])
def test_looking_ends_when_who_is_looked_as_leaves_or_the_right_goes(looking, people, db, lines, login, change):
    db["member"].update(people[login].member_id, change)
    page = looking.get("/notes")
    assert (page.status_code, "正以" in page.text) == (200, False)
    assert lines(1) == [(people["zhao"].member_id, "look_as_end", "member", str(people["chen"].member_id))]


def test_looks_are_written_down_as_those_of_who_looks(looking, people, a_note, lines):
    pairs = [("member", people["chen"].member_id), ("member", people["zhao"].member_id)]
    note = a_note(readers="list", named_readers=pairs, by=people["li"])
    assert looking.get(f"/notes/{note.id}").status_code == 200
    looking.get("/search?q=密封")
    zhao = people["zhao"].member_id
    assert lines(2) == [(zhao, "read", "note", str(note.id)), (zhao, "search", None, None)]
