"""The shared texts that benchmarks write notes from: shop reviews, product help, encyclopaedia paragraphs."""

import csv
import gzip
import io
import json
import re
import zipfile
from dataclasses import dataclass

from kb.text import scrub


@dataclass(frozen=True, slots=True)
class Texts:
    """What notes are written from.

    Attributes
    ----------
    reviews : list of (str, str, str)
        Category of the goods, ``"1"`` satisfied or ``"0"`` not, and what the customer wrote.
    passages : list of (str, str, str, str)
        Language, topic, title and text of something that is told to customers.
    goods : list of str
        Names of goods.
    """

    reviews: list
    passages: list
    goods: list


def read(data):
    """Return the `Texts` of the folder of shared data."""
    return Texts([*shop_reviews(data), *_take_away(data)], [*_help(data), *_encyclopaedia(data)], _goods(data))


def shop_reviews(data):
    """Yield category, label and text of the shop reviews that say anything."""
    archive = zipfile.ZipFile(data / "voice_zh" / "online_shopping_10_cats.zip")
    with archive.open(archive.namelist()[0]) as stream:
        for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline="")):
            if text := _clean(row["review"]):
                yield row["cat"], row["label"], text


def _take_away(data):
    with open(data / "voice_zh" / "waimai_10k.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if text := _clean(row["review"]):
                yield "外卖", row["label"], text


def _help(data):
    with gzip.open(data / "articles" / "gnome_help_zh_en.jsonl.gz", "rt", encoding="utf-8") as lines:
        for page in map(json.loads, lines):
            lang = "zh" if page["lang"] == "zh_CN" else "en"
            for section in re.split(r"(?m)^# ", page["body"]):
                head, _, rest = section.partition("\n")
                if text := _clean(rest):
                    yield lang, "使用帮助", f"{page['title']}: {head}"[:120], text


def _encyclopaedia(data):
    with gzip.open(data / "retrieval" / "cmrc2018_dev.json.gz", "rt", encoding="utf-8") as file:
        for article in json.load(file)["data"]:
            for paragraph in article["paragraphs"]:
                text = _clean(paragraph["context"])
                yield "zh", "背景资料", re.split("[。，]", text)[0][:60], text


def _goods(data):
    lines = (data / "language" / "THUOCL_food.txt").read_text("utf-8").splitlines()
    return [line.split("\t")[0].strip() for line in lines if line.strip()]


def _clean(text):
    return scrub(text or "")[0].strip()
