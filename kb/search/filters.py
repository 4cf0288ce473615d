"""The filters that a question may have: their names and values, Chinese and English.

`kb.search.language` finds them in a question. A word with a colon that is none of these stays a word, people search for
texts that have colons in them; `unknown` tells of it, so that nobody takes what it finds for filtered.
"""

import re
from dataclasses import dataclass

from kb.errors import Invalid, N_

_KEYS = {
    "dimension": ("类型", "知识类型", "type"),
    "topic": ("主题", "topic"),
    "author": ("作者", "author"),
    "maturity": ("进展", "成熟度", "progress", "maturity"),
    "segment": ("分群", "客户群", "segment"),
    "trust": ("可信", "核实", "trust"),
    "customer": ("客户", "customer"),
    "product": ("产品", "商品", "product"),
    "department": ("部门", "department"),
    "date": ("日期", "date"),
    "match": ("匹配", "match"),
    "preference": ("偏好", "preference"),
    "preference.colour": ("偏好.颜色", "preference.colour", "preference.color"),
    "preference.size": ("偏好.尺寸", "preference.size"),
    "preference.shape": ("偏好.形状", "preference.shape"),
    "preference.texture": ("偏好.质地", "preference.texture"),
    "preference.style": ("偏好.款式", "preference.style"),
    "rival": ("竞品", "rival", "competitor"),
    "rival.product": ("竞品.商品", "竞品.产品", "rival.product", "competitor.product"),
    "rival.attribute": ("竞品.特点", "竞品.属性", "rival.attribute", "competitor.attribute"),
    "trend": ("趋势", "trend"),
    "trend.demand": ("趋势.需求", "trend.demand"),
    "trend.trade": ("趋势.行业", "trend.trade"),
}
_VALUES = {
    "dimension": {
        "about": ("关于", "关于客户"),
        "for": ("用于", "用于客户", "给客户"),
        "from": ("来自", "来自客户"),
        "with": ("共创", "共同创造"),
    },
    "maturity": {
        "raw": ("待整理",),
        "explicit": ("已整理", "显性化"),
        "classified": ("已分类", "分类"),
        "agreed": ("客户已确认", "共识"),
    },
    "trust": {
        "verified": ("已核实",),
        "due": ("待核实", "过期", "stale"),
        "doubted": ("有人说过时了", "过时"),
        "unverified": ("未核实",),
        "current": ("没过期",),
    },
    "match": {"all": ("全部词", "全部", "all words")},
}
FIELDS = tuple(_KEYS)[: tuple(_KEYS).index("preference")]
# A kind of `kb.traits`, or a group of them.
TRAITS = tuple(field for field in _KEYS if field not in FIELDS)
NAMES = {
    "dimension": N_("type"),
    "topic": N_("topic"),
    "author": N_("author"),
    "maturity": N_("progress"),
    "segment": N_("segment"),
    "trust": N_("trust"),
    "customer": N_("customer"),
    "product": N_("product"),
    "department": N_("department"),
    "date": N_("date"),
    "match": N_("match"),
    "preference": N_("preference"),
    "rival": N_("rival"),
    "trend": N_("trend"),
}
TRAIT_NAMES = {
    "preference.colour": N_("preference.colour"),
    "preference.size": N_("preference.size"),
    "preference.shape": N_("preference.shape"),
    "preference.texture": N_("preference.texture"),
    "preference.style": N_("preference.style"),
    "rival.product": N_("rival.product"),
    "rival.attribute": N_("rival.attribute"),
    "trend.demand": N_("trend.demand"),
    "trend.trade": N_("trend.trade"),
}
# How each kind of trait is written.
TRAIT_WORDS = {kind: _KEYS[kind] for kind in TRAIT_NAMES}
# Every name of a field, the longest first.
KEYS = sorted((key for keys in _KEYS.values() for key in keys), key=len, reverse=True)
_FIELD_OF = {key: field for field, keys in _KEYS.items() for key in keys}
_VALUE_OF = {
    field: {word: value for value, words in values.items() for word in (value, *words)}
    for field, values in _VALUES.items()
}
_LIKE_A_FILTER = re.compile(
    r"(?:^|(?<=\s))(?P<key>(?:(?:偏好|竞品|趋势|preference|rival|competitor|trend)\.)?[^\W\d_]{2,12})[:：](?=[^\s/\\])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: ``field`` of `FIELDS` or `TRAITS`, its ``value``, and the ``text`` it was typed as.

    With ``is_not`` it is what must not be.
    """

    field: str
    value: str
    text: str
    is_not: bool = False


def of_dimension(dimension):
    """Return the filter that an address or an option asks for beside the question."""
    return Filter("dimension", dimension, "")


def field_of(key):
    """Return the field that a word before a colon names, or None."""
    return _FIELD_OF.get(key.lower())


def checked_value(field, typed, text):
    """Return the value of a field that `typed` names, or refuse it where the field has a fixed set and not this.

    Raises
    ------
    kb.errors.Invalid
    """
    if field not in _VALUES:
        return typed
    value = value_of(field, typed)
    if value is None:
        raise Invalid(
            N_("“%(filter)s”: there is no such value as “%(value)s”."),
            hint=N_("It is one of: %(choices)s."),
            field="query",
            filter=text,
            value=typed,
            choices=", ".join(words[0] for words in _VALUES[field].values()),
        )
    return value


def unknown(query):
    """Return the names before a colon that look like a filter and are none: 颜色 of ``颜色:红``."""
    found = (match["key"] for match in _LIKE_A_FILTER.finditer(query))
    return tuple(dict.fromkeys(key for key in found if key.lower() not in _FIELD_OF))


def value_of(field, word):
    """Return the value that `word` names in a field that has a fixed set of them, or None."""
    return _VALUE_OF[field].get(word.lower())


def trait(word):
    """Return the kind of `kb.traits` that `word` names, or None: preference.colour for 偏好.颜色."""
    kind = _FIELD_OF.get(word.strip().lower())
    return kind if kind in TRAIT_NAMES else None
