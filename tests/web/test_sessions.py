"""Signing in and out: what a session is, what ends it, and what a guesser gets."""

import re

import pytest

from tests.web.conftest import Browser
from web.security import CSP, own_path


@pytest.fixture
def signed_in(app, password):
    """Return a function from login to a `Browser` signed in through the page: here that is the subject."""

    def sign_in(login):
        browser = Browser(app)
        browser.get("/login")
        answer = browser.post("/login", {"login": login, "password": password})
        assert answer.status_code == 303, answer.text
        browser.get("/")
        return browser

    return sign_in


def cookie(browser):
    found = browser.http.get_cookie("kezhi", domain="localhost")
    return found.value if found else None


def test_the_session_is_new_at_sign_in_and_worthless_after_sign_out(signed_in, browser, app):
    browser.get("/login")
    before = cookie(browser)
    chen = signed_in("chen")
    kept = cookie(chen)
    assert kept != before

    chen.post("/logout")

    browser.http.set_cookie("kezhi", kept, domain="localhost")
    assert browser.get("/notes").status_code == 303


def test_two_browsers_are_two_sessions(signed_in):
    first, second = signed_in("chen"), signed_in("chen")

    first.post("/logout")

    assert (first.get("/notes").status_code, second.get("/notes").status_code) == (303, 200)


def test_switching_user_ends_the_session_and_leads_back_to_the_page(signed_in, password):
    browser = signed_in("chen")
    answer = browser.post("/switch", {"next": "/topics"})
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert 'value="/topics"' in page.text
    assert browser.post("/login", {"login": "li", "password": password, "next": "/topics"}).location == "/topics"


def test_a_new_password_ends_every_other_session(signed_in, password):
    here, there = signed_in("chen"), signed_in("chen")
    here.get("/password")

    again = "quite another long sentence"
    assert here.post("/password", {"old": password, "new": again, "again": again}).status_code == 303

    assert (here.get("/notes").status_code, there.get("/notes").status_code) == (200, 303)


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", "quite another long sentence", "quite another long sentence", "账号或密码不对"),
        (None, "short", "short", "至少要 12 个"),
        (None, "quite another long sentence", "quite another long sentencE", "两次输入的新密码不一样"),
    ],
)
def test_a_password_that_cannot_be_taken_is_refused_in_a_sentence(signed_in, password, old, new, again, says):
    browser = signed_in("chen")
    browser.get("/password")
    answer = browser.post("/password", {"old": old or password, "new": new, "again": again})
    assert answer.status_code == 422
    assert says in answer.text


def test_who_left_is_out_at_the_next_request(signed_in, people):
    chen, zhao = signed_in("chen"), signed_in("zhao")
    zhao.get("/members")
    zhao.post(f"/members/{people['chen'].member_id}/leave")
    assert chen.get("/notes").status_code == 303


def test_a_guesser_has_to_wait_and_learns_nothing_about_accounts(browser):
    def told(login):
        browser.get("/login")
        return [browser.post("/login", {"login": login, "password": "guess"}).status_code for _ in range(7)]

    assert told("chen") == told("nobody.here")
    page = browser.post("/login", {"login": "chen", "password": "guess"})
    assert "试错次数太多" in page.text


def test_words_and_length_are_the_same_for_a_wrong_account_and_a_wrong_password(browser):
    browser.get("/login")
    pages = [browser.post("/login", {"login": login, "password": "guess"}).text for login in ("chen", "nobo")]
    # The token of the form changes with the second.
    known, unknown = (re.sub(r'name="csrf_token" value="[^"]+"', "", page) for page in pages)
    assert known.replace("chen", "nobo") == unknown


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:evil.example",
        "evil.example",
        "/\tevil", "/ /evil.example", "\t//evil.example", "/%0d\n", "javascript:alert(1)", "data:text/html,x", "",
        None, "/\x00", "///evil.example", "/\r\nLocation: x", " /notes", "@evil.example", "．／",
    ],
)  # fmt: skip
def test_next_never_leads_to_another_host(target):
    assert own_path(target) is None


@pytest.mark.parametrize("target", ["/", "/notes?page=2", "/search?q=%E5%AF%86", "/notes/1/edit"])
def test_next_leads_to_our_own_pages(target):
    assert own_path(target) == target


def test_every_answer_carries_exactly_our_policy_and_is_kept_nowhere(signed_in):
    browser = signed_in("chen")
    for path in ("/", "/notes/99", "/api/v1/notes/balance"):
        answer = browser.get(path)
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]
    assert CSP == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def test_the_cookie_follows_the_scheme(app, browser):
    plain = browser.get("/login").headers["Set-Cookie"]
    assert plain.startswith("kezhi=") and "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
    secure = browser.get("/login", base_url="https://localhost").headers["Set-Cookie"]
    assert secure.startswith("__Host-kezhi=") and "Secure" in secure and "Path=/" in secure and "Domain" not in secure


def test_another_host_name_gets_no_page(browser):
    assert browser.get("/login", base_url="http://evil.example").status_code == 400


def test_sign_in_buttons_stand_only_on_a_demo(browser, demo_home, tmp_path):
    from web import create_app
    from web.demo import home as demo

    assert "data-demo" not in browser.get("/login").text
    assert "演示数据" not in browser.get("/login").text
    page = create_app(demo_home(tmp_path / "demo"), hosts=["localhost"]).test_client().get("/login").text
    assert "演示数据" in page
    assert all(account["name"] in page for account in demo.accounts())


def test_language_is_the_browsers_until_somebody_chooses(browser):
    assert 'lang="en"' in browser.get("/login", headers={"Accept-Language": "en-GB"}).text.split("<head>")[0]
    assert 'lang="zh-CN"' in browser.get("/login", headers={"Accept-Language": "zh-TW"}).text.split("<head>")[0]
    browser.post("/language", {"lang": "en", "next": "/login"})
    assert 'lang="en"' in browser.get("/login", headers={"Accept-Language": "zh"}).text.split("<head>")[0]
