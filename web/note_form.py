"""The form of a note: what it shows of a note, and what comes back from it."""

import re
from dataclasses import replace

import kb.home
from kb import customers, named_readers, note_details, note_templates, traits
from kb.errors import Invalid, N_
from kb.note_details import Details
from web import paging

TEXTS = (
    "title", "summary", "body", "dimension", "topics", "readers", "named_readers", "seen_readers", "version", "reason",
    "participants", "pictures_of", "answered",
)  # fmt: skip
NAMES = (*TEXTS, "customers", "parts", *note_details.COLUMNS, *traits.KINDS)
# The last one of a field that may also hold words, or an address.
_LAST_NUMBER = re.compile(r"(\d{1,18})\D*$")
_BY_NUMBER = re.compile(r"[#＃](\d{1,18})$")


def form(**values):
    """Return the fields of the form, the ones not given empty."""
    return {name: values.get(name, "") for name in NAMES}


def number(text, missing, field):
    """Return the number that names a thing in a field; refuse with the sentence `missing` where there is none."""
    found = _LAST_NUMBER.search(text)
    if found is None:
        raise Invalid(missing, hint=N_("Look for it by a word."), field=field)
    return int(found[1])


def of_note(db, note):
    """Return the fields that show `note`."""
    links = (
        "topics", "customers", "parts", "named_readers", "seen_readers", "reason", "participants",
        "pictures_of", "answered", *traits.KINDS,
    )  # fmt: skip
    kept = {name: getattr(note, name) for name in NAMES if name not in links}
    return form(
        **kept,
        topics="、".join(topic["name"] for topic in note.topics),
        customers="、".join(named(each) for each in note.customers),
        named_readers="、".join(named_readers.written(db, note.named_readers)),
        parts="\n".join(each["part"] for each in note.customers if each["part"]),
        **{kind: "、".join(word for its, word in note.traits if its == kind) for kind in traits.KINDS},
    )


def of_kept(db, note, kept, *, reader):
    """Return the fields that show what somebody wrote of `note`, to be saved on top of what it began with.

    Parameters
    ----------
    kept : kb.proposals.Proposal or kb.unmerged.Unmerged
    """
    wanted = {**kept.wanted, "version": kept.version}
    known = customers.of_ids(db, [number for number, _ in wanted["customers"]], reader=reader)
    named = [{"id": number, "name": known[number].name, "part": part} for number, part in wanted["customers"]]
    found = {
        **{name: wanted[name] for name in ("title", "summary", "body", "dimension", "readers", "version")},
        **{name: wanted[name] for name in note_details.COLUMNS},
        "topics": tuple({"name": name} for name in wanted["topics"]),
        "customers": tuple(named),
        "traits": tuple(tuple(each) for each in wanted["traits"]),
        "named_readers": named_readers.of_pairs(db, wanted["named_readers"]),
    }
    took_part = named_readers.of_pairs(db, [("member", number) for number in wanted.get("participants", ())])
    told = {
        "participants": "、".join(named_readers.written(db, took_part)),
        "answered": wanted.get("answered", ""),
    }
    return {**of_note(db, replace(note, **found)), **told}


def of_defaults(db, defaults, *, reader):
    """Return the fields that show what holds for all notes of a file, a `kb.note_import.Defaults`."""
    details = defaults.details
    known = customers.of_ids(db, [number for number, _ in details.customers], reader=reader)
    return form(
        dimension=defaults.dimension,
        readers=defaults.readers,
        topics="、".join(defaults.topic_names),
        **{name: getattr(details, name) for name in note_details.COLUMNS},
        customers="、".join(named(known[number]) for number, _ in details.customers),
        parts="\n".join(part for _, part in details.customers if part),
        **{kind: "、".join(word for its, word in details.traits if its == kind) for kind in traits.KINDS},
    )


def named(customer):
    """Return how a customer stands in a field: the name for people, the number so that no other of that name is meant.

    Parameters
    ----------
    customer : dict or kb.customers.Customer
    """
    name, number = (customer["name"], customer["id"]) if isinstance(customer, dict) else (customer.name, customer.id)
    return f"{paging.without_separators(name)} #{number}"


def who(db, customer_id, *, reader):
    """Return how a customer one comes from stands in a field; of one that was erased there is nothing to write."""
    customer = customers.get(db, customer_id, reader=reader)
    return "" if customer.erased_at else named(customer)


def titled(note):
    """Return how a note stands in a field: the title for people, the number so that no other is meant."""
    return f"{paging.without_separators(note.title)} #{note.id}"


def prefilled(db, args, home, *, reader):
    """Return the form of a new note with what the page one comes from knows: ``dimension``, ``topic``, ``customer``.

    With ``template`` it is that of `kb.note_templates`, its headings and its type.
    """
    template = note_templates.get(db, args["template"]) if args.get("template") else None
    number = args.get("customer", type=paging.whole)
    customer = "" if number is None else who(db, number, reader=reader)
    return form(
        readers="all",
        dimension=template.dimension if template else args.get("dimension", ""),
        template=template.id if template else "",
        body=template.body() if template else "",
        topics=args.get("topic", ""),
        audience="customer" if customer else "all",
        valid_from=kb.home.today(home),
        customers=customer,
    )


def choices(db, reader):
    """Return what the fields of a note offer."""
    return {
        "segments": customers.segments(db, reader=reader),
        "trait_words": traits.common(db, reader=reader),
    }


def fields(db, form, *, reader):
    """Return what `kb.notes.add` and `kb.notes.edit` take of a form.

    Raises
    ------
    kb.errors.Invalid
        For a customer that is not there, or of whom there are two.
    """
    kept = {name: form[name] for name in ("title", "summary", "body", "dimension")}
    return {
        **kept,
        **chosen_readers(db, form),
        "topic_names": paging.split_names(form["topics"]),
        "details": _details(db, form, reader),
    }


def chosen_readers(db, form):
    """Return ``readers`` and ``named_readers`` of a form; names count only where it is a list."""
    words = paging.split_names(form["named_readers"]) if form["readers"] == "list" else ()
    return {"readers": form["readers"], "named_readers": named_readers.parsed(db, words)}


def _details(db, form, reader):
    ids = customer_ids(db, form["customers"], reader)
    kept = {name: form[name] for name in note_details.COLUMNS}
    words = tuple(each for kind in traits.KINDS for each in traits.parted(kind, form[kind]))
    parts = note_details.parted(form["parts"] if form["dimension"] == "with" else "", len(ids))
    return Details(**kept, customers=tuple(zip(ids, parts, strict=True)), traits=words)


def _tokens(text):
    # A number sign parts topics, but here it leads the number of a customer.
    return [token.strip() for token in re.split(r"[,，、;；\n]", text) if token.strip()]


def customer_ids(db, text, reader):
    """Return the ids of the customers in a field: each a name, a number, or ``#`` and the id; commas between."""
    return [_customer(db, each, reader) for each in _tokens(text)]


def _customer(db, token, reader):
    number = _BY_NUMBER.search(token)
    return int(number[1]) if number else customers.named(db, token, reader=reader).id
