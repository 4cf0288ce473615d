"""What the map costs the server: topics against departments, gaps, its pages, and ways, in a store of 100,000 notes.

The store is written by SQL: 2,000 topics, 50 departments, 10,000 colleagues, 5,000 customers, 3,000 products; a few
topics carry most notes, as a word of daily work does, a few products are named by most, and half of the topics stand
under a few others. The peer is the same page of a store a hundredth as large, in the same run; it looks for a word
after the large one did, so that its first word finds the dictionaries read.
"""

import argparse
import gc
import random
import tempfile
import time
from pathlib import Path

from benchmarks import results
from kb import gaps, home as homes, members
from kb.map import ego, matrix, path, things
from kb.map.things import Thing
from kb.migrations import migrations as kb_migrations
from kb.store import close_store, create_store, open_store, utc_now, writing
from mining.migrations import migrations as mining_migrations

SIZES = {"notes": 100_000, "topics": 2_000, "departments": 50, "members": 10_000, "customers": 5_000,
         "products": 3_000}  # fmt: skip
ROUNDS = 20


def fill(db, sizes, now):
    """Write a store of these sizes, the same each time."""
    chance = random.Random(1)
    some = {name: range(1, number + 1) for name, number in sizes.items()}

    def common(name):
        """Return an id, the low ones often."""
        return 1 + int(sizes[name] * chance.random() ** 3)

    stamp = {"at": now}
    with writing(db):
        many = db.conn.executemany
        many("INSERT INTO department (id, name) VALUES (?, ?)", ((each, f"部门{each}") for each in some["departments"]))
        many(
            """INSERT INTO member (id, login, name, department_id, role, password_hash, created_at)
               VALUES (?, ?, ?, ?, 'contributor', 'x', ?)""",
            ((each, f"m{each}", f"同事{each}", 1 + each % sizes["departments"], now) for each in some["members"]),
        )
        many(
            "INSERT INTO topic (id, name, folded, created_at) VALUES (?, ?, ?, ?)",
            ((each, f"主题{each}", f"主题{each}", now) for each in some["topics"]),
        )
        half = sizes["topics"] // 2
        under = ((each, 1 + each % max(1, half // 10)) for each in range(half + 1, sizes["topics"] + 1))
        many("INSERT INTO topic_parent (topic_id, parent_id) VALUES (?, ?)", under)
        many(
            """INSERT INTO customer (id, version, name, folded, pinyin, initials, sorts_as, city, segment, created_at,
                                     updated_at) VALUES (?, 1, ?, ?, '', '', '', '', '', ?, ?)""",
            ((each, f"客户{each}", f"客户{each}", now, now) for each in some["customers"]),
        )
        for note_id in some["notes"]:
            owner = common("members")
            db.execute(
                """INSERT INTO note (id, version, title, summary, body, dimension, maturity, readers, owner_id,
                                     department_id, created_at, updated_at, due_at)
                   VALUES (:id, 1, :title, '', '', 'from', 'raw', :readers, :owner, :department, :at, :at, :at)""",
                {
                    **stamp,
                    "id": note_id,
                    "title": f"知识{note_id}",
                    "readers": "all" if note_id % 7 else "department",
                    "owner": owner,
                    "department": 1 + owner % sizes["departments"],
                },
            )
            its = {common("topics"), common("topics")}
            many("INSERT INTO note_topic VALUES (?, ?, ?)", ((note_id, each, at) for at, each in enumerate(its)))
            db.execute("INSERT INTO note_customer VALUES (?, ?, '', 0)", (note_id, common("customers")))
            named = [f"商品{each}" for each in {common("products"), common("products")}]
            many("INSERT INTO note_product VALUES (?, ?, ?)", ((note_id, each, each) for each in named))
    db.execute("PRAGMA optimize")


def measured(db, sizes, now):
    """Return ``{what: (median, p95)}`` in ms of CPU."""
    reader, chance = members.get(db, 2).reader(), random.Random(2)

    def one(kind, name):
        return Thing(kind, chance.randint(1, sizes[name]))

    def product():
        return Thing("product", f"商品{chance.randint(1, sizes['products'])}")

    def grid(most):
        whole = matrix.of(db, reader=reader)
        return matrix.cells(db, whole, [row.topic.id for row in whole.rows[:most]])

    acts = {
        "topics × departments, a page of 50 topics": lambda: grid(50),
        "topics × departments, every cell as in the sheet": lambda: grid(None),
        "all gaps": lambda: gaps.listing(db, reader=reader, now=now),
        "around a topic": lambda: ego.of(db, one("topic", "topics"), reader=reader, now=now),
        "around the topic most written about": lambda: ego.of(db, Thing("topic", 1), reader=reader, now=now),
        "around a colleague": lambda: ego.of(db, one("member", "members"), reader=reader, now=now),
        "around a customer": lambda: ego.of(db, one("customer", "customers"), reader=reader, now=now),
        "around the customer most written about": lambda: ego.of(db, Thing("customer", 1), reader=reader, now=now),
        "around a product": lambda: ego.of(db, product(), reader=reader, now=now),
        "around the product most named": lambda: ego.of(db, Thing("product", "商品1"), reader=reader, now=now),
        "what a word names": lambda: things.find(db, "shangp", reader=reader),
        "a way from me to a customer": lambda: path.between(
            db, Thing("member", 2), one("customer", "customers"), reader=reader
        ),
    }
    first = {"what a word names, the first in a process": _timed(acts["what a word names"], 1)}
    # As a server does before it forks: else each collection of garbage walks over all dictionaries.
    gc.collect()
    gc.freeze()
    return first | {what: _timed(act, ROUNDS) for what, act in acts.items()}


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--notes", type=int, default=SIZES["notes"])
    asked = parser.parse_args()
    now, found = utc_now(), []
    with tempfile.TemporaryDirectory() as folder:
        for part in (1, 100):
            home = Path(folder, str(part))
            homes.create(home, homes.Settings())
            create_store(home, kb_migrations, mining_migrations)
            sizes = {name: max(3, number // part) for name, number in (SIZES | {"notes": asked.notes}).items()}
            db = open_store(home)
            fill(db, sizes, now)
            # Written through as a server does from time to time: else all is read from what is still to be written.
            close_store(home)
            found.append(measured(open_store(home), sizes, now))
    rows = [
        [what, f"{median:.0f}", f"{p95:.0f}", f"{median / found[1][what][0]:.1f}"]
        for what, (median, p95) in found[0].items()
    ]
    table = results.table(["what", f"{asked.notes:,} notes, median CPU ms", "p95", "against a hundredth"], rows)
    print(table)
    if asked.write:
        results.write("Map", "python -m benchmarks.map --write", table, ("sqlite-utils",))


def _timed(act, rounds):
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        spent.append(1000 * (time.process_time() - start))
    spent.sort()
    return spent[len(spent) // 2], spent[int(len(spent) * 0.95)]


if __name__ == "__main__":
    main()
