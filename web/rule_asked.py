"""What an address asks of the rules of a run, read with patience, and how it is said in an address again."""

from dataclasses import dataclass

from kb.errors import N_
from mining import rule_filter
from mining.rule_figures import CAUSES

# In this order, whichever are chosen.
COLUMNS = {
    "orders": N_("Orders"),
    "extra": N_("More orders"),
    "profit": N_("More profit"),
    "confidence": N_("Confidence %%"),
    "base_rate": N_("On average %%"),
    "lift": N_("Lift"),
    "q_value": N_("Test q"),
    "trend": N_("Trend"),
    "later": N_("Later on"),
    "support": N_("Support %%"),
    "kulczynski": N_("Both ways on average"),
    "imbalance": N_("Imbalance"),
    "leverage": N_("Leverage"),
    "conviction": N_("Conviction"),
}
USUAL = ("orders", "extra", "confidence", "base_rate", "lift", "q_value", "trend", "later")
TRENDS = {"up": N_("rising"), "flat": N_("steady"), "down": N_("falling")}
_LONGEST = 100
_MOST_PRODUCTS = 20
_MOST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks.

    Attributes
    ----------
    filter : dict
        As `mining.rule_filter.Filter`.
    args : dict of str to str
        The same as it stands in an address, only what is set.
    columns : tuple of str
        The columns of `COLUMNS` to show.
    view : dict of str to str
        As ``args``, for an address that others follow too: with the columns unless they are the usual ones.
    """

    filter: dict
    args: dict
    columns: tuple
    view: dict

    def without(self, *names):
        """Return the address without some of what it asks."""
        return {name: value for name, value in self.args.items() if name not in names}


def of(args, own=None):
    """Return what an address asks; what it does not know it does not ask.

    Parameters
    ----------
    args : werkzeug.datastructures.MultiDict
    own : sequence of str, optional
        The columns shown where the address names none; the usual ones.
    """
    said = {name: args.get(name, "")[:_LONGEST].strip() for name in _NAMES}
    own = _known(own or ()) or USUAL
    columns = chosen_columns(args) or own
    asked = {
        "cause": said["cause"] if said["cause"] in (*CAUSES, "all") else None,
        "text": said["q"],
        "left": said["left"],
        "right": said["right"],
        "judged": said["judged"] if said["judged"] in rule_filter.JUDGED else None,
        "length": _whole(said["length"]),
        "held": {"yes": True, "no": False}.get(said["held"]),
        "trend": said["trend"] if said["trend"] in TRENDS else None,
        "finer": _position(said["finer"]),
        "broader": _position(said["broader"]),
        "orders": tuple(_number(said[f"orders_{end}"]) for end in _ENDS),
        "confidence": tuple(_share(said[f"confidence_{end}"]) for end in _ENDS),
        "lift": tuple(_number(said[f"lift_{end}"]) for end in _ENDS),
        "sort": said["sort"] if said["sort"] in rule_filter.SORTS else "extra",
    }
    known = {"q": asked["text"], "sort": asked["sort"] if asked["sort"] != "extra" else None}
    known |= {name: asked[name] for name in ("cause", "left", "right", "judged", "trend")}
    known |= {name: said[name] for name in ("length", "held", "finer", "broader") if asked[name] is not None}
    for name in rule_filter.BOUNDS:
        for end, bound in zip(_ENDS, asked[name], strict=True):
            known[f"{name}_{end}"] = said[f"{name}_{end}"] if bound is not None else None
    known = {name: value for name, value in known.items() if value}
    named = {"columns": ",".join(columns)}
    view, at_home = ({**known, **(named if columns != unsaid else {})} for unsaid in (USUAL, own))
    return Asked(asked, at_home, columns, view)


def chosen_columns(args):
    """Return the columns that an address or a form names, in their order; none for none."""
    # A form sends one a box, an address all in one.
    return _known({each for text in (*args.getlist("column"), args.get("columns", "")) for each in text.split(",")})


_ENDS = ("from", "to")
_NAMES = (
    "cause", "q", "left", "right", "judged", "length", "held", "trend", "sort", "finer", "broader",
    *(f"{name}_{end}" for name in rule_filter.BOUNDS for end in _ENDS),
)  # fmt: skip


def _known(names):
    return tuple(name for name in COLUMNS if name in names)


def _whole(text):
    return int(text) if text.isascii() and text.isdigit() and 2 <= int(text) <= _MOST_PRODUCTS else None


def _position(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else None


def _number(text):
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


def _share(text):
    found = _number(text.rstrip("%％ "))
    return None if found is None else found / 100
