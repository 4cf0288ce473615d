"""A plan: what a run for rules is asked, as a TOML file that a person keeps and cron hands in again.

Pages import this file, so it imports nothing that mines.
"""

import json
import re
import tomllib
from datetime import date

from kb.errors import Invalid, N_
from kb.text import clean, scrub
from mining import question

_NEEDED = ("min_support", "min_confidence")
_LISTS = ("without", "within", "shops")
KEYS = (
    *_NEEDED, "max_length", "since", "until", "last_days", "last_months", *_LISTS, "segment", "level", "hold_out",
    "max_base_rate", "imports", "seed",
)  # fmt: skip
_NUMBERS = ("min_support", "min_confidence", "max_length", "hold_out", "max_base_rate")
_HINTS = {
    "lists": N_('Write a list of texts, such as ["啤酒", "牛奶"].'),
    "days": N_("Write a day, such as 2026-12-01."),
    "whole": N_("Write a whole number from 1 to %(most)d."),
    "seed": N_("Write a whole number from 0 to %(most)d."),
    "number": N_("Write a number, or a share in quotes such as “2%%”."),
    "text": N_("Write a text in quotes."),
    "character": N_("It has a character that cannot be stored: delete that."),
    "imports": N_("Write a list of numbers of imports, such as [1, 2]; without it all that count are read."),
}
_MOST_SEED = 2**32 - 1


def write(args, run_id):
    """Return the plan that asks again what a run was asked.

    A period that goes with the day stays one, and imports are named only where some were chosen: so a later run reads
    what has come since.
    """
    names = args.get("names") or {}
    plan = {name: args.get(name) for name in KEYS}
    plan["imports"] = args["batches"] if args.get("only") else None
    if plan["last_days"] or plan["last_months"]:
        plan["since"] = plan["until"] = None
    lines = [f"# kezhi mine rules --plan run-{run_id}.toml"]
    for name, value in plan.items():
        if name in _LISTS:
            lines += _list(name, value, names) if value else []
        elif name in ("since", "until"):
            lines += [f"{name} = {value}"] if value else []
        elif value is not None and value != "":
            lines.append(f"{name} = {_quoted(value) if isinstance(value, str) else value}")
    return "\n".join(lines) + "\n"


def read(text, file):
    """Return the arguments of a job for rules that a plan asks for.

    Parameters
    ----------
    text : str
    file : str
        What the plan is called, for whoever has to mend it.

    Raises
    ------
    kb.errors.Invalid
        Names the line and the key.
    """
    plan = _parsed(text, file)
    place = _Place(text, file)
    for key in plan:
        if key not in KEYS:
            raise place.refused(
                N_("%(file)s, line %(row)d: a plan has no “%(column)s”."), key, N_("It may have: %(keys)s."),
                keys=", ".join(KEYS),
            )  # fmt: skip
    for key in _NEEDED:
        if key not in plan:
            raise Invalid(
                N_("%(file)s does not say “%(column)s”."), hint=_EXAMPLES[key], field=key, file=file, column=key
            )
    typed = {key: _typed(key, plan[key], place) for key in plan}
    _refuse_two_periods(plan, place)
    asked = {name: typed.pop(name) for name in list(typed) if name in (*_NUMBERS, "since", "until", "level")}
    imports = typed.pop("imports", None)
    try:
        return question.rules_args(**asked, without=typed.pop("without", ()), batches=imports, **typed)
    except Invalid as refused:
        raise place.cannot_be(refused.field, plan[refused.field], refused.hint, refused.values) from refused


_EXAMPLES = {
    "min_support": N_("Write a line such as min_support = 20, or min_support = 0.01 for a share of the orders."),
    "min_confidence": N_("Write a line such as min_confidence = 0.25."),
}


class _Place:
    """Where in a file a key stands."""

    def __init__(self, text, file):
        self._text, self._file = text, file

    def refused(self, template, key, hint, **values):
        """Return the refusal of a key."""
        found = re.search(
            rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[.=]|^[ \t]*\[+{re.escape(key)}", self._text, re.M
        )
        row = self._text.count("\n", 0, found.start()) + 1 if found else 1
        return Invalid(template, hint=hint, field=key, **{**values, "file": self._file, "row": row, "column": key})

    def cannot_be(self, key, value, hint, values=None):
        """Return the refusal of what stands at a key."""
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        template = N_("%(file)s, line %(row)d: “%(column)s” cannot be “%(value)s”.")
        return self.refused(template, key, hint, **{**(values or {}), "value": scrub(told)[0]})


def _parsed(text, file):
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        found = re.search(r"at line (\d+)", str(problem))
        raise Invalid(
            N_("%(file)s, line %(row)d: this is not TOML."),
            hint=N_("Write it like min_support = 20, texts in quotes; or take the plan from the page of a run."),
            file=file,
            row=int(found[1]) if found else len(text.rstrip().splitlines()),
        ) from problem


def _typed(key, value, place):
    """Return what stands at a key as `mining.question.rules_args` takes it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in _NUMBERS:
        if is_number or isinstance(value, str):
            return str(value)
        raise place.cannot_be(key, value, _HINTS["number"])
    if key in ("since", "until"):
        if type(value) is date or isinstance(value, str):
            return str(value)
        raise place.cannot_be(key, value, _HINTS["days"])
    if key in _LISTS:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return [_text(key, each, place) for each in value]
        raise place.cannot_be(key, value, _HINTS["lists"])
    if key == "imports":
        if isinstance(value, list) and value and all(type(each) is int and 0 < each < 2**63 for each in value):
            return value
        raise place.cannot_be(key, value, _HINTS["imports"])
    if key in ("segment", "level"):
        if isinstance(value, str):
            return _text(key, value, place)
        raise place.cannot_be(key, value, _HINTS["text"])
    least, most = (0, _MOST_SEED) if key == "seed" else (1, question.MOST_LAST[key])
    if type(value) is not int or not least <= value <= most:
        raise place.cannot_be(key, value, _HINTS["seed" if key == "seed" else "whole"], {"most": most})
    return value


def _text(key, text, place):
    try:
        return clean(text, field=key, label=key)
    except Invalid as refused:
        raise place.cannot_be(key, text, _HINTS["character"]) from refused


def _refuse_two_periods(plan, place):
    periods = [key for key in ("last_days", "last_months", "since", "until") if key in plan]
    if len(periods) > 1 and periods[0].startswith("last"):
        raise place.refused(
            N_("%(file)s, line %(row)d: “%(column)s” and “%(value)s” both choose the period."),
            periods[1],
            N_("Take one of the two out."),
            value=periods[0],
        )


def _list(name, items, names):
    if not any(item in names for item in items):
        return [f"{name} = [{', '.join(map(_quoted, items))}]"]
    told = (f"    {_quoted(item)},{_remark(names.get(item))}" for item in items)
    return [f"{name} = [", *told, "]"]


def _remark(name):
    # A comment may hold no control character, and no line break.
    return f"  # {scrub(' '.join(name.split()))[0]}" if name else ""


def _quoted(text):
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
