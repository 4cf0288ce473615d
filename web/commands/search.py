"""``kezhi search``: which notes answer a question."""

import click

from kb import access_log
from kb.dimensions import checked_dimension
from kb.errors import N_
from kb.search import filters, find
from web import answers
from web.commands.common import Command, as_reader
from web.commands.values import whole


@click.command("search", cls=Command)
@click.argument("query")
@as_reader
@click.option("--dimension", help="Only this type: about, for, from or with.")
@click.option("--limit", default="20", show_default=True, help="Most hits to show.")
@click.pass_obj
def command(terminal, query, login, dimension, limit):
    """Search all notes."""
    db, reader = terminal.db, terminal.reader(login)
    found = find.search(
        db,
        terminal.home,
        query,
        reader=reader,
        dimension=None if dimension is None else checked_dimension(dimension),
        limit=whole(limit, "--limit", most=1000),
        offset=0,
    )
    access_log.record(db, member_id=reader.member_id, action="search")
    told = find.answer(found, terminal.translate)
    terminal.answer(told, _lines(terminal, told))


_FORCE = {"before": N_("not in force yet"), "after": N_("no longer in force")}


def _lines(terminal, found):
    said = N_("%(total)d notes answer “%(query)s”.")
    if found["total"] and not found["answered"]:
        said = N_("Nothing answers “%(query)s”; %(total)d notes share a word or two with it.")
    yield terminal.sentence(said, total=found["total"], query=found["query"])
    if found["unknown_filters"]:
        comma = terminal.translate(N_(", "))
        names = comma.join(map(terminal.translate, filters.NAMES.values()))
        wrong = comma.join(found["unknown_filters"])
        yield terminal.sentence(N_("There is no filter “%(wrong)s”: searched for as words."), wrong=wrong)
        yield terminal.sentence(N_("There are: %(names)s."), names=names)
    for hit in found["hits"]:
        yield ""
        label = terminal.translate(answers.DIMENSIONS[hit["dimension"]])
        if hit["force"] != "now":
            label += "  " + terminal.translate(_FORCE[hit["force"]])
        yield f"{hit['id']}  {click.style(hit['title'], bold=True)}  {label}"
        yield "    " + _marked(hit["snippet"], hit["marks"])


def _marked(text, spans):
    pieces, end = [], 0
    for start, stop in spans:
        pieces += [text[end:start], click.style(text[start:stop], bold=True)]
        end = stop
    return " ".join("".join([*pieces, text[end:]]).split())
