"""What to do when a question finds nothing: fewer words that do find, and whom to ask."""

from dataclasses import dataclass

from kb import access, topics
from kb.map.experts import experts
from kb.search import filters, find
from kb.text import fold_name

PEOPLE = 2
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Help:
    """What helps: ``fewer`` pairs of question and how many notes it finds; ``people`` rows with ``id``, ``name``,
    ``department``, ``phone``, ``wecom``, and ``topic``, what they were found by, or None.
    """

    fewer: list
    people: list


def help_for(db, home, query, *, reader, now):
    """Return the `Help` for a question that found nothing."""
    words, conditions = filters.split(query)
    return Help(_fewer(db, home, words, conditions, reader), _people(db, words, conditions, reader, now))


def _fewer(db, home, words, conditions, reader):
    parts = words.split()[:_MOST_WORDS]
    asked = []
    if words and conditions:
        asked.append(words)
    if len(parts) > 1:
        asked += [" ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts))]
    found = [(each, find.search(db, home, each, reader=reader, limit=1).total) for each in dict.fromkeys(asked)]
    return [(each, total) for each, total in found if total]


def _people(db, words, conditions, reader, now):
    named = [each.value for each in conditions if each.field == "topic"]
    found = {}
    for topic in _topics(db, [*named, *words.split()], reader):
        for each in experts(db, topic.id, reader=reader, now=now, limit=0):
            if each.state == "active" and each.member_id != reader.member_id:
                found.setdefault(each.member_id, _person(each, topic.name))
    for row in _writers(db, reader) if len(found) < PEOPLE else ():
        found.setdefault(row["id"], {**row, "topic": None})
    return list(found.values())[:PEOPLE]


def _topics(db, words, reader):
    """Return the topics that share a word, or two characters in a row, with the question; the nearest first."""
    pairs = {pair for word in words for pair in _pairs(fold_name(word))}
    ranked = [(len(pairs & _pairs(fold_name(each.name))), each) for each in topics.listing(db, reader=reader)]
    return [each for shared, each in sorted(ranked, key=lambda pair: -pair[0]) if shared]


def _pairs(text):
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _person(expert, topic):
    kept = {name: getattr(expert, name) for name in ("name", "department", "phone", "wecom")}
    return {"id": expert.member_id, **kept, "topic": topic}


def _writers(db, reader):
    clause, values = access.visible(reader)
    return db.query(
        f"""SELECT member.id, member.name, department.name AS department, member.phone, member.wecom
              FROM note
              JOIN member ON member.id = note.owner_id AND member.state = 'active'
              JOIN department ON department.id = member.department_id
             WHERE note.archived = 0 AND {clause} AND member.id IS NOT :self
             GROUP BY member.id ORDER BY count(*) DESC, member.id LIMIT {PEOPLE}""",
        {**values, "self": reader.member_id},
    )
