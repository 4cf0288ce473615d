"""Which interactions speak of something: all the words of a question stand in one, or in who it was with."""

import json
import re

from kb import access
from kb.interaction_rows import select
from kb.text import fold_name

_MOST_WORDS = 8
_TEXTS = ("said", "told", "contact")
_ESCAPED = re.compile("[!%_]")


def find(db, words, *, reader, limit):
    """Return the `Interaction`s in which each of some words stands that `reader` may see, the last ones first.

    In what the customer said, what we told them, or the name of the customer or of who spoke there; a word counts as it
    was typed and in simplified characters.
    """
    access.require(reader, "customer.read")
    asked = [_looked_for(word) for word in words.split()[:_MOST_WORDS]]
    if not asked:
        return []
    clause, values = access.visible(reader, "interaction")
    # Each column by itself: put together first, every row would be copied.
    held = " OR ".join(f"interaction.{name} LIKE word.value ->> {at} ESCAPE '!'" for name in _TEXTS for at in (0, 1))
    where = f"""NOT interaction.archived AND {clause} AND NOT EXISTS (
        SELECT 1 FROM json_each(:asked) AS word WHERE NOT ({held} OR instr(customer.folded, word.value ->> 2)))"""
    return select(db, where, {**values, "asked": json.dumps(asked), "limit": limit})


def _looked_for(word):
    """Return what a word is looked for as: two patterns, and a part of a name."""
    folded = fold_name(word)
    return [*(f"%{_ESCAPED.sub(_escape, each)}%" for each in (word, folded)), folded]


def _escape(match):
    return f"!{match[0]}"
