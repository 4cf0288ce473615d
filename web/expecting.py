"""What to expect of a run before it begins: counted by a process beside, for pages load nothing that mines."""

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

# Who asks for so much begins without.
_MOST_SECONDS = 120
_KEPT = 64
_lock = threading.Lock()
_known = OrderedDict()
# One at a time: each takes a core and a few hundred megabytes. Its thread begins with the first question.
_one = ThreadPoolExecutor(1)


def expected(home, args, wait=0.0):
    """Return ``(what to expect, whether it is still being counted)`` of a job.

    Parameters
    ----------
    home : pathlib.Path
    args : dict
        As `web.asking.args_of` returns; its support and confidence do not matter.
    wait : float
        Seconds to wait for it.

    Returns
    -------
    tuple of (dict or None, bool)
        The first as `mining.expect.of_args` says; None, and False, where that could not be counted.
    """
    asked = {name: value for name, value in args.items() if name not in ("min_support", "min_confidence", "names")}
    key = (str(home), json.dumps(asked, sort_keys=True))
    with _lock:
        counting = _known.setdefault(key, None) or _one.submit(_counted, *key)
        _known[key] = counting
        _known.move_to_end(key)
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    try:
        found = counting.result(wait)
    except TimeoutError:
        return None, True
    if found is None:
        # What failed, on a busy machine say, is tried again when it is asked again.
        _known.pop(key, None)
    return found, False


def told(expected, support, confidence):
    """Return what is expected at one support, a number of orders, and one confidence.

    Returns
    -------
    dict
        ``rules``, at most; ``is_exact`` or else at least; ``seconds``; ``megabytes``; ``fits``, the nearest support
        at which the rules are few enough, where they are not.
    """
    steps = expected["steps"]
    column = sum(each <= confidence * 100 + 1e-9 for each in expected["confidences"]) - 1
    at = next((step for step in steps if step["support"] <= support), steps[-1])
    few = [step["support"] for step in steps if step["is_exact"] and step["rules"][column] <= expected["most"]]
    is_many = at["rules"][column] > expected["most"] or not at["is_exact"]
    kept = {name: at[name] for name in ("is_exact", "seconds", "megabytes")}
    return {**kept, "rules": at["rules"][column], "fits": few[-1] if is_many and few else None}


def _counted(home, asked):
    command = [sys.executable, "-m", "mining.expect", home]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None
