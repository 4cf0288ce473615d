"""Approval: a second person says yes to a proposed change, which readers see from then on, or sends it back."""

from dataclasses import dataclass

from kb import access, approval_rules, doubts, evidence, feed, merge, note_details, note_rows, notes, proposals
from kb.errors import Conflict, Forbidden, Invalid, N_
from kb.store import writing
from kb.text import clean

_LABEL = N_("What you say to it")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a yes comes to: ``note`` as it stands; ``before`` and ``after`` are states as the feed keeps them.

    Of a note that only its author sees, ``before`` is empty: who decides sees what is proposed, and nothing else.
    """

    note: note_rows.Note
    before: dict
    after: dict


def outcome(db, proposal):
    """Return the `Outcome` of a yes; what others changed since is put together with what was proposed.

    Raises
    ------
    kb.errors.Conflict
        When the note was archived, or both changed the same.
    """
    note = notes.get(db, proposal.note_id, reader=access.OPERATOR)
    if note.archived:
        raise Conflict(N_("The note is archived."), hint=N_("Bring it back first, or send the proposal back."))
    now, wanted = note_rows.state(note), proposal.wanted
    if note.version != proposal.version:
        base = note_rows.state_of_version(db, note.id, proposal.version)
        try:
            if base is None:
                raise merge.Clash
            wanted = merge.states(base, wanted, now)
        except merge.Clash:
            raise Conflict(
                N_("The note was changed in the same place since this was proposed."),
                hint=N_("Send it back: who proposed it puts both together."),
            ) from None
    return Outcome(note, {} if note.readers == "owner" else now, {**now, **wanted})


def approve(db, proposal_id, *, revision, version, words="", by, now):
    """Say yes: the note becomes what was proposed; return the seq of the change of the note, which can be undone.

    Where the department asks for two, the first yes is kept, and the seq of the proposal is returned.

    Parameters
    ----------
    revision, version : int
        Of the proposal and of the note as they were looked at.

    Raises
    ------
    kb.errors.Conflict
        When either is another by now, or the proposal waits no longer.
    kb.errors.Forbidden, kb.errors.Invalid, kb.errors.NotFound
    """
    words = _words(words)
    with writing(db):
        row = _to_decide(db, proposal_id, revision, by)
        proposal = proposals.get(db, proposal_id, reader=by)
        found = outcome(db, proposal)
        before, after = found.note, found.after
        if before.version != version:
            raise Conflict(
                N_("The note was changed while you looked. Nothing was decided."), hint=N_("Look at it again.")
            )
        if proposal.first is None and before.department_id in approval_rules.seconds(db):
            return proposals.agree(db, row, words, by=by, now=now)
        details = note_details.checked(
            db,
            after["dimension"],
            note_details.of_state(after),
            reader=by,
            is_proven=evidence.has_finding(db, before.id),
            felt_later=before.is_unfelt(),
        )
        fields = {name: after[name] for name in ("title", "summary", "body", "dimension", "readers")}
        named = [tuple(each) for each in after["named_readers"]]
        doubts.answer(db, before, proposal.wanted.get("answered"))
        notes.save(db, before, fields, named, after["topics"], details, did="note.approve", by=by, now=now,
                   reason=proposal.reason, told=_took_part(proposal))  # fmt: skip
        seq = feed.last_seq(db)
        decided = {"state": "approved", "words": words, "decided_by": by.member_id, "decided_at": now}
        proposals.store(db, row, {**decided, "change_seq": seq, "text": _EMPTY}, "approve", by=by, now=now)
    return seq


def send_back(db, proposal_id, *, revision, words, by, now):
    """Send a proposal back with words on what is to be mended; return the seq of that.

    Raises
    ------
    kb.errors.Invalid
        Without words.
    kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    words = _words(words)
    if not words:
        raise Invalid(N_("%(label)s is missing."), hint=N_("Say what is to be mended."), field="words", label=_LABEL)
    with writing(db):
        row = _to_decide(db, proposal_id, revision, by)
        decided = {"state": "returned", "words": words, "decided_by": by.member_id, "decided_at": now}
        return proposals.store(db, row, decided, "return", by=by, now=now)


def withdraw(db, proposal_id, *, by, now):
    """Withdraw what one proposed oneself, or took over; return the seq of that."""
    with writing(db):
        row = proposals.row_of(db, proposal_id, reader=by)
        if row["member_id"] != by.member_id:
            raise Forbidden(
                N_("Only who looks after it may withdraw it."), hint=N_("Ask them, or send it back with a word why.")
            )
        if row["state"] not in ("open", "returned"):
            raise Conflict(N_("This proposal waits no longer."))
        return proposals.store(db, row, {"state": "withdrawn"}, "withdraw", by=by, now=now)


def _to_decide(db, proposal_id, revision, by):
    row = proposals.row_of(db, proposal_id, reader=by)
    if row["state"] != "open" or row["revision"] != revision:
        raise Conflict(
            N_("Something became of this proposal while you looked. Nothing was decided."), hint=N_("Look at it again.")
        )
    if not proposals.may_decide(db, proposal_id, by):
        raise Forbidden(N_("A second person decides, and only one who may change the note."), hint=N_("Ask a curator."))
    return row


def _took_part(proposal):
    found = proposal.wanted.get("participants")
    return {"participants": found} if found else {}


def _words(text):
    return clean(text, field="words", label=_LABEL, limit=300, lines=False)


# What was approved stands in the history of the note.
_EMPTY = '{"title":""}'
