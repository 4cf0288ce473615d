"""``kezhi worker``: one more process that mines for this home."""

import signal

import click

from kb.errors import N_
from web.commands.common import Command


@click.command("worker", cls=Command, answers=False)
@click.pass_obj
def command(terminal):
    """Work at imports and mining runs until interrupted."""
    from mining import worker

    terminal.db  # noqa: B018  refuses with a sentence where there is no home
    is_asked = worker.asked_to_stop(signal.SIGINT, signal.SIGTERM)
    terminal.say(N_("Working; Ctrl+C stops it."))
    worker.work(terminal.home, is_stopped=is_asked)
