"""How long a run took, and how long it will still take."""

import math
from datetime import datetime

# Before this much is done, and this long worked, a guess of the time left would jump about.
_LEAST_SHARE = 0.05
_LEAST_SECONDS = 2


def seconds_left(run, *, now):
    """Return how long a run will still take at the pace it had so far; None while there is no pace to go by."""
    if run.state != "running" or not run.total or not run.started_at:
        return None
    share = min(1.0, run.progress / run.total)
    since = (datetime.fromisoformat(now) - datetime.fromisoformat(run.started_at)).total_seconds()
    if share < _LEAST_SHARE or since < _LEAST_SECONDS:
        return None
    return math.ceil(since * (1 - share) / share)


def took(run):
    """Return how many seconds a run worked, or None while it is not over, never began, or the clock was set back."""
    if not run.started_at or not run.finished_at or run.finished_at < run.started_at:
        return None
    return (datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)).total_seconds()
