"""The form of an interaction: what it shows of one, and what comes back from it. The page and the drawer share it."""

from dataclasses import replace

from flask import current_app, g, request

import kb.home
from kb import (
    attachments,
    customers,
    drafts,
    feed,
    interaction_readers,
    interactions,
    named_readers,
    notes,
    told_notes,
    topics,
)
from kb.errors import Invalid, N_
from web import i18n, note_form, paging
from web.templating import formats

FIELDS = (
    "customer", "contact", "channel", "method", "day", "time", "said", "told", "told_notes", "experience", "topics",
    "readers", "named_readers", "seen_readers", "narrow", "keep_said", "keep_told", "version", "pictures_of",
)  # fmt: skip
_TEXTS = ("contact", "channel", "method", "said", "told", "readers")
_OF_ROW = (*_TEXTS, "customer", "day", "time", "named_readers")


def form(sent):
    """Return the fields of the form that were sent, the others empty."""
    return {name: sent.get(name, "") for name in FIELDS}


def of(interaction):
    """Return the fields that show `interaction`."""
    day, time = _moment(interaction.happened_at)
    customer = {"id": interaction.customer_id, "name": interaction.customer}
    kept = {name: getattr(interaction, name) for name in (*_TEXTS, "version")}
    listed = "、".join(named_readers.written(g.db, interaction.named_readers))
    told = {"customer": note_form.named(customer), "named_readers": listed, "day": day, "time": time}
    return {**dict.fromkeys(FIELDS, ""), **kept, **told}


def versus(problem):
    """Return the forms of the two saves that could not be put together, and what both changed.

    Parameters
    ----------
    problem : kb.interaction_merge.Overtaken
    """
    who = feed.changes(g.db, "interaction", problem.theirs.id)[0]["member_name"]
    return {"mine": _with(problem, problem.mine), "theirs": of(problem.theirs), "clashes": problem.clashes, "who": who}


def overtaken(form, problem):
    """Return the form to save on top of what stands now: what was sent, with what only others changed as they did."""
    sent = {name: form[name] for name in FIELDS if name not in (*_OF_ROW, "version")}
    return {**_with(problem, problem.wanted), **sent}


def _with(problem, fields):
    customer = customers.get(g.db, fields["customer_id"], reader=g.reader).name
    named = named_readers.of_pairs(g.db, fields["named_readers"])
    return of(replace(problem.theirs, **{**fields, "named_readers": named}, customer=customer))


def prefilled(args, *, now):
    """Return the form of a new interaction with what one comes from: ``customer``, ``note``, ``topic``."""
    customer = args.get("customer", type=paging.whole)
    told = args.get("note", type=paging.whole)
    day, time = _moment(now)
    known = {"day": day, "time": time, "method": "talk", "readers": "all", "topics": args.get("topic", "")}
    if customer is not None:
        known["customer"] = note_form.who(g.db, customer, reader=g.reader)
    if told is not None:
        known["told_notes"] = note_form.titled(notes.get(g.db, told, reader=g.reader))
    return {**dict.fromkeys(FIELDS, ""), **known}


def fields(form):
    """Return what `kb.interactions.add` and `kb.interactions.edit` take of a form.

    Raises
    ------
    kb.errors.Invalid
        For a customer that is not there or not one, for a moment that is none, and for a reader who is nobody.
    """
    happened_at = kb.home.instant(current_app.config["HOME"], form["day"], form["time"])
    told = {"customer_id": _customer(form), "happened_at": happened_at}
    return {**{name: form[name] for name in _TEXTS}, **told, **note_form.chosen_readers(g.db, form)}


def draft_key(interaction):
    """Return under which key what was sent of an interaction is kept as a draft: that of the tab it came from."""
    of_form = f"{g.reader.member_id}:interaction-{interaction.id}:"
    sent = request.form.get("draft", "")
    return sent if sent.startswith(of_form) else of_form


def keep_unsaved(interaction, *, now):
    """Keep what was sent and could not be saved as a draft of its writer, as if it had been written on."""
    fields = {name: its for name, its in request.form.items() if name not in ("csrf_token", "draft")}
    told = {"title": fields.get("said") or fields.get("told", ""), "path": request.path, "fields": fields}
    form = f"interaction-{interaction.id}"
    drafts.keep(g.db, draft_key(interaction), form=form, **told, by=g.reader, now=now)


def narrowing(form):
    """Return why the notes of an interaction are narrowed with it, nothing where the form does not ask for that."""
    say = i18n.translator(current_app.config["SETTINGS"].language)
    return say(N_("Narrowed with the interaction it was made of")) if form["narrow"] else ""


def kept(form):
    """Return which notes a new interaction makes and names; refuses words that name none."""
    say = i18n.translator(current_app.config["SETTINGS"].language)
    return {
        "told_note_ids": told_notes.named(g.db, form["told_notes"], reader=g.reader),
        "kept": [part for part in ("said", "told") if form[f"keep_{part}"]],
        "experience": form["experience"],
        "topic_names": paging.split_names(form["topics"]) or [say(topics.UNSORTED)],
        "day": form["day"],
        "origin": say(N_("Told a customer; see the interaction")),
    }


def warnings(seq):
    """Return what speaks against having told the notes that a change says were told, as `kb.told_notes.warnings`."""
    return told_notes.warnings(g.db, seq, reader=g.reader, today=kb.home.today(current_app.config["HOME"]))


def left_open(interaction):
    """Return as `kb.interaction_readers.left_open` what to tell whoever may change an interaction, or None."""
    if not interactions.may_edit(interaction, g.reader):
        return None
    found = interaction_readers.left_open(g.db, interaction, reader=g.reader)
    return found if found and found["count"] else None


def warnings_of_undo(interaction_id):
    """Return what to say of an interaction after a change of it was taken back, as `warnings` does."""
    found = left_open(interactions.get(g.db, interaction_id, reader=g.reader))
    told = N_("Notes of it that stay open to people who no longer see it: %(count)s. They stand above on its page.")
    return [{"template": told, "values": {"count": found["count"]}}] if found else []


def files():
    """Return the files sent with the form as a context in which they are taken: ``(taken, refused)``."""
    given = [(each.filename, each.stream) for each in request.files.getlist("files") if each.filename]
    return attachments.taking(g.db, given, most_megabytes=current_app.config["SETTINGS"].attachment_megabytes)


def _customer(form):
    try:
        found = note_form.customer_ids(g.db, form["customer"], g.reader)
    except Invalid as problem:
        problem.field = "customer"
        raise
    if len(found) != 1:
        raise Invalid(
            N_("Whom did you talk to?"), hint=N_("Name one customer."), field="customer", value=form["customer"]
        )
    return found[0]


def _moment(instant):
    when = formats().instant(instant)
    return f"{when:%Y-%m-%d}", f"{when:%H:%M}"
