"""Asking for rules: from what a person typed to the arguments of a job."""

from datetime import date, timedelta

from kb.errors import Invalid, N_
from mining import asked

LEVELS = ("item", "category", "both")
# What is drawn by chance is drawn alike each time, unless another seed is asked for.
SEED = 20260101
# The longest period that goes with the day of the run.
MOST_LAST = {"last_days": 3660, "last_months": 120}


def rules_args(
    *,
    min_support,
    min_confidence,
    max_length="",
    since="",
    until="",
    without=(),
    names=None,
    span=None,
    batches=None,
    level="",
    hold_out="",
    max_base_rate="",
    **chosen,
):
    """Return the arguments of a job for rules, from what a person typed.

    Parameters
    ----------
    min_support, min_confidence, max_length, since, until, level, hold_out, max_base_rate : str
    without : sequence of str
        Products to leave out.
    names : dict of str to str, optional
        What people call the products that are known by a code, so that the job says so of those left out.
    span : pair of datetime.date, optional
        First and last day of the records: a period that holds them all is no period, and loses no line without a day.
    batches : list of int, optional
        The imports to read; None for those that count when the work begins.
    chosen : dict
        ``within``, ``shops``, ``segment``: what alone is looked at; nothing chosen is all. ``last_days``,
        ``last_months``: the period, see `on_day`. ``seed``: of what is drawn by chance.

    Raises
    ------
    kb.errors.Invalid
        Names the field.
    """
    support, confidence = asked.support(min_support), asked.share(min_confidence)
    length = asked.count(max_length) if max_length.strip() else None
    if support is None:
        raise Invalid(
            N_("The support cannot be “%(value)s”."),
            hint=N_("Write a share such as 1%% or 0.01, or a count of orders such as 20."),
            field="min_support",
            value=min_support,
        )
    if confidence is None:
        raise Invalid(
            N_("The confidence cannot be “%(value)s”."),
            hint=N_("Write a share from 0 to 1, such as 25%%."),
            field="min_confidence",
            value=min_confidence,
        )
    if max_length.strip() and (length is None or length < 2):
        raise Invalid(
            N_("The number of products cannot be “%(value)s”."),
            hint=N_("Write a whole number from 2, or leave it empty."),
            field="max_length",
            value=max_length,
        )
    others = {"level": _level(level), "hold_out": _share(hold_out, "hold_out"),
              "max_base_rate": _share(max_base_rate, "max_base_rate")}  # fmt: skip
    first, last = _period(since, until, span)
    return {
        "min_support": support,
        "min_confidence": confidence,
        "max_length": length,
        "since": first and first.isoformat(),
        "until": last and last.isoformat(),
        "without": list(without),
        "names": {item: names[item] for item in without if item in (names or {})},
        "batches": batches,
        **{name: value for name, value in (others | chosen).items() if value or name == "seed"},
    }


def on_day(args, today):
    """Return the arguments with the period that they ask for on a day.

    ``last_days`` are the days before it, which are whole; ``last_months`` the calendar months before its own.

    Parameters
    ----------
    args : dict
    today : str
        ``YYYY-MM-DD`` where the company is.
    """
    day = date.fromisoformat(today)
    if args.get("last_days"):
        since = day - timedelta(days=args["last_days"])
    elif args.get("last_months"):
        months = day.year * 12 + day.month - 1 - args["last_months"]
        since, day = date(months // 12, months % 12 + 1, 1), day.replace(day=1)
    else:
        return args
    return {**args, "since": since.isoformat(), "until": (day - timedelta(days=1)).isoformat()}


def _level(text):
    if text not in ("", *LEVELS):
        raise Invalid(
            N_("Rules cannot be between “%(value)s”."),
            hint=N_("One of: %(choices)s."),
            field="level",
            value=text,
            choices=", ".join(LEVELS),
        )
    return text if text != LEVELS[0] else ""


def _share(text, field):
    found = asked.share(text) if text.strip() else None
    if text.strip() and not (found and found < 1):
        raise Invalid(
            N_("“%(value)s” is no share."), hint=N_("Write a share above 0 and below 1, such as 30%%."), field=field,
            value=text,
        )  # fmt: skip
    return found


def _period(since, until, span):
    days = {}
    for field, text in (("since", since), ("until", until)):
        days[field] = asked.day(text) if text.strip() else None
        if text.strip() and days[field] is None:
            raise Invalid(
                N_("“%(value)s” is no day."),
                hint=N_("Write it as 2026-05-01 or 2026年5月1日."),
                field=field,
                value=text,
            )
    first, last = days["since"], days["until"]
    if first and last and last < first:
        raise Invalid(
            N_("The period ends on %(until)s, before it begins on %(since)s."),
            hint=N_("Change one of the two days."),
            field="until",
            since=first.isoformat(),
            until=last.isoformat(),
        )
    if span is not None:
        first = None if first and first <= span[0] else first
        last = None if last and last >= span[1] else last
    return first, last
