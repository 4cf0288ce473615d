"""``kezhi members``: staff accounts."""

import click

from kb import members, to_hand_over
from kb.access import OPERATOR
from kb.errors import N_
from kb.store import utc_now
from mining import handing_over
from web import answers
from web.commands.common import Group, password_file
from web.commands.passwords import new_password
from web.commands.tables import table

command = Group("members", help="Add, list, change and close staff accounts.")

_STATES = {"active": N_("here"), "left": N_("left")}


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Name as colleagues know it.")
@click.option("--department", required=True, help="Department; made if it is new.")
@click.option("--role", required=True, help="viewer, contributor, marketer, curator, manager, admin or auditor.")
@password_file
@click.pass_obj
def add(terminal, login, name, department, role, password_file):
    """Make an account."""
    db = terminal.db
    password = new_password(terminal, password_file)
    member = members.add(
        db,
        login=login,
        name=name,
        department=department,
        role=role,
        password=password,
        by=OPERATOR,
        now=utc_now(),
    )
    terminal.answer(
        answers.member(member),
        [terminal.sentence(N_("%(name)s can sign in as %(login)s."), name=member.name, login=member.login)],
    )


@command.command("list")
@click.pass_obj
def list_(terminal):
    """List all accounts, those who left last."""
    found = members.listing(terminal.db)
    terminal.answer({"members": [answers.member(each) for each in found]}, _lines(terminal, found))


@command.command("contact")
@click.argument("login")
@click.option("--phone", default="", help="Phone number; left away, there is none.")
@click.option("--wecom", default="", help="Name in WeCom.")
@click.option("--mail", default="", help="Mail address.")
@click.pass_obj
def contact(terminal, login, **fields):
    """Say how colleagues reach a member; it replaces what was said before."""
    db = terminal.db
    member = members.set_contact(db, members.by_login(db, login).id, **fields, by=OPERATOR, now=utc_now())
    terminal.answer(
        {**answers.member(member), **{name: getattr(member, name) for name in fields}},
        [terminal.sentence(N_("Saved how %(name)s is reached."), name=member.name)],
    )


@command.command("leave")
@click.argument("login")
@click.pass_obj
def leave(terminal, login):
    """Close an account; what it wrote stays."""
    db = terminal.db
    handing_over.register()
    member = members.by_login(db, login)
    # The pages close no account with something left. Here the operator may have to, at once; but not unknowing.
    left = to_hand_over.counts(db, member.id) if member.state == "active" else {}
    members.leave(db, member.id, by=OPERATOR, now=utc_now())
    for kind, count in left.items():
        if count:
            what = terminal.translate(to_hand_over.KINDS[kind])
            terminal.say(N_("Not handed over: %(what)s, %(count)d"), what=what, count=count)
    if any(left.values()):
        terminal.say(N_("Next time they or an administrator give it to others first, on the page of their leaving."))
    member = members.by_login(db, login)
    terminal.answer(
        answers.member(member),
        [terminal.sentence(N_("The account %(login)s is closed."), login=member.login)],
    )


def _lines(terminal, found):
    head = [terminal.translate(text) for text in (N_("Login"), N_("Name"), N_("Department"), N_("Role"), N_("State"))]
    rows = [
        [each.login, each.name, each.department, each.role, terminal.translate(_STATES[each.state])] for each in found
    ]
    return table(head, rows)
