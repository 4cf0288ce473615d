"""Texts, questions and which texts answer them, from the shared sets, and how well an order of texts answers."""

import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TOP = 10
_FIELD = re.compile(r"(?ms)^\.([TABW]) *\n(.*?)(?=^\.[TABW] *\n|\Z)")
_HAN = re.compile(r"[㐀-鿿]")
_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Task:
    """``texts`` are (title, summary, body), ``questions`` pairs of a question and ``{place of a text: gain}``."""

    name: str
    texts: list
    questions: list


def tasks(data):
    """Return every `Task` of the folder of shared data, of which each question is answered by a text at least."""
    return [_cmrc(data), _cmrc_titles(data), _cranfield(data), *_gnome(data)]


def _paragraphs(data):
    said = json.loads(gzip.decompress(Path(data, "retrieval/cmrc2018_dev.json.gz").read_bytes()))
    return [(each["title"], part) for each in said["data"] for part in each["paragraphs"]]


def _cmrc(data):
    parts = _paragraphs(data)
    questions = [(asked["question"], {place: 1}) for place, (_, part) in enumerate(parts) for asked in part["qas"]]
    return Task("CMRC 2018, questions", [("", "", part["context"]) for _, part in parts], questions)


def _cmrc_titles(data):
    parts, right = _paragraphs(data), defaultdict(dict)
    for place, (title, _) in enumerate(parts):
        right[title][place] = 1
    return Task("CMRC 2018, titles", [("", "", part["context"]) for _, part in parts], list(right.items()))


def _cranfield(data):
    """Return abstracts in English; a judgement of 1, the best, to 4 gains 4 to 1."""
    folder = Path(data, "retrieval")
    said = gzip.decompress((folder / "cran.all.1400.gz").read_bytes()).decode().replace("\r\n", "\n")
    texts = []
    for part in re.split(r"(?m)^\.I \d+\s*\n", said)[1:]:
        fields = {name: " ".join(text.split()) for name, text in _FIELD.findall(part)}
        title, body = fields.get("T", ""), fields.get("W", "")
        texts.append((title, "", body.removeprefix(title).strip()))
    asked = re.split(r"(?m)^\.I \d+\s*\n\.W\n", (folder / "cran.qry").read_text("utf-8"))[1:]
    right = defaultdict(dict)
    for line in (folder / "cranqrel").read_text("utf-8").splitlines():
        question, text, grade = map(int, line.split()[:3])
        if grade > 0:
            right[question - 1][text - 1] = 5 - grade
    return Task("Cranfield", texts, [(" ".join(text.split()), right[n]) for n, text in enumerate(asked) if right[n]])


def _gnome(data):
    """Yield one task a language and a field that asks for the text which holds the others."""
    said = gzip.decompress(Path(data, "articles/gnome_help_zh_en.jsonl.gz").read_bytes()).decode()
    pages = [json.loads(line) for line in said.splitlines()]
    for lang, language in (("en", "English"), ("zh_CN", "Chinese")):
        ours = [page for page in pages if page["lang"] == lang]
        for field in ("title", "summary"):
            kept = ("summary", "body") if field == "title" else ("title", "body")
            texts = [
                tuple(page[name] if name in kept else "" for name in ("title", "summary", "body")) for page in ours
            ]
            questions = [
                (page[field], {place: 1})
                for place, page in enumerate(ours)
                if page[field].strip() and (lang == "en" or _HAN.search(page[field]))
            ]
            yield Task(f"GNOME help in {language}, {field} asked", texts, questions)


def ndcg(found, right):
    """Return the normalized discounted cumulative gain of the first ten, linear gains, 0 to 1 (Järvelin 2002)."""
    weights = 1 / np.log2(np.arange(2, TOP + 2))
    gains = np.array([right.get(place, 0) for place in found[:TOP]], float)
    best = np.sort(list(right.values()))[::-1][:TOP]
    return float((gains * weights[: len(gains)]).sum() / (best * weights[: len(best)]).sum())


def difference(ours, theirs, seed=1):
    """Return the 95 % interval of the mean difference of two figures a question, by paired bootstrap."""
    each = np.subtract(ours, theirs)
    draws = np.random.default_rng(seed).integers(0, len(each), (_DRAWS, len(each)))
    low, high = np.percentile(each[draws].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)
