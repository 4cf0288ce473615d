"""``kezhi demo``: a filled home to try everything on."""

import click

from kb.errors import N_
from web.commands.common import Command
from web.commands.serve import run
from web.commands.values import port_number
from web.demo import home as demo


@click.command("demo", cls=Command)
@click.option("--port", default="8000", metavar="N", help="Port to listen on; 0 takes a free one.")
@click.option("--no-serve", is_flag=True, help="Only make the home.")
@click.pass_obj
def command(terminal, port, no_serve):
    """Make a demo company, or reuse it, and serve it.

    It lies in the folder kezhi-demo beside that of the company, unless --home names another.
    """
    if not terminal.is_named:
        terminal.home = terminal.home.with_name("kezhi-demo")
    number = port_number(port)
    demo.prepare(terminal.home, on_progress=terminal.say)
    if no_serve:
        _tell(terminal, None)
        return
    run(terminal, host="127.0.0.1", port=number, on_ready=lambda address: _tell(terminal, address))


def _tell(terminal, address):
    accounts = [{name: account[name] for name in ("login", "password", "role")} for account in demo.accounts()]
    orders = demo.orders_file(terminal.home)
    lines = [
        terminal.sentence(N_("The demo lies in %(home)s; name it to other commands with --home."), home=terminal.home),
        terminal.sentence(N_("Its orders are in %(file)s."), file=orders),
    ]
    if address:
        lines.append(terminal.sentence(N_("Open %(address)s and choose a person to sign in as."), address=address))
    told = {"home": str(terminal.home), "url": address, "orders": str(orders), "accounts": accounts}
    terminal.answer(told, lines)
