"""A process of its own for what strangers' files may do to whoever reads them: bounded in time, memory and reach."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_MEGABYTE = 1024 * 1024
# An import reaches no further than a file; the rest no reader of files needs.
_NEVER = ("socket.", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "shutil.", "os.remove")


class Failed(Exception):
    """A child that broke off; ``answers`` is what it had said before, ``is_slow`` whether its time was over."""

    def __init__(self, answers, *, is_slow):
        super().__init__("the child broke off")
        self.answers = answers
        self.is_slow = is_slow


def run(module, *arguments, seconds):
    """Run ``python -m module arguments`` and return what it answered: the values of its lines of JSON.

    Raises
    ------
    Failed
        When it ended badly, or took longer than twice its seconds of work.
    """
    command = [sys.executable, "-B", "-m", module, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    is_slow = False
    try:
        told, _ = process.communicate(timeout=2 * seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        told, _ = process.communicate()
        is_slow = True
    answers = _lines(told)
    if process.returncode:
        raise Failed(answers, is_slow=is_slow or -process.returncode in _OUT_OF_TIME)
    return answers


def confine(*, seconds, megabytes, writes_megabytes=0):
    """Give this process its limits, in the child, before it opens what it was started for.

    Parameters
    ----------
    seconds : int
        Of work.
    megabytes, writes_megabytes : int
        Of memory, and of the longest file it may write.
    """
    import signal

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * _MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (writes_megabytes * _MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.addaudithook(_refuse)


def answer(value):
    """Tell the parent something, as a line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


# SIGXCPU, and the SIGKILL a second later.
_OUT_OF_TIME = (24, 9)


def _refuse(event, arguments):
    if event.startswith(_NEVER):
        raise PermissionError(event)


def _lines(told):
    # The last line of a child that was killed may be cut.
    whole = told[: told.rfind(b"\n") + 1].decode("utf-8")
    return [json.loads(line) for line in whole.splitlines()]
