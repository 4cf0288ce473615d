"""Topics against departments: where knowledge is written down, who there knows it, and where there is nobody."""

from dataclasses import dataclass

from kb import access, members, note_counts, topics

# With so many notes a topic is work of a department: one person who knows it is too few.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Cell:
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
    """A topic with its cells, one of each department in their order, and its sums."""

    topic: topics.Topic
    cells: tuple
    people: int

    @property
    def is_risk(self):
        return self.people < 2 or any(cell.is_risk for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows, the most used topic first; ``names`` are those of the members who are the only ones of a cell."""

    departments: tuple
    rows: tuple
    names: dict

    @property
    def gaps(self):
        return sum(cell.is_gap for row in self.rows for cell in row.cells)

    @property
    def risks(self):
        return sum(cell.is_risk for row in self.rows for cell in row.cells)


_NOTHING = Cell()


def of(db, *, reader):
    """Return the `Matrix` as `reader` may know of it: departments where somebody works, or that have notes."""
    written = note_counts.topics_of_departments(db, reader=reader)
    known = _knowers(db, reader)
    in_use = {department for _, department in written} | members.manned(db)
    departments = tuple(each for each in members.all_departments(db) if each["id"] in in_use)
    people = {}
    for (topic_id, _), (number, _) in known.items():
        people[topic_id] = people.get(topic_id, 0) + number
    rows = []
    for topic in topics.listing(db, reader=reader):
        keys = [(topic.id, each["id"]) for each in departments]
        cells = tuple(_cell(written.get(key, 0), known.get(key)) for key in keys)
        rows.append(Row(topic, cells, people.get(topic.id, 0)))
    soles = {cell.sole for row in rows for cell in row.cells if cell.is_risk and cell.sole}
    return Matrix(departments, tuple(rows), members.names(db, soles))


def _cell(notes, known):
    number, first = known or (0, None)
    return Cell(notes, number, first if number == 1 else None) if notes or number else _NOTHING


def _knowers(db, reader):
    """Return ``{(topic_id, department_id): (number, one of them)}`` of the members who are here."""
    clause, values = access.visible(reader, "reason")
    rows = db.execute(
        f"""SELECT topic_id, department_id, count(*), min(member.id)
              FROM (SELECT DISTINCT topic_id, member_id FROM reason WHERE {clause})
              JOIN member ON member.id = member_id AND member.state = 'active'
             GROUP BY topic_id, department_id""",
        values,
    )
    return {(topic_id, department): (number, one) for topic_id, department, number, one in rows.fetchall()}
