"""A real app over a real home, people signed in through the sign-in page, and one world to ask about."""

import re
from dataclasses import dataclass

import pytest

from kb.search import indexer
from web import create_app


@pytest.fixture
def app(home, people):
    """The app as `kezhi serve` makes it."""
    return create_app(home, hosts=["localhost"])


class Browser:
    """A client that keeps cookies and sends the CSRF token of the last page, as a browser's form does."""

    def __init__(self, app):
        self.http = app.test_client()
        self.token = ""

    def get(self, path, **options):
        answer = self.http.get(path, **options)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text if answer.is_json is False else "")
        if found:
            self.token = found.group(1)
        return answer

    def post(self, path, form=None, **options):
        return self.http.post(path, data={"csrf_token": self.token, **(form or {})}, **options)


@pytest.fixture
def browser(app):
    """A browser nobody is signed in with."""
    return Browser(app)


@pytest.fixture
def signed_in(app, password):
    """Return a function from login to a `Browser` signed in through the page."""

    def sign_in(login):
        browser = Browser(app)
        browser.get("/login")
        answer = browser.post("/login", {"login": login, "password": password})
        assert answer.status_code == 303, answer.text
        browser.get("/")
        return browser

    return sign_in


@pytest.fixture
def indexed(db, home):
    """Return a function that waits until the index has everything that was written."""
    return lambda: indexer.catch_up(db, home)


@dataclass
class World:
    """Ids of one thing of each kind."""

    public: int
    private: int
    topic: int
    private_topic: int
    batch: int
    import_run: int
    run: int
    finding: int
    member: int
