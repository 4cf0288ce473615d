"""Serve one home: pages by waitress, indexer and reader of files in a thread each, mining in a worker process."""

import ipaddress
import logging
import os
import subprocess
import sys
import threading

import waitress

import kb.home
from kb.errors import Invalid, N_
from kb.file_reader import FileReader
from kb.migrations import migrations as kb_migrations
from kb.search.indexer import Indexer
from kb.store import migrate
from mining.migrations import migrations as mining_migrations
from web import create_app

_THREADS = 8
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def serve(home, *, host, port, worker=True, insecure=False, on_ready=None):
    """Serve `home` until interrupted.

    Parameters
    ----------
    home : pathlib.Path
    host : str
    port : int
        0 takes a free one.
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
    server = _bound(app, host, port)
    indexer, reader = Indexer(home), FileReader(home)
    indexer.start()
    reader.start()
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(home, stop), daemon=True) if worker else None
    if keeper:
        keeper.start()
    if on_ready:
        on_ready(f"http://{_shown(host)}:{server.effective_port}/")
    try:
        server.run()
    finally:
        stop.set()
        server.close()
        reader.stop()
        indexer.stop()
        app.extensions["access_log"].flush()
        if keeper:
            keeper.join(timeout=10)


def _keep_worker(home, stop):
    # A worker that was killed, by the memory limit say, is started again; the run it had goes on from its row.
    while not stop.is_set():
        command = [sys.executable, "-m", "mining.worker", str(home), str(os.getpid())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        while process.poll() is None and not stop.wait(0.2):
            pass
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=10)
        stop.wait(1)


def _bound(app, host, port):
    try:
        # That requests wait a moment for a thread is no news to whoever runs the server.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        return waitress.server.create_server(
            app, host=host, port=port, threads=_THREADS, ident=None, max_request_body_size=2**31
        )
    except OSError as problem:
        raise Invalid(
            N_("Port %(port)d on %(host)s is taken."),
            hint=N_("Choose another with --port."),
            host=host,
            port=port,
        ) from problem


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
