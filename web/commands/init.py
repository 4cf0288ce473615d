"""``kezhi init``: a new company, with its first administrator."""

import os
import secrets
import shutil

import click

from kb import home as homes, members
from kb.access import OPERATOR
from kb.errors import Invalid, N_
from kb.migrations import migrations as kb_migrations
from kb.search import indexer
from kb.store import close_store, create_store, open_store, utc_now
from mining.migrations import migrations as mining_migrations
from web.commands.common import Command, password_file
from web.commands.passwords import new_password


@click.command("init", cls=Command)
@click.option("--admin", required=True, metavar="LOGIN", help="Login of the first administrator.")
@password_file
@click.pass_obj
def command(terminal, admin, password_file):
    """Make a new home with its first administrator."""
    home = terminal.home
    _refuse_existing(home)
    password = new_password(terminal, password_file)
    home.mkdir(parents=True, exist_ok=True)
    # Made aside and moved in at the end: a refused password or a kill leaves no half home behind.
    aside = home / f".new-{secrets.token_hex(4)}"
    try:
        _make(aside, admin, password, department=terminal.translate(N_("Management")))
        _refuse_existing(home)
        home.chmod(0o700)
        for name in (homes.CONFIG, homes.DATABASE):
            os.replace(aside / name, home / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    indexer.catch_up(open_store(home), home)
    terminal.answer(
        {"home": str(home), "admin": admin},
        [
            terminal.sentence(N_("%(home)s is ready, and %(login)s is its administrator."), home=home, login=admin),
            terminal.sentence(N_("“kezhi serve” opens it.")),
        ],
    )


def _refuse_existing(home):
    if (home / homes.DATABASE).exists():
        raise Invalid(
            N_("%(home)s already holds a Kezhi home."), hint=N_("Choose another folder with --home."), home=str(home)
        )


def _make(folder, admin, password, department):
    homes.create(folder, homes.Settings())
    create_store(folder, kb_migrations, mining_migrations)
    try:
        members.add(
            open_store(folder),
            login=admin,
            name=admin,
            department=department,
            role="admin",
            password=password,
            by=OPERATOR,
            now=utc_now(),
        )
    finally:
        # The last connection takes the write-ahead log into the file, so that the file is all there is.
        close_store(folder)
