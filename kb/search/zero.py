"""What to do when a question finds nothing: fewer words that do find, what was meant, and whom to ask."""

from dataclasses import dataclass, replace

from kb import access, pinyin, topics
from kb.map.experts import experts
from kb.search import analysis, find, language, spelling
from kb.search.folding import fold
from kb.search.function_words import CHINESE
from kb.text import fold_name

PEOPLE = 2
_MOST_WORDS = 6
# Each is looked for, to say how many notes it finds.
_MOST_TRIED = 16
_MOST_SHORTER = 3
# Of two characters, any other word of two that shares one would pass for a slip of the pen.
_SHORTEST_SLIP = 3


@dataclass(frozen=True, slots=True)
class Help:
    """What helps: ``fewer`` and ``meant`` pairs of question and how many notes it finds; ``people`` rows with ``id``,
    ``name``, ``department``, ``phone``, ``wecom``, and ``topic``, what they were found by, or None.
    """

    fewer: list
    meant: list
    people: list


def help_for(db, home, query, *, names, reader, now):
    """Return the `Help` for a question that found nothing; `names` are those of `kb.search.suggest.note_names`."""
    asked = language.read(query)
    words, conditions = " ".join(asked.either), asked.conditions
    meant = [*_meant(db, words, reader), *spelling.meant(db, names, words, reader=reader, limit=_MOST_SHORTER)]
    # Filters stay where what was meant is found with them.
    narrowed = [language.write(replace(asked, either=(each,))) for each in meant]
    found = {
        "fewer": _fewer(db, home, asked, words, reader),
        "meant": (_finding(db, home, narrowed, reader) or _finding(db, home, meant, reader))[:_MOST_SHORTER],
    }
    return Help(**found, people=_people(db, words, conditions, reader, now))


def _fewer(db, home, question, words, reader):
    parts = words.split()[:_MOST_WORDS]
    asked = []
    if question.conditions:
        # Without one filter each: which it is that leaves nothing.
        left = [[each for each in question.conditions if each is not out] for out in question.conditions]
        shorter = [replace(question, conditions=tuple(each)) for each in left[:_MOST_WORDS]]
        asked += [language.write(each) for each in shorter if language.says_what(each)]
    if words and question.conditions:
        asked.append(words)
    if len(parts) > 1:
        asked += [" ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts))]
    return _finding(db, home, asked, reader) or _pieces(db, home, words, reader)


def _finding(db, home, questions, reader):
    """Return the questions that find notes, each with how many."""
    found = [(each, find.search(db, home, each, reader=reader, limit=1).total) for each in dict.fromkeys(questions)]
    return [(each, total) for each, total in found if total]


def _pieces(db, home, words, reader):
    """Return pieces of a question without blanks that stand in notes as they are, the longest first, with how many."""
    found = []
    for piece in _shorter(words)[:_MOST_TRIED]:
        if len(found) < _MOST_SHORTER and not any(piece in longer for longer, _ in found):
            result = find.search(db, home, piece, reader=reader, limit=1)
            found += [(piece, result.total)] if result.literal else []
    return found


def _shorter(words):
    """Return what is shorter than the Han text of a question: words, two of them, it less an end, characters."""
    runs = [chunk.text for chunk in analysis.chunks(fold(words)) if chunk.kind == "han"]
    inside = [word for run in runs for word in (*analysis.words(run), *_neighbours(run)) if len(word) > 1]
    inside += [piece for run in runs for piece in (run[1:], run[:-1]) if len(piece) > 1]
    single = [character for run in runs for character in run]
    pieces = [*sorted(inside, key=len, reverse=True), *single]
    return [piece for piece in dict.fromkeys(pieces) if piece not in CHINESE and piece != fold(words)]


def _neighbours(run):
    """Yield each two words that stand beside each other: 铸铁锅 is 铸铁 and 锅 to the dictionary."""
    words = analysis.cut(run)
    yield from map("".join, zip(words, words[1:], strict=False))


def _meant(db, words, reader):
    """Return the question with the name of a topic in place of what sounds like it, or has one character wrong."""
    text = fold_name(words)
    meant = {}
    for each in topics.listing(db, reader=reader):
        name = fold_name(each.name)
        for at in range(len(text) - len(name) + 1):
            typed = text[at : at + len(name)]
            if typed != name and (wrong := _wrong(typed, name)) is not None:
                meant.setdefault(text[:at] + each.name + text[at + len(name) :], wrong)
    return sorted(meant, key=meant.get)[:_MOST_SHORTER]


def _wrong(typed, name):
    """Return how far `typed` is from a name of as many characters: 0 it sounds the same, 1 one slip; else None."""
    differs = [pair for pair in zip(typed, name, strict=True) if pair[0] != pair[1]]
    if len(differs) == len(name) or not all(analysis.is_searchable(character) for character in typed):
        return None
    if len(name) > 1 and all(pinyin.sounds_alike(*pair) for pair in differs):
        return 0
    return 1 if len(differs) == 1 and len(name) >= _SHORTEST_SLIP else None


def _people(db, words, conditions, reader, now):
    named = [each.value for each in conditions if each.field == "topic" and not each.is_not]
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
