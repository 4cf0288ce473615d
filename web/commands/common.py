"""What every command shares: its options, and a way out that is never a traceback."""

import os
import sqlite3
import traceback
from pathlib import Path

import click

from kb.errors import N_, Problem
from kb.home import default_home
from kb.migrations import migrations as kb_migrations
from kb.store import is_behind
from mining.errors import Refused
from mining.migrations import migrations as mining_migrations
from web.commands.terminal import Terminal

REFUSED, WITH_REJECTED_ROWS = 1, 3
# Of a run that somebody waited for, so that cron can tell: too much was asked, it was stopped, something broke.
TOO_MUCH, CANCELLED, BROKEN = 4, 5, 6

as_reader = click.option(
    "--as", "login", metavar="LOGIN", help="Read as this member; without it as the operator, who may everything."
)
as_writer = click.option(
    "--as", "login", metavar="LOGIN", help="Write as this member; without it as the operator, who may everything."
)
password_file = click.option("--password-file", metavar="FILE", help="File with the password; - is standard input.")

_HOME = "Folder of the company; default KEZHI_HOME, else a folder in your user data."


class Command(click.Command):
    """A command of one home: takes ``--home``, gives the callback a `Terminal`, refuses with a sentence.

    Parameters
    ----------
    answers : bool
        Whether it has an answer for machines: it then takes ``--json`` too.
    """

    def __init__(self, *args, answers=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.params.append(click.Option(["--home"], metavar="DIR", help=_HOME))
        if answers:
            self.params.append(click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object."))

    def invoke(self, ctx):
        home = ctx.params.pop("home")
        as_json = ctx.params.pop("as_json", False)
        ctx.obj = terminal = Terminal(Path(home) if home else default_home(), as_json, is_named=home is not None)
        try:
            return super().invoke(ctx)
        except (Problem, Refused) as problem:
            terminal.refuse(problem)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as crash:
            if os.environ.get("KEZHI_DEBUG") == "1":
                raise
            terminal.refuse(_of_crash(crash, terminal.home))
        return ctx.exit(REFUSED)


class Group(click.Group):
    """A noun; its verbs are `Command` objects."""

    command_class = Command


def _of_crash(crash, home):
    if isinstance(crash, sqlite3.Error):
        if is_behind(home, kb_migrations, mining_migrations):
            return Problem(
                N_("The store in %(home)s was last used by an earlier release."),
                hint=N_("Start “kezhi serve” once; it migrates after a backup."),
                home=str(home),
            )
        return Problem(
            N_("The store in %(home)s cannot be used: %(problem)s."),
            hint=N_("See whether the disk is full or the folder is yours; “kezhi store check” examines it."),
            home=str(home),
            problem=str(crash),
        )
    if isinstance(crash, OSError):
        return Problem(
            N_("%(file)s cannot be used: %(problem)s."),
            hint=N_("See whether the disk is full and whether you may write there."),
            file=str(crash.filename or home),
            problem=crash.strerror or str(crash),
        )
    return Problem(
        N_("Something failed here. Reference %(reference)s."),
        hint=N_("Set KEZHI_DEBUG=1, run it again, and give what it prints to your administrator."),
        reference=_reference(crash),
    )


def _reference(crash):
    # What failed and where: enough to find the place, and nobody's text in it.
    place = traceback.extract_tb(crash.__traceback__)[-1]
    return f"{type(crash).__name__}@{Path(place.filename).name}:{place.lineno}"
