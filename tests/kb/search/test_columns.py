"""The columns of the index: what they say of a text, and that Whoosh says the same."""

import dataclasses
import random

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from whoosh import query as queries
from whoosh.reading import MultiReader
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from kb.access import OPERATOR
from kb.errors import Invalid
from kb.search import (
    analysis,
    check,
    columns,
    find,
    generation,
    impacts,
    indexer,
    query,
    ranking,
    reading,
    whoosh_terms,
)
from kb.search.postings import columns_of
from kb.search.schema import FIELD
from kb.search.whoosh_terms import WhooshTerms

TEXTS = st.text("密封罐受潮盖子了的A4-80g复印纸 ab1cdef@.，。\n𠮷👍〇", max_size=30)
NOTES = st.lists(st.fixed_dictionaries(dict.fromkeys(("title", "topics", "summary", "body", "files"), TEXTS)))


def numbered(notes):
    return [{"id": number + 1, "version": 1, **note} for number, note in enumerate(notes)]


def pairs(postings):
    return list(zip(*map(np.ndarray.tolist, postings), strict=True))


def said(found):
    return {
        term.decode(): list(zip(*map(np.ndarray.tolist, found.of_row(row)), strict=True)) for term, row in found.terms()
    }


def same(one, other):
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)
    )


@settings(max_examples=60)
@given(NOTES)
def test_each_note_says_the_terms_of_its_texts_and_as_much_as_they_stand_there(notes):
    expected = {}
    for number, note in enumerate(notes):
        texts = f"{note['title']}\n{note['topics']}", note["summary"], note["body"], note["files"]
        counts = [analysis.terms(text) for text in texts]
        lengths = [sum(part.values()) for part in counts]
        # To a word in letters a text of letters is four times as long as it has words.
        in_letters = [4 * sum(part[term] for term in part if term[0] < "\u2e80") for part in counts]
        worth = impacts.worth(np.array(lengths))
        worth_in_letters = impacts.worth(np.maximum(lengths, in_letters))
        for term in set().union(*counts):
            worths = worth_in_letters if term[0] < "\u2e80" else worth
            value = sum(count[term] * each for count, each in zip(counts, worths, strict=True))
            expected.setdefault(term, []).append((number, int(impacts.of(np.array(value)))))
    found = columns_of(numbered(notes))
    assert said(found) == expected
    assert [term for term, _ in found.terms()] == sorted(term.encode() for term in expected)
    for term, postings in expected.items():
        assert pairs(found.postings(term)) == postings


@settings(max_examples=60)
@given(NOTES, st.data())
def test_merged_segments_are_the_one_that_is_made_of_all_their_notes(notes, data):
    notes = numbered(notes)
    cut = data.draw(st.integers(0, len(notes)))
    left_out = data.draw(st.sets(st.integers(1, len(notes) + 1)))
    parts = []
    for some in (notes[:cut], notes[cut:]):
        kept = np.array([note["id"] not in left_out for note in some], bool)
        parts.append((columns_of(some), kept))
    whole = columns_of([note for note in notes if note["id"] not in left_out])
    assert same(columns.merged(parts), whole)


def test_what_is_written_is_what_is_mapped(tmp_path):
    note = {"title": "密封罐", "topics": "质量", "summary": "", "body": "型号A4-80g", "files": ""}
    for notes in ([], numbered([note])):
        made = columns_of(notes)
        columns.write(made, tmp_path / "columns")
        assert same(columns.read(tmp_path / "columns"), made)


WORDS = [
    "密封罐", "受潮", "盖子", "胶圈", "变硬", "客户", "酒店", "早餐", "服务", "态度", "A4-80g", "A480g", "80g", "wifi",
    "follow", "up", "complaints", "complaint", "13812345678",
]  # fmt: skip


@pytest.fixture
def many(db, home, a_note, monkeypatch):
    """A home with 60 notes of a few words each, in three segments of short blocks, with one deleted since."""
    monkeypatch.setattr(whoosh_terms, "BLOCK", 3)
    chance = random.Random(4)
    for number in range(60):
        drawn = chance.choices(WORDS, k=12)
        a_note(title="".join(drawn[:2]), summary=" ".join(drawn[2:4]), body="，".join(drawn[4:]))
        if number % 20 == 19:
            indexer.catch_up(db, home)
    with generation_writer(home) as writer:
        writer.delete_document(7)
    return home


class generation_writer:
    def __init__(self, home):
        self._path = generation.current(home)

    def __enter__(self):
        self._writer = generation.Writer(self._path)
        return self._writer

    def __exit__(self, *_):
        self._writer.save(seq=generation.last_commit(self._path).seq)


class OfWhoosh:
    """What `Columns` answers, from Whoosh's postings alone."""

    def __init__(self, path, segment):
        read = WhooshTerms(generation.open_segment(path, segment), FIELD)
        self._terms = {term.decode(): (documents, said) for term, documents, said in read}
        made = columns.read(path / segment.make_filename(columns.SUFFIX))
        self.records, self.texts, self.bounds = made.records, made.texts, made.bounds

    def postings(self, term):
        return self._terms.get(term, (np.zeros(0, np.int64), np.zeros(0, np.uint8)))

    def beginning(self, start, without):
        return self._all(lambda term: len(term) > 2 and term.startswith(start) and term not in without)

    def containing(self, digits, without):
        return self._all(
            lambda term: term[0].isascii() and term[0].isdigit() and digits in term[1:]
            and not term.startswith(digits) and term not in without
        )  # fmt: skip

    def _all(self, is_meant):
        found = [postings for term, postings in self._terms.items() if is_meant(term)]
        return tuple(np.concatenate([*each]) for each in zip(self.postings(""), *found, strict=True))


def questions(count):
    chance = random.Random(9)
    pieces = [*WORDS, "罐受", "8g", "5678", "compl", "密", "的", "“密封罐”", "foll", "a4 80g"]
    return [chance.choice(["", " ", "，"]).join(chance.choices(pieces, k=chance.randint(1, 4))) for _ in range(count)]


def asked(text):
    try:
        return query.parse(text)
    except Invalid:
        return None


def test_with_the_columns_off_whoosh_finds_the_same_in_the_same_order(db, many, monkeypatch):
    def found():
        index = reading.newest_index(many)
        seen = ranking.Field(index.live, int(index.live.sum()))
        for question in filter(None, map(asked, questions(300))):
            scorer = ranking.Scorer(index, seen)
            yield index.ids[np.argsort(-scorer.scores(question), kind="stable")].tolist()
            yield index.ids[scorer.candidates(question)].tolist()
            yield scorer.likeness(question).tolist()

    def hits():
        for text in ("密封罐受潮", "a4 80g 客户", "“盖子”酒店", "5678"):
            yield [(hit.id, hit.score) for hit in find.search(db, many, text, reader=OPERATOR, limit=100).hits]

    with_columns = [*found(), *hits()]
    monkeypatch.setattr(generation, "columns_of", OfWhoosh)
    monkeypatch.setattr(reading, "_open", {})
    assert [*found(), *hits()] == with_columns
    assert all(with_columns[-4:])


class Impacts(WeightingModel):
    """A weighting of Whoosh: the impact of a posting, and how rare its term is among what is not deleted."""

    def __init__(self, index):
        self._scorer = ranking.Scorer(index, ranking.Field(index.live, int(index.live.sum())))

    def scorer(self, searcher, fieldname, text, qf=1):
        rarity = self._scorer._rarity(len(self._scorer._term(text.decode())[0]))

        class Score(BaseScorer):
            def supports_block_quality(self):
                return False

            def score(self, matcher):
                return rarity * impacts.score(matcher.weight())

        return Score()


def test_the_searcher_of_whoosh_ranks_by_the_same_impacts(many):
    index = reading.newest_index(many)
    path = generation.current(many)
    readers = [generation.open_segment(path, each) for each in generation.segments(path, index.number)]
    searcher = Searcher(MultiReader(readers), weighting=Impacts(index))
    for text in ("密封罐受潮", "客户酒店早餐", "服务态度", "盖子胶圈变硬"):
        (run,) = query.parse(text).chunks
        terms = [queries.Term(FIELD, term, boost=weight) for term, weight in run.weights.items()]
        theirs = {hit.docnum: hit.score for hit in searcher.search(queries.Or(terms), limit=None)}
        seen = ranking.Field(index.live, int(index.live.sum()))
        ours = ranking.Scorer(index, seen).scores(query.parse(text))
        assert theirs == pytest.approx({int(at): ours[at] for at in np.flatnonzero(ours)})
        assert len(theirs) > 5


def test_a_term_with_other_notes_in_columns_than_in_postings_is_named(db, home, a_note, monkeypatch):
    def wrong(found, path, write=columns.write):
        row = found.row("密封")
        said = found.impacts.copy()
        said[found.ends[row]] ^= 1
        write(dataclasses.replace(found, impacts=said), path)

    a_note(title="密封罐")
    monkeypatch.setattr(columns, "write", wrong)
    indexer.catch_up(db, home)
    problems = [str(problem) for each in check.check(db, home) for problem in each.problems]
    assert problems == ["“密封” has other notes in the columns of the index than in its postings."]
