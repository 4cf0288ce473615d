"""Which rules of a run are asked for, and in which order: one answer for the list, its counts, charts and files.

Pages import this file, so it imports nothing that mines.
"""

from dataclasses import dataclass

import numpy as np

from kb.text import fold_name
from mining.judgements import VERDICTS

JUDGED = ("no", "yes", *VERDICTS)
# What a list may be ordered by, the most first; of chance the least.
SORTS = ("extra", "orders", "confidence", "base_rate", "lift", "q_value", "profit")
# Figures that have bounds, both included.
BOUNDS = ("orders", "confidence", "lift")


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
    finer, broader : int or None
        Position of the rule that they say more finely, or more broadly.
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
    finer: int | None = None
    broader: int | None = None
    orders: tuple = (None, None)
    confidence: tuple = (None, None)
    lift: tuple = (None, None)
    sort: str = "extra"

    def meeting(self, columns, judged):
        """Return which rules meet it, whatever they are folded for.

        Parameters
        ----------
        columns : mining.rule_columns.Columns
        judged : dict of int to str
            Verdicts by position.

        Returns
        -------
        ndarray of bool, shape (n_rules,)
        """
        met = np.ones(len(columns), bool)
        for side in ("left", "right"):
            if getattr(self, side).strip():
                met &= _holding(columns, f"{side}_side", getattr(self, side))
        for word in self.text.split():
            met &= _holding(columns, "left_side", word) | _holding(columns, "right_side", word)
        for name in ("length", "held"):
            if getattr(self, name) is not None:
                met &= columns[name] == getattr(self, name)
        if self.trend is not None:
            met &= is_text(columns, "trend", self.trend)
        for end, position in enumerate((self.finer, self.broader)):
            if position is not None:
                met &= np.isin(columns["position"], columns.levels(position)[end])
        for name in BOUNDS:
            least, most = getattr(self, name)
            if least is not None:
                met &= columns[name] >= least
            if most is not None:
                met &= columns[name] <= most
        if self.judged is not None:
            verdicts = (self.judged,) if self.judged in VERDICTS else VERDICTS
            positions = [position for position, verdict in judged.items() if verdict in verdicts]
            met &= np.isin(columns["position"], positions, invert=self.judged == "no")
        return met

    def folded_so(self, columns):
        """Return which rules are folded for its cause."""
        if self.cause == "all":
            return np.ones(len(columns), bool)
        return is_text(columns, "cause", self.cause)

    def ordered(self, columns, at):
        """Return places in the columns in the order of the list; they come in that of ``extra``."""
        if self.sort == "extra":
            return at
        figure = columns[self.sort][at]
        return at[np.lexsort((columns["position"][at], figure if self.sort == "q_value" else -figure))]


def is_text(columns, name, text):
    """Return which rules have a text in a column; None is none."""
    texts = columns.texts(name)
    place = texts.index(text) if text in texts else len(texts)
    return columns[name] == (-1 if text is None else place)


def _holding(columns, side, text):
    folded = fold_name(text)
    holds = np.fromiter((folded in each for each in columns.texts(side)), bool)
    return holds[columns[side]]
