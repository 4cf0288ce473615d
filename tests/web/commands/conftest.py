"""Commands run as a person runs them: real arguments, a real home, both streams kept apart."""

import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from web.commands import main


@dataclass
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one object on standard output; NaN and Infinity are no JSON."""
        return json.loads(self.out, parse_constant=_no_json)

    @property
    def error(self):
        """The refusal for machines, with exactly its six names."""
        assert set(self.json) == {"error"}
        assert set(self.json["error"]) == {"message", "file", "row", "column", "value", "hint"}
        return self.json["error"]


@pytest.fixture
def run():
    """Return a function that runs `kezhi` with these arguments, in English unless told otherwise."""

    def call(*args, stdin=None, language="en_US.UTF-8", **environment):
        env = {"LC_ALL": language, "KEZHI_HOME": None, "KEZHI_DEBUG": None, **environment}
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, env=env)
        return Answer(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def kezhi(run, home):
    """Return a function that runs `kezhi` on the home of this test."""
    return lambda *args, **options: run(*args, "--home", home, **options)


@pytest.fixture
def refused(kezhi):
    """Return a function that runs a command three ways and returns its refusal.

    For machines one object on standard output and nothing else; for people one line on standard error and nothing
    else; the same words in both; exit code 1.
    """

    def call(*args, **options):
        told, shown = kezhi(*args, "--json", **options), kezhi(*args, **options)
        assert (told.code, told.err) == (1, ""), told
        assert (shown.code, shown.out) == (1, ""), shown
        error = told.error
        assert shown.err == " ".join(part for part in (error["message"], error["hint"]) if part) + "\n"
        assert error["hint"], "a refusal says what to do"
        return error

    return call


def _no_json(name):
    raise AssertionError(f"{name} is no JSON")
