"""``kezhi index``: compare the search index with the store, or make it anew."""

import click

from kb.errors import N_
from kb.search import indexer
from kb.search.check import check as examine
from web.commands.checks import report
from web.commands.common import Command, Group


@click.group("index", cls=Group)
def command():
    """Check or rebuild the search index."""


@command.command("check", cls=Command)
@click.pass_context
def check(ctx):
    """Compare the index with the store."""
    report(ctx, examine(ctx.obj.db, ctx.obj.home))


@command.command("rebuild", cls=Command)
@click.pass_context
def rebuild(ctx):
    """Build the index anew beside the old one, which answers meanwhile."""
    terminal = ctx.obj
    indexer.rebuild(
        terminal.db,
        terminal.home,
        on_progress=lambda note_id: terminal.progress(N_("Indexed up to note %(id)d"), id=note_id),
    )
    report(ctx, examine(terminal.db, terminal.home))
