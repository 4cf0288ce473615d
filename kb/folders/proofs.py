"""Why notes are believed, in a folder: what an export tells of it, and what an import makes of that again.

What evidence rests on is named by its path in the folder. What is not in there, an interaction or a question, cannot be
rested on again; what it said is told as left out.
"""

from kb import answers, customers, evidence, gates, notes, proofs
from kb.anchors import digest, find, whole
from kb.errors import Invalid, N_
from kb.evidence import Evidence, Words

_ANSWER = ("verdict", "person", "channel", "words", "said_on")
_NOT_HERE = N_("Evidence is left out, as what it rests on is not in the folder: %(value)s")
_NO_EVIDENCE = N_("Evidence is left out, as it cannot be read: %(value)s")
_LONGEST_TOLD = 120


def of_note(db, note, paths, *, reader):
    """Return what the front matter of a note says of its evidence, as far as `reader` may see it.

    Parameters
    ----------
    paths : dict
        From ``("note", id)`` and ``("file", id)`` to the path in the folder.
    """
    if not (note.proofs or note.answers or any(each["proof"] is not None for each in note.attachments)):
        return []
    told = (_told(db, note, each, paths, reader) for each in proofs.of_note(db, note, reader=reader))
    return [{name: value for name, value in each.items() if value not in (None, "")} for each in told if each]


def said(page):
    """Return the pieces of evidence that a page names: dicts with a kind."""
    found = page.fields.get("evidence") or []
    found = found if isinstance(found, list) else [found]
    return [each if isinstance(each, dict) and isinstance(each.get("kind"), str) else {"kind": ""} for each in found]


def has_finding(page):
    """Return whether a page says that a finding proves it."""
    return any(each["kind"] == "finding" and isinstance(each.get("why"), str) for each in said(page))


def paths_of(page):
    """Return the paths of the pages and files that the evidence of a page rests on."""
    return [each["path"] for each in said(page) if isinstance(each.get("path"), str)]


def attach(db, note, page, found, *, by, now):
    """Let a note that was just stored rest on what its page says; return what is left out, as `kb.errors.Invalid`.

    Only inside ``writing``, before the feed hears of the note.

    Parameters
    ----------
    note : kb.note_rows.Note
    found : callable
        From a path in the folder to ``("note", id)`` or ``("file", id)``, None for what is not there yet.
    """
    made, said_yes, left = [], [], []
    for each in said(page):
        try:
            one = _MAKERS.get(each["kind"], _unknown)(db, note, each, found, by)
        except (KeyError, TypeError, ValueError):
            left.append(_left(_NO_EVIDENCE, each))
            continue
        if one is None:
            left.append(_left(_NOT_HERE, each))
        elif isinstance(one, dict):
            said_yes.append({**one, "created_by": by.member_id, "created_at": now})
        elif one is not True:
            made.append(one)
    evidence.attach(db, note.id, made, by=by, now=now)
    if said_yes:
        answers.store(db, note.id, said_yes)
    return tuple(left)


def _told(db, note, each, paths, reader):
    thing = each.thing
    if each.words is None and each.kind != "answer":
        return None
    if each.kind == "answer":
        kept = {name: thing[name] for name in _ANSWER}
        scan = paths.get(("file", thing["attachment_id"]))
        names = {its["id"]: its["name"] for its in note.customers}
        whose = [name for number, name in names.items() if str(number) in thing["customers"]]
        one = names.get(thing["customer_id"])
        is_to_it = gates.is_answered(thing, note)
        return {"kind": "answer", **kept, "path": scan, "customers": whose, "customer": one, "of_this_text": is_to_it}
    if each.kind == "reply":
        return {"kind": "reply", "words": each.words, "question": thing.title}
    if each.kind == "quote":
        place = {"of": thing.kind, "name": thing.name, "path": paths.get((thing.kind, thing.source_id))}
        row = next(row for row in evidence.quotes_of_note(db, note.id) if row["id"] == thing.id)
        as_taken = row["digest"] if thing.kind in ("file", "interaction_file") else thing.state == "there"
        return {"kind": "quote", **place, "part": thing.part, "text": each.words, "as_taken": as_taken}
    if each.kind == "file":
        return {"kind": "file", "path": paths.get(("file", thing["id"])), "place": thing["proof"] or None}
    if each.kind == "note":
        source = thing["note"]
        named = {"title": source.title if source else None, "path": paths.get(("note", thing["source_note_id"]))}
        return {"kind": "note", "why": each.words, **named, "as_taken": each.state == "there"}
    if each.kind == "finding":
        return {"kind": "finding", "why": each.words, "finding": thing["finding_id"]}
    question = dict(thing["question"])
    if question.get("customer"):
        known = customers.of_ids(db, [question["customer"]], reader=reader)
        question["customer"] = next((its.number or its.name for its in known.values()), "")
    return {"kind": "purchases", "why": each.words, "question": question, "figure": thing["figure"]}


def _answer(db, note, each, found, by):
    fields = {name: _text(each.get(name, "")) for name in _ANSWER}
    checked = answers.checked(**fields, today=_text(each["said_on"]), has_scan="path" in each)
    scan = found(each["path"]) if "path" in each else None
    scan = scan[1] if scan and scan[0] == "file" else None
    # A folder from before it said which customers has the yes of all.
    whose = each.get("customers")
    named = [its for its in note.customers if whose is None or its["name"] in whose]
    parts = gates.parts_of((its["id"], its["part"]) for its in named)
    one = next((its["id"] for its in note.customers if its["name"] == each.get("customer")), None)
    digest = gates.digest(note) if each.get("of_this_text") and ("customer" not in each or one is not None) else ""
    return {**checked, "digest": digest, "customers": parts, "customer_id": one, "attachment_id": scan}


def _quote(db, note, each, found, by):
    source = found(_text(each["path"])) if "path" in each else None
    if source is None or source[0] != each["of"]:
        return None
    text, part = _text(each["text"]), _text(each.get("part", ""))
    if source[0] == "file":
        return Words("file", source[1], part, 0, text, _text(each.get("as_taken", "")) or None)
    stands = whole(notes.get(db, source[1], reader=by))
    span = find(stands, text, 0)
    as_taken = digest(stands) if each.get("as_taken") else ""
    return Words("note", source[1], "", span[0] if span else 0, text, as_taken)


def _file(db, note, each, found, by):
    source = found(_text(each["path"])) if "path" in each else None
    if source is None or source[1] not in {its["id"] for its in note.attachments}:
        return None
    db["attachment"].update(source[1], {"proof": _text(each.get("place", ""))[:60]})
    return True


def _note(db, note, each, found, by):
    source = found(_text(each["path"])) if "path" in each else None
    if source is None or source[0] != "note":
        return None
    stands = whole(notes.get(db, source[1], reader=by))
    return Evidence("note", None, _text(each["why"]), source[1], digest(stands) if each.get("as_taken") else "")


def _finding(db, note, each, found, by):
    # Of another home it would be another finding's number: the same sentence has to stand there.
    why = _text(each["why"])
    row = db.execute(
        "SELECT finding_id FROM evidence WHERE kind = 'finding' AND finding_id = :id AND why = :why LIMIT 1",
        {"id": each.get("finding"), "why": why},
    ).fetchone()
    return Evidence("finding", None if row is None else row[0], why)


def _purchases(db, note, each, found, by):
    question, figure = dict(each["question"]), dict(each["figure"])
    if question.get("customer"):
        try:
            question["customer"] = customers.named(db, _text(question["customer"]), reader=by).id
        except Invalid:
            return None
    return Evidence("purchases", None, _text(each["why"]), question=question, figure=figure)


def _unknown(db, note, each, found, by):
    return None


_MAKERS = {
    "answer": _answer, "quote": _quote, "file": _file, "note": _note, "finding": _finding, "purchases": _purchases,
}  # fmt: skip


def _text(value):
    if not isinstance(value, str):
        raise TypeError
    return value


def _left(template, each):
    said = next((each[name] for name in ("words", "text", "why", "name") if isinstance(each.get(name), str)), "")
    return Invalid(template, field="evidence", value=said[:_LONGEST_TOLD] or each["kind"])
