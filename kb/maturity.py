"""Moving an interactive note on: its classes, its next step, and what the customer said to it."""

import kb.home
from kb import access, answers, approval_rules, facets, gates, looked_at, note_templates, notes, topics
from kb.errors import Invalid, N_
from kb.store import writing


def classify(db, note_id, wanted, *, by, now, reason=""):
    """Give a note these facets and return the seq of the change; one that lacks two goes back.

    Parameters
    ----------
    reason : str
        Why; a note that others build on is not filed otherwise without.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    chosen = facets.checked(wanted)
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        reason = gates.reason_to_file(before, reason)
        facets.store(db, note_id, chosen)
        return _save(db, before, "note.classify", by, now, reason=reason)


def add_topic(db, note_id, topic_id, *, by, now, reason=""):
    """Give a note one topic more and return the seq of the change; it takes the place of “To be sorted”.

    Parameters
    ----------
    reason : str
        As at `classify`.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        reason = gates.reason_to_file(before, reason)
        kept = [each["name"] for each in before.topics if each["name"] not in topics.UNSORTED_WORDS]
        added = [each["name"] for each in topics.of_ids(db, [topic_id])]
        topics.store(db, note_id, topics.named(db, [*kept, *added], by=by, now=now))
        return _save(db, before, "note.classify", by, now, reason=reason)


def advance(db, note_id, *, by, now):
    """Bring a note to its next step and return the seq of the change.

    Raises
    ------
    kb.errors.Invalid
        Names what lacks; nobody gets past that.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        step = gates.following(before)
        if step is None:
            raise Invalid(N_("“%(title)s” has no further step."), title=before.title)
        lacks = gates.lacking(before, step)
        if "template" in lacks:
            raise Invalid(
                N_("%(name)s lacks: %(headings)s."),
                hint=N_("Write it under its heading, then go on."),
                field="template",
                name=note_templates.get(db, before.template).name,
                headings=note_templates.joined(before.template, before.unfilled),
            )
        if lacks:
            raise Invalid(
                N_("Not yet: what lacks is %(lack)s."),
                hint=N_("Add it, then go on."),
                field=lacks[0],
                lack=gates.LACKS[lacks[0]],
            )
        return _save(db, before, "note.advance", by, now, maturity=step)


def record(db, home, note_id, *, by, now, customer="", scan="", shown="", **fields):
    """Record what somebody at the customer said to a note, and return the seq of the change.

    The last yes that lacks brings a classified note to agreed; no takes it back to explicit, with their words as the
    reason.

    Parameters
    ----------
    customer : str
        Which of several customers said it, as `kb.answers.customer` takes it.
    scan : str
        The id of the file on the note that proves it, or nothing.
    shown : str
        The `kb.looked_at.told` of the note that was looked at, or nothing.
    fields
        ``verdict``, ``person``, ``channel``, ``words``, ``said_on`` as `kb.answers.checked` takes them.

    Raises
    ------
    kb.errors.Conflict
        When the text is another one by now.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    said = answers.checked(**fields, today=kb.home.today(home), has_scan=bool(scan))
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        if before.maturity is None:
            raise Invalid(
                N_("A note about a customer is judged, not agreed."),
                hint=N_("Record what they said as a note from the customer."),
            )
        looked_at.require_same_text(db, before, shown)
        proof = {"digest": gates.digest(before), "attachment_id": answers.scan(before.attachments, scan)}
        whose = {"customers": gates.customers_of(before), "customer_id": answers.customer(before, customer)}
        stamp = {**proof, **whose, "created_by": by.member_id, "created_at": now}
        answers.store(db, note_id, [*before.answers, {**said, **stamp}])
        is_yes = said["verdict"] == "yes"
        if is_yes:
            to = "agreed" if before.maturity == "classified" else before.maturity
        else:
            to = min(before.maturity, "explicit", key=gates.STEPS.index)
        return _save(db, before, "note.answer", by, now, maturity=to, reason=None if is_yes else said["words"])


def younger_text(db, home, note):
    """Return the day since which the text of a note stands, where its last answer is a yes from before; else None."""
    said, day = note.answers[-1], looked_at.day_of_text(db, home, note.id)
    return day if said["verdict"] == "yes" and day is not None and said["said_on"] < day else None


def _save(db, before, did, by, now, maturity=None, reason=None):
    stamp = {"version": before.version + 1, "updated_at": now}
    db["note"].update(before.id, {**stamp, "maturity": maturity or before.maturity})
    after = notes.settle(db, before.id)
    return notes.log(db, did, before, after, by, now, reason)


def since(history):
    """Return ``{step: instant}``: since when a note is at or past each step, as far as its changes tell.

    Parameters
    ----------
    history : list of dict
        As `kb.note_history.history` returns: the newest first.
    """
    found = {}
    for change in reversed(history):
        step = (change["after"] or {}).get("maturity")
        if step is None:
            continue
        at = gates.STEPS.index(step)
        found = {each: found.get(each, change["at"]) for each in gates.STEPS[: at + 1]}
    return found
