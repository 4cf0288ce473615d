"""The command line: one noun a file, each a view on a terminal."""

import sys
from importlib import import_module

import click

NOUNS = (
    "demo", "init", "serve", "worker", "members", "customers", "notes", "search", "experts", "purchases", "mine",
    "runs", "index", "store",
)  # fmt: skip


class Kezhi(click.Group):
    """The nouns, each imported when it is asked for: `kezhi search` must not wait for what only mining needs."""

    def list_commands(self, ctx):
        return NOUNS

    def get_command(self, ctx, name):
        return import_module(f"web.commands.{name}").command if name in NOUNS else None

    def main(self, *args, **kwargs):
        # A terminal that cannot show 啤酒 shows its code instead of failing.
        sys.stdout.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)


@click.command(cls=Kezhi, context_settings={"max_content_width": 100})
def main():
    """Keep, find, grow and use what a company knows about its customers."""
