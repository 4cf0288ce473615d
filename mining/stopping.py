"""Compiled work that can be watched and ended: it runs in a thread, without the GIL, and looks at one number."""

from concurrent.futures import ThreadPoolExecutor

from mining.trie_kernels import STOP

_TICK_SECONDS = 0.2


def forward(progress):
    """Return a function that tells `progress` a share and a number, of no step back: what needs room begins anew."""
    furthest = [0.0, 0]

    def tell(share, number):
        furthest[:] = map(max, furthest, (share, number))
        progress(*furthest)

    return tell


def watched(work, state, tell=None):
    """Return what `work` returns; whatever reaches the caller meanwhile, such as Ctrl-C, ends it.

    Parameters
    ----------
    work : callable
        Looks at ``state[STOP]`` all the time.
    state : ndarray of int64
    tell : callable, optional
        Called a few times a second; what it raises ends the work too.
    """
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(work)
        try:
            while True:
                try:
                    return answer.result(_TICK_SECONDS)
                except TimeoutError:
                    if tell:
                        tell()
        except BaseException:
            state[STOP] = 1
            raise
