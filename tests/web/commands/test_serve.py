"""The server is killed without warning; what was acknowledged is there, what was not is absent or whole."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from kb.store import close_store, open_store
from tests.web.browser.conftest import serving, wait_for
from web.demo import orders, people


class Client:
    """A person with a browser, over real HTTP."""

    def __init__(self, address):
        self._address = address
        self._jar = CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar)).open
        self.token = ""

    @property
    def cookie(self):
        return "; ".join(f"{each.name}={each.value}" for each in self._jar)

    def get(self, path):
        with self._open(self._address + path, timeout=10) as answer:
            text = answer.read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return text

    def post(self, path, form):
        data = urllib.parse.urlencode({"csrf_token": self.token, **form}).encode()
        with self._open(self._address + path, data, timeout=10) as answer:
            return answer.geturl()


def test_saves_and_an_import_survive_a_server_that_is_killed(demo_home, tmp_path, run):
    home = demo_home(tmp_path / "demo")
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
        time.sleep(0.7)
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


def test_files_handed_in_wait_for_whoever_comes_back_after_the_server_was_killed(home, db, people, password):
    close_store(home)
    rows = "".join(f"K{n // 2}\t{'罐' if n % 2 else '圈'}\n" for n in range(40))

    def signed_in(address):
        client = Client(address)
        client.get("/login")
        client.post("/login", {"login": "lin", "password": password})
        client.get("/purchases")
        return client

    with serving("serve", "--home", home, "--port", "0") as (server, address):
        client = signed_in(address)
        where = client.post("/purchases/uploads", {"pasted": f"单号\t商品\n{rows}"})
        at = urllib.parse.urlsplit(where).path.removesuffix("/file")
        client.post(f"{at}/trial", {})
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    with serving("serve", "--home", home, "--port", "0") as (server, address):
        wait_for(home, lambda db: db["run"].count_where("state = 'done'") == 1)
        client = signed_in(address)
        assert "40 行会写入" in client.get(f"{at}/trial")
        client.post(f"{at}/import", {})
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    with serving("serve", "--home", home, "--port", "0"):
        wait_for(home, lambda db: db["batch"].count == 1)
    found = open_store(home)
    assert json.loads(found["batch"].get(1)["rows"])["loaded"] == 40
    assert found["upload"].get(1)["import_id"] == 2
    close_store(home)


def test_a_process_that_is_killed_is_replaced_and_none_outlives_the_server(home, db, people):
    close_store(home)
    with serving("serve", "--home", home, "--port", "0", "--processes", "2") as (server, address):

        def children():
            return _children(server.pid)

        before = children()
        assert len(before) == 4  # two that answer pages, the follower of the feed, the worker
        for each in before:
            os.kill(int(each), signal.SIGKILL)
        _until(lambda: len(children()) == 4 and not set(children()) & set(before))
        assert 'name="password"' in Client(address).get("/login")
        after = children()
        server.kill()
        server.wait()
        _until(lambda: not any(Path(f"/proc/{each}").exists() for each in after))
        told = server.stderr.read()
    assert told.count("with -9 and is started again in 1 s") == 4, told
    assert "the process for pages ended" in told


def test_who_interrupts_it_while_it_starts_is_not_left_waiting(home):
    close_store(home)
    command = [sys.executable, "-m", "web.commands", "serve", "--home", home, "--port", "0", "--processes", "4"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _until(lambda: _children(server.pid))
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(20) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.mark.parametrize("many", ["0", "-1", "65", "two"])
def test_a_number_of_processes_that_makes_no_sense_is_refused(home, run, many):
    answer = run("serve", "--home", home, "--processes", many)
    assert (answer.code, answer.out) == (1, "")
    assert "64" in answer.err


def test_where_it_cannot_listen_it_says_why(home, run):
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        taken = run("serve", "--home", home, "--port", str(port))
    assert (taken.code, taken.out) == (1, "")
    assert f"Port {port} on 127.0.0.1 is taken." in taken.err
    nowhere = run("serve", "--home", home, "--host", "192.0.2.1", "--insecure", "--port", "0")
    assert (nowhere.code, nowhere.out) == (1, "")
    assert "192.0.2.1 is no address of this machine." in nowhere.err
    unknown = run("serve", "--home", home, "--host", "nowhere.invalid", "--insecure", "--port", "0")
    assert "nowhere.invalid is no address of this machine." in unknown.err


def _children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()


def _until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
