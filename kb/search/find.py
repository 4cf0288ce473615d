"""Find the notes that answer a question: ranked, counted, marked, and never one the reader may not see."""

from dataclasses import dataclass, replace

import numpy as np

import kb.home
from kb.search import counts, filed, filters, language, lsa, ranking, rights, synonym_words, topic_words
from kb.search.conditions import Conditions
from kb.search.found import BY_SYNONYM, BY_WORD, UNDER, Found, said_to_hold
from kb.search.generation import Damaged
from kb.search.hits import hits
from kb.search.query import HanRun, parse
from kb.search.reading import newest_index
from kb.store import utc_now

# SEARCH 2: notes below a quarter of the best are noise; counts and facets are those of the kept notes.
_LEAST_SHARE = 0.25
_WIDENED_BELOW = 3
# Below this share of a question's words the best note is called no answer. True of 0.3 % of the questions of CMRC 2018
# asked of its own paragraphs and 0.2 % of GNOME's titles asked of its help; of 94 % of the former asked of the latter.
_ANSWERS_FROM = 0.35
# A price of last year must not stand before that of today; it stays to be found by whoever asks for it.
OUT_OF_FORCE = 0.5
# What only stands under the topic that was named comes after what says it.
_BELOW = 0.99


@dataclass(frozen=True, slots=True)
class Results:
    """What a question found; ``literal`` counts the notes with its very words, ``widened`` when these are under three.

    ``is_answered`` is False where no note shares more than a stray word with the question.
    ``filters`` are those in the question, ``unknown_filters`` the names of such as do not exist.
    ``facets`` are those of `kb.search.counts`.
    """

    query: str
    total: int
    hits: list
    facets: dict
    filters: tuple
    unknown_filters: tuple
    literal: int
    widened: bool
    is_answered: bool
    rebuilding: bool


def search(db, home, query, *, reader, dimension=None, only=None, limit=20, offset=0):
    """Return the notes that answer `query`, best first.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    query : str
        Words, codes, phrases in quotes, and what `kb.search.language` knows; at most 256 characters and 32 terms. Of
        filters alone the answer is every note that meets them, newest first.
    reader : kb.access.Reader
        Nothing that they may not see changes anything they get, not even a score.
    dimension : str, optional
        As a filter in the question.
    only : collection of int, optional
        Ids of notes: nothing but these is found. Facets and scores are as without.
    limit, offset : int

    Raises
    ------
    kb.errors.Invalid
    """
    today, now = kb.home.today(home), utc_now()
    asked = language.read(query)
    narrowed = asked.conditions if dimension is None else (*asked.conditions, filters.of_dimension(dimension))
    columns = filed.current(db, home)
    conditions = Conditions(db, home, columns, rights.seen(db, home, reader), reader=reader, now=now)
    allowed = conditions.meeting(narrowed)
    is_of_filters = bool(asked.conditions and not asked.either)
    scorer = None if is_of_filters and not asked.without else _scorer(db, home, reader)
    if is_of_filters:
        found, question = said_to_hold(_newest_first(columns, allowed), 0.0, False), None
        answering = conditions.seen.copy()
    else:
        question, found = _of_either(db, home, asked, conditions, scorer)
        found = _in_force_first(found, columns.out_of_force(today))
        answering = np.zeros(len(columns), bool)
        answering[found.ids[found.ids < len(columns)]] = True
    for each in _with_any(home, asked.without, scorer):
        answering[each[each < len(columns)]] = False
    facets = counts.facets(db, home, answering, narrowed, conditions)
    found = found.of(rights.at(answering if allowed is None else answering & allowed, found.ids))
    found = found if only is None else found.of(np.isin(found.ids, list(only)))
    literal = int(np.count_nonzero(found.is_literal))
    page = found.of(slice(offset, offset + limit))
    return Results(
        query,
        len(found.ids),
        list(hits(db, list(page.rows()), reader, today)),
        facets,
        asked.conditions,
        filters.unknown(asked.words),
        literal=literal,
        widened=literal < _WIDENED_BELOW and question is not None,
        is_answered=literal > 0 or bool((found.coverage >= _ANSWERS_FROM).any()),
        rebuilding=scorer is None and not is_of_filters,
    )


def answer(results, translate=str):
    """Return the JSON object of a search that command line and API answer, in the language of `translate`."""
    hits = [
        {
            "id": hit.id,
            "title": hit.title,
            "dimension": hit.dimension,
            "maturity": hit.maturity,
            "force": hit.force,
            "snippet": hit.snippet,
            "marks": hit.marks,
            "score": hit.score,
            "reasons": [translate(reason) for reason in hit.reasons],
        }
        for hit in results.hits
    ]
    facets = {
        name: [{**each, "label": translate(each["label"]), "count": int(each["count"])} for each in values]
        for name, values in results.facets.items()
    }
    return {
        "query": results.query,
        "total": results.total,
        "hits": hits,
        "facets": facets,
        "answered": results.is_answered,
        "unknown_filters": list(results.unknown_filters),
        "widened": results.widened,
        "rebuilding": results.rebuilding,
    }


def _newest_first(columns, kept):
    """Return the ids of the notes that are kept, as which changed last."""
    ids = np.flatnonzero(kept)[::-1]
    return ids[np.argsort(-columns.changed[ids].view(np.int64), kind="stable")]


def _of_either(db, home, asked, conditions, scorer):
    """Return the first question, and what answers any of them, best first."""
    first, every = None, None
    for words in asked.either or ("",):
        question = parse(language.every_word(words) if asked.is_every else words)
        found = _by_topics(db, home, words, question, _found(home, question, scorer), conditions, scorer)
        first = first or question
        every = found if every is None else every.besides([found])
    return first, every


def _with_any(home, words, scorer):
    """Yield the ids of the notes that hold each of these words as it stands."""
    for word in words:
        yield _found(home, parse(f'"{word}"'), scorer).ids


def _by_topics(db, home, words, question, found, conditions, scorer):
    """Return what was found with what answers by other words, and with what the topic holds that it names."""
    if question.phrases:
        return found
    other = topic_words.said_otherwise(db, words, reader=conditions.reader)
    ways = [(other, BY_WORD)] if other else []
    ways += [(each, BY_SYNONYM) for each in synonym_words.said_otherwise(db, words)]
    if ways:
        more = ((_found(home, each, scorer), why) for each, why in ways)
        found = found.besides([replace(each, whys=np.full(len(each.ids), why)) for each, why in more])
    under = np.flatnonzero(topic_words.notes_under(db, words, conditions))
    if not len(under):
        return found
    # After what says it in words, before what shares a word or two.
    literal = found.scores[found.is_literal]
    least = literal.min() if len(literal) else found.scores.max(initial=0.0) or 1.0
    more = said_to_hold(under, least * _BELOW, True, UNDER, question)
    more = more.of(~np.isin(more.ids, found.ids[found.is_literal]))
    return found.of(~np.isin(found.ids, more.ids)).besides([more])


def _scorer(db, home, reader):
    """Return the `ranking.Scorer` of what a reader sees, None while the index is being built."""
    try:
        index = newest_index(home)
    except Damaged:
        # The indexer finds it too and builds a new one; until then no answer is better than a wrong one.
        return None
    return None if index is None else ranking.Scorer(index, ranking.field(index, rights.seen(db, home, reader)))


def _found(home, question, scorer):
    """Return the notes that answer the words of a question, best first."""
    if scorer is None:
        return said_to_hold([], 0.0, False)
    index = scorer.index
    scores = lsa.reordered(lsa.load(home), question, scorer.scores(question), index)
    # Of a question with phrases only these must be held.
    wanted = map(parse, question.phrases) if question.phrases else [question]
    literal = _holding(index, np.logical_and.reduce([*map(scorer.candidates, wanted)]), question)
    coverage, likeness = scorer.coverage(question), scorer.likeness(question)
    # One character of a question is in half of all notes; by that alone nothing is an answer.
    near = (likeness > 0) & (scores >= _LEAST_SHARE * scores.max(initial=0)) & (scores > 0)
    at = np.flatnonzero(literal if question.phrases else literal | near)
    of_question = np.zeros(len(at), np.int64)
    shares = (each[at] for each in (index.ids, scores, literal, coverage, likeness))
    return Found(*shares, of_question, of_question, (question,)).best_first()


def _in_force_first(found, out_of_force):
    """Return what was found with the notes that hold no longer, or not yet, after like ones that do."""
    out = rights.at(out_of_force, found.ids)
    return replace(found, scores=np.where(out, found.scores * OUT_OF_FORCE, found.scores)).best_first()


def _holding(index, candidates, question):
    """Return which documents literally hold the whole question, or with quotes every phrase."""
    wanted = question.phrases or (question.whole,)
    if len(question.chunks) == 1 and isinstance(question.chunks[0], HanRun) and len(question.whole) <= 2:
        # A pair or a character of the index is itself the proof.
        return candidates if question.whole == question.chunks[0].text else candidates & False
    found = np.zeros(len(candidates), bool)
    positions = np.flatnonzero(candidates)
    found[positions] = index.holding(positions, wanted)
    return found
