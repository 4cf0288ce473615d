"""A worker: takes one run after the other and has each done in a process of its own.

``python -m mining.worker HOME PARENT``; it ends with the process PARENT that started it. The parent is named, not
looked up: it may be gone before this process has begun.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kb import disk, question_turns
from kb.access import OPERATOR
from kb.errors import N_
from kb.learner import Learner
from kb.store import open_store, utc_now, writing
from mining import leases, room, runs, schedules
from mining.nightly import Nightly

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_CHILD_SECONDS = 0.2
_BEAT_SECONDS = 5
_FULL_SECONDS = 2
_ENDED_EARLY = N_("Its process ended before it did; it waits to be done again.")
_TOLD_TO_STOP = N_("The worker was told to stop; the run waits for the next.")


def main():
    """Work until told to stop or until the parent is gone."""
    attend(Path(sys.argv[1]), int(sys.argv[2]))


def attend(home, parent):
    """Work for `home` until told to stop or until the process `parent` is gone."""
    # Ctrl+C reaches every process of the terminal; the parent hears it too and says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    is_asked = asked_to_stop(signal.SIGTERM)
    work(home, is_stopped=lambda: is_asked() or os.getppid() != parent)


def asked_to_stop(*signals):
    """Return a function that tells whether one of `signals` has come.

    None of them breaks in on the work: a second one would break in on giving the run back, and that would count as
    an attempt.
    """
    heard = []
    for each in signals:
        signal.signal(each, lambda number, _: heard.append(number))
    return lambda: bool(heard)


def work(home, *, is_stopped):
    """Take and attend runs until `is_stopped` answers true; between them queue what is due and learn anew."""
    db = open_store(home)
    watch, nightly, learner = leases.Watch(), Nightly(db, home), Learner(home)
    try:
        while not is_stopped():
            try:
                run_id = _turn(db, home, watch, nightly, is_stopped)
                if run_id is None:
                    learner.tend(db, now=utc_now())
                    time.sleep(_LOOK_SECONDS)
            except Exception as problem:
                # What cannot be written down is left as it stands: whoever comes after sees that nobody works at it.
                if not disk.takes_nothing(problem):
                    raise
                _log.warning("nothing can be written to the store, the disk may be full: %s", problem)
                time.sleep(_FULL_SECONDS)
    finally:
        nightly.stop()
        learner.stop()


def _turn(db, home, watch, nightly, is_stopped):
    """Do what is due and one run that waits; return its id, or None."""
    nightly.tend()
    question_turns.pass_on(db, now=utc_now())
    schedules.tend(db, now=utc_now())
    lease = leases.new()
    run_id = runs.claim(db, lease, now=utc_now(), is_abandoned=watch.is_abandoned)
    if run_id is not None:
        _attend(db, home, run_id, lease, is_stopped)
    return run_id


def see_through(db, home, run_id, *, is_stopped):
    """Work at one run, or wait while another worker does, until it is over or `is_stopped` answers true."""
    watch = leases.Watch()
    while not is_stopped() and not runs.get(db, run_id, reader=OPERATOR).finished_at:
        lease = leases.new()
        if runs.claim(db, lease, now=utc_now(), is_abandoned=watch.is_abandoned, only=run_id) is None:
            time.sleep(_LOOK_SECONDS)
        else:
            _attend(db, home, run_id, lease, is_stopped)


def _attend(db, home, run_id, lease, is_stopped):
    """See one run through: its process, its heartbeat, its cancellation."""
    command = [sys.executable, "-m", "mining.jobs", str(home), str(run_id), lease, str(os.getpid())]
    # A session of its own: Ctrl+C reaches every process of the terminal, and one that dies of it counts as an attempt.
    child = subprocess.Popen(command, start_new_session=True)
    is_over = False
    try:
        is_over = _watched(db, home, run_id, lease, child, is_stopped)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        if not is_over:
            _give_back(db, run_id, lease, counts=False)


def _watched(db, home, run_id, lease, child, is_stopped):
    """Return whether the run came to an end, be it good or bad; False when we are to stop ourselves."""
    beaten = 0.0
    while child.poll() is None:
        if is_stopped():
            return False
        try:
            if _is_cancelled(db, run_id):
                child.kill()
                child.wait()
                runs.cancelled(db, run_id, lease, now=utc_now())
                return True
            if time.monotonic() - beaten > _BEAT_SECONDS:
                runs.beat(db, run_id, lease, now=utc_now())
                beaten = time.monotonic()
        except runs.LeaseLost:
            # Over, or taken by another; the child finds out when it wants to publish.
            break
        time.sleep(_CHILD_SECONDS)
    if child.wait() == -signal.SIGABRT:
        # So ends what the libraries for tables do where they get no more memory.
        _fail(db, run_id, lease, room.too_small(home), cause="budget")
    # A process that was killed left its run as it was.
    _give_back(db, run_id, lease, counts=True)
    return True


def _is_cancelled(db, run_id):
    row = db.execute("SELECT cancel_requested FROM run WHERE id = :id", {"id": run_id}).fetchone()
    return bool(row[0])


def _fail(db, run_id, lease, problem, cause):
    try:
        runs.fail(db, run_id, lease, problem, now=utc_now(), cause=cause)
    except runs.LeaseLost:
        # It said so itself.
        return


def _give_back(db, run_id, lease, *, counts):
    try:
        with writing(db):
            # Before another takes it, and begins its own lines.
            runs.note(db, run_id, lease, _ENDED_EARLY if counts else _TOLD_TO_STOP, now=utc_now())
            runs.give_back(db, run_id, lease, counts=counts)
    except runs.LeaseLost:
        # It ended, so there is nothing to give back.
        return


if __name__ == "__main__":
    main()
