"""Topics against departments: where knowledge is written down, who there knows it, and where there is nobody."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kb import members, note_counts, topics
from kb.map import inheritance, knowing

# With so many notes a topic is work of a department: one person who knows it is too few.
LEAST = 5


class Cell(NamedTuple):
    """A topic in a department: its notes that the reader sees, and who there knows it; `sole` is the only one."""

    notes: int = 0
    people: int = 0
    sole: int | None = None

    @property
    def is_gap(self):
        return not self.notes and not self.people

    @property
    def is_risk(self):
        return self.notes >= LEAST and self.people < 2


@dataclass(frozen=True, slots=True)
class Row:
    """A topic: how many of its cells hold something, how many of these are a risk, and its people."""

    topic: topics.Topic
    filled: int
    risks: int
    people: int

    @property
    def is_risk(self):
        return self.people < 2 or self.risks > 0


@dataclass(frozen=True, slots=True)
class Matrix:
    """All topics, the most used first, and the departments where somebody works, or that have notes."""

    departments: tuple
    rows: tuple
    # ``{topic_id: {department_id: Cell}}``: of topics with others below, for who knows one of these knows something
    # too; and what others the reader sees otherwise than all do.
    trees: dict
    others: dict

    @property
    def gaps(self):
        return len(self.departments) * len(self.rows) - sum(row.filled for row in self.rows)

    @property
    def risks(self):
        return sum(row.risks for row in self.rows)


_NOTHING = Cell()
# One cell in ten is unlike the others: to make each but once, and to keep no row, is half the time of a sheet.
_cell = lru_cache(maxsize=20_000)(Cell)


def of(db, *, reader):
    """Return the `Matrix` as `reader` may know of it, without its cells: a page shows few of them, see `cells`."""
    counted, departments = _sums(db)
    was, stands = _changed(db, reader)
    for some, more in ((was, -1), (stands, 1)):
        for topic_id, its in some.items():
            sums = counted.setdefault(topic_id, [0, 0, 0])
            for each, cell in its.items():
                sums[0] += more * (not cell.is_gap)
                sums[1] += more * cell.is_risk
                sums[2] += more * cell.people
                departments.add(each)
    departments |= members.manned(db)
    listed = topics.listing(db, reader=reader)
    trees = _trees(db, {topic.id for topic in listed}, stands, reader)
    for topic_id, its in trees.items():
        people = [(cell.is_risk, cell.people) for cell in its.values()]
        counted[topic_id] = len(its), sum(risk for risk, _ in people), sum(number for _, number in people)
    rows = tuple(Row(topic, *counted.get(topic.id, (0, 0, 0))) for topic in listed)
    named = tuple(each for each in members.all_departments(db) if each["id"] in departments)
    return Matrix(named, rows, trees, stands)


def cells(db, matrix, topic_ids):
    """Return ``{topic_id: cells}`` of some topics, one of each department of a `Matrix`, in their order."""
    found = matrix.trees | _cells(db, [each for each in topic_ids if each not in matrix.trees], matrix.others)
    ids = [each["id"] for each in matrix.departments]
    return {topic_id: [found[topic_id].get(each, _NOTHING) for each in ids] for topic_id in topic_ids}


def _trees(db, topic_ids, others, reader):
    """Return ``{topic_id: {department_id: Cell}}`` of those of all topics of the reader with others below."""
    below = {topic_id: topic_ids & its.keys() for topic_id, its in inheritance.below(db, topic_ids).items()}
    trees = {topic_id: {topic_id, *its} for topic_id, its in below.items() if its}
    own, known, nobody = _cells(db, list(trees), others), knowing.of_trees(db, trees, reader=reader), (0, None)
    found = {}
    for topic_id, people in known.items():
        # Who knows the topic itself is among those who know something of it.
        notes = {each: cell.notes for each, cell in own[topic_id].items() if cell.notes}
        found[topic_id] = {
            each: Cell(notes.get(each, 0), *people.get(each, nobody)) for each in notes.keys() | people.keys()
        }
    return found


def _cells(db, topic_ids, others):
    """Return ``{topic_id: {department_id: Cell}}``, those left out that hold nothing."""
    rows = db.execute(
        """SELECT topic_id, department_id, notes, people, iif(people = 1, ids, NULL) FROM topic_cell
            WHERE department_id > 0 AND (notes > 0 OR people > 0)
              AND topic_id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(topic_ids)},
    )
    found = {topic_id: {} for topic_id in topic_ids}
    for topic_id, department_id, notes, people, sole in rows:
        found[topic_id][department_id] = _cell(notes, people, sole)
    return {topic_id: its | others.get(topic_id, {}) for topic_id, its in found.items()}


def _sums(db):
    """Return ``{topic_id: [filled, risks, people]}`` of what is open to all, and the departments with such notes."""
    rows = db.execute(
        """SELECT topic_id, count(*), sum(notes >= :least AND people < 2), sum(people) FROM topic_cell
            WHERE department_id > 0 AND (notes > 0 OR people > 0) GROUP BY topic_id""",
        {"least": LEAST},
    )
    found = {topic_id: its for topic_id, *its in rows.fetchall()}
    asked = "SELECT DISTINCT department_id FROM topic_cell WHERE department_id > 0 AND notes > 0"
    return found, {row[0] for row in db.execute(asked).fetchall()}


def _changed(db, reader):
    """Return the cells that differ for the reader as they are open to all, and as they are for the reader.

    Both are ``{topic_id: {department_id: Cell}}``.
    """
    notes, people = note_counts.closed(db, reader=reader), knowing.closed(db, reader=reader)
    keys = [each for each in notes.keys() | people.keys() if each[1]]
    asked = """SELECT topic_cell.topic_id, topic_cell.department_id, notes, people, iif(people = 1, ids, NULL)
                 FROM json_each(:keys)
                 JOIN topic_cell ON topic_cell.topic_id = value ->> 0 AND topic_cell.department_id = value ->> 1"""
    cells = {(row[0], row[1]): Cell(*row[2:]) for row in db.execute(asked, {"keys": json.dumps(keys)}).fetchall()}
    was, stands = {}, {}
    for key in keys:
        topic_id, department_id = key
        cell, more = cells.get(key, _NOTHING), people.get(key, ())
        was.setdefault(topic_id, {})[department_id] = cell
        number = cell.people + len(more)
        sole = (more or (cell.sole,))[0] if number == 1 else None
        stands.setdefault(topic_id, {})[department_id] = Cell(cell.notes + notes.get(key, 0), number, sole)
    return was, stands
