"""A new password, from a file or from the person at the terminal."""

import sys

import click

from kb.errors import Invalid, N_
from web.commands.files import read_text


def new_password(terminal, path):
    """Return a new password: the first line of a file, or asked for twice at a terminal."""
    if path is not None:
        return read_text(path).partition("\n")[0].rstrip("\r")
    if not sys.stdin.isatty():
        raise Invalid(
            N_("There is no password."),
            hint=N_("Give it with --password-file FILE, or - for standard input."),
            field="password",
        )
    asked, again = (_asked(terminal, text) for text in (N_("Password"), N_("The password once more")))
    if asked != again:
        raise Invalid(N_("The two passwords differ."), hint=N_("Run the command again."), field="password")
    return asked


def _asked(terminal, text):
    return click.prompt(terminal.translate(text), hide_input=True, err=True, default="", show_default=False)
