"""Which rules of a run are asked for, and in which order: one clause of SQL for the list, its counts, charts and files.

Pages import this file, so it imports nothing that mines.
"""

from dataclasses import dataclass

from kb.text import fold_name
from mining.judgements import VERDICTS
from mining.rule_figures import CAUSES

JUDGED = ("no", "yes", *VERDICTS)
# What a list may be ordered by: the expression, best first.
SORTS = {
    "extra": "extra DESC",
    "orders": "orders DESC",
    "confidence": "confidence DESC",
    "base_rate": "base_rate DESC",
    "lift": "lift DESC",
    "q_value": "q_value",
    "profit": "profit DESC",
}
# Bounds of a figure, both included, and the column each is of.
BOUNDS = {"orders": "orders", "confidence": "confidence", "lift": "lift"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked of the rules of a run.

    Attributes
    ----------
    cause : str or None
        One of `CAUSES`: the rules folded for it; "all" for every rule; None for those worth a look first.
    text : str
        Words that all must stand in the names of its products, on whatever side.
    left, right : str
        What a product on that side must contain.
    judged : str or None
        One of `JUDGED`.
    length : int or None
        Products on both sides together.
    held : bool or None
        Whether it held in the later part of the orders.
    trend : {"up", "down", "flat", None}
    orders, confidence, lift : (float or None, float or None)
        Least and most.
    sort : str
        One of `SORTS`.
    """

    cause: str | None = None
    text: str = ""
    left: str = ""
    right: str = ""
    judged: str | None = None
    length: int | None = None
    held: bool | None = None
    trend: str | None = None
    orders: tuple = (None, None)
    confidence: tuple = (None, None)
    lift: tuple = (None, None)
    sort: str = "extra"

    def where(self, *, any_cause=False):
        """Return ``(clause, values)`` over table ``finding``; with `any_cause` whatever the rules are folded for."""
        parts, values = [], {}
        if self.cause is None and not any_cause:
            parts.append("cause IS NULL")
        elif self.cause in CAUSES and not any_cause:
            parts.append("cause = :cause")
            values["cause"] = self.cause
        for side in ("left", "right"):
            if getattr(self, side).strip():
                parts.append(f"instr({side}_side, :{side})")
                values[side] = fold_name(getattr(self, side))
        for at, word in enumerate(self.text.split()):
            parts.append(f"(instr(left_side, :word{at}) OR instr(right_side, :word{at}))")
            values[f"word{at}"] = fold_name(word)
        for name in ("length", "held", "trend"):
            if getattr(self, name) is not None:
                parts.append(f"{name} = :{name}")
                values[name] = getattr(self, name)
        for name, column in BOUNDS.items():
            for sign, end, bound in zip((">=", "<="), ("from", "to"), getattr(self, name), strict=True):
                if bound is not None:
                    parts.append(f"{column} {sign} :{name}_{end}")
                    values[f"{name}_{end}"] = bound
        if self.judged is not None:
            parts.append(_JUDGED.get(self.judged, _JUDGED["yes"] + " AND verdict = :verdict") + ")")
            values["verdict"] = self.judged
        return " AND ".join(parts or ["1"]), values

    def order(self):
        """Return the order of the list, as SQL."""
        return f"{SORTS[self.sort]}, position"


_JUDGED = {
    "no": "NOT EXISTS (SELECT 1 FROM judgement WHERE judgement.rule = finding.rule",
    "yes": "EXISTS (SELECT 1 FROM judgement WHERE judgement.rule = finding.rule",
}
