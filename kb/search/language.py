"""The language of questions: words, ``OR``, ``-without``, filters and days, and back from what they mean to text.

``密封罐 -竹盖 类型:来自 客户:建州 近30天``, Chinese punctuation too. What is no operator is a word. No text is an error
but for a value that a field does not have, and a question that says only what is not looked for.
"""

import re
from dataclasses import dataclass

from kb.errors import Invalid, N_
from kb.search import analysis, date_words, filters
from kb.search.folding import fold
from kb.search.function_words import CHINESE, ENGLISH
from kb.search.query import QUOTE, refuse_too_long

_QUOTED = f"[{QUOTE}][^{QUOTE}]*[{QUOTE}]"
# A comma before a filter parts like a blank: 类型：来自，进展：共识.
_COMMA = rf"[,，、;；](?=[-－]?(?:{'|'.join(map(re.escape, filters.KEYS))})[:：])"
# What stands between blanks, and with its blanks what stands in quotes.
_PIECE = re.compile(rf"(?:{_QUOTED}|(?!{_COMMA})\S)+", re.IGNORECASE)
_FILTER = re.compile(
    rf"(?P<key>[^\W\d_]+(?:\.[^\W\d_]+)?)[:：](?:[{QUOTE}](?P<quoted>[^{QUOTE}]+)[{QUOTE}]|(?P<plain>[^{QUOTE}]+))"
)
_QUOTES = re.compile(f"[{QUOTE}]")
# -5 is a number, -- a dash.
_WITHOUT = re.compile(r"[-－](?![-－\d０-９])(?P<word>.+)", re.DOTALL)
_OR = frozenset({"OR", "|", "｜", "或", "或者"})
# Without what is due to be verified or said to be out of date.
_STALE = frozenset({"过期", "stale"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a question as it was typed: ``kind`` is ``words``, ``or``, ``without`` or ``filter``."""

    kind: str
    text: str
    condition: filters.Filter | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question means.

    ``either`` are words of which one text each is looked for, ``without`` what no note may hold, ``conditions`` the
    `Filter` of each filter; ``is_every`` says that a note has to hold all the words.
    """

    words: str
    either: tuple
    without: tuple
    conditions: tuple
    is_every: bool


def pieces(query):
    """Return the `Piece` of each stretch of a question between blanks; no text is refused."""
    return [_piece(match[0]) for match in _PIECE.finditer(query)]


def read(query):
    """Return what a question means, as `Asked`.

    Raises
    ------
    kb.errors.Invalid
        If it is longer than 256 characters; for a value or a day that does not exist; for ``OR`` beside a filter; and
        where only what shall not be found is said.
    """
    refuse_too_long(query)
    found = pieces(query)
    conditions = tuple(_checked(each.condition) for each in found if each.kind == "filter")
    _check_or(found)
    either = _either(found) if any(each.kind != "words" for each in found) else (query,)
    without = tuple(_bare(each.text) for each in found if each.kind == "without")
    is_every = any(each.field == "match" for each in conditions)
    asked = Asked(_words(query, found), either, without, conditions, is_every)
    if found and not says_what(asked):
        raise Invalid(
            N_("“%(value)s” does not say what to look for."),
            hint=N_("Write a word, or a filter such as type:from, beside it."),
            field="query",
            value=query,
        )
    return asked


def says_what(asked):
    """Return whether a question asks for something: all but some notes is no answer to anything."""
    return bool(asked.either) or any(not each.is_not and each.field != "match" for each in asked.conditions)


def write(asked):
    """Return a question that means what was asked."""
    parts = [" OR ".join(map(_closed, asked.either))] if asked.either else []
    parts += [f"-{quoted(each)}" for each in asked.without]
    return " ".join([*parts, *(each.text for each in asked.conditions)])


def written(field, value, *, name):
    """Return a filter as it stands in a question; `name` translates the names of fields."""
    names = {**filters.NAMES, **filters.TRAIT_NAMES}
    return f"{name(names[field])}:{quoted(value)}"


def quoted(value):
    """Return a value as it stands in a question: in quotes where it would not be one piece."""
    return f'"{value}"' if re.search(r"\s", value) else value


def every_word(words):
    """Return the question that only a note answers which holds all these words, whatever stands between them."""
    needed = dict.fromkeys(each for match in _PIECE.finditer(words) for each in _needed(match[0]))
    return " ".join(f'"{each}"' for each in needed) or words


def _piece(text):
    without = _WITHOUT.fullmatch(text)
    rest = without["word"] if without else text
    if without and fold(rest) in _STALE:
        return Piece("filter", text, filters.Filter("trust", "current", text))
    condition = _condition(rest, text, is_not=without is not None)
    if condition is not None:
        return Piece("filter", text, condition)
    if without and analysis.is_searchable(rest):
        return Piece("without", text)
    return Piece("or" if text in _OR else "words", text)


def _condition(rest, text, *, is_not):
    if date_words.stands_alone(rest):
        return filters.Filter("date", rest, text, is_not)
    match = _FILTER.fullmatch(rest)
    field = filters.field_of(match["key"]) if match else None
    value = (match["quoted"] or match["plain"]).strip() if field else ""
    return filters.Filter(field, value, text, is_not) if value else None


def _checked(condition):
    if condition.field == "date":
        # Whatever day it is, it says some, or is refused.
        date_words.between(condition.value, "2026-01-01")
        return condition
    value = filters.checked_value(condition.field, condition.value, condition.text)
    return filters.Filter(condition.field, value, condition.text, condition.is_not)


def _check_or(found):
    """Refuse OR beside a filter; between two filters of one field it says what these mean anyway."""
    for at, each in enumerate(found):
        if each.kind != "or":
            continue
        beside = [*found[max(0, at - 1) : at], *found[at + 1 : at + 2]]
        others = [other for other in beside if other.kind in ("filter", "without")]
        is_one_field = len(others) == 2 and all(other.kind == "filter" for other in others)
        if others and not (is_one_field and others[0].condition.field == others[1].condition.field):
            raise Invalid(
                N_("“%(value)s” stands beside a filter; it can only stand between words."),
                hint=N_("Take it away: two filters of one kind mean either, filters of different kinds mean both."),
                field="query",
                value=each.text,
            )


def _either(found):
    groups = [[]]
    for each in found:
        if each.kind == "or":
            groups.append([])
        elif each.kind == "words":
            groups[-1].append(each.text)
    texts = dict.fromkeys(" ".join(group) for group in groups)
    # Signs beside a filter ask for nothing.
    return tuple(text for text in texts if analysis.is_searchable(text))


def _words(query, found):
    """Return the words of a question as they were typed, with ``OR`` between them."""
    if all(each.kind == "words" for each in found):
        return query
    left = [each.text for each in found if each.kind in ("words", "or")]
    return " ".join(left)


def _bare(text):
    return " ".join(_QUOTES.sub(" ", text[1:]).split())


def _closed(words):
    """Return words with quotes behind them where one is still open: three, so that they close no value of a filter."""
    return words + 3 * '"' if len(_QUOTES.findall(words)) % 2 else words


def _needed(run):
    """Return the words of a piece; of Han text those of the dictionary that are no grammar, of quotes the inside."""
    if _QUOTES.search(run):
        return [part for part in map(str.strip, _QUOTES.split(run)) if analysis.is_searchable(part)]
    chunks = list(analysis.chunks(fold(run)))
    if not chunks or any(chunk.kind != "han" for chunk in chunks):
        return [] if fold(run) in ENGLISH else [run] if chunks else []
    words = [word for chunk in chunks for word in analysis.cut(chunk.text)]
    return [word for word in words if word not in CHINESE] or words
