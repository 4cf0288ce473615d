"""``kezhi serve``: the pages of one home, with a mining worker beside them."""

import signal
import sys

import click

from kb.errors import N_
from web.commands.common import Command
from web.commands.values import port_number, whole
from web.server import MOST_PROCESSES, serve


@click.command("serve", cls=Command, answers=False)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default="8000", metavar="N", help="Port to listen on; 0 takes a free one.")
@click.option("--processes", metavar="N", help="How many processes answer pages; as many as cores, up to four.")
@click.option("--no-worker", is_flag=True, help="Serve pages only; run “kezhi worker” elsewhere.")
@click.option("--insecure", is_flag=True, help="Allow plain http beyond this machine.")
@click.pass_obj
def command(terminal, host, port, processes, no_worker, insecure):
    """Serve the pages of this home until interrupted."""
    count = None if processes is None else whole(processes, "--processes", most=MOST_PROCESSES)
    run(terminal, host=host, port=port_number(port), processes=count, worker=not no_worker, insecure=insecure)


def run(terminal, *, host, port, on_ready=None, **options):
    """Serve until Ctrl+C or SIGTERM, after which everything acknowledged is on disk."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    def ready(address):
        terminal.say(N_("Kezhi answers at %(address)s"), address=address)
        if on_ready:
            on_ready(address)

    try:
        serve(terminal.home, host=host, port=port, on_ready=ready, **options)
    except KeyboardInterrupt:
        # Asked for; the server has closed by now.
        return
