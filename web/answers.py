"""The JSON objects that command line and ``/api/v1`` answer alike."""

from kb import note_details
from kb.errors import N_, fill

DIMENSIONS = {
    "about": N_("About the customer"),
    "for": N_("For the customer"),
    "from": N_("From the customer"),
    "with": N_("With the customer"),
}


def member(member):
    """Return a staff account; nothing of its password."""
    return {name: getattr(member, name) for name in ("login", "name", "department", "role", "state")}


def customer(customer):
    """Return a customer as everybody may see it: phone and mail masked."""
    kept = {name: getattr(customer, name) for name in _CUSTOMER}
    return {**kept, "archived": bool(customer.archived)}


def reject(row, problem, translate=str):
    """Return why a row of a table was refused."""
    return {**problem.details(translate), "row": row}


def note(note, proofs=()):
    """Return a note with its evidence and what is attached to it; its ``proof`` is the page, "" for all of it.

    Parameters
    ----------
    note : kb.note_rows.Note
    proofs : iterable of dict
        Rows of `kb.evidence.of_note`.
    """
    kept = {name: getattr(note, name) for name in _NOTE}
    return {
        **kept,
        **{name: getattr(note, name) for name in note_details.COLUMNS},
        "topics": [topic["name"] for topic in note.topics],
        "named_readers": [{"kind": each["kind"], "name": each["name"]} for each in note.named_readers],
        "facets": list(note.facets),
        "customers": list(note.customers),
        "traits": [{"kind": kind, "value": value} for kind, value in note.traits],
        "archived": bool(note.archived),
        "attachments": [{name: each[name] for name in _ATTACHMENT} for each in note.attachments],
        "evidence": [*map(_proof, proofs), *map(_answer, note.answers)],
    }


def balance(counts):
    """Return how many notes each dimension has."""
    return {"counts": counts}


def experts(topic, people, translate=str):
    """Return who knows a topic; a score is the sum of the weights of its reasons.

    Parameters
    ----------
    topic : kb.topics.Topic
    people : sequence of kb.map.experts.Expert
    translate : callable
        From template to template, for the texts of the reasons.

    A reason has a ``topic`` where one below passes it on.
    """
    return {"topic": {"id": topic.id, "name": topic.name}, "experts": [_expert(each, translate) for each in people]}


def batches(found, total):
    """Return imports, newest first, and how many there are."""
    kept = ("id", "file", "sha256", "encoding", "mapping", "rows", "by_reason", "facts", "state", "created_at",
            "replaced_by")  # fmt: skip
    return {"total": total, "batches": [{name: getattr(each, name) for name in kept} for each in found]}


def runs(found, translate=str):
    """Return jobs, newest first, without what they found."""
    return {"runs": [_run(each, translate) for each in found]}


def run(run, findings, total, translate=str):
    """Return one job with the rules it found, and how many these are."""
    rules = [{"id": each.id, "position": each.position, **each.data} for each in findings]
    return {**_run(run, translate), "total": total, "findings": rules}


_ATTACHMENT = ("id", "name", "kind", "size", "proof")
_EXPERT = ("login", "name", "department", "state", "phone", "wecom", "mail", "score")
_CUSTOMER = ("id", "version", "name", "number", "phone", "mail", "city", "segment", "created_at", "updated_at")
_NOTE = (
    "id", "version", "title", "summary", "body", "dimension", "maturity", "standing", "readers", "owner", "department",
    "merged_into", "created_at", "updated_at",
)  # fmt: skip


def _proof(row):
    return {
        "kind": row["kind"],
        "finding": row["finding_id"],
        "why": row["why"],
        "by": row["created_by_name"],
        "at": row["created_at"],
    }


def _answer(row):
    kept = {name: row[name] for name in ("verdict", "person", "channel", "said_on")}
    stamp = {"by": row["created_by_name"], "at": row["created_at"]}
    return {"kind": "answer", **kept, "why": row["words"], "attachment": row["attachment_id"], **stamp}


def _expert(expert, translate):
    kept = {name: getattr(expert, name) for name in _EXPERT}
    return {**kept, "reasons": [_reason(each, translate) for each in expert.reasons]}


def _reason(reason, translate):
    kept = {name: getattr(reason, name) for name in ("kind", "id", "at", "weight")}
    return {**kept, "text": fill(reason.text, reason.values, translate), "topic": reason.topic}


def _run(run, translate):
    names = ("id", "kind", "state", "args", "progress", "total", "result", "created_at", "started_at", "finished_at")
    kept = {name: getattr(run, name) for name in names}
    kept["args"] = {name: value for name, value in run.args.items() if name not in ("upload", "sentences")}
    return {**kept, "error": run.error and run.error.details(translate)}
