"""What topics add to a question: other words for the same, and what stands under the topic that it names."""

import numpy as np

from kb import topic_aliases, topic_tree, topics
from kb.errors import Invalid
from kb.search.query import LONGEST, parse
from kb.text import fold_name


def said_otherwise(db, words, *, reader):
    """Return the `Question` with the names of their topics in place of aliases, or None where it has none."""
    text = fold_name(words)
    spans = topic_aliases.inside(db, text)
    names = topics.seen(db, {topic_id for *_, topic_id in spans}, reader=reader)
    parts, at = [], 0
    for start, end, topic_id in spans:
        if topic_id in names and start >= at and not _is_in_name(text, start, end, names[topic_id]):
            parts += [text[at:start], names[topic_id]]
            at = end
    other = "".join([*parts, text[at:]])
    if not parts or len(other) > LONGEST:
        return None
    try:
        return parse(other)
    except Invalid:
        # With longer names it may ask for too much at once; as it was typed it does not.
        return None


def _is_in_name(text, start, end, name):
    """Return whether an alias at a place of a text is a piece of the name of its topic there, as 换货 is of 退换货."""
    name = fold_name(name)
    first = text.find(name, max(0, end - len(name)))
    return 0 <= first <= start


def notes_under(db, words, conditions):
    """Return which notes the reader sees of all topics that stand under the one whose name or alias a question is.

    As an array of bool by id; `conditions` are a `kb.search.conditions.Conditions`.
    """
    named = set(topics.ids_of(db, [words], reader=conditions.reader).values())
    below = topic_tree.under(db, named, reader=conditions.reader) - named
    if not below:
        return np.zeros(len(conditions.seen), bool)
    return conditions.seen & conditions.filed.topics.under(below, len(conditions.seen))
