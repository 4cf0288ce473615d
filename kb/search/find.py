"""Find the notes that answer a question: ranked, counted, marked, and never one the reader may not see."""

from dataclasses import dataclass

import numpy as np

from kb import notes
from kb.errors import N_
from kb.search import ranking, texts
from kb.search.folding import fold
from kb.search.generation import Damaged
from kb.search.query import HanRun, parse, plain
from kb.search.reading import newest_index
from kb.search.snippets import Marker

# SEARCH 2: notes below a quarter of the best are noise; counts and facets are those of the kept notes.
_LEAST_SHARE = 0.25
_WIDENED_BELOW = 3
_DIMENSIONS = {
    "about": N_("About the customer"),
    "for": N_("For the customer"),
    "from": N_("From the customer"),
    "with": N_("With the customer"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One note that answers; ``marks`` and ``title_marks`` are spans in code points, ``reasons`` catalogue keys."""

    id: int
    title: str
    title_marks: list
    snippet: str
    marks: list
    dimension: str
    maturity: str | None
    standing: str | None
    owner: str | None
    updated_at: str
    topics: tuple
    score: float
    reasons: tuple


@dataclass(frozen=True, slots=True)
class Results:
    """What a question found; ``widened`` when fewer than three notes hold it literally."""

    query: str
    total: int
    hits: list
    facets: dict
    widened: bool
    rebuilding: bool


def search(db, home, query, *, reader, dimension=None, limit=20, offset=0):
    """Return the notes that answer `query`, best first.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    query : str
        Words, codes, phrases in quotes; at most 256 characters and 32 terms.
    reader : kb.access.Reader
        Nothing that they may not see changes anything they get, not even a score.
    dimension : str, optional
        Only notes of this dimension; the facets count the others too.
    limit, offset : int

    Raises
    ------
    kb.errors.Invalid
    """
    question = parse(query)
    index = _index(home)
    if index is None:
        return Results(query, 0, [], {"dimension": _facet({})}, widened=False, rebuilding=True)
    seen = ranking.field(index, texts.visible_ids(db, reader))
    scorer = ranking.Scorer(index, seen)
    scores = scorer.scores(question)
    literal = _holding(db, index, scorer.candidates(question), question)
    kept = literal if question.phrases else literal | (scores >= _LEAST_SHARE * scores.max(initial=0)) & (scores > 0)
    dimensions = texts.dimensions(db, index.ids[kept])
    counts = dict(zip(*np.unique(list(dimensions.values()), return_counts=True), strict=True))
    chosen = [at for at in np.flatnonzero(kept) if dimension in (None, dimensions.get(int(index.ids[at])))]
    chosen.sort(key=lambda at: (-scores[at], index.ids[at]))
    page = {int(index.ids[at]): at for at in chosen[offset : offset + limit]}
    return Results(
        query,
        len(chosen),
        [_hit(note, scores[page[note.id]], literal[page[note.id]], question) for note in _notes(db, page, reader)],
        {"dimension": _facet(counts)},
        widened=int(literal.sum()) < _WIDENED_BELOW,
        rebuilding=False,
    )


def answer(results, translate=str):
    """Return the JSON object of a search that command line and API answer, its words in the language of `translate`."""
    hits = [
        {
            "id": hit.id,
            "title": hit.title,
            "dimension": hit.dimension,
            "maturity": hit.maturity,
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
        "widened": results.widened,
        "rebuilding": results.rebuilding,
    }


def _index(home):
    try:
        return newest_index(home)
    except Damaged:
        # The indexer finds it too and builds a new one; until then no answer is better than a wrong one.
        return None


def _holding(db, index, candidates, question):
    """Return which documents literally hold the whole question, or with quotes every phrase."""
    wanted = question.phrases or (question.whole,)
    if len(question.chunks) == 1 and isinstance(question.chunks[0], HanRun) and len(question.whole) <= 2:
        # A pair or a character of the index is itself the proof.
        return candidates if question.whole == question.chunks[0].text else candidates & False
    found = np.zeros(len(candidates), bool)
    positions = np.flatnonzero(candidates)
    by_id = {int(index.ids[at]): at for at in positions}
    for note in texts.of_ids(db, by_id):
        parts = [plain(fold(note[name])) for name in ("title", "topics", "summary", "body")]
        if all(any(phrase in part for part in parts) for phrase in wanted):
            found[by_id[note["id"]]] = True
    return found


def _notes(db, page, reader):
    order = list(page)
    return sorted(notes.of_ids(db, order, reader=reader), key=lambda note: order.index(note.id))


def _hit(note, score, is_literal, question):
    marker = Marker(question)
    level = marker.level(note.title, note.summary, note.body)
    title_marks = marker.marks(note.title, level)
    snippets = [marker.snippet(text, level) for text in (note.body, note.summary) if text]
    snippet, marks = next((each for each in snippets if each[1]), snippets[0] if snippets else ("", []))
    return Hit(
        id=note.id,
        title=note.title,
        title_marks=title_marks,
        snippet=snippet,
        marks=marks,
        dimension=note.dimension,
        maturity=note.maturity,
        standing=note.standing,
        owner=note.owner,
        updated_at=note.updated_at,
        topics=note.topics,
        score=round(float(score), 6),
        reasons=(
            *([N_("in the title")] if title_marks else []),
            N_("your exact words") if is_literal else N_("some of your words"),
        ),
    )


def _facet(counts):
    return [{"value": each, "label": label, "count": counts.get(each, 0)} for each, label in _DIMENSIONS.items()]
