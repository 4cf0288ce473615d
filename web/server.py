"""Serve one home: pages by several processes, what follows the feed by one, mining by a worker.

The app is loaded once and the processes are forked from it, so they share the memory of what none of them changes; the
index has one writer, and its work beside the pages slows none of them.
"""

import ctypes
import errno
import gc
import ipaddress
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from multiprocessing.connection import wait

import waitress

import kb.home
from kb import pinyin
from kb.errors import Invalid, N_
from kb.file_reader import FileReader
from kb.migrations import migrations as kb_migrations
from kb.search import analysis, folding
from kb.search.indexer import Indexer
from kb.store import close_store, migrate, open_store
from mining import worker as mining_worker
from mining.migrations import migrations as mining_migrations
from web import create_app, joined, templating

MOST_PROCESSES = 64
_USUAL_PROCESSES = 4
_THREADS = 4
_BACKLOG = 1024
_STOP_SECONDS = 10
# A process that ends is started again: at once, and after ever longer pauses where it ends again soon.
_AGAIN_SECONDS = 1
_SOON_SECONDS = 60
_MOST_AGAIN_SECONDS = 60
_ENDING = {signal.SIGINT, signal.SIGTERM}
# What follows the feed gives way to pages, mining to both.
_FOLLOWER_NICE = 5
# Of glibc's malloc.h.
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
_log = logging.getLogger("kezhi")
_fork = multiprocessing.get_context("fork")


def serve(home, *, host, port, processes=None, worker=True, insecure=False, on_ready=None):
    """Serve `home` until interrupted.

    Parameters
    ----------
    home : pathlib.Path
    host : str
    port : int
        0 takes a free one.
    processes : int, optional
        How many processes answer pages; as many as there are cores, up to four, where it is left out.
    worker : bool
        Whether to run a mining worker beside the pages.
    insecure : bool
        Whether plain http may leave this machine.
    on_ready : callable, optional
        Called with the address once it answers.

    Raises
    ------
    kb.errors.Invalid
        When `host` is not loopback and `insecure` is not set, or the port is taken.
    """
    settings = kb.home.settings(home)
    if not insecure and not _is_loopback(host):
        raise Invalid(
            N_("Kezhi does not serve %(host)s over plain http: passwords could be read on the way."),
            hint=N_("Put https in front and serve 127.0.0.1, or add --insecure in a network you trust."),
            host=host,
        )
    migrate(home, kb_migrations, mining_migrations)
    app = create_app(home, hosts=_hosts(host, settings))
    templating.compile_all(app)
    # What each process would otherwise make by itself, and the first who asks wait for.
    joined.style()
    joined.script()
    analysis.dictionary()
    folding.fold("知")
    pinyin.keys("知")
    _lay_out_names(app, home)
    sockets = _bound(host.strip("[]"), port, processes or min(_USUAL_PROCESSES, len(os.sched_getaffinity(0))))
    # What is collected later would be written to by every process, and so be its own.
    gc.collect()
    gc.freeze()
    work = [*((_pages, app, each) for each in sockets), (_follow, home)]
    if worker:
        work.append((_mine, home))
    kept = [_Kept(*each) for each in work]
    try:
        for each in kept:
            each.start()
        if on_ready:
            on_ready(f"http://{_shown(host)}:{sockets[0][0].getsockname()[1]}/")
        while True:
            _wait_for_one(kept)
            for each in kept:
                each.look_after()
    finally:
        running = [each.process for each in kept if each.process is not None]
        for each in running:
            each.terminate()
        for each in running:
            each.join(_STOP_SECONDS)
            each.kill()


class _Kept:
    """A process that does something until it is told to stop or this process is gone.

    One that ends otherwise, killed by the memory limit say, is started again; a run it had goes on from its row. One
    that ends soon after its start waits longer each time: what is wrong with it is not cured by haste.
    """

    def __init__(self, does, *given):
        self._work = (does, *given)
        self._pause = _AGAIN_SECONDS / 2
        self.process = None
        self.again_at = None

    def start(self):
        # A signal between the start and the note of it would leave a process that nobody stops.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        process = _fork.Process(target=_until_told, args=(before, *self._work))
        process.start()
        self.process, self.again_at, self._started = process, None, time.monotonic()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def look_after(self):
        now = time.monotonic()
        if self.again_at is not None:
            if now >= self.again_at:
                self.start()
        elif not self.process.is_alive():
            lived = now - self._started
            self._pause = _AGAIN_SECONDS if lived > _SOON_SECONDS else min(2 * self._pause, _MOST_AGAIN_SECONDS)
            self.again_at = now + self._pause
            _log.warning(
                "the process for %s ended after %.0f s with %s and is started again in %d s",
                self._work[0].__name__.strip("_"), lived, self.process.exitcode, self._pause,
            )  # fmt: skip


def _wait_for_one(kept):
    """Wait until one of some processes ends, or one that ended may be started again."""
    due = [each.again_at for each in kept if each.again_at is not None]
    seconds = max(0, min(due) - time.monotonic()) if due else None
    wait([each.process.sentinel for each in kept if each.again_at is None], seconds)


def _until_told(signals, does, *given):
    # Ctrl+C reaches every process of the terminal; the parent hears it too and says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.pthread_sigmask(signal.SIG_SETMASK, signals)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    does(*given)


def _end_with_parent():
    wait([multiprocessing.parent_process().sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _pages(app, sockets):
    _give_memory_back()
    # That requests wait a moment for a thread is no news to whoever runs the server.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(app, sockets=sockets, threads=_THREADS, ident=None, max_request_body_size=2**31)
    try:
        server.run()
    finally:
        server.close()
        app.extensions["access_log"].flush()


def _give_memory_back():
    # Left to itself, glibc keeps what each thread once needed: half as much again after a few searches at once.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_MMAP_THRESHOLD, 128 * 1024)
        mallopt(_M_ARENA_MAX, 1)


def _lay_out_names(app, home):
    db = open_store(home)
    for names in ("note_names", "customer_names"):
        app.extensions[names].follow(db)
    app.extensions["product_names"].follow(db, home)
    # No process that is forked may have a connection of this one.
    close_store(home)


def _follow(home):
    _give_memory_back()
    os.nice(_FOLLOWER_NICE)
    indexer, reader = Indexer(home), FileReader(home)
    indexer.start()
    reader.start()
    try:
        signal.pause()
    finally:
        reader.stop()
        indexer.stop()


def _mine(home):
    mining_worker.attend(home, os.getppid())


def _bound(host, port, count):
    """Return `count` lists of sockets that listen at each address of a host: the kernel deals callers out to them."""
    try:
        # Sockets that share a port would share it with another server as well; this one finds out.
        with socket.create_server((host, port), family=_family(host)) as first:
            port = first.getsockname()[1]
        return [
            [
                socket.create_server(address, family=family, backlog=_BACKLOG, reuse_port=True)
                for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            ]
            for _ in range(count)
        ]
    except OSError as problem:
        raise _refused(problem, host, port) from problem


def _family(host):
    return socket.getaddrinfo(host, None)[0][0]


def _refused(problem, host, port):
    if problem.errno == errno.EADDRINUSE:
        sentence, hint = N_("Port %(port)d on %(host)s is taken."), N_("Choose another with --port.")
    elif problem.errno == errno.EACCES:
        sentence = N_("Port %(port)d is kept for the administrator of this machine.")
        hint = N_("Choose one from 1024 on with --port.")
    else:
        sentence = N_("%(host)s is no address of this machine.")
        hint = N_("Leave --host out to serve this machine alone; 0.0.0.0 stands for all of its addresses.")
    return Invalid(sentence, hint=hint, host=host, port=port)


def _hosts(host, settings):
    if settings.hosts:
        return [*settings.hosts, *_LOOPBACK]
    return _LOOPBACK if _is_loopback(host) else None


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _shown(host):
    return f"[{host}]" if ":" in host else host
