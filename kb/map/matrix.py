"""Topics against departments: where knowledge is written down, who there knows it, and where there is nobody."""

from dataclasses import dataclass
from typing import NamedTuple

from kb import access, members, note_counts, topics

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
    """A topic: its cells that hold something by the id of their department, how many are a risk, and its people."""

    topic: topics.Topic
    departments: tuple
    filled: dict
    risks: int
    people: int

    @property
    def cells(self):
        """One of each department, in their order."""
        return [self.filled.get(each["id"], _NOTHING) for each in self.departments]

    @property
    def is_risk(self):
        return self.people < 2 or self.risks > 0


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows, the most used topic first; ``names`` are those of the members who are the only ones of a cell."""

    departments: tuple
    rows: tuple
    names: dict

    @property
    def gaps(self):
        return len(self.departments) * len(self.rows) - sum(len(row.filled) for row in self.rows)

    @property
    def risks(self):
        return sum(row.risks for row in self.rows)


_NOTHING = Cell()


def of(db, *, reader):
    """Return the `Matrix` as `reader` may know of it: departments where somebody works, or that have notes."""
    written = note_counts.topics_of_departments(db, reader=reader)
    known = _knowers(db, reader)
    in_use = {each for its in written.values() for each in its} | members.manned(db)
    departments = tuple(each for each in members.all_departments(db) if each["id"] in in_use)
    rows, soles = [], set()
    for topic in topics.listing(db, reader=reader):
        notes, people = written.get(topic.id, {}), known.get(topic.id, {})
        filled = {each: Cell(notes.get(each, 0), *people.get(each, ())) for each in notes.keys() | people.keys()}
        risky = [cell for cell in filled.values() if cell.is_risk]
        soles.update(cell.sole for cell in risky if cell.sole)
        rows.append(Row(topic, departments, filled, len(risky), sum(number for number, _ in people.values())))
    return Matrix(departments, tuple(rows), members.names(db, soles))


def _knowers(db, reader):
    """Return ``{topic_id: {department_id: (number, the only one)}}`` of the members who are here."""
    clause, values = access.visible(reader, "reason")
    rows = db.execute(
        f"""SELECT topic_id, department_id, count(*), iif(count(*) = 1, min(member.id), NULL)
              FROM (SELECT DISTINCT topic_id, member_id FROM reason WHERE {clause})
              JOIN member ON member.id = member_id AND member.state = 'active'
             GROUP BY topic_id, department_id""",
        values,
    )
    found = {}
    for topic_id, department_id, number, sole in rows.fetchall():
        found.setdefault(topic_id, {})[department_id] = (number, sole)
    return found
