"""Four processes save, search and rebuild while one after the other is killed: ``python -m benchmarks.search_kills``.

At the end the index must be what the store says, document by document, and each note that was saved must be found.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kb import notes
from kb.access import OPERATOR
from kb.errors import Problem
from kb.home import Settings, create
from kb.migrations import migrations
from kb.note_details import Details
from kb.search import find, indexer
from kb.search.check import check
from kb.store import close_store, create_store, open_store, utc_now

PROCESSES = 4
# A kill every so many seconds, at random.
_LIVES = (0.5, 5.0)
_WORDS = (
    "密封", "胶圈", "发霉", "退货", "换货", "发票", "运费", "热水器", "漏水", "快递", "客服", "质量", "包装", "尺寸",
    "颜色", "说明书", "保温杯", "竹盖",
)  # fmt: skip


def work(home, seed):
    """Save, change, search and rebuild until killed; a line for each thing done, before and after the store has it."""
    db, chance = open_store(home), random.Random(seed)
    follower = indexer.Indexer(home)
    follower.start()
    while True:
        deed = chance.choices(("save", "change", "put away", "search", "rebuild"), (40, 10, 4, 45, 1))[0]
        try:
            _DEEDS[deed](db, home, chance)
        except Problem:
            deed = "refused"  # somebody else changed that note meanwhile
        print(deed, flush=True)


def _save(db, _home, chance):
    mark = f"zq{chance.getrandbits(60):x}"
    title = f"{' '.join(chance.sample(_WORDS, 3))} {mark}"
    note = notes.add(
        db, title=title, summary="", body=" ".join(chance.choices(_WORDS, k=60)), dimension="from", readers="all",
        topic_names=[chance.choice(_WORDS)], details=Details(channel="电话", experience="complaint"), by=OPERATOR,
        now=utc_now(),
    )  # fmt: skip
    print(json.dumps({"id": note.id, "mark": mark}), flush=True)


def _change(db, _home, chance):
    note = _any(db, chance)
    if note is not None and not note.archived:
        fields = {"title": note.title, "summary": "", "dimension": "from", "readers": "all", "topic_names": ["改过"]}
        notes.edit(
            db, note.id, version=note.version, body=" ".join(chance.choices(_WORDS, k=40)), details=note.details(),
            by=OPERATOR, now=utc_now(), **fields,
        )  # fmt: skip


def _put_away(db, _home, chance):
    note = _any(db, chance)
    if note is not None and not note.archived:
        notes.archive(db, note.id, by=OPERATOR, now=utc_now())


def _search(db, home, chance):
    found = find.search(db, home, " ".join(chance.sample(_WORDS, chance.randint(1, 3))), reader=OPERATOR)
    if len(found.hits) < min(20, found.total):
        raise AssertionError(f"{found.query}: {len(found.hits)} of {found.total}")


def _rebuild(db, home, _chance):
    indexer.rebuild(db, home)


def _any(db, chance):
    row = db.execute("SELECT max(id) FROM note").fetchone()
    return notes.get(db, chance.randint(1, row[0]), reader=OPERATOR) if row[0] else None


_DEEDS = {"save": _save, "change": _change, "put away": _put_away, "search": _search, "rebuild": _rebuild}


class Workers:
    """Processes that work at one home, each with a file for what it says."""

    def __init__(self, home, folder):
        self._home, self._folder = home, folder
        self._running, self.kills, self.ended = [], 0, []
        self._count = 0

    def fill(self):
        """Start as many as are missing."""
        for each in [each for each in self._running if each.poll() is not None]:
            self._running.remove(each)
            self.ended.append(each.args[-1])
        while len(self._running) < PROCESSES:
            self._count += 1
            with (
                open(self._folder / f"{self._count}.out", "w") as out,
                open(self._folder / f"{self._count}.err", "w") as err,
            ):
                command = [
                    sys.executable,
                    "-m",
                    "benchmarks.search_kills",
                    "--home",
                    str(self._home),
                    "--seed",
                    str(self._count),
                ]
                self._running.append(subprocess.Popen(command, stdout=out, stderr=err))

    def kill(self, chance):
        """Kill one of them, as a power cut would."""
        one = chance.choice(self._running)
        self._running.remove(one)
        if one.poll() is None:
            one.send_signal(signal.SIGKILL)
            one.wait()
            self.kills += 1
        else:
            self.ended.append(one.args[-1])

    def stop(self):
        """Kill all that are left."""
        while self._running:
            self.kill(random)


def run(minutes, seed):
    """Let them work and be killed for so long; return how often each thing was done, and what is wrong at the end."""
    with tempfile.TemporaryDirectory() as name:
        home, folder, chance = Path(name) / "home", Path(name) / "said", random.Random(seed)
        folder.mkdir()
        create(home, Settings())
        create_store(home, migrations)
        workers, end = Workers(home, folder), time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            workers.fill()
            time.sleep(chance.uniform(*_LIVES))
            workers.kill(chance)
        workers.stop()
        wrong = [f"process {each} ended by itself: {_last(folder, each)}" for each in workers.ended]
        said = [line for path in folder.glob("*.out") for line in path.read_text().splitlines()]
        saved = [json.loads(line) for line in said if line.startswith("{") and line.endswith("}")]
        done = {deed: said.count(deed) for deed in (*_DEEDS, "refused")} | {"kill": workers.kills}
        db = open_store(home)
        indexer.catch_up(db, home)
        wrong += [f"{each.name}: {problem}" for each in check(db, home) for problem in each.problems]
        for each in saved:
            note = notes.get(db, each["id"], reader=OPERATOR)
            if not note.archived and [hit.id for hit in find.search(db, home, each["mark"], reader=OPERATOR).hits] != [
                note.id
            ]:
                wrong.append(f"note {each['id']} was saved and is not found by {each['mark']}")
        logged = [f"{path.stem}: {text[-300:]}" for path in folder.glob("*.err") if (text := path.read_text().strip())]
        close_store(home)
    return done, len(saved), wrong, logged


def _last(folder, number):
    return (folder / f"{number}.err").read_text()[-300:]


def main():
    """Run it and say what came of it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.home:
        work(given.home, given.seed)
    done, saved, wrong, logged = run(given.minutes, given.seed)
    print(", ".join(f"{count} × {deed}" for deed, count in done.items()), f"{saved} notes saved", sep="; ")
    print(f"machine load {os.getloadavg()[0]:.1f}")
    for each in logged:
        print("logged", each, file=sys.stderr)
    for each in wrong:
        print(each, file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
