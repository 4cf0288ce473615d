"""Questions that ask much the same as a text somebody is writing: found by the words they share."""

import json
from math import log

from kb import access
from kb.search.analysis import chunks, code, fold, words
from kb.search.function_words import CHINESE, ENGLISH

# Of a long text the beginning says what it is about.
_LONGEST = 300
# The share of its words, the rare ones weighing more, that another question has to have.
_LEAST = 0.4
_MOST_WORDS = 60


def store(db, question_id, text):
    """Have a question found by these words and no others; only inside ``writing``."""
    db.execute("DELETE FROM question_word WHERE question_id = :id", {"id": question_id})
    db["question_word"].insert_all({"word": word, "question_id": question_id} for word in _words(text))


def find(db, text, *, reader, limit=5, but=None):
    """Return the ids of the questions most like a text that `reader` may see, the nearest first.

    What others may not see counts for nothing: neither as a question nor for how rare a word is.

    Parameters
    ----------
    but : int, optional
        A question that is not looked for.
    """
    asked = _words(text)
    clause, values = access.visible(reader, "question")
    shown = f"NOT question.archived AND question.id IS NOT :but AND {clause}"
    rows = db.execute(
        f"""SELECT question_word.word, question.id
              FROM question_word JOIN question ON question.id = question_word.question_id
             WHERE question_word.word IN (SELECT value FROM json_each(:words)) AND {shown}""",
        {**values, "words": json.dumps(asked), "but": but},
    ).fetchall()
    total = db.execute(f"SELECT count(*) FROM question WHERE {shown}", {**values, "but": but}).fetchone()[0]
    having = {}
    for word, question_id in rows:
        having.setdefault(word, []).append(question_id)
    weights = {word: log(1 + (total + 1) / (len(having.get(word, ())) + 0.5)) for word in asked}
    shared = {}
    for word, ids in having.items():
        for question_id in ids:
            shared[question_id] = shared.get(question_id, 0) + weights[word]
    least = _LEAST * sum(weights.values())
    ranked = sorted((-weight, question_id) for question_id, weight in shared.items() if weight >= least)
    return [question_id for _, question_id in ranked[:limit]]


def _words(text):
    """Return what a text is found by, each once: the words of the dictionary but for those of grammar, and codes.

    Not the pairs of characters of the index: between two words there is always one that another wording lacks.
    """
    found = {}
    for chunk in chunks(fold(text[:_LONGEST])):
        found |= dict.fromkeys(words(chunk.text) if chunk.kind == "han" else code(chunk).wholes)
    return [word for word in found if word not in CHINESE and word not in ENGLISH][:_MOST_WORDS]
