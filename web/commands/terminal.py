"""Where a command was called: for which home, in which language, by a person or by a machine."""

import json
import math
import sys
from functools import cached_property

import click

import kb.home
from kb import members
from kb.access import OPERATOR
from kb.errors import Invalid, N_, fill
from kb.store import open_store
from web import i18n


class Terminal:
    """What a command callback is given; ``is_named`` tells whether the person named the home."""

    def __init__(self, home, as_json, *, is_named=True):
        self.home = home
        self.as_json = as_json
        self.is_named = is_named

    @property
    def db(self):
        """The store of the home; refuses with a sentence when there is none."""
        return open_store(self.home)

    def reader(self, login):
        """Return whom to read as: the member with this login, or the operator, who sees all."""
        if login is None:
            return OPERATOR
        member = members.by_login(self.db, login)
        if member.state == "left":
            raise Invalid(
                N_("%(name)s has left, so nothing is read or written as “%(value)s”."),
                hint=N_("Name a member who is here; “kezhi members list” shows them."),
                name=member.name,
                value=login,
            )
        return member.reader()

    @cached_property
    def settings(self):
        """The settings of the home, or the defaults where they cannot be read."""
        try:
            return kb.home.settings(self.home)
        except Invalid:
            # The command itself says what is wrong with the home; here only its language is asked for.
            return kb.home.Settings()

    @cached_property
    def locale(self):
        """The language the terminal asks for, else the company's."""
        return i18n.of_terminal(i18n.best(self.settings.language, "zh_CN"))

    @cached_property
    def formats(self):
        """Dates and numbers as they are written here."""
        return i18n.Formats(self.locale, self.settings.zone)

    def translate(self, template):
        """Return `template` in the language of the terminal."""
        return i18n.translator(self.locale)(template)

    def sentence(self, template, **values):
        """Return a template of the catalogue with its places filled."""
        return fill(template, values, self.translate)

    def of_row(self, told):
        """Return what was said of a row of a table, with what to do; `told` as `web.answers.reject` gives it."""
        said = " ".join(filter(None, (told["message"], told["hint"])))
        return self.sentence(N_("Row %(row)d: %(message)s"), row=told["row"], message=said)

    def answer(self, answer, lines):
        """Print what a command found: one JSON object for machines, lines of text for people.

        Parameters
        ----------
        answer : dict or list
        lines : iterable of str
            Used only when they are shown.
        """
        if self.as_json:
            click.echo(json_bytes(answer), nl=False)
            return
        for line in lines:
            click.echo(line)

    def say(self, template, **values):
        """Tell how far it is, on standard error."""
        click.echo(self.sentence(template, **values), err=True)

    def progress(self, template, **values):
        """Tell how far it is while somebody watches; a log or a pipe is left clean."""
        if sys.stderr.isatty():
            self.say(template, **values)

    def refuse(self, problem):
        """Print a refusal: as JSON for machines, as sentences on standard error for people."""
        details = problem.details(self.translate)
        if self.as_json:
            click.echo(json_bytes({"error": details}), nl=False)
        else:
            click.echo(in_one_line(details), err=True)


def in_one_line(details):
    """Return what `Problem.details` says and advises as one line; between Chinese sentences stands no blank."""
    between = "" if details["message"].endswith("。") else " "
    return between.join(part for part in (details["message"], details["hint"]) if part)


def json_bytes(answer):
    """Return an object as one line of JSON: UTF-8 whatever the terminal speaks, and null for what is not finite."""
    text = json.dumps(_finite(answer), ensure_ascii=False, allow_nan=False)
    # A lone surrogate, from a name that is no UTF-8, becomes its JSON escape.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _finite(value):
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
