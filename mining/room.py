"""How much memory a job may take: the machine serves pages too, and what takes all of it takes them down."""

import os
import resource
from pathlib import Path

import kb.home
from kb.errors import N_, Problem

# With less the libraries that count wait for memory for ever while they are loaded, instead of refusing.
_LEAST_MEGABYTES = 300
_MEGABYTE = 1_000_000


def limit(home):
    """Refuse this process more memory than the company grants a job; it then meets `MemoryError`."""
    # Of what is only reserved nothing is counted: libraries reserve far more than they use.
    most = granted(home) * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def refuse_too_little(home):
    """Raise `MemoryError` where what is granted does not even load what mines."""
    if granted(home) < _LEAST_MEGABYTES:
        raise MemoryError


def granted(home):
    """Return how many megabytes a job may take: as ``config.toml`` says, else half of what the machine has."""
    return kb.home.settings(home).job_megabytes or _machine() // 2


def left(home):
    """Return how many bytes this process may still take."""
    return max(0, granted(home) * _MEGABYTE - _taken())


def taken_at_most():
    """Return how many megabytes this process took at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // _MEGABYTE


def too_small(home):
    """Return what to say of a job that needed more."""
    return Problem(
        N_("This run needs more than the %(megabytes)d MB of memory that a job may take here."),
        hint=N_("Ask for less: a higher support, fewer products in a rule; or import the file in parts."),
        megabytes=granted(home),
    )


def _machine():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE


def _taken():
    """Return the bytes that the limit counts; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData"))
