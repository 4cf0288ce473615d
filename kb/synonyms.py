"""Synonyms: words that mean the same to the company, a line of them each; who searches for one finds the others too.

They are asked for when somebody searches, not when a note is indexed: what is saved holds for the next question.
"""

import json

from kb import access, feed, listed, text_spans
from kb.errors import Conflict, Invalid, N_
from kb.store import writing
from kb.text import clean, fold_name

LONGEST = 50
MOST = 2000
# `kb.search.synonym_words` searches for each of them.
MOST_OF_A_LINE = 10
# A single character stands in too many words.
SHORTEST = 2
_LABEL = N_("Synonyms, a line for those of one meaning")
_LOST = N_("The synonyms were changed again since, so this change cannot be undone.")


def listing(db):
    """Return the lines of synonyms, each a list of words, in the order in which they came."""
    lines = {}
    for line, name in db.execute("SELECT line, name FROM synonym ORDER BY line, id"):
        lines.setdefault(line, []).append(name)
    return list(lines.values())


def written(lines):
    """Return lines of words as the text that `arrange` takes."""
    return "\n".join(map(listed.joined, lines))


def inside(db, text):
    """Return ``[(start, end, other words)]`` of the synonyms in a folded text, from the left, the longest first."""
    spans = text_spans.of(text, shortest=SHORTEST, longest=LONGEST)
    rows = db.execute(
        """SELECT own.folded, other.name FROM synonym AS own
             JOIN synonym AS other ON other.line = own.line AND other.id <> own.id
            WHERE own.folded IN (SELECT value FROM json_each(:parts)) ORDER BY other.id""",
        {"parts": json.dumps(list(spans))},
    )
    others = {}
    for folded, name in rows:
        others.setdefault(folded, []).append(name)
    found = [(start, end, names) for folded, names in others.items() for start, end in spans[folded]]
    return sorted(found, key=lambda each: (each[0], -each[1]))


def arrange(db, text, *, was, by, now):
    """Change the lines as a text does that began as `was`, and return the seq of the change, None where nothing did.

    Lines that others added or took out meanwhile stay so.

    Raises
    ------
    kb.errors.Invalid
        For a line of one word, a word that stands twice or is too short or too long, or too many.
    kb.errors.Forbidden
    """
    access.require(by, "topic.arrange")
    wanted, had = _lines(text), _lines(was)
    known = set(map(_key, had))
    added = [each for each in wanted if _key(each) not in known]
    # What stands there already may be of a time with other limits.
    for line in added:
        _check(line)
    _refuse_what_stands_twice(wanted)
    with writing(db):
        kept = set(map(_key, wanted))
        gone = [each for each in had if _key(each) not in kept]
        return _put(db, gone, added, "synonym.arrange", by, now)


def undo(db, seq, *, by, now):
    """Take back one change of the lines as a new one; raises `Conflict` when they were changed again since."""
    access.require(by, "topic.arrange")
    with writing(db):
        change = feed.to_undo(db, seq, "synonym", hint=N_("Look at the activity page."))
        there = set(map(_key, listing(db)))
        if not all(_key(each) in there for each in change["after"]["lines"]):
            raise Conflict(_LOST)
        try:
            return _put(db, change["after"]["lines"], change["before"]["lines"], "synonym.undo", by, now)
        except Invalid as problem:
            raise Conflict(_LOST) from problem


def _put(db, gone, added, did, by, now):
    there = {_key(line): line for line in listing(db)}
    gone = [there[_key(each)] for each in gone if _key(each) in there]
    added = [each for each in added if _key(each) not in there]
    if not gone and not added:
        return None
    folded = [fold_name(word) for line in gone for word in line]
    db.execute("DELETE FROM synonym WHERE folded IN (SELECT value FROM json_each(?))", [json.dumps(folded)])
    lines = [*listing(db), *added]
    _refuse_too_many(lines)
    _refuse_what_stands_twice(lines)
    line = db.execute("SELECT coalesce(max(line), 0) FROM synonym").fetchone()[0]
    for number, words in enumerate(added, line + 1):
        db["synonym"].insert_all({"line": number, "name": word, "folded": fold_name(word)} for word in words)
    states = {"before": {"lines": gone}, "after": {"lines": added}}
    return feed.append(db, by=by, did=did, of="list", at=now, **states)


def _key(line):
    return tuple(map(fold_name, line))


def _lines(text):
    """Return the lines of a text as lists of words."""
    text = clean(text, field="synonyms", label=_LABEL, limit=MOST * MOST_OF_A_LINE * LONGEST)
    return [[word.strip() for word in listed.parted(line)] for line in text.splitlines() if line.strip()]


def _refuse_too_many(lines):
    if len(lines) > MOST:
        raise Invalid(
            N_("%(count)d lines of synonyms are too many; %(limit)d are possible."),
            hint=N_("Keep the words colleagues really say."),
            field="synonyms",
            count=len(lines),
            limit=MOST,
        )


def _check(line):
    if not 2 <= len(line) <= MOST_OF_A_LINE:
        raise Invalid(
            N_("“%(line)s”: a line takes two words or more, at most %(limit)d."),
            hint=N_("Put commas between the words that mean the same."),
            field="synonyms",
            line=listed.joined(line),
            limit=MOST_OF_A_LINE,
        )
    for word in line:
        if not len(fold_name(word)) >= SHORTEST or len(word) > LONGEST:
            raise Invalid(
                N_("“%(word)s”: a synonym has from %(least)d to %(limit)d characters."),
                hint=N_("A single character stands in too many words."),
                field="synonyms",
                word=word,
                least=SHORTEST,
                limit=LONGEST,
            )


def _refuse_what_stands_twice(lines):
    seen = set()
    for word in (word for line in lines for word in line):
        if fold_name(word) in seen:
            raise Invalid(
                N_("“%(name)s” stands there twice."),
                hint=N_("Put the words of both lines into one, or take it out of one."),
                field="synonyms",
                name=word,
            )
        seen.add(fold_name(word))
