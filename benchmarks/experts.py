"""Scores of who knows what at 100,000 notes and 10,000 members: rebuilt from nothing, and after one event.

Notes and what was done with them are written straight into the tables, as an import does, so that the triggers which
keep the reasons are measured with them.
"""

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import results
from kb import access, uses
from kb.map import experts, reasons
from kb.migrations import migrations
from kb.store import close_store, create_store, open_store, utc_now, writing

TOPICS, DEPARTMENTS = 2_000, 50


def fill(db, notes, members, draw):
    """Write members, topics one above ten others, notes with two topics, uses and verifications."""
    now, today = utc_now(), datetime.now(UTC)
    people, many = range(1, members + 1), db.conn.executemany
    many("INSERT INTO department (id, name) VALUES (?, ?)", [(n, f"d{n}") for n in range(1, DEPARTMENTS + 1)])
    many(
        """INSERT INTO member (id, login, name, department_id, role, password_hash, created_at)
           VALUES (?, ?, ?, ?, 'contributor', '', ?)""",
        [(n, f"m{n}", f"m{n}", 1 + n % DEPARTMENTS, now) for n in people],
    )
    many(
        "INSERT INTO topic (id, name, folded, created_at) VALUES (?, ?, ?, ?)",
        [(n, f"t{n}", f"t{n}", now) for n in range(1, TOPICS + 1)],
    )
    many(
        "INSERT INTO topic_parent (topic_id, parent_id) VALUES (?, ?)",
        [(n, n - (n - 1) % 11) for n in range(1, TOPICS + 1) if n % 11 != 1],
    )
    ages = [(today - timedelta(days=draw.random() * 1000)).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for _ in range(notes)]
    owners = [draw.choice(people) for _ in range(notes)]
    many(
        """INSERT INTO note (id, version, title, summary, body, dimension, maturity, readers, owner_id, department_id,
                             created_at, updated_at)
           VALUES (?, 1, ?, '', '', 'from', 'raw', ?, ?, ?, ?, ?)""",
        [
            (n + 1, f"n{n}", draw.choices(("all", "department", "owner"), (8, 1, 1))[0], whose, 1 + whose % DEPARTMENTS)
            + (ages[n], ages[n])
            for n, whose in enumerate(owners)
        ],
    )
    # Few topics have most of the notes.
    topics = [min(TOPICS, 1 + int(draw.paretovariate(0.5))) for _ in range(2 * notes)]
    many(
        "INSERT OR IGNORE INTO note_topic (note_id, topic_id, position) VALUES (?, ?, 0)",
        [(1 + n // 2, topic) for n, topic in enumerate(topics)],
    )
    many(
        """INSERT INTO note_use (note_id, member_id, result, place, outcome, used_at)
           VALUES (?, ?, 'worked', '', '', ?)""",
        [(draw.randint(1, notes), draw.choice(people), draw.choice(ages)) for _ in range(notes // 5)],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    args = parser.parse_args()
    rows = []

    def timed(what, act):
        start, clock = time.process_time(), time.perf_counter()
        found = act()
        spent, passed = time.process_time() - start, time.perf_counter() - clock
        rows.append([what, f"{spent * 1000:.1f}", f"{passed * 1000:.1f}"])
        return found

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        create_store(home, migrations)
        db = open_store(home)
        with writing(db):
            timed("writing all of it, with every reason", lambda: fill(db, args.notes, args.members, random.Random(1)))

        def rebuild():
            with writing(db):
                reasons.rebuild(db)

        timed("rebuilding every reason", rebuild)
        (count,) = db.execute("SELECT count(*) FROM reason").fetchone()
        reader = access.Reader(7, "m7", "m7", "contributor", 8)
        asked = {name: db.execute(_BY_SIZE, {"offset": n}).fetchone() for name, n in (("largest", 0), ("middle", 100))}
        note_id = db.execute(_OF_OTHERS, {"topic": asked["largest"][0]}).fetchone()[0]
        timed(
            "an event: one use, until it is in the store",
            lambda: uses.add(db, note_id, result="worked", by=reader, now=utc_now()),
        )
        for name, (topic_id, size) in asked.items():
            timed(
                f"the {name} topic, {size:,} reasons of its own, after it",
                lambda topic_id=topic_id: experts.experts(db, topic_id, reader=reader, now=utc_now(), limit=12),
            )
        busiest = db.execute("SELECT member_id FROM reason GROUP BY 1 ORDER BY count(*) DESC LIMIT 1").fetchone()[0]
        timed(
            "what the busiest member knows",
            lambda: experts.known_by(db, busiest, reader=reader, now=utc_now(), limit=12),
        )
        close_store(home)
    table = results.table([f"{args.notes:,} notes, {args.members:,} members, {count:,} reasons", "CPU ms", "ms"], rows)
    print(table)
    if args.write:
        results.write("Scores of who knows what", "python -m benchmarks.experts --write", table, ["sqlite-utils"])


_BY_SIZE = "SELECT topic_id, count(*) FROM reason GROUP BY topic_id ORDER BY count(*) DESC LIMIT 1 OFFSET :offset"
_OF_OTHERS = """SELECT note.id FROM note JOIN note_topic ON note_topic.note_id = note.id
    WHERE topic_id = :topic AND readers = 'all' AND owner_id <> 7 LIMIT 1"""


if __name__ == "__main__":
    main()
