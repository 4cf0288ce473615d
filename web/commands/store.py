"""``kezhi store``: is everything that is kept still whole?"""

import click

from kb import check as kb_check
from kb.migrations import migrations as kb_migrations
from kb.search import check as search_check
from mining import check as mining_check
from mining.migrations import migrations as mining_migrations
from web.commands.checks import report
from web.commands.common import Command, Group


@click.group("store", cls=Group)
def command():
    """Examine what is kept."""


@command.command("check", cls=Command)
@click.pass_context
def check(ctx):
    """Examine database, change feed, index, jobs and ledger; say what was checked."""
    db, home = ctx.obj.db, ctx.obj.home
    found = kb_check.check(db, kb_migrations, mining_migrations)
    if not any(each.problems for each in found):
        found += search_check.check(db, home) + mining_check.check(db, home)
    report(ctx, found)
