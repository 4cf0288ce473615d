"""What opening, saving and listing notes costs in a home of many notes that four processes serve, and what they need.

Give it a home that ``python -m benchmarks.fill`` made; it writes to it. The processes answer as `kezhi serve` runs
them, at one port, with the follower of the feed beside them; the seconds of CPU count all of it.
"""

import argparse
import csv
import http.client
import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import results, texts
from kb import members, notes
from kb.access import OPERATOR
from kb.migrations import migrations as kb_migrations
from kb.store import migrate, open_store
from mining.migrations import migrations as mining_migrations
from web import note_form
from web.demo import home as demo, people
from web.diff import diff

PROCESSES = 4
# Fifty people of whom each asks for a page, or saves one, every two and a half seconds.
PAGES_A_SECOND = 20
IMPORTED = 10_000
PICTURES = 300
_LOGIN = "chen.xiaolan"
_LISTS = (
    "/notes", "/notes?page=2", "/notes?page=900", "/notes?dimension=from", "/notes?dimension=with&page=50",
    "/notes?department=2", "/notes?customer=7", "/departments/2", "/customers",
)  # fmt: skip
_EDGE = "between-two-files"
_SERVE = "from web.commands import main; main()"


class Client:
    """A browser without a screen: signs in and keeps its cookie."""

    def __init__(self, port, number):
        self.number = number
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie, self._token = "", ""
        self._token = _token(self.get("/login"))
        self.post("/login", {"login": _LOGIN, "password": people.PASSWORD})
        self._token = _token(self.get("/notes/new"))

    def get(self, path):
        """Return the page at a path; a small home leads from a far page of a list to its last."""
        return self._ask("GET", path, (200, 302))

    def post(self, path, form):
        """Send a form, which must be taken."""
        self._ask("POST", path, (303,), urllib.parse.urlencode({**form, "csrf_token": self._token}))

    def send(self, path, name, files):
        """Send files, each (name, bytes), in a form, which must be taken."""
        start = f"--{_EDGE}\r\nContent-Disposition: form-data; name="
        parts = [f'{start}"csrf_token"\r\n\r\n{self._token}\r\n'.encode()]
        for called, content in files:
            parts += [f'{start}"{name}"; filename="{called}"\r\n\r\n'.encode(), content, b"\r\n"]
        parts.append(f"--{_EDGE}--\r\n".encode())
        self._ask("POST", path, (303,), b"".join(parts), f"multipart/form-data; boundary={_EDGE}")

    def _ask(self, method, path, wanted, body=None, kind="application/x-www-form-urlencoded"):
        head = {"Cookie": self._cookie, "Content-Type": kind}
        self._link.request(method, path, body, head)
        answer = self._link.getresponse()
        text = answer.read().decode()
        if answer.status not in wanted:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        for _, cookie in filter(lambda each: each[0].lower() == "set-cookie", answer.getheaders()):
            self._cookie = cookie.split(";")[0]
        return text


def _token(page):
    return re.search(r'csrf_token" value="([^"]+)"', page)[1]


@contextmanager
def serving(home):
    """Serve a home and yield its port, the ids of the processes that answer pages, and of all that were started."""
    command = [sys.executable, "-c", _SERVE, "serve", "--home", str(home), "--port", "0", "--no-worker"]
    command += ["--processes", str(PROCESSES)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        address = next(line for line in server.stdout if "http://" in line)
        started = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("utf-8").split()
        yield int(re.search(r":(\d+)/", address)[1]), started[:PROCESSES], started
    finally:
        server.terminate()
        server.communicate()


def timed(act, count):
    """Return seconds of each of `count` calls."""
    found = []
    for n in range(count):
        start = time.perf_counter()
        act(n)
        found.append(time.perf_counter() - start)
    return found


def measured(home, port, processes, count):
    """Return ``{what: (seconds of one client alone, of a steady stream, of four that never pause, CPU a page)}``.

    CPU is seconds of all that serves, while one client asked.
    """
    clients = [Client(port, number) for number in range(PROCESSES)]
    acts = _acts(open_store(home), home)
    streamed, found = _streamed(clients, acts, count), {}
    for what, act in acts.items():
        timed(lambda n, act=act: act(clients[0], n), PROCESSES * 2)
        busy = _cpu(processes)
        alone = timed(lambda n, act=act: act(clients[0], n), count)
        busy = _cpu(processes) - busy
        with ThreadPoolExecutor(PROCESSES) as pool:
            each = pool.map(lambda client, act=act: timed(lambda n: act(client, n), count), clients)
            found[what] = (alone, streamed[what], [seconds for part in each for seconds in part], busy / count)
    return found


def _streamed(clients, acts, count):
    """Return seconds from when each act was due, all acts mixed, one after another at an even pace."""
    due = [(what, n) for n in range(count) for what in acts]
    random.Random(7).shuffle(due)
    found, numbered, start = {what: [] for what in acts}, iter(enumerate(due)), time.perf_counter() + 1

    def ask(client):
        for place, (what, n) in numbered:
            at = start + place / PAGES_A_SECOND
            time.sleep(max(0, at - time.perf_counter()))
            acts[what](client, n)
            found[what].append(time.perf_counter() - at)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(ask, clients))
    return found


def _acts(db, home):
    chance = random.Random(5)
    own = members.by_login(db, _LOGIN).id
    seen = [row[0] for row in db.execute("SELECT id FROM note WHERE readers = 'all' AND archived = 0")]
    mine = [row[0] for row in db.execute("SELECT id FROM note WHERE owner_id = ? AND archived = 0", [own])]

    def save(client, n):
        # Nobody else saves the notes of this client, so there is nothing to put together.
        its = mine[client.number :: PROCESSES]
        note = notes.get(open_store(home), its[n % len(its)], reader=OPERATOR)
        form = note_form.of_note(open_store(home), note)
        client.post(f"/notes/{note.id}/edit", {**form, "body": f"{note.body}\n\n补充 {n}", "reason": "补充"})

    def write(client, n):
        text = {"title": f"密封罐的盖子第 {n} 次松了", "body": "客户打电话来说的。", "topics": "质量"}
        said = {"dimension": "from", "readers": "all", "channel": "电话", "experience": "complaint"}
        client.post("/notes/new", {**text, **said})

    lists = {f"list {path}": lambda client, n, path=path: client.get(path) for path in _LISTS}
    return {
        "open a note": lambda client, n: client.get(f"/notes/{chance.choice(seen)}"),
        "open its form": lambda client, n: client.get(f"/notes/{mine[n % len(mine)]}/edit"),
        "save a note": save,
        "write a note": write,
        **lists,
    }


def of_versions(data):
    """Return CPU seconds to tell the difference of two versions of 200 kB, by how the text is written."""
    reviews = [text for _, _, text in islice(texts.shop_reviews(data), 5000)]
    found = {}
    for what, end in (("in paragraphs", "\n"), ("in one paragraph", "")):
        text = ""
        for review in reviews:
            if len(text.encode()) >= 200_000:
                break
            text += review + end
        for changes in (3, 100):
            chance, changed = random.Random(changes), list(text)
            for place in chance.sample(range(len(changed)), changes):
                changed[place] = "改"
            start = time.process_time()
            diff(text, "".join(changed))
            found[f"{what}, {changes} changes"] = time.process_time() - start
    return found


def import_of_notes(home, data):
    """Return what the command line told, seconds and CPU seconds of importing 10,000 reviews from a file of csv.

    Each run marks them with its instant: what a home has already is left out, and would cost nothing.
    """
    mark = f"{time.time_ns():x}"
    reviews = enumerate(islice(texts.shop_reviews(data), IMPORTED))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "reviews.csv")
        with open(path, "w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerow(("cat", "label", "review"))
            lines.writerows((*row, f"{review}（{mark}-{n}）") for n, (*row, review) in reviews)
        said = ["--dimension", "from", "--channel", "网店", "--topic", "评价", "--as", _LOGIN, "--home", str(home)]
        command = [sys.executable, "-c", _SERVE, "notes", "import", str(path), *said, "--json"]
        start, busy = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        done = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = done.ru_utime + done.ru_stime - busy.ru_utime - busy.ru_stime
        return json.loads(answer.stdout)["rows"], time.monotonic() - start, spent


def of_pictures(home):
    """Return seconds until 300 photographs that are put on a note are taken, and until the last can be looked at."""
    db = open_store(home)
    owner = members.by_login(db, _LOGIN).id
    note_id = db.execute("SELECT max(id) FROM note WHERE owner_id = ? AND archived = 0", [owner]).fetchone()[0]
    before = _hanging(db, note_id)
    sent = [(f"{number}.jpg", _photograph(number)) for number in range(PICTURES)]
    with serving(home) as (port, _, _):
        client = Client(port, 0)
        start = time.monotonic()
        client.send(f"/notes/{note_id}/attachments", "files", sent)
        taken = time.monotonic() - start
        while db.execute("SELECT 1 FROM file WHERE reading = 'waiting' LIMIT 1").fetchone():
            time.sleep(0.1)
        ready = time.monotonic() - start
    if _hanging(db, note_id) - before != PICTURES:
        raise RuntimeError("not all pictures were taken")
    return taken, ready


def _hanging(db, note_id):
    return db.execute(
        """SELECT count(*) FROM attachment JOIN file ON file.id = attachment.file_id
            WHERE note_id = ? AND removed_at IS NULL AND thumbnail IS NOT NULL""",
        [note_id],
    ).fetchone()[0]


def _photograph(number):
    """Return a JPEG of 2 million pixels that no other run and no other number has."""
    chance = np.random.default_rng([number, time.time_ns()])
    coarse = Image.fromarray(chance.integers(0, 256, (60, 80, 3), dtype=np.uint8))
    file = io.BytesIO()
    coarse.resize((1600, 1200), Image.Resampling.BICUBIC).save(file, "JPEG", quality=85)
    return file.getvalue()


def memory(process, home):
    """Return MB that a process has for itself, and MB of the home's files that it has mapped."""
    own = mapped = 0
    is_of_home = False
    for line in Path(f"/proc/{process}/smaps").read_text("utf-8").splitlines():
        name, _, rest = line.partition(":")
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            is_of_home = str(home.resolve()) in line
        elif name == "Size" and is_of_home:
            mapped += int(rest.split()[0])
        elif name in ("Private_Dirty", "Private_Clean") and not is_of_home:
            own += int(rest.split()[0])
    return own / 1024, mapped / 1024


def _cpu(processes):
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def served(home, count):
    """Return what `measured` does of a home while it is served, and the memory of each process that answers pages."""
    with serving(home) as (port, pages, started):
        found = measured(home, port, started, count)
        with ThreadPoolExecutor(PROCESSES) as pool:
            clients = [Client(port, number) for number in range(PROCESSES)]
            question = "/search?q=" + urllib.parse.quote("酒店服务")
            list(pool.map(lambda client: timed(lambda _: client.get(question), 5), clients))
        return found, [memory(each, home) for each in pages]


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    data = Path(os.environ["KEZHI_TEST_DATA"])
    migrate(asked.home, kb_migrations, mining_migrations)
    held = open_store(asked.home)["note"].count
    with tempfile.TemporaryDirectory() as folder:
        demo.prepare(Path(folder, "demo"), on_progress=lambda step: None)
        few, _ = served(Path(folder, "demo"), asked.count)
    many, kept = served(asked.home, asked.count)
    rows = [
        [
            what,
            *(f"{1000 * each:.0f}" for each in (*_middle(alone), *_middle(stream), *_middle(together), busy)),
            f"{busy / few[what][3]:.1f}",
        ]
        for what, (alone, stream, together, busy) in many.items()
    ]
    head = [
        "page", "p50 ms", "p95 ms", f"{PAGES_A_SECOND} a second, mixed: p50 ms", "p95 ms",
        "four that never pause: p50 ms", "p95 ms", "CPU ms a page", "CPU against the demo",
    ]  # fmt: skip
    table = results.table(head, rows)
    told, seconds, busy = import_of_notes(asked.home, data)
    if told["loaded"] != IMPORTED:
        sys.exit(f"only {told['loaded']} of the rows were new")
    taken, ready = of_pictures(asked.home)
    own, mapped = (max(each) for each in zip(*kept, strict=True))
    diffs = "; ".join(f"{what} {1000 * each:.0f}" for what, each in of_versions(data).items())
    remarks = (
        f"{held:,} notes, {PROCESSES} processes, one follower of the feed; machine load "
        f"{os.getloadavg()[0]:.1f} at the end. Difference of two versions of 200 kB, CPU ms: {diffs}. Import of "
        f"{told['read']:,} rows ({told['loaded']:,} new) by the command line, with their index: {seconds:.0f} s, "
        f"{busy:.0f} s of CPU. {PICTURES} photographs of 2 million pixels put on one note at once: taken after "
        f"{taken:.1f} s, the last one ready after {ready:.0f} s. A process that answered pages and "
        f"searches: {own:.0f} MB of its own, {mapped:.0f} MB of "
        "the home mapped."
    )
    print(table, remarks, sep="\n\n")
    if asked.write:
        command = "python -m benchmarks.life HOME --write"
        results.write("The life of a note", command, table, ("flask", "whoosh", "numpy", "waitress"), remarks)


def _middle(seconds):
    """Return median and 95th percentile."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]


if __name__ == "__main__":
    main()
