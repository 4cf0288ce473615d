"""What a department knows: the topics of its notes, who of it knows them best, and where nobody or one alone does."""

from dataclasses import dataclass

from kb import note_counts, topics
from kb.map import experts

MOST = 12
NAMED = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A topic of a department's notes: ``best`` are pairs of id and name, of ``more`` others nothing is said."""

    topic_id: int
    name: str
    notes: int
    best: tuple
    more: int


def holds(db, department_id, *, reader, now):
    """Return ``(held, gaps)``: the topics of most notes, each a `Held`, and the gaps.

    A gap is ``(topic_id, name, names of who knows it)``: a topic of its notes that nobody in the company who is here
    knows, then those that one alone does; the one of most notes first.
    """
    counts = note_counts.topics(db, reader=reader, department_id=department_id)
    names = topics.sorted_of(topics.seen(db, counts, reader=reader))
    ranked = sorted(names, key=lambda each: (-counts[each], names[each]))
    best = experts.of_department(db, department_id, ranked[:MOST], reader=reader, now=now)
    held = [
        Held(each, names[each], counts[each], tuple(best[each][:NAMED]), max(0, len(best[each]) - NAMED))
        for each in ranked[:MOST]
    ]
    few = experts.known_by_few(db, ranked, reader=reader)
    gaps = [(each, names[each], few[each]) for each in ranked if each in few]
    return held, sorted(gaps, key=lambda gap: len(gap[2]))
