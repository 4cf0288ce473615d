"""What other libraries find: each is fed (title, summary, body) and answers a question with places of texts.

All weigh a title 5 and a summary 3 and ask for any word of the question, as their documentation tells; words are cut by
the dictionary that is named.
"""

import re
import sqlite3
import tempfile

import bm25s
import jieba.analyse
import rjieba
import Stemmer
import tantivy
from whoosh import fields, index, qparser, query as queries, scoring

_WEIGHTS = {"title": 5.0, "summary": 3.0, "body": 1.0}
_WORD = re.compile(r"\w")


def words(text):
    """Return the dictionary words of a text, also those inside longer ones, in lower case."""
    return [each for each in rjieba.cut_for_search(text.lower()) if _WORD.search(each)]


class Fts5:
    """SQLite's full-text index over words by rjieba with the Porter stemmer, or over trigrams of the text."""

    def __init__(self, texts, trigrams=False):
        self._cut = (lambda text: text) if trigrams else (lambda text: " ".join(words(text)))
        self._trigrams = trigrams
        self._db = sqlite3.connect(":memory:")
        tokenize = "trigram" if trigrams else "porter unicode61"
        self._db.execute(f"CREATE VIRTUAL TABLE text USING fts5(title, summary, body, tokenize = '{tokenize}')")
        rows = ((place, *map(self._cut, text)) for place, text in enumerate(texts))
        self._db.executemany("INSERT INTO text (rowid, title, summary, body) VALUES (?, ?, ?, ?)", rows)
        self._db.execute("INSERT INTO text (text) VALUES ('optimize')")

    def search(self, question, limit):
        if self._trigrams:
            asked = dict.fromkeys(question[at : at + 3] for at in range(len(question) - 2))
        else:
            asked = dict.fromkeys(words(question))
        if not asked:
            return []
        match = " OR ".join('"{}"'.format(each.replace('"', '""')) for each in asked)
        rows = self._db.execute(
            "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text, 5.0, 3.0, 1.0) LIMIT ?", [match, limit]
        )
        return [row[0] for row in rows]


class Whoosh:
    """Whoosh as it comes, with jieba's ChineseAnalyzer and BM25F."""

    def __init__(self, texts):
        cut = jieba.analyse.ChineseAnalyzer()
        of_text = {name: fields.TEXT(analyzer=cut, field_boost=weight) for name, weight in _WEIGHTS.items()}
        self._folder = tempfile.TemporaryDirectory()
        made = index.create_in(self._folder.name, fields.Schema(place=fields.STORED, **of_text))
        writer = made.writer(limitmb=512)
        for place, text in enumerate(texts):
            writer.add_document(place=place, **dict(zip(_WEIGHTS, text, strict=True)))
        writer.commit(optimize=True)
        self._searcher = made.searcher(weighting=scoring.BM25F())
        self._parser = qparser.MultifieldParser(
            list(_WEIGHTS), made.schema, plugins=[qparser.WhitespacePlugin()], group=qparser.OrGroup
        )

    def search(self, question, limit):
        asked = self._parser.parse(question).normalize()
        if asked == queries.NullQuery:
            return []
        return [hit["place"] for hit in self._searcher.search(asked, limit=limit)]


class Bm25s:
    """bm25s over words by jieba and an English stemmer; it knows no fields, so a title stands five times."""

    def __init__(self, texts):
        self._stem = Stemmer.Stemmer("english").stemWord
        many = [self._words(f"{title} " * 5 + f"{summary} " * 3 + body) for title, summary, body in texts]
        self._found = bm25s.BM25()
        self._found.index(many, show_progress=False)
        self._count = len(texts)

    def _words(self, text):
        return [self._stem(each) for each in jieba.cut_for_search(text.lower()) if _WORD.search(each)]

    def search(self, question, limit):
        asked = [each for each in self._words(question) if each in self._found.vocab_dict]
        if not asked:
            return []
        found, scores = self._found.retrieve([asked], k=min(limit, self._count), show_progress=False)
        return [int(place) for place, score in zip(found[0], scores[0], strict=True) if score > 0]


class Tantivy:
    """tantivy over words by rjieba, which it takes parted by blanks, with its English stemmer."""

    def __init__(self, texts):
        build = tantivy.SchemaBuilder().add_unsigned_field("place", stored=True)
        for name in _WEIGHTS:
            build.add_text_field(name, tokenizer_name="en_stem")
        self._index = tantivy.Index(build.build())
        writer = self._index.writer(heap_size=200_000_000, num_threads=1)
        for place, text in enumerate(texts):
            cut = (" ".join(words(each)) for each in text)
            writer.add_document(tantivy.Document(place=place, **dict(zip(_WEIGHTS, cut, strict=True))))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question, limit):
        asked = " ".join(dict.fromkeys(each for each in words(question) if each.isalnum()))
        if not asked:
            return []
        parsed, _ = self._index.parse_query_lenient(asked, list(_WEIGHTS), field_boosts=_WEIGHTS)
        return [self._searcher.doc(at)["place"][0] for _, at in self._searcher.search(parsed, limit, count=False).hits]


PEERS = {
    "FTS5 trigrams": lambda texts: Fts5(texts, trigrams=True),
    "FTS5 words": Fts5,
    "Whoosh, ChineseAnalyzer": Whoosh,
    "bm25s, jieba": Bm25s,
    "tantivy, words": Tantivy,
}
