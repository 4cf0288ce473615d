"""What a note says beside its text: the options that every command writing notes takes."""

import click

from kb.errors import Invalid, N_
from kb.note_details import Details
from kb.note_import import EXPERIENCE_OF

_OPTIONS = (
    click.option("--customer", "customers", multiple=True, metavar="ID[=PART]",
                 help="A customer it is about, for, from or with; for with, what they brought; may be repeated."),
    click.option("--segment", default="", help="about, for: the group of customers."),
    click.option("--product", default="", help="about: the product."),
    click.option("--observation", default="", help="about: who saw it, where and when."),
    click.option("--audience", default="", help="for: all, segment or customer."),
    click.option("--valid-from", default="", metavar="DAY", help="for: first day it holds."),
    click.option("--valid-until", default="", metavar="DAY", help="for: last day; left away until further notice."),
    click.option("--channel", default="", help="from: where it came in, such as phone or shop."),
    click.option("--experience", default="", help="from: satisfied, dissatisfied, suggestion or complaint."),
    click.option("--trait", "traits", multiple=True, metavar="KIND=WORD",
                 help="from: what a customer likes, such as preference.colour=米白; may be repeated."),
    click.option("--our-part", default="", help="with: what the company brought."),
)  # fmt: skip


def detail_options(callback):
    """Give a command the options of `Details`; it receives them as keyword arguments for `details`."""
    for option in reversed(_OPTIONS):
        callback = option(callback)
    return callback


def details(chosen):
    """Return the `Details` of what a person chose."""
    feeling = chosen["experience"]
    said = {
        "customers": tuple(map(_customer, chosen["customers"])),
        "experience": EXPERIENCE_OF.get(feeling.lower(), feeling),
        "traits": tuple(tuple(each.split("=", 1)) if "=" in each else (each, "") for each in chosen["traits"]),
    }
    return Details(**{**chosen, **said})


def _customer(text):
    customer_id, _, part = text.partition("=")
    # SQLite's integers end at 2**63: what cannot be an id is the id of nobody.
    if not customer_id.isascii() or not customer_id.isdecimal() or len(customer_id) > 18:
        raise Invalid(
            N_("There is no customer %(value)s."),
            hint=N_("“kezhi customers list” shows the numbers."),
            field="--customer",
            value=customer_id,
        )
    return int(customer_id), part
