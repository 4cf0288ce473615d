"""Find the notes that answer a question: ranked, counted, marked, and never one the reader may not see."""

from dataclasses import dataclass, replace

import numpy as np

import kb.home
from kb import files, member_mentions, notes
from kb.errors import N_
from kb.note_conditions import ids_out_of_force
from kb.note_details import in_force
from kb.search import conditions, counts, filters, language, ranking, texts, topic_words
from kb.search.generation import Damaged
from kb.search.query import HanRun, Question, parse
from kb.search.reading import newest_index
from kb.search.snippets import LONGEST, WIDTH, Marker
from kb.store import utc_now
from kb.unmarked import unmarked

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
class Hit:
    """One note that answers; ``marks`` and ``title_marks`` are spans in code points, ``reasons`` catalogue keys.

    ``force`` is what `kb.note_details.in_force` says of it today, ``likeness`` which share of the question it holds;
    ``file`` the id, name, kind, place and position of an attached file where the snippet is cut from one, else None;
    ``customer_text`` what can be copied for a customer.
    """

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
    customers: tuple
    agreeing: tuple | None
    valid_from: str
    valid_until: str
    score: float
    reasons: tuple
    force: str
    likeness: float
    doubts: tuple
    checker: str | None
    verified_at: str | None
    due_at: str
    duty: str | None
    file: dict | None
    customer_text: str


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


def search(db, home, query, *, reader, dimension=None, limit=20, offset=0):
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
    limit, offset : int

    Raises
    ------
    kb.errors.Invalid
    """
    today, now = kb.home.today(home), utc_now()
    asked = language.read(query)
    narrowed = asked.conditions if dimension is None else (*asked.conditions, filters.of_dimension(dimension))
    allowed = conditions.ids_meeting(db, home, narrowed, reader=reader, now=now)
    out = _with_any(db, home, asked.without, reader)
    if asked.conditions and not asked.either:
        kept, question, rebuilding = [_Kept(note_id, 0.0, False, 1.0, 1.0) for note_id in allowed], None, False
    else:
        question, kept, rebuilding = _of_either(db, home, asked, reader, now)
        kept = _in_force_first(db, kept, today)
    answering = None if question is None else [each.id for each in kept]
    facets = counts.facets(db, home, answering, narrowed, reader=reader, now=now, out=out)
    if out or allowed is not None:
        inside = {each.id for each in kept} if allowed is None else set(allowed)
        kept = [each for each in kept if each.id in inside and each.id not in out]
    literal = sum(each.is_literal for each in kept)
    page = kept[offset : offset + limit]
    return Results(
        query,
        len(kept),
        list(_hits(db, page, question, reader, today)),
        facets,
        asked.conditions,
        filters.unknown(asked.words),
        literal=literal,
        widened=literal < _WIDENED_BELOW and question is not None,
        is_answered=literal > 0 or any(each.coverage >= _ANSWERS_FROM for each in kept),
        rebuilding=rebuilding,
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """A note that answers: how well, whether with the very words, and the shares `Scorer` tells of.

    What a topic led to has another question that it answers, if there is one, and ``why`` it is here.
    """

    id: int
    score: float
    is_literal: bool
    coverage: float
    likeness: float
    asked: Question | None = None
    why: str | None = None


def _of_either(db, home, asked, reader, now):
    """Return the first question, what answers any of them, best first, and whether the index is being rebuilt."""
    first, found, rebuilding = None, {}, False
    for words in asked.either or ("",):
        question = parse(language.every_word(words) if asked.is_every else words)
        kept, rebuilding = _kept(db, home, question, reader)
        kept = _by_topics(db, home, words, question, kept, reader, now)
        if len(asked.either) < 2:
            return question, kept, rebuilding
        first = first or question
        for each in kept:
            if each.id not in found or found[each.id].score < each.score:
                found[each.id] = replace(each, asked=each.asked or question)
    return first, sorted(found.values(), key=lambda each: (-each.score, each.id)), rebuilding


def _with_any(db, home, words, reader):
    """Return the ids of the notes that hold any of these words, each as it stands."""
    return {each.id for word in words for each in _kept(db, home, parse(f'"{word}"'), reader)[0]}


def _by_topics(db, home, words, question, kept, reader, now):
    """Return what was found with what topics add: what answers by another word, and what the topic it names holds."""
    if question.phrases:
        return kept
    found = {each.id: each for each in kept}
    other = topic_words.said_otherwise(db, words, reader=reader)
    for each in _kept(db, home, other, reader)[0] if other else ():
        if each.id not in found or found[each.id].score < each.score:
            found[each.id] = replace(each, asked=other, why=N_("by another word for its topic"))
    # After what says it in words, before what shares a word or two.
    least = min((each.score for each in found.values() if each.is_literal), default=None)
    least = max((each.score for each in found.values()), default=1.0) if least is None else least
    for note_id in topic_words.notes_under(db, words, reader=reader, now=now):
        if note_id not in found or not found[note_id].is_literal:
            found[note_id] = _Kept(note_id, least * _BELOW, True, 1.0, 1.0, why=N_("under this topic"))
    return sorted(found.values(), key=lambda each: (-each.score, each.id))


def _kept(db, home, question, reader):
    """Return the notes that answer the words of a question, best first, and whether the index is being rebuilt."""
    try:
        index = newest_index(home)
    except Damaged:
        # The indexer finds it too and builds a new one; until then no answer is better than a wrong one.
        index = None
    if index is None:
        return [], True
    seen = ranking.field(index, texts.visible_ids(db, reader))
    scorer = ranking.Scorer(index, seen)
    scores = scorer.scores(question)
    # Of a question with phrases only these must be held.
    wanted = map(parse, question.phrases) if question.phrases else [question]
    literal = _holding(index, np.logical_and.reduce([*map(scorer.candidates, wanted)]), question)
    coverage, likeness = scorer.coverage(question), scorer.likeness(question)
    # One character of a question is in half of all notes; by that alone nothing is an answer.
    near = (likeness > 0) & (scores >= _LEAST_SHARE * scores.max(initial=0)) & (scores > 0)
    good = literal if question.phrases else literal | near
    found = [
        _Kept(int(index.ids[at]), float(scores[at]), bool(literal[at]), float(coverage[at]), float(likeness[at]))
        for at in np.flatnonzero(good)
    ]
    return sorted(found, key=lambda each: (-each.score, each.id)), False


def _in_force_first(db, kept, today):
    """Return what was found with the notes that hold no longer, or not yet, after like ones that do."""
    out = set(ids_out_of_force(db, today))
    if not out:
        return kept
    weighed = [replace(each, score=each.score * OUT_OF_FORCE) if each.id in out else each for each in kept]
    return sorted(weighed, key=lambda each: (-each.score, each.id))


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


def _hits(db, page, question, reader, today):
    found = {note.id: note for note in notes.of_ids(db, [each.id for each in page], reader=reader)}
    markers = {}  # one for all the notes that answer one question
    for each in page:
        asked = each.asked or question
        if asked is not None and id(asked) not in markers:
            markers[id(asked)] = Marker(asked)
        if each.id in found:
            yield _hit(db, found[each.id], each, markers.get(id(asked)), today)


def _hit(db, note, kept, marker, today):
    if marker is None:
        title_marks, marks, reasons, file = [], [], (), None
        snippet = member_mentions.shown(db, [note.summary or unmarked(note.body[: 4 * WIDTH])[:WIDTH]])[0]
    else:
        title_marks, snippet, marks, reasons, file = _told(db, note, kept, marker)
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
        customers=note.customers,
        agreeing=note.agreeing,
        valid_from=note.valid_from,
        valid_until=note.valid_until,
        score=round(kept.score, 6),
        reasons=reasons,
        force=in_force(note, today),
        likeness=kept.likeness,
        doubts=note.doubts,
        checker=note.checker,
        verified_at=note.verified_at,
        due_at=note.due_at,
        duty=note.duty,
        file=file,
        customer_text=note.customer_text,
    )


def _told(db, note, kept, marker):
    """Return where a note answers and why it is here, and the file that answers where its own text does not."""
    level = marker.level(note.title, note.summary, note.body, note.customer_text)
    title_marks = marker.marks(note.title, level)
    texts = member_mentions.shown(db, (unmarked(note.body[:LONGEST]), note.summary, note.customer_text))
    snippet, marks = _excerpt(marker, level, filter(None, texts))
    file = _file(db, note, marker) if level or not marks else None
    reasons = [N_("in the title")] if title_marks else []
    if file is not None:
        snippet, marks = marker.snippet(file.pop("text"), 0)
        reasons.append(N_("in an attached file"))
    reasons.append(kept.why or (N_("your exact words") if kept.is_literal else N_("some of your words")))
    return title_marks, snippet, marks, tuple(reasons), file


def _excerpt(marker, level, texts):
    """Return the part that answers, and its marks, of the first text that has one; else the beginning of the first."""
    first = None
    for text in texts:
        found = marker.snippet(text, level)
        if found[1]:
            return found
        first = first or found
    return first or ("", [])


def _file(db, note, marker):
    """Return the piece of an attached file that holds most of the words as they were asked, or None."""
    best, found = 0, None
    for each in note.attachments:
        for piece in files.text_of(db, each["file_id"]):
            held = sum(map(len, {piece["text"][start:end] for start, end in marker.marks(piece["text"], 0)}))
            if held > best:
                named = {name: each[name] for name in ("id", "name", "kind")}
                best, found = held, {**named, **piece}
    return found
