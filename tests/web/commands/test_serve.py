"""The server is killed without warning; what was acknowledged is there, what was not is absent or whole."""

import http.client
import json
import os
import re
import signal
import threading
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from kb.store import close_store, open_store
from tests.web.browser.conftest import serving, wait_for
from web.demo import home as demo, orders, people


class Client:
    """A person with a browser, over real HTTP."""

    def __init__(self, address):
        self._address = address
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self._token = ""

    def get(self, path):
        with self._open(self._address + path, timeout=10) as answer:
            text = answer.read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self._token = found[1] if found else self._token
        return text

    def post(self, path, form):
        data = urllib.parse.urlencode({"csrf_token": self._token, **form}).encode()
        with self._open(self._address + path, data, timeout=10) as answer:
            return answer.geturl()


@pytest.mark.parametrize("seconds", [0.3, 1.1])
def test_saves_and_an_import_survive_a_server_that_is_killed(tmp_path, run, seconds):
    home = tmp_path / "demo"
    demo.prepare(home, on_progress=lambda step: None)
    acknowledged = []

    def write(client):
        client.get("/login")
        client.post("/login", {"login": "chen.xiaolan", "password": people.PASSWORD})
        client.get("/notes/new")
        fields = {"summary": "", "body": "正文", "dimension": "from", "topics": "密封与防潮", "readers": "all"}
        fields |= {"channel": "电话", "experience": "complaint"}
        for number in range(10_000):
            try:
                client.post("/notes/new", {**fields, "title": f"确认过的第{number}条"})
            except (OSError, http.client.HTTPException):  # killed before, or in the middle of, an answer
                return
            acknowledged.append(number)

    with serving("serve", "--home", home, "--port", "0") as (server, address):
        writer = threading.Thread(target=write, args=(Client(address),))
        writer.start()
        wait_for(home, lambda db: db["run"].count_where("state = 'running'") == 1)
        while not acknowledged:
            time.sleep(0.01)
        time.sleep(seconds)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        writer.join()

    store = run("store", "check", "--home", home, "--json")
    assert (store.code, store.json["ok"]) == (0, True), store.out
    db = open_store(home)
    titles = {row["title"] for row in db["note"].rows}
    assert {f"确认过的第{number}条" for number in acknowledged} <= titles
    assert db["batch"].count in (0, 1)

    with serving("serve", "--home", home, "--port", "0"):
        wait_for(home, lambda db: db["run"].count_where("state = 'done'") == 2)
        index = run("index", "check", "--home", home, "--json")
    assert (index.code, index.json["ok"]) == (0, True), index.out
    db = open_store(home)
    assert db["batch"].count == 1
    rows = json.loads(db["batch"].get(1)["rows"])
    lines = orders.csv_bytes().count(b"\n") - 1
    assert (rows["read"], rows["rejected"]) == (lines, 0)
    assert rows["loaded"] == lines - rows["set_aside"] > orders.ORDERS
    last = run("search", f'"确认过的第{acknowledged[-1]}条"', "--home", home, "--json")
    assert last.json["total"] == 1
    assert run("store", "check", "--home", home).code == 0
    close_store(home)
