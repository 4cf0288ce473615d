"""What a note of 2 MB costs: opened, saved, compared with its version before, indexed, found; against one of 20 kB.

Latin paragraphs and Chinese ones, by the product's own pages in this process, in seconds of CPU.
"""

import argparse
import random
import re
import tempfile
import time
from pathlib import Path

from benchmarks import results
from kb import members, notes
from kb.note_details import Details
from kb.note_texts import LONGEST_BODY
from kb.search import indexer
from kb.store import open_store, utc_now
from web import create_app
from web.demo import home as demo, people

LOGIN = "lin.zhiyuan"
_LATIN = ("the", "customer", "asked", "whether", "seal", "rings", "harden", "after", "two", "winters", "unheated")
_HAN = "客户问密封罐的胶圈放在不供暖的仓库里过了两个冬天会不会变硬换一个要多少钱谁来换"


def text(kind, length, chance):
    """Return invented paragraphs of a length."""
    parts, size = [], 0
    while size < length:
        some = " ".join(chance.choices(_LATIN, k=60)) if kind == "Latin" else "".join(chance.choices(_HAN, k=120))
        parts.append(some + ("." if kind == "Latin" else "。"))
        size += len(parts[-1]) + 2
    return "\n\n".join(parts)[:length]


def spent(act):
    """Return CPU ms and what `act` returns."""
    start = time.process_time()
    answer = act()
    return 1000 * (time.process_time() - start), answer


def measured(home, client, token, body):
    """Return ``{what: CPU ms}`` of the life of one note."""
    db = open_store(home)
    by = members.by_login(db, LOGIN).reader()
    said = {"topic_names": ["长文"], "details": Details(audience="all", valid_from="2026-01-01")}
    found = {}
    fields = {"title": "一条很长的知识", "dimension": "for", **said}
    found["write"], note = spent(lambda: notes.add(db, **fields, body=body, by=by, now=utc_now()))
    found["index"], _ = spent(lambda: indexer.catch_up(db, home))
    found["open"], answer = spent(lambda: client.get(f"/notes/{note.id}"))
    assert answer.status_code == 200
    found["open its form"], answer = spent(lambda: client.get(f"/notes/{note.id}/edit"))
    assert answer.status_code == 200
    form = {
        "csrf_token": token,
        "version": 1,
        "title": note.title,
        "body": body.replace(body[5000:5006], "已经改过了", 3),
    }
    form |= {"dimension": "for", "topics": "长文", "readers": "all", "audience": "all", "valid_from": "2026-01-01"}
    found["save"], answer = spent(lambda: client.post(f"/notes/{note.id}/edit", data=form))
    assert answer.status_code == 303, answer.status_code
    found["history with the difference"], answer = spent(lambda: client.get(f"/notes/{note.id}/history"))
    assert answer.status_code == 200
    indexer.catch_up(db, home)
    found["search"], answer = spent(lambda: client.get("/search?q=一条很长的知识"))
    assert answer.status_code == 200
    notes.archive(db, note.id, by=by, now=utc_now())
    return found


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        demo.prepare(home, on_progress=lambda step: None)
        client = create_app(home, hosts=["localhost"]).test_client()
        token = re.search(r'csrf_token" value="([^"]+)"', client.get("/login").text)[1]
        client.post("/login", data={"csrf_token": token, "login": LOGIN, "password": people.PASSWORD})
        token = re.search(r'csrf_token" value="([^"]+)"', client.get("/notes/new").text)[1]
        columns = {
            f"{kind}, {length:,}": measured(home, client, token, text(kind, length, chance))
            for kind in ("Latin", "Chinese")
            for length in (20_000, LONGEST_BODY)
        }
    acts = next(iter(columns.values()))
    rows = [[what, *(f"{column[what]:.0f}" for column in columns.values())] for what in acts]
    table = results.table(["CPU ms", *(f"{name} characters" for name in columns)], rows)
    print(table)
    if write:
        results.write("A long note", "python -m benchmarks.long_note --write", table, ("flask", "whoosh"))


if __name__ == "__main__":
    main()
