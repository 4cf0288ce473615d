"""Topics against departments: where knowledge is written down, who there knows it, and where there is nobody."""

import json
from dataclasses import dataclass
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
    # ``{topic_id: {department_id: Cell}}`` of the topics with others below: who knows one of these knows something too.
    trees: dict

    @property
    def gaps(self):
        return len(self.departments) * len(self.rows) - sum(row.filled for row in self.rows)

    @property
    def risks(self):
        return sum(row.risks for row in self.rows)


_NOTHING = Cell()


def of(db, *, reader):
    """Return the `Matrix` as `reader` may know of it, without its cells: a page shows few of them, see `cells`."""
    open_to_all, departments = _sums(db)
    for (topic_id, department_id), (was, stands) in _changed(db, reader).items():
        its = open_to_all.setdefault(topic_id, [0, 0, 0])
        for cell, more in ((was, -1), (stands, 1)):
            its[0] += more * (not cell.is_gap)
            its[1] += more * cell.is_risk
            its[2] += more * cell.people
        departments.add(department_id)
    departments |= members.manned(db)
    listed = topics.listing(db, reader=reader)
    trees = _trees(db, {topic.id for topic in listed}, reader)
    for topic_id, its in trees.items():
        counted = [(cell.is_risk, cell.people) for cell in its.values()]
        open_to_all[topic_id] = len(its), sum(risk for risk, _ in counted), sum(people for _, people in counted)
    rows = tuple(Row(topic, *open_to_all.get(topic.id, (0, 0, 0))) for topic in listed)
    return Matrix(tuple(each for each in members.all_departments(db) if each["id"] in departments), rows, trees)


def cells(db, matrix, topic_ids, *, reader):
    """Return ``{topic_id: cells}`` of some topics, one of each department of a `Matrix`, in their order."""
    alone = [each for each in topic_ids if each not in matrix.trees]
    found = matrix.trees | _cells(db, alone, knowing.of_departments(db, alone, reader=reader), reader)
    ids = [each["id"] for each in matrix.departments]
    return {topic_id: [found[topic_id].get(each, _NOTHING) for each in ids] for topic_id in topic_ids}


def _trees(db, topic_ids, reader):
    """Return ``{topic_id: {department_id: Cell}}`` of those of all topics of the reader with others below."""
    below = {topic_id: topic_ids & its.keys() for topic_id, its in inheritance.below(db, topic_ids).items()}
    trees = {topic_id: {topic_id, *its} for topic_id, its in below.items() if its}
    return _cells(db, list(trees), knowing.of_trees(db, trees, reader=reader), reader)


def _cells(db, topic_ids, known, reader):
    """Return ``{topic_id: {department_id: Cell}}``, those left out that hold nothing."""
    written = note_counts.topics_of_departments(db, reader=reader, topic_ids=topic_ids)
    found, nobody = {}, (0, None)
    for topic_id in topic_ids:
        notes, people = written.get(topic_id, {}), known[topic_id]
        found[topic_id] = {
            each: Cell(notes.get(each, 0), *people.get(each, nobody)) for each in notes.keys() | people.keys()
        }
    return found


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
    """Return ``{(topic_id, department_id): (cell open to all, cell of the reader)}`` of those that differ."""
    notes, people = note_counts.closed(db, reader=reader), knowing.closed(db, reader=reader)
    keys = [each for each in notes.keys() | people.keys() if each[1]]
    asked = """SELECT topic_cell.topic_id, topic_cell.department_id, notes, people, iif(people = 1, ids, NULL)
                 FROM json_each(:keys)
                 JOIN topic_cell ON topic_cell.topic_id = value ->> 0 AND topic_cell.department_id = value ->> 1"""
    was = {(row[0], row[1]): Cell(*row[2:]) for row in db.execute(asked, {"keys": json.dumps(keys)}).fetchall()}
    found = {}
    for key in keys:
        cell, more = was.get(key, _NOTHING), people.get(key, 0)
        found[key] = (cell, Cell(cell.notes + notes.get(key, 0), cell.people + more))
    return found
