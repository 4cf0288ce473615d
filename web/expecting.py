"""What to expect of a run before it begins: counted by a process beside, for pages load nothing that mines.

What was counted is kept in a folder of the home, so that no process that answers pages counts what another one has.
"""

import fcntl
import hashlib
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import Future

# Who asks for so much begins without.
_MOST_SECONDS = 120
_KEPT = 64
# Then names and categories of products may have changed.
_FRESH_SECONDS = 3600
_lock = threading.Lock()
# What this process has counted now.
_going = {}


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
    asked = json.dumps(asked, sort_keys=True)
    path = _folder(home) / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
    until = time.monotonic() + wait
    while True:
        found = _kept(path)
        if found is not None:
            return found, False
        counting = _begun(home, path, asked)
        if counting is not None:
            try:
                found = counting.result(max(0.0, until - time.monotonic()))
            except TimeoutError:
                return None, True
            with _lock:
                # What failed, on a busy machine say, is tried again when it is asked again.
                _going.pop(path, None)
            return found, False
        # Another question, or another process.
        if time.monotonic() >= until:
            return None, True
        time.sleep(_LOOK_SECONDS)


_LOOK_SECONDS = 0.2


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


def _begun(home, path, asked):
    """Return the `Future` of what is counted for a path, begun now if nothing else is counted for this home."""
    with _lock:
        if path in _going:
            return _going[path]
        lock = open(_folder(home) / "lock", "w")  # noqa: SIM115  its thread closes it
        try:
            # One at a time: each takes a core and a few hundred megabytes.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        counting = _going[path] = Future()
    threading.Thread(target=_count, args=(home, path, asked, lock, counting), daemon=True).start()
    return counting


def _count(home, path, asked, lock, counting):
    found = None
    try:
        with lock:
            found = _counted(home, asked)
            if found is not None:
                _keep(path, found)
    finally:
        counting.set_result(found)


def _counted(home, asked):
    command = [sys.executable, "-m", "mining.expect", home]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None


def _folder(home):
    folder = home / "expected"
    folder.mkdir(exist_ok=True)
    return folder


def _kept(path):
    try:
        if time.time() - path.stat().st_mtime > _FRESH_SECONDS:
            return None
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def _keep(path, found):
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps(found))
        part.replace(path)
    except OSError:
        # On a full disk it is told all the same, and counted again.
        part.unlink(missing_ok=True)
        return
    with _lock:
        _going.pop(path, None)
    paths = sorted(path.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)
    for each in paths[:-_KEPT]:
        each.unlink(missing_ok=True)
