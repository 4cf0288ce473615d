"""From notes to columns with all cores: children (``python -m kb.search.analyzing``) take notes and give columns."""

import os
import pickle
import subprocess
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from kb.search.postings import columns_of

# Notes of one task.
_BATCH = 2000
# To start children costs more than they save.
_ALONE_UP_TO = 4000
# So many tasks may wait for whoever writes, that a child need not.
_AHEAD = 12


def analyzed(read, count, *, after=0, most=_BATCH):
    """Yield the columns of a batch of notes and the id of its last, one batch after the other.

    Parameters
    ----------
    read : callable
        Takes an id and a number, and returns at most so many notes after that id.
    count : int
        About how many notes there are.
    after : int
        The id to begin after.
    most : int
        Notes of one batch, if that is fewer than usual.
    """
    batches = _batches(read, after, min(most, _BATCH))
    if count <= _ALONE_UP_TO:
        for notes in batches:
            yield columns_of(notes), notes[-1]["id"]
        return
    children = [_Child() for _ in range(os.cpu_count() or 1)]
    idle = SimpleQueue()
    for child in children:
        idle.put(child)

    def ask(notes):
        child = idle.get()
        found = child.columns_of(notes)
        idle.put(child)
        return found

    try:
        with ThreadPoolExecutor(len(children)) as pool:
            asked = deque()
            for notes in batches:
                asked.append((pool.submit(ask, notes), notes[-1]["id"]))
                if len(asked) > _AHEAD:
                    future, last_id = asked.popleft()
                    yield future.result(), last_id
            for future, last_id in asked:
                yield future.result(), last_id
    finally:
        for child in children:
            child.end()


def _batches(read, last_id, most):
    while notes := read(last_id, most):
        yield notes
        last_id = notes[-1]["id"]


class _Child:
    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kb.search.analyzing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def columns_of(self, notes):
        pickle.dump(notes, self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)

    def end(self):
        # It ends by itself when nobody can ask any more, also when its parent was killed.
        self._process.kill()
        self._process.communicate()


def main():
    """Answer lists of notes with their columns until nobody asks."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            notes = pickle.load(asked)
        except EOFError:
            return
        pickle.dump(columns_of(notes), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
