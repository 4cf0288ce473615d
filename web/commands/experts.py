"""``kezhi experts``: who knows about a topic, and why we think so."""

import click

from kb import topics
from kb.errors import N_
from kb.map.experts import experts
from kb.store import utc_now
from web import answers
from web.commands.common import Command, as_reader


@click.command("experts", cls=Command)
@click.argument("topic")
@as_reader
@click.pass_obj
def command(terminal, topic, login):
    """Show who knows about a topic, with the reasons."""
    db, reader = terminal.db, terminal.reader(login)
    found = topics.by_name(db, topic, reader=reader)
    people = experts(db, found.id, reader=reader, now=utc_now())
    answer = answers.experts(found, people, terminal.translate)
    terminal.answer(answer, _lines(terminal, answer))


def _lines(terminal, answer):
    topic = answer["topic"]["name"]
    if not answer["experts"]:
        yield terminal.sentence(N_("Nobody has written about “%(topic)s” yet."), topic=topic)
    for expert in answer["experts"]:
        gone = f"  {terminal.sentence(N_('has left'))}" if expert["state"] == "left" else ""
        yield f"{expert['name']} ({expert['login']}, {expert['department']})  {expert['score']:.3f}{gone}"
        reached = [expert[name] for name in ("phone", "wecom", "mail") if expert[name]]
        if reached:
            yield f"    {'  '.join(reached)}"
        for reason in expert["reasons"]:
            below = f"  ({reason['topic']})" if reason["topic"] else ""
            yield f"    {reason['weight']:.3f}  {terminal.formats.day(reason['at'])}  {reason['text']}{below}"
