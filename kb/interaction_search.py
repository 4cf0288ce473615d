"""Which interactions speak of something: all the words of a question stand in one, or in who it was with."""

import json
import re

from kb import access
from kb.interaction_rows import select
from kb.search.folding import spellings
from kb.text import fold_name

_MOST_WORDS = 8
_ESCAPED = re.compile("[!%_]")
_NOT_ALONE = frozenset("*?[")
# What is quick to look for, and then the whole word in every spelling.
_HELD = "({0} LIKE word.value ->> 0 ESCAPE '!' AND {0} GLOB word.value ->> 1)"
# Each column by itself: put together first, every row would be copied.
_SAID = " OR ".join(_HELD.format(f"interaction.{name}") for name in ("said", "told", "contact"))
_IN_FILE = f"""EXISTS (
    SELECT 1 FROM interaction_file AS its LEFT JOIN file_text USING (file_id)
     WHERE its.interaction_id = interaction.id AND its.removed_at IS NULL
       AND ({_HELD.format("its.name")} OR {_HELD.format("file_text.text")}))"""


def find(db, words, *, reader, limit):
    """Return the `Interaction`s in which each of some words stands that `reader` may see, the last ones first.

    In what the customer said, what we told them, the name of the customer or of who spoke there, or in a file that is
    attached, in simplified characters or traditional ones.
    """
    access.require(reader, "customer.read")
    asked = [_looked_for(word) for word in words.split()[:_MOST_WORDS]]
    if not asked:
        return []
    clause, values = access.visible(reader, "interaction")
    where = f"""NOT interaction.archived AND {clause} AND NOT EXISTS (
        SELECT 1 FROM json_each(:asked) AS word
         WHERE NOT ({_SAID} OR instr(customer.folded, word.value ->> 2) OR {_IN_FILE}))"""
    return select(db, where, {**values, "asked": json.dumps(asked), "limit": limit})


def _looked_for(word):
    """Return what a word is looked for as: a piece of it and the whole as patterns, and a part of a name."""
    folded = fold_name(word)
    if folded.isascii():
        return [_like(folded), "*", folded]
    # A class is slow to look for: first what is written in but one way.
    spelled = [(each, spellings(each)) for each in folded]
    alone = "".join(each if len(ways) == 1 else " " for each, ways in spelled).split()
    return [_like(max(alone, key=len, default="")), f"*{''.join(_glob(ways) for _, ways in spelled)}*", folded]


def _like(text):
    return f"%{_ESCAPED.sub(_escape, text)}%"


def _escape(match):
    return f"!{match[0]}"


def _glob(ways):
    """Return the pattern of any one of some characters."""
    if len(ways) == 1 and ways not in _NOT_ALONE:
        return ways
    # In a class ] stands first, - last, and ^ not first.
    first, last = "]" * ("]" in ways), "^" * ("^" in ways) + "-" * ("-" in ways)
    return f"[{first}{''.join(each for each in ways if each not in ']^-')}{last}]"
