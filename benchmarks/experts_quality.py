"""Who knows this: is the right person among the first three, against counting notes and against texts alone.

Two tests. *Cranfield* (needs ``KEZHI_TEST_DATA``): each question is a topic; of half of the abstracts the authors are
known, those of the other half that answer the question are to be named. *An invented company* whose experts are
planted: they write little and colleagues use it, while diligent clerks write a lot, others knew it three years ago, and
friends use each other's notes all the time. Its habits are our own guess, so that it shows what the reasons are for,
not how people are. Each has a part to tune on and a part that is only measured.
"""

import argparse
import functools
import gzip
import math
import os
import random
import re
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import results
from kb.access import OPERATOR
from kb.map import experts, scoring
from kb.migrations import migrations
from kb.store import close_store, create_store, open_store, writing

NOW = datetime(2026, 7, 1, tzinfo=UTC)
HALF_LIVES = (90, 180, 365, 730, 3650)
_FIELD = re.compile(r"(?ms)^\.([TABW]) *\n(.*?)(?=^\.[TABW] *\n|\Z)")
_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]")


class Case:
    """Notes with authors, and who is right for each topic; `rankings` answers by one of the ways."""

    def __init__(self, db):
        self.db, self.topics, self.texts, self.truth, self.asked = db, {}, [], {}, {}
        db.execute("INSERT INTO department (id, name) VALUES (1, 'all')")
        self.members = {}

    def member(self, name):
        """Return the id of a member, making it."""
        if name not in self.members:
            row = {"login": f"m{len(self.members)}", "name": name, "department_id": 1, "role": "contributor"}
            self.members[name] = self.db["member"].insert({**row, "password_hash": "", "created_at": _at(0)}).last_pk
        return self.members[name]

    def topic(self, name, question):
        """Make a topic that is asked for in these words."""
        self.topics[name] = self.db["topic"].insert({"name": name, "folded": name, "created_at": _at(0)}).last_pk
        self.asked[name] = question

    def note(self, author, text, names, days):
        """Write a note so many days ago and return its id."""
        row = {"version": 1, "title": text[:40] or "-", "summary": "", "body": text, "dimension": "from"}
        row |= {"maturity": "raw", "readers": "all", "owner_id": author, "department_id": 1}
        note_id = self.db["note"].insert({**row, "created_at": _at(days), "updated_at": _at(days)}).last_pk
        for name in names:
            self.db["note_topic"].insert({"note_id": note_id, "topic_id": self.topics[name], "position": 0})
        self.texts.append((author, _WORD.findall(text.lower())))
        return note_id

    def ours(self, name):
        """Return the members by score."""
        found = experts.experts(self.db, self.topics[name], reader=OPERATOR, now=_at(0), limit=0)
        return [each.member_id for each in found]

    def counted(self, name):
        """Return the members by the number of their notes on the topic."""
        rows = self.db.execute(
            """SELECT owner_id FROM note JOIN note_topic ON note_topic.note_id = note.id WHERE topic_id = :topic
                GROUP BY owner_id ORDER BY count(*) DESC, owner_id""",
            {"topic": self.topics[name]},
        )
        return [row[0] for row in rows]

    def by_text(self, name, how):
        """Return the members by how well their texts answer the question: BM25, gathered by member as `how` says."""
        gathered = defaultdict(list)
        for score, author in sorted(self._bm25(self.asked[name]), reverse=True)[:50]:
            gathered[author].append(score)
        value = {"sum": sum, "best": max, "mnz": lambda scores: sum(scores) * len(scores)}[how]
        return sorted(gathered, key=lambda author: (-value(gathered[author]), author))

    def _bm25(self, question):
        if not hasattr(self, "_known"):
            lengths = [len(words) for _, words in self.texts]
            self._mean, self._counts = sum(lengths) / len(lengths), [Counter(words) for _, words in self.texts]
            self._known = Counter(word for counts in self._counts for word in counts)
        n = len(self.texts)
        for (author, words), counts in zip(self.texts, self._counts, strict=True):
            score = 0
            for word in set(_WORD.findall(question.lower())) & counts.keys():
                rare = math.log(1 + (n - self._known[word] + 0.5) / (self._known[word] + 0.5))
                tf = counts[word]
                score += rare * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(words) / self._mean))
            if score:
                yield score, author


def cranfield(case, data):
    """Fill a case with the abstracts whose authors are known, and name those of the others as the truth."""
    text = gzip.decompress((data / "retrieval" / "cran.all.1400.gz").read_bytes()).decode().replace("\r\n", "\n")
    documents = {}
    for part in re.split(r"(?m)^\.I ", text)[1:]:
        number, fields = (
            int(part.split("\n", 1)[0]),
            defaultdict(str, _FIELD.findall(part)),
        )
        authors = [each.strip() for each in re.split(r"\band\b|;|\n", fields["A"]) if each.strip(" .,")]
        year = re.search(r"\b(19[2-6]\d)\b", fields["B"])
        documents[number] = (authors, f"{fields['T']} {fields['W']}", int(year[1]) if year else None)
    questions = re.split(r"(?m)^\.I \d+\s*\n\.W\n", (data / "retrieval" / "cran.qry").read_text())[1:]
    right = defaultdict(set)
    for line in (data / "retrieval" / "cranqrel").read_text().splitlines():
        question, document, grade = map(int, line.split()[:3])
        if grade > 0:
            right[question].add(document)
    known = {number for number in documents if number % 2}
    newest = max(year for _, _, year in documents.values() if year)
    years = [year for _, _, year in documents.values() if year]
    usual = sorted(years)[len(years) // 2]
    for question, words in enumerate(questions, 1):
        case.topic(str(question), words)
    for number in sorted(known):
        authors, words, year = documents[number]
        names = [str(question) for question in right if number in right[question]]
        for author in authors:
            case.note(case.member(author), words, names, 365 * (newest - (year or usual)) + 1)
    for question, wanted in right.items():
        names = {name for number in wanted - known for name in documents[number][0]}
        case.truth[str(question)] = {case.members[name] for name in names if name in case.members}


def company(case, seed):
    """Fill a case with sixty members on forty topics, three experts each."""
    draw = random.Random(seed)
    people = [case.member(f"{seed}-{n}") for n in range(60)]
    filler = [f"word{n}" for n in range(300)]
    filler = ["".join(draw.choice("abcdefgh") for _ in range(5)) for _ in filler]
    for n in range(40):
        name = f"topic {seed} {n}"
        word = "".join(draw.choice("klmnopqr") for _ in range(6))
        case.topic(name, word)
        who = draw.sample(people, 12)
        right, diligent, former, friends = who[:3], who[3:6], who[6:9], who[9:11]
        case.truth[name] = set(right)
        for group, notes, days, used, checked in (
            (right, (1, 4), (5, 500), 1.2, 0.5), (diligent, (2, 7), (5, 500), 0.15, 0.3),
            (former, (3, 6), (900, 1500), 1.2, 0.5), (friends, (1, 3), (5, 300), 0.1, 0.2),
        ):  # fmt: skip
            for author in group:
                for _ in range(draw.randint(*notes)):
                    age = draw.randint(*days)
                    words = draw.choices(filler, k=40) + [word] * draw.randint(1, 3)
                    note_id = case.note(author, " ".join(words), [name], age)
                    others = [each for each in people if each != author]
                    for _ in range(sum(draw.random() < used / 4 for _ in range(4))):
                        _use(case.db, note_id, draw.choice(others), draw.randint(1, age))
                    if group is friends:
                        for _ in range(6):
                            _use(case.db, note_id, next(each for each in friends if each != author), age // 2 + 1)
                    if draw.random() < checked:
                        checker = {"by": draw.choice(others), "at": _at(age // 2), "id": note_id}
                        case.db.execute("UPDATE note SET verified_by = :by, verified_at = :at WHERE id = :id", checker)
        for author, share in ((right[0], 0.4), (diligent[0], 0.15)):
            if draw.random() < share:
                row = {"kind": "endorsed", "topic_id": case.topics[name], "member_id": author, "said_at": _at(30)}
                case.db["expertise"].insert({**row, "by_id": draw.choice([each for each in people if each != author])})


def measured(rankings, truth):
    """Return precision at 3, of as many as there are, and the mean reciprocal rank of the first that is right."""
    asked = [name for name in truth if truth[name]]
    precision = sum(
        sum(each in truth[name] for each in rankings(name)[:3]) / min(3, len(truth[name])) for name in asked
    )
    first = (next((1 / n for n, each in enumerate(rankings(name), 1) if each in truth[name]), 0) for name in asked)
    return round(precision / len(asked), 3), round(sum(first) / len(asked), 3)


def told_apart(one, other, truth):
    """Return, of precision and reciprocal rank, the bounds of 95 % of the differences of two rankings, asked in pairs.

    Of 2,000 draws of as many topics as there are.
    """
    each = {name: (measured(one, {name: truth[name]}), measured(other, {name: truth[name]}))
            for name in truth if truth[name]}  # fmt: skip
    draw, found = random.Random(1), []
    for _ in range(2000):
        drawn = [each[name] for name in draw.choices(list(each), k=len(each))]
        found.append([sum(a[of] - b[of] for a, b in drawn) / len(drawn) for of in (0, 1)])
    bounds = []
    for of in (0, 1):
        ranked = sorted(row[of] for row in found)
        bounds.append(f"{ranked[50]:+.3f} to {ranked[-51]:+.3f}")
    return bounds


def rows_of(label, case, truth):
    """Return the rows of the table for the topics of `truth`."""
    ways = {"scores": case.ours, "counting notes": case.counted}
    ways |= {f"texts, {how}": lambda name, how=how: case.by_text(name, how) for how in ("sum", "best", "mnz")}
    count = sum(bool(who) for who in truth.values())
    return [[label, count, way, *measured(rankings, truth)] for way, rankings in ways.items()]


def tuned(case, truth):
    """Return ``{half-life: (precision, reciprocal rank)}`` for the topics of `truth`."""
    usual, found = scoring.rules(case.db), {}
    for days in HALF_LIVES:
        scoring.arrange(case.db, {**usual, "half_life": days}, reason="try", by=OPERATOR, now=_at(0))
        found[days] = measured(case.ours, truth)
    scoring.arrange(case.db, usual, reason="try", by=OPERATOR, now=_at(0))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    args = parser.parse_args()
    data = Path(os.environ["KEZHI_TEST_DATA"])
    fills = {"Cranfield": lambda case: cranfield(case, data), "invented company": lambda case: company(case, 1)}
    rows, tries, apart = [], [], []
    for label, fill in fills.items():
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            create_store(home, migrations)
            db = open_store(home)
            case = Case(db)
            with writing(db):
                fill(case)
            for part, odd in (("tuned on", 0), ("only measured", 1)):
                truth = dict(list(case.truth.items())[odd::2])
                rows += rows_of(f"{label}, {part}", case, truth)
                by_text = functools.partial(case.by_text, how="sum")
                for way, ranked in (("counting notes", case.counted), ("texts, sum", by_text)):
                    apart.append([f"{label}, {part}", way, *told_apart(case.ours, ranked, truth)])
                tries += [[f"{label}, {part}", days, *its] for days, its in tuned(case, truth).items()]
            close_store(home)
    table = results.table(["test", "topics", "ranking", "precision@3", "MRR"], rows)
    heads = ["test", "scores less", "precision@3, 95 % of the differences", "MRR, 95 % of the differences"]
    table += "\n\n" + results.table(heads, apart)
    table += "\n\n" + results.table(["test", "half-life, days", "precision@3", "MRR"], tries)
    print(table)
    if args.write:
        results.write(
            "Who knows this", "python -m benchmarks.experts_quality --write", table, ["sqlite-utils"], REMARKS
        )


REMARKS = """Of each test every other topic was tuned on (weights of writing and use, cap, half-life, the order of
equals); the others were only measured. Cranfield knows of an abstract only who wrote it and the year: there is nothing
to weigh, and half of the scores are equal. Of equals who wrote more in all comes first; floors under the fading, other
half-lives, and who wrote on topics nearby were tried on the part to tune on and did no better. By so few topics scores
and counting cannot be told apart there; both find more than texts do. In the invented company everybody’s texts say the
word of the topic equally often, so that texts alone cannot know; that its friends and clerks behave so is our guess."""


def _at(days):
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _use(db, note_id, member_id, days):
    row = {"note_id": note_id, "member_id": member_id, "result": "worked", "place": "", "outcome": ""}
    db["note_use"].insert({**row, "used_at": _at(days)})


if __name__ == "__main__":
    main()
