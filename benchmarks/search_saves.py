"""After how long a saved note is found while others search, and what each of them needs: for `benchmarks.search_speed`.

Each reader is a process like one that answers pages: it imports nothing of the peers.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.life import PAGES_A_SECOND, memory
from kb import notes
from kb.access import OPERATOR
from kb.note_details import Details
from kb.search import find, indexer
from kb.store import open_store, utc_now

READERS = 4
SAVES = 40
_LONGEST_SECONDS = 10
_WARM_SECONDS = 15


def measured(db, home):
    """Return the median and the 95th percentile, ms, until a saved note is found, and the most MB that a reader has.

    Own and mapped, while all readers together search as often as pages are asked for in `benchmarks.life`.
    """
    command = [sys.executable, "-m", "benchmarks.search_saves", str(home)]
    readers = [subprocess.Popen(command) for _ in range(READERS)]
    follower = indexer.Indexer(home)
    follower.start()
    try:
        time.sleep(_WARM_SECONDS)
        spent = [_until_found(db, home, f"zqsave{number}x") for number in range(SAVES)]
        used = [memory(each.pid, home) for each in readers]
    finally:
        for each in readers:
            each.kill()
            each.wait()
        follower.stop()
    return np.percentile(spent, (50, 95)), np.max(used, axis=0)


def _until_found(db, home, mark):
    time.sleep(random.uniform(0.2, 0.6))
    start = time.monotonic()
    notes.add(
        db, title=f"客户说收到的{mark}", summary="", body="盖子的胶圈会变硬。", dimension="from", topic_names=["其他"],
        details=Details(channel="电话", experience="complaint"), readers="all", by=OPERATOR, now=utc_now(),
    )  # fmt: skip
    while time.monotonic() - start < _LONGEST_SECONDS:
        if find.search(db, home, mark, reader=OPERATOR).literal:
            break
        time.sleep(0.02)
    return 1000 * (time.monotonic() - start)


def main():
    """Search until killed, pieces of notes of the home."""
    home = Path(sys.argv[1])
    db, chance = open_store(home), random.Random()
    bodies = [row[0] for row in db.execute("SELECT body FROM note WHERE id % 97 = 0").fetchall()]
    while True:
        body = "".join(chance.choice(bodies).split())
        at = chance.randrange(max(1, len(body) - 8))
        piece = body[at : at + 8]
        if any(map(str.isalnum, piece)):
            find.search(db, home, piece, reader=OPERATOR)
        time.sleep(chance.uniform(0, 2 * READERS / PAGES_A_SECOND))


if __name__ == "__main__":
    main()
