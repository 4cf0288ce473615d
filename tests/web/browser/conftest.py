"""A real server with its worker, and a real browser."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from kb import classifier
from kb.home import DATABASE
from kb.store import close_store, open_store
from web.demo import people as demo_people

# Said of a request that failed; which one, and whether only because one left the page, the browser says itself.
ABORTED = re.compile(r"htmx:(afterRequest|sendError)\b")
MISSING = "The browser tests need Debian's chromium-headless-shell or chromium, or CHROMIUM=path of one."


def browser_path():
    """Return where the browser is; who has none is told what to install."""
    # The shell draws the same pages without the windows around them, which take two thirds of the time.
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None or not shutil.which(path):
        pytest.fail(MISSING)
    return path


@pytest.fixture(scope="session")
def chromium():
    """One browser for the session."""
    path = browser_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def serving(*command):
    """Run a command that serves until the block ends, and yield its process and its address."""
    log = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-m", "web.commands", *map(str, command)], stderr=log, text=True, start_new_session=True
    )
    try:
        address = None
        for line in process.stderr:
            if "http://" in line:
                address = line[line.index("http://") :].split("/ ")[0].strip().rstrip("/")
                break
        assert address, "the server did not come up"
        yield process, address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        process.stderr.close()


def wait_for(home, state, seconds=90):
    """Wait until `state` of the store answers true."""
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            if state(open_store(home)):
                return
            time.sleep(0.2)
    finally:
        close_store(home)
    raise AssertionError("it did not happen in time")


def open_hit(page, question):
    """Ask from any page and open the first answer beside the list, by keys alone."""
    page.keyboard.press("/")
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".hit")
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-pane-note]")


@pytest.fixture(scope="session")
def demo_folder(demo_home, made_once, tmp_path_factory):
    """Where the home of the served demo lies; its orders are imported and mined, its classes learned."""

    def make(path):
        with serving("demo", "--home", demo_home(path), "--port", "0"):
            wait_for(path, lambda db: db["run"].count_where("state = 'done'") == 2 and classifier.load(path), 400)

    return Path(shutil.copytree(made_once("mined", make), tmp_path_factory.mktemp("browser") / "demo"))


@pytest.fixture(scope="session")
def demo(demo_folder):
    """The address of a served demo."""
    with serving("demo", "--home", demo_folder, "--port", "0") as (_, address):
        yield address


@pytest.fixture(scope="session")
def cookies_of():
    """Return a dict from login to the cookies of a session, so that only the first page of a person has to sign in."""
    return {}


@pytest.fixture
def page_of(chromium, demo, demo_folder, cookies_of):
    """Return a function that opens a page in a fresh browser, signed in as a person of the demo.

    ``page.troubles`` collects what must never happen: refused by the policy, an error in the console, another host.
    """
    with closing(sqlite3.connect(demo_folder / DATABASE, timeout=30)) as db, db:
        # What another test left unsaved lies at the server and would come to this one's browser.
        db.execute("DELETE FROM draft")
    contexts = []

    def open_page(login, *, locale="zh-CN", width=1366, height=768, scheme="light", thumb=False):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme=scheme,
            timezone_id="Asia/Shanghai",
            has_touch=thumb,
            is_mobile=thumb,
        )
        context.add_cookies(cookies_of.get(login, []))
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on(
            "console",
            lambda said: said.type == "error" and not ABORTED.match(said.text) and page.troubles.append(said.text),
        )
        page.on(
            "requestfailed",
            lambda sent: sent.failure == "net::ERR_ABORTED" or page.troubles.append(f"{sent.url}: {sent.failure}"),
        )
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("request", lambda sent: sent.url.startswith(("data:", "blob:", demo)) or page.troubles.append(sent.url))
        page.add_init_script(
            "window.refused = [];"
            " document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"
        )
        page.goto(f"{demo}/")
        if "/login" in page.url:
            page.fill("[name=login]", login)
            page.fill("[name=password]", demo_people.PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(f"{demo}/")
            cookies_of[login] = [each for each in context.cookies() if each["name"] == "kezhi"]
        # The cursor comes to the box a moment after the page has loaded, and would take the first keys of a test.
        expect(page.locator("#find")).to_be_focused()
        return page

    yield open_page
    for context in contexts:
        context.close()
