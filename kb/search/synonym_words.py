"""A question in other words of the same meaning, as the company's list of synonyms has them."""

from itertools import combinations, islice, product

from kb import synonyms
from kb.errors import Invalid
from kb.search.query import LONGEST, parse
from kb.text import fold_name

# Each is a search of its own; those that change least come first. All the words of any two lines are among them.
MOST = 2 * (synonyms.MOST_OF_A_LINE - 1)


def said_otherwise(db, words):
    """Return the `Question`s that ask the same in other words, at most `MOST`."""
    text = fold_name(words)
    spans, at = [], 0
    for span in synonyms.inside(db, text):
        if span[0] >= at:
            spans.append(span)
            at = span[1]
    texts = dict.fromkeys(_replaced(text, way) for way in islice(_ways(spans), MOST))
    return list(filter(None, map(_parsed, texts)))


def _ways(spans):
    """Yield which places get which other word: one place each, then two, and so on."""
    for count in range(1, len(spans) + 1):
        for chosen in combinations(spans, count):
            for names in product(*(others for *_, others in chosen)):
                yield [(start, end, name) for (start, end, _), name in zip(chosen, names, strict=True)]


def _replaced(text, way):
    parts, at = [], 0
    for start, end, name in way:
        parts += [text[at:start], name]
        at = end
    return "".join([*parts, text[at:]])


def _parsed(text):
    if len(text) > LONGEST:
        return None
    try:
        return parse(text)
    except Invalid:
        # With longer words it may ask for too much at once; as it was typed it does not.
        return None
