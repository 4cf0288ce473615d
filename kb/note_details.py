"""What a note of each dimension must say beside its text.

About: who or what, and the ground of it. For: the audience, and from when to when it holds. From: who said it or
where, and how they felt. With: the customers who took part, and what each side brought.
"""

import json
from dataclasses import dataclass, fields, replace
from datetime import date

from kb import channels, customers, note_templates, products, traits
from kb.errors import Conflict, Invalid, N_
from kb.text import clean

AUDIENCES = ("all", "segment", "customer")
LANGUAGES = ("zh", "en")
EXPERIENCES = ("satisfied", "dissatisfied", "suggestion", "complaint")
# What of a note the columns of table ``note`` hold; the customers are rows of their own.
COLUMNS = (
    "segment", "product", "observation", "audience", "valid_from", "valid_until", "channel", "experience", "our_part",
    "customer_text", "lang", "origin", "template",
)  # fmt: skip
MOST_CUSTOMERS = 50
_OF = {
    "about": ("customers", "segment", "product", "observation", "lang"),
    "for": (
        "audience",
        "segment",
        "customers",
        "valid_from",
        "valid_until",
        "customer_text",
        "lang",
        "origin",
        "template",
    ),
    "from": ("customers", "product", "channel", "experience", "lang", "template", "traits"),
    "with": ("customers", "our_part", "lang", "template"),
}
# What of a `for` note says for whom it is, by its audience.
_WHOM = {"segment": "segment", "customer": "customers"}
LONGEST_PRODUCT = 200
_TEXTS = {
    "segment": (N_("Segment"), 60),
    "product": (N_("Product"), LONGEST_PRODUCT),
    "observation": (N_("Observation"), 500),
    "channel": (N_("Channel"), 60),
    "our_part": (N_("What we brought"), 500),
    "origin": (N_("Where it comes from"), 200),
}
_LONGEST_PART = 500
LONGEST_CUSTOMER_TEXT = 5000
LABELS = {"customer_text": N_("Text for the customer"), **{name: label for name, (label, _) in _TEXTS.items()}}


@dataclass(frozen=True, slots=True)
class Details:
    """The details of a note; what its dimension has no use for stays empty.

    Attributes
    ----------
    customers : tuple of (int, str)
        Id of each customer and, for `with`, what they brought.
    segment, product : str
        Who or what else the note is about; for `for` the segment it is meant for, for `from` the product talked of.
    observation : str
        The ground of an `about` note that no finding proves: who saw it, where and when.
    audience : {"", "all", "segment", "customer"}
    valid_from, valid_until : str
        Days ``YYYY-MM-DD`` from and to which a `for` note holds, both included; no end holds until further notice.
    channel : str
    experience : {"", "satisfied", "dissatisfied", "suggestion", "complaint"}
    our_part : str
    customer_text : str
        The very words of a `for` note that are copied and given to a customer; plain text.
    lang : {"", "zh", "en"}
        Language of the text; empty where nobody said.
    origin : str
        Where a `for` note comes from: a document and its page, or who decided it.
    template : str
        Of `kb.note_templates`; empty for a note written freely.
    traits : tuple of (str, str)
        Of a `from` note: a kind of `kb.traits.KINDS` and a word.
    """

    customers: tuple = ()
    segment: str = ""
    product: str = ""
    observation: str = ""
    audience: str = ""
    valid_from: str = ""
    valid_until: str = ""
    channel: str = ""
    experience: str = ""
    our_part: str = ""
    customer_text: str = ""
    lang: str = ""
    origin: str = ""
    template: str = ""
    traits: tuple = ()


def checked(db, dimension, details, *, reader, is_proven, felt_later=False, was_kept=False):
    """Return `details` as they are stored for a note of `dimension`, or refuse them by the field that lacks.

    Parameters
    ----------
    dimension : str
        One of the four.
    details : Details
    reader : kb.access.Reader
    is_proven : bool
        Whether a finding proves the note.
    felt_later : bool
        Whether it may stand for now without how the customer felt, as one made during a call.
    was_kept : bool
        Whether it comes from a home that kept it so: then nothing more is asked of it than was there.
    """
    kept = {each.name: getattr(details, each.name) for each in fields(Details) if each.name in _OF[dimension]}
    for name, (label, limit) in _TEXTS.items():
        if name in kept:
            kept[name] = clean(kept[name], field=name, label=label, limit=limit, lines=False)
    if "customer_text" in kept:
        kept["customer_text"] = clean(
            kept["customer_text"],
            field="customer_text",
            label=LABELS["customer_text"],
            limit=LONGEST_CUSTOMER_TEXT,
        )
    if kept.get("channel"):
        kept["channel"] = channels.spelled(db, kept["channel"])
    if kept["lang"] not in ("", *LANGUAGES):
        raise Invalid(
            N_("“%(value)s” is no language Kezhi knows."), hint=N_("Write zh or en."), field="lang", value=kept["lang"]
        )
    kept["template"] = note_templates.checked(kept.get("template", ""))
    links = {"customers": _customers(db, details.customers, reader), "traits": traits.checked(kept.get("traits", ()))}
    found = Details(**{**kept, **links})
    if dimension == "for":
        found = _in_force(found)
    if not was_kept:
        _require(dimension, found, is_proven, felt_later)
    return found


def parted(text, count):
    """Return what each of so many customers brought, of a text with a line for each.

    Raises
    ------
    kb.errors.Invalid
        When there are more or fewer lines.
    """
    lines = [line.strip() for line in text.split("\n")]
    lines = lines if len(lines) == count else [line for line in lines if line]
    if not lines:
        return [""] * count
    if count == 1:
        return [" ".join(lines)]
    if len(lines) != count:
        raise Invalid(
            N_("%(customers)d customers took part, but %(parts)d lines say what they brought."),
            hint=N_("Write one line for each, in the same order."),
            field="parts",
            customers=count,
            parts=len(lines),
        )
    return lines


def unused(dimension, details):
    """Return the names of the details that are filled and that a note of `dimension` does not keep."""
    kept = set(_OF[dimension])
    if dimension == "for":
        kept -= {"segment", "customers"} - {_WHOM.get(details.audience)}
    return [each.name for each in fields(Details) if getattr(details, each.name) and each.name not in kept]


def row(details):
    """Return the details as columns of table ``note``."""
    return {name: getattr(details, name) for name in COLUMNS}


def link(db, note_id, details):
    """Store which customers and products a note names, and its traits; only inside ``writing``."""
    unlink(db, note_id)
    traits.store(db, note_id, details.traits)
    products.store(db, note_id, details.product)
    rows = [
        {"note_id": note_id, "customer_id": customer_id, "part": part, "position": position}
        for position, (customer_id, part) in enumerate(details.customers)
    ]
    if rows:
        db["note_customer"].insert_all(rows)


def unlink(db, note_id):
    """Forget which customers and products a note names, and its traits; only inside ``writing``."""
    traits.store(db, note_id, ())
    products.store(db, note_id, "")
    db.execute("DELETE FROM note_customer WHERE note_id = :id", {"id": note_id})


def customers_of(db, note_ids):
    """Return ``{note_id: [{"id", "name", "part"}, ...]}`` in the order their authors gave."""
    rows = db.query(
        """SELECT note_customer.note_id, customer.id, customer.name, note_customer.part
             FROM note_customer JOIN customer ON customer.id = note_customer.customer_id
            WHERE note_customer.note_id IN (SELECT value FROM json_each(:ids))
            ORDER BY note_customer.note_id, note_customer.position""",
        {"ids": json.dumps(list(note_ids))},
    )
    found = {note_id: [] for note_id in note_ids}
    for each in rows:
        found[each["note_id"]].append({"id": each["id"], "name": each["name"], "part": each["part"]})
    return found


def of_state(state):
    """Return the details in a state of a note that the feed kept; one of before there were details has none."""
    kept = {name: state.get(name, "") for name in COLUMNS}
    return Details(
        **kept,
        customers=tuple((each, part) for each, part in state.get("customers", ())),
        traits=tuple((kind, value) for kind, value in state.get("traits", ())),
    )


def in_force(note, today):
    """Return "before", "now" or "after": where `today` stands to the period of a `for` note; "now" for the others.

    Parameters
    ----------
    note : kb.note_rows.Note or kb.search.hits.Hit
    today : str
        Day ``YYYY-MM-DD`` in the instance's zone.
    """
    if note.valid_from and today < note.valid_from:
        return "before"
    return "after" if note.valid_until and today > note.valid_until else "now"


def for_customer(note, today):
    """Return the text of a note for the customer, to be copied; refuse it with a sentence once it holds no longer.

    Parameters
    ----------
    note : kb.note_rows.Note
    today : str
        As at `in_force`.

    Raises
    ------
    kb.errors.Conflict
    """
    if in_force(note, today) == "after":
        raise Conflict(
            N_("Expired on %(day)s: do not tell it to customers any more."),
            hint=N_("Ask %(name)s what holds now.") if note.owner else N_("Ask a curator what holds now."),
            day=note.valid_until,
            name=note.owner,
        )
    return note.customer_text


def _require(dimension, details, is_proven, felt_later):
    if dimension == "from":
        _from(details, felt_later)
    else:
        _CHECKS[dimension](details, is_proven)


def _about(details, is_proven):
    if not (details.customers or details.segment or details.product):
        raise Invalid(
            N_("Whom or what is this about?"),
            hint=N_("Name a customer, a segment or a product."),
            field="customers",
        )
    if not is_proven and not details.observation:
        raise Invalid(
            N_("The ground is missing: how do we know this?"),
            hint=N_("Write who saw it, where and when; or write the note from a rule that proves it."),
            field="observation",
        )


def _for(details, is_proven):
    if not details.audience:
        raise _whom()
    if details.audience == "segment" and not details.segment:
        raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field="segment", label=N_("Segment"))
    if details.audience == "customer" and not details.customers:
        raise Invalid(N_("%(label)s is missing."), hint=N_("Choose one."), field="customers", label=N_("Customer"))
    if not details.valid_from:
        raise Invalid(N_("From when does this hold?"), hint=N_("Write a day, such as 2026-12-01."), field="valid_from")


def _in_force(details):
    """Return the details of a `for` note with the days of its period, and whom its audience names and nobody else."""
    if details.audience not in ("", *AUDIENCES):
        raise _whom()
    begins, ends = (_day(getattr(details, name), name) for name in ("valid_from", "valid_until"))
    if begins and ends and ends < begins:
        raise Invalid(
            N_("The period ends on %(ends)s, before it begins on %(begins)s."),
            hint=N_("Exchange the two days, or correct one."),
            field="valid_until",
            ends=ends,
            begins=begins,
        )
    kept = {
        "segment": details.segment if details.audience == "segment" else "",
        "customers": details.customers if details.audience == "customer" else (),
    }
    return replace(details, valid_from=begins, valid_until=ends, **kept)


def _from(details, felt_later):
    if not (details.customers or details.channel):
        raise Invalid(
            N_("Who said it, or where did it come in?"),
            hint=N_("Name the customer, or the channel such as phone or shop."),
            field="customers",
        )
    if details.experience not in EXPERIENCES and not (felt_later and details.experience == ""):
        raise Invalid(
            N_("How did the customer feel about it?"),
            hint=N_("Choose satisfied, dissatisfied, suggestion or complaint."),
            field="experience",
        )


def _with(details, is_proven):
    if not details.customers:
        raise Invalid(
            N_("Which customers took part?"), hint=N_("Name at least one, and what they brought."), field="customers"
        )
    if not all(part for _, part in details.customers):
        raise Invalid(
            N_("What did each customer bring?"),
            hint=N_("Write it beside their name: an idea, a test, their time."),
            field="parts",
        )
    if not details.our_part:
        raise Invalid(
            N_("%(label)s is missing."), hint=N_("Fill it in."), field="our_part", label=_TEXTS["our_part"][0]
        )


def _whom():
    return Invalid(
        N_("For whom is this?"), hint=N_("Choose all customers, a segment, or single customers."), field="audience"
    )


_CHECKS = {"about": _about, "for": _for, "with": _with}


def _customers(db, named, reader):
    parts = {}
    for customer_id, part in named:
        part = clean(part, field="parts", label=N_("What they brought"), limit=_LONGEST_PART, lines=False)
        parts[customer_id] = parts.get(customer_id) or part
    if len(parts) > MOST_CUSTOMERS:
        raise Invalid(
            N_("%(count)d customers are too many; %(limit)d are possible."),
            hint=N_("Name the segment they belong to."),
            field="customers",
            count=len(parts),
            limit=MOST_CUSTOMERS,
        )
    known = customers.of_ids(db, list(parts), reader=reader)
    missing = next((customer_id for customer_id in parts if customer_id not in known), None)
    if missing is not None:
        raise Invalid(
            N_("There is no customer %(value)s."),
            hint=N_("Look by name, member number or the last four digits of the phone."),
            field="customers",
            value=str(missing),
        )
    return tuple(parts.items())


def _day(text, field):
    text = text.strip()
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid(
            N_("“%(value)s” is no day."), hint=N_("Write a day, such as 2026-12-01."), field=field, value=text
        ) from None
