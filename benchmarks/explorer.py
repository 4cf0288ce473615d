"""How fast the rules of a run are explored: 100,000 of them, the page, its filters and its charts, as a browser asks.

No peer keeps so many rules behind a page: the figures stand against the goals of 300 and 200 ms, and as a ratio against
the same page of a run of 100 rules, in the same process and the same rounds.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from flask import g, session

import kb.home
from benchmarks import explorer_rules, results
from kb import members
from kb.access import OPERATOR
from kb.migrations import migrations as kb_migrations
from kb.store import create_store, open_store, utc_now
from mining.migrations import migrations as mining_migrations
from web import create_app, security

MANY, FEW = 100_000, 100
ROUNDS = 7
ASKED = {
    "first page: those worth a look": "",
    "every rule, 10,000 points": "?cause=all",
    "words, every rule": "?cause=all&q=咖啡+31",
    "left contains": "?cause=all&left=密封",
    "frame drawn in the chart": "?cause=all&orders_from=60&orders_to=200&confidence_from=20&confidence_to=60",
    "not judged, by lift": "?cause=several&judged=no&sort=lift",
    "page 40 of every rule": "?cause=all&page=40",
    "chart as a picture": "/scatter.svg?cause=all",
}


def filled(home):
    """Make a home with two runs, and return the ids of the large and of the small one."""
    kb.home.create(home, kb.home.Settings())
    create_store(home, kb_migrations, mining_migrations)
    db, now = open_store(home), utc_now()
    who = {"login": "lin", "name": "林", "department": "市场部", "role": "marketer", "password": "benchmark 2026"}
    members.add(db, **who, by=OPERATOR, now=now)
    made = explorer_rules.rules(MANY)
    return explorer_rules.stored(db, made, now=now), explorer_rules.stored(db, made[:FEW], now=now)


def client_of(app, home):
    """Return a client that is signed in as the marketer."""
    client = app.test_client()
    with app.test_request_context():
        g.db = open_store(home)
        security.enter("lin")
        kept = dict(session)
    with client.session_transaction() as cookie:
        cookie.update(kept)
    return client


def measured(client, address):
    """Return milliseconds, of the clock and of CPU, the median of some rounds, and how many kB were answered.

    What is asked on the page is asked as the page does: for its part alone.
    """
    headers = {"HX-Request": "true"} if "?" in address else {}
    walls, busy = [], []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = client.get(address, headers=headers)
        walls.append(time.perf_counter() - wall)
        busy.append(time.process_time() - cpu)
        assert answer.status_code == 200, answer.status
    return 1000 * statistics.median(walls), 1000 * statistics.median(busy), len(answer.data) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        many, few = filled(home)
        client = client_of(create_app(home), home)
        rows = []
        for name, asked in ASKED.items():
            small = measured(client, f"/runs/{few}{asked.replace('&page=40', '')}")
            large = measured(client, f"/runs/{many}{asked}")
            rows.append([name, *(f"{each:.0f}" for each in large), f"{large[1] / small[1]:.1f}"])
    table = results.table(["asked of 100,000 rules", "ms", "ms of CPU", "kB", "CPU against 100 rules"], rows)
    print(table)
    if args.write:
        load = f" The load at the end was {os.getloadavg()[0]:.1f}."
        results.write("Exploring rules", "python -m benchmarks.explorer --write", table, ("flask",), _REMARKS + load)


_REMARKS = (
    "Medians of seven answers by one process: the first of the whole page, the others of the part that takes the place "
    "of what was shown, its charts included. Goals: 300 ms for the first page, 200 ms for a filter."
)


if __name__ == "__main__":
    main()
