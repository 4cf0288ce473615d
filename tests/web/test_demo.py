"""What only a demo home shows: buttons that sign in, and a strip that says it is one."""

import re

import pytest

from kb import feed, members
from kb.store import close_store, open_store, utc_now
from tests.web.conftest import Browser, forged
from web.demo import home as demo

BUTTONS = ("以客服身份进入", "以营销身份进入", "以知识管理员身份进入", "以主管身份进入")


@pytest.fixture(scope="module")
def _prepared(demo_home, tmp_path_factory):
    home = demo_home(tmp_path_factory.mktemp("shown") / "home")
    yield home
    close_store(home)


@pytest.fixture
def demo_app(_prepared, app_of):
    """The app over a demo home; the tests of this file change no knowledge in it."""
    return app_of(_prepared)


@pytest.fixture
def visitor(demo_app):
    """A browser nobody is signed in with, on the demo."""
    return Browser(demo_app)


def signed_in_lines(app):
    app.extensions["access_log"].flush()
    return [row["member_id"] for row in open_store(app.config["HOME"])["access_log"].rows if row["action"] == "sign_in"]


@pytest.mark.parametrize(
    ("button", "login", "name", "role"),
    [
        (BUTTONS[0], "chen.xiaolan", "陈晓岚", "contributor"),
        (BUTTONS[1], "lin.zhiyuan", "林志远", "marketer"),
        (BUTTONS[2], "wang.yating", "王雅婷", "curator"),
        (BUTTONS[3], "he.jing", "何静", "manager"),
    ],
)
def test_one_click_signs_in_and_is_written_down_as_a_sign_in(visitor, demo_app, button, login, name, role):
    page = visitor.get("/login").text
    assert re.search(rf'action="/login/demo".*?name="login" value="{login}"[^>]*>{button}<', page, re.DOTALL)
    before = signed_in_lines(demo_app)
    answer = visitor.post("/login/demo", {"login": login})
    assert (answer.status_code, answer.location) == (303, "/")
    assert name in visitor.get("/").text
    member = members.by_login(open_store(demo_app.config["HOME"]), login)
    assert member.role == role
    assert signed_in_lines(demo_app) == [*before, member.id]


def test_a_button_leads_on_to_the_page_one_came_for_and_to_no_other_host(visitor, demo_app):
    page = visitor.get("/login?next=/topics").text
    assert page.count('name="next" value="/topics"') == 1 + len(BUTTONS)
    assert visitor.post("/login/demo", {"login": "chen.xiaolan", "next": "/topics"}).location == "/topics"
    another = Browser(demo_app)
    another.get("/login")
    assert another.post("/login/demo", {"login": "chen.xiaolan", "next": "//evil.example"}).location == "/"


def test_every_account_stays_in_the_list_below(visitor):
    page = visitor.get("/login").text
    below = page[page.index("演示里可以登录的账号") :]
    assert all(account["name"] in below for account in demo.accounts())


def test_a_button_signs_in_nobody_else(visitor, demo_app):
    before = signed_in_lines(demo_app)
    visitor.get("/login")
    for login in ("zhao.ming", "luo.hai", "nobody", ""):
        assert visitor.post("/login/demo", {"login": login}).status_code == 404, login
    assert visitor.get("/notes").status_code == 303
    assert signed_in_lines(demo_app) == before


def test_a_forged_click_signs_nobody_in(visitor):
    visitor.get("/login")
    token = visitor.token
    for visitor.token, headers in (("", {}), (forged(token), {}), (token, {"Origin": "https://evil.example"})):
        assert visitor.post("/login/demo", {"login": "chen.xiaolan"}, headers=headers).status_code == 400
    assert visitor.get("/notes").status_code == 303


def test_a_real_home_shows_no_button_and_no_strip_and_refuses_the_click(browser, signed_in, people, db, password):
    # Whoever is called as somebody of the demo is not let in either.
    fields = {"login": "chen.xiaolan", "name": "陈晓岚", "department": "客服部", "role": "contributor"}
    members.add(db, **fields, password=password, by=people["zhao"], now=utc_now())
    page = browser.get("/login").text
    for word in (*BUTTONS, "演示", "/login/demo", "body--demo"):
        assert word not in page, word
    for login in ("chen", "chen.xiaolan"):
        assert browser.post("/login/demo", {"login": login}).status_code == 404, login
    assert browser.get("/notes").status_code == 303
    for path in ("/", "/notes", "/customers", "/nothing"):
        assert "演示" not in signed_in("zhao").get(path).text, path


@pytest.mark.parametrize(
    ("language", "says"),
    [("zh-CN", "演示数据，您随便试；想重新开始，删掉演示目录就行。"), ("en", "Demo data: try anything.")],
)
def test_every_page_of_a_demo_says_so_once(visitor, language, says):
    headers = {"Accept-Language": language}
    assert visitor.get("/login", headers=headers).text.count(says) == 1
    visitor.post("/login/demo", {"login": "he.jing"})
    for path in (
        "/",
        "/notes",
        "/notes/1",
        "/search?q=密封圈",
        "/customers",
        "/purchases",
        "/runs",
        "/members",
        "/nothing",
    ):
        assert visitor.get(path, headers=headers).text.count(says) == 1, path


def test_who_has_left_is_not_let_in_by_a_button(demo_home, app_of, tmp_path):
    home = demo_home(tmp_path / "left")
    db = open_store(home)
    members.leave(db, members.by_login(db, "he.jing").id, by=members.by_login(db, "zhao.ming").reader(), now=utc_now())
    seq = feed.last_seq(db)
    visitor = Browser(app_of(home))
    visitor.get("/login")
    assert visitor.post("/login/demo", {"login": "he.jing"}).status_code == 404
    assert visitor.get("/notes").status_code == 303
    assert feed.last_seq(db) == seq
    close_store(home)
