"""Proposals: changes of notes that readers do not see before a second person said yes.

Here they are kept and found; `kb.approval` decides. Who is asked: whoever the note names to verify it, else its
deputy, else the curators, managers and administrators of its department, else those of the company, else whoever may
see and write it; never who wrote it or looks after it, who are two after a hand-over. Four eyes are two that made the
words and two that did not: whoever looked after a change for a while and passed it on as it was reads it as any other
colleague does, whoever put it in words of their own meanwhile wrote it for good. One who left is no longer asked,
and the next in line is; whoever stands in for one who is away is asked in their place, and may decide what they may
see themselves. Where the department asks for a second yes, whom it names is asked after the first said it, and never
the same person twice.
"""

import json
from dataclasses import dataclass

from kb import access, feed, presence
from kb.errors import Conflict, Forbidden, N_, NotFound
from kb.store import writing

_COLUMNS = ("note_id", "member_id", "version", "revision", "text", "readers", "named_readers", "reason", "state",
            "words", "proposed_at", "decided_by", "decided_at", "change_seq")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody proposed.

    ``member`` looks after it; ``writers`` are the names of those whose words it is, the first of them first, and
    ``kept_since`` is the instant since when it is looked after by somebody else than the first, None where it is not.
    ``wanted`` is the text and the details of the note as they would become, as `kb.note_rows.state` names them;
    ``version`` that of the note it began with, ``revision`` how often it was proposed; ``words`` what who decided said,
    ``first`` who said the first yes of two, when and in which words, or None; ``is_archived`` whether the note was put
    into the archive meanwhile, ``merged_into`` the note that stayed where it was merged.
    """

    id: int
    note_id: int
    member_id: int
    member: str
    version: int
    revision: int
    wanted: dict
    reason: str
    state: str
    words: str
    proposed_at: str
    decider: str | None
    decided_at: str | None
    change_seq: int | None
    first: dict | None
    is_archived: int
    merged_into: int | None
    writers: tuple
    kept_since: str | None

    @property
    def title(self):
        """The title the note would have."""
        return self.wanted["title"]


def put(db, note, wanted, *, by, now, reason=""):
    """Keep a change of a note as proposed, in place of the one `by` proposed before; only inside ``writing``.

    Parameters
    ----------
    note : kb.note_rows.Note
        It was made on top of.
    wanted : dict
    """
    mine = {"note": note.id, "member": by.member_id}
    earlier = _row(db, "note_id = :note AND member_id = :member AND state IN ('open', 'returned')", mine)
    row = {
        "note_id": note.id,
        "member_id": by.member_id,
        "version": note.version,
        "revision": earlier["revision"] + 1 if earlier else 1,
        "text": json.dumps(wanted, ensure_ascii=False),
        "readers": wanted["readers"],
        "named_readers": json.dumps(wanted["named_readers"]),
        "reason": reason,
        "state": "open",
        "words": "",
        "proposed_at": now,
        "decided_by": None,
        "decided_at": None,
        "change_seq": None,
    }
    if earlier:
        return store(db, earlier, row, "edit", by=by, now=now)
    proposal_id = db["proposal"].insert(row).last_pk
    return feed.append(db, by=by, did="proposal.add", of=proposal_id, at=now, after=row)


def store(db, row, fields, did, *, by, now):
    """Change some columns of a proposal, given as its row, and return the seq of that; only inside ``writing``."""
    after = {name: fields.get(name, row[name]) for name in _COLUMNS}
    db["proposal"].update(row["id"], fields)
    before = {name: row[name] for name in _COLUMNS}
    return feed.append(db, by=by, did=f"proposal.{did}", of=row["id"], at=now, before=before, after=after)


def row_of(db, proposal_id, *, reader):
    """Return the row of a proposal; raises `NotFound` alike when there is none and when it is closed to `reader`."""
    clause, values = visible(reader)
    found = _row(db, f"id = :id AND {clause}", {**values, "id": proposal_id})
    if found is None:
        raise NotFound(N_("There is no such proposal."), hint=N_("Look at the list of those that wait."))
    return found


def get(db, proposal_id, *, reader):
    """Return a proposal; raises `NotFound` as `row_of` does."""
    return _of_ids(db, [row_of(db, proposal_id, reader=reader)["id"]])[0]


def of_ids(db, proposal_ids, *, reader):
    """Return those of some proposals that are open to `reader`."""
    clause, values = visible(reader)
    ids = {**values, "ids": json.dumps(list(proposal_ids))}
    return _found(db, f"id IN (SELECT value FROM json_each(:ids)) AND {clause}", ids)


def waiting(db, *, reader):
    """Return the open proposals that `reader` is asked to decide, the oldest first."""
    if not access.may(reader, "note.write"):
        return []
    return _found(db, f"state = 'open' AND {_LIVING} AND {_is_asked('me')}", {"reader_id": reader.member_id})


def mine(db, *, reader):
    """Return what `reader` proposed, or took over, and nobody said yes to so far, the newest first.

    Of notes in the archive too.
    """
    unsettled = "member_id = :reader_id AND state IN ('open', 'returned')"
    return _found(db, unsettled, {"reader_id": reader.member_id})[::-1]


def of_note(db, note_id, *, reader):
    """Return the proposals of a note that nobody said yes to so far and that are open to `reader`."""
    return of_notes(db, [note_id], reader=reader)


def of_notes(db, note_ids, *, reader):
    """Return the proposals of some notes that nobody said yes to so far and that are open to `reader`."""
    clause, values = visible(reader)
    unsettled = f"note_id IN (SELECT value FROM json_each(:notes)) AND state IN ('open', 'returned') AND {clause}"
    return _found(db, unsettled, {**values, "notes": json.dumps(list(note_ids))})


def approved(db, note_id):
    """Return ``{seq of the change of the note: proposal}`` of those of a note that somebody said yes to."""
    rows = _found(db, "note_id = :note AND state = 'approved'", {"note": note_id})
    return {each.change_seq: each for each in rows}


def asked(db, proposal_id):
    """Return the names of those who are asked to decide a proposal."""
    rows = db.execute(
        f"""SELECT me.name FROM member AS me JOIN proposal ON proposal.id = :id
             WHERE {_FIRST.replace(":reader_id", "me.id")} ORDER BY me.name, me.id""",
        {"id": proposal_id},
    )
    return [row[0] for row in rows.fetchall()]


def why_asked(db, proposal_id):
    """Return why those of `asked` are: a number of `WHY`, None where nobody is asked."""
    row = db.execute(
        f"""SELECT {_RANK.format(who="me")} FROM member AS me
              JOIN proposal ON proposal.id = :id JOIN note AS n ON n.id = proposal.note_id
             WHERE {_FIRST.replace(":reader_id", "me.id")} LIMIT 1""",
        {"id": proposal_id},
    ).fetchone()
    return None if row is None else row[0]


def visible(reader):
    """Return the condition over table ``proposal`` for those `reader` wrote, keeps or may decide, and its values."""
    if reader.role == "operator":
        return "1", {}
    if reader.looker is not None:
        return "0", {}
    mine = f"(proposal.member_id = :reader_id OR {_WROTE.format(who=':reader_id')})"
    agreed = f"""EXISTS (SELECT 1 FROM note AS n, member AS me WHERE n.id = proposal.note_id AND me.id = :reader_id
        AND {_ABLE.format(who="me")} AND {_SAID_YES.format(who="me")})"""
    clause = f"({mine} OR {agreed} OR {_may_decide()})" if access.may(reader, "note.write") else mine
    return clause, {"reader_id": reader.member_id}


def may_decide(db, proposal_id, reader):
    """Return whether `reader` may say yes to a proposal, or send it back."""
    if not access.may(reader, "note.write"):
        return False
    known = {"id": proposal_id, "reader_id": reader.member_id}
    return _row(db, f"id = :id AND {_may_decide()}", known) is not None


def undo(db, seq, *, by, now):
    """Take back what `by` did to a proposal: proposed, sent back or withdrew it; return its id.

    Raises
    ------
    kb.errors.Conflict
        When something became of it since, and for a yes: the change of the note is what is taken back.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    with writing(db):
        change = feed.to_undo(db, seq, "proposal", hint=N_("Look at the activity page."))
        row = row_of(db, int(change["noun_id"]), reader=by)
        if change["member_id"] != by.member_id:
            raise Forbidden(N_("Only who did this may take it back."))
        feed.refuse_if_erased(change)
        if change["action"] == "agree":
            _take_agreement_back(db, row, by, now)
            return row["id"]
        if change["action"] == "approve":
            raise Conflict(N_("It stands in the note now."), hint=N_("Undo the change in the history of the note."))
        if {name: row[name] for name in _COLUMNS} != change["after"]:
            raise Conflict(N_("Something became of this proposal since, so this cannot be undone."))
        store(db, row, change["before"] or {"state": "withdrawn"}, "undo", by=by, now=now)
    return row["id"]


def hand_over(db, proposal_id, member_id, *, by, now):
    """Have a colleague look after what one who leaves proposed; return whether they may; only inside ``writing``.

    Who wrote it still did, and agrees to it no more than before; they stay named among those who took part, but nobody
    does who only looked after it. Who may
    not see it, has a change of the same note waiting or said yes to this one already may not.
    """
    asked = {"id": proposal_id, "to": member_id}
    may = f"""id = :id AND EXISTS (SELECT 1 FROM note AS n, member AS m
                                    WHERE n.id = proposal.note_id AND m.id = :to AND m.state = 'active'
                                      AND {_MAY_SEE.format(who="m")} AND NOT {_SAID_YES.format(who="m")})
              AND NOT EXISTS (SELECT 1 FROM proposal AS other
                               WHERE other.note_id = proposal.note_id AND other.member_id = :to
                                 AND other.state IN ('open', 'returned'))"""
    row = _row(db, may, asked)
    if row is None:
        return False
    wanted = json.loads(row["text"])
    took_part = {*wanted.get("participants", ())}
    if _row(db, f"id = :id AND {_WROTE.format(who='proposal.member_id')}", asked):
        took_part.add(row["member_id"])
    wanted["participants"] = sorted(took_part - {member_id})
    text = json.dumps(wanted, ensure_ascii=False)
    store(db, row, {"member_id": member_id, "text": text}, "give", by=by, now=now)
    return True


def agree(db, row, words, *, by, now):
    """Keep the first yes of two to a proposal, given as its row, and return the seq of that; inside ``writing``."""
    told = {"proposal_id": row["id"], "revision": row["revision"], "member_id": by.member_id, "words": words, "at": now}
    db["proposal_yes"].insert(told)
    kept = {name: row[name] for name in _COLUMNS}
    return feed.append(
        db, by=by, did="proposal.agree", of=row["id"], at=now, before=kept, after={**kept, "said": words}
    )


def _take_agreement_back(db, row, by, now):
    told = {"id": row["id"], "revision": row["revision"], "me": by.member_id}
    gone = db.execute(
        "DELETE FROM proposal_yes WHERE proposal_id = :id AND revision = :revision AND member_id = :me", told
    )
    if row["state"] != "open" or not gone.rowcount:
        raise Conflict(N_("Something became of this proposal since, so this cannot be undone."))
    store(db, row, {}, "undo", by=by, now=now)


def erase(db, note_id, *, by, now, reason):
    """Remove the proposals of a note that is erased, their texts in the feed too; only inside ``writing``."""
    feed.erase_of_note(db, "proposal", "proposal", note_id, by=by, at=now, reason=reason)
    db.execute("DELETE FROM proposal WHERE note_id = :id", {"id": note_id})


_WRITERS, _CURATORS = (
    ", ".join(f"'{role}'" for role in sorted(access.ACTIONS[action])) for action in ("note.write", "note.edit_others")
)
_LIVING = "EXISTS (SELECT 1 FROM note WHERE note.id = proposal.note_id AND NOT note.archived)"
# Who decides has to see both: what stands, unless only who proposes ever saw it, and what would stand.
_MAY_SEE = """(
    (n.readers = 'all' OR {who}.id = n.owner_id OR (n.readers = 'owner' AND n.owner_id = proposal.member_id)
     OR (n.readers = 'department' AND {who}.department_id = n.department_id)
     OR (n.readers = 'list' AND EXISTS (SELECT 1 FROM note_reader AS r
          WHERE r.note_id = n.id AND (r.member_id = {who}.id OR r.department_id = {who}.department_id))))
    AND
    (proposal.readers = 'all' OR {who}.id = n.owner_id
     OR (proposal.readers = 'department' AND {who}.department_id = n.department_id)
     OR (proposal.readers = 'list' AND EXISTS (SELECT 1 FROM json_each(proposal.named_readers) AS each
          WHERE (each.value ->> 0 = 'member' AND each.value ->> 1 = {who}.id)
             OR (each.value ->> 0 = 'department' AND each.value ->> 1 = {who}.department_id)))))"""
# Whose words it is: the feed alone knows, and nobody takes that back.
_OF_ITS = "change.noun = 'proposal' AND change.noun_id = CAST(proposal.id AS TEXT)"
_WROTE = f"""EXISTS (SELECT 1 FROM change WHERE {_OF_ITS} AND change.action IN ('add', 'edit')
    AND change.member_id = {{who}})"""
_ABLE = f"""({{who}}.state = 'active' AND {{who}}.role IN ({_WRITERS})
    AND {{who}}.id <> proposal.member_id AND NOT {_WROTE.format(who="{who}.id")} AND {_MAY_SEE})"""
_SAID_YES = """EXISTS (SELECT 1 FROM proposal_yes AS y WHERE y.proposal_id = proposal.id
    AND y.revision = proposal.revision AND y.member_id = {who}.id)"""
_ELIGIBLE = f"({_ABLE} AND NOT {_SAID_YES})"
# The first of two said yes already; and whom the department names for the second.
_AGREED = """EXISTS (SELECT 1 FROM proposal_yes AS y
    WHERE y.proposal_id = proposal.id AND y.revision = proposal.revision)"""
_NAMED = f"""EXISTS (SELECT 1 FROM approval_second AS s WHERE s.department_id = n.department_id
    AND (s.member_id IN {presence.STANDING.format(who="{who}.id")} OR s.role = {{who}}.role))"""
# By the rank of whoever is asked.
WHY = (
    N_("Their department has them agree after the first."),
    N_("The note names them to verify it."),
    N_("They stand in for whoever verifies the note."),
    N_("They are curators or managers of its department."),
    N_("Its department has nobody else to ask: they are curators or managers of the company."),
    N_("Nobody else may decide: they may see the note and write."),
)
_DEPARTMENT = "coalesce(n.duty_department_id, n.department_id)"
_RANK = f"""CASE WHEN {_AGREED} AND {_NAMED} THEN 0
    WHEN n.duty_member_id IN {presence.STANDING.format(who="{who}.id")} THEN 1
    WHEN {{who}}.id = n.deputy_id THEN 2
    WHEN {{who}}.role IN ({_CURATORS}) AND {{who}}.department_id = {_DEPARTMENT} THEN 3
    WHEN {{who}}.role IN ({_CURATORS}) THEN 4 ELSE 5 END"""
_BEFORE_ME = f"""{_RANK.format(who="other")} < {_RANK.format(who="me")} AND {_ELIGIBLE.format(who="other")}
    AND NOT {presence.IS_AWAY.format(who="other")}"""
_FIRST = f"""EXISTS (SELECT 1 FROM note AS n WHERE n.id = proposal.note_id AND me.id = :reader_id
    AND {_ELIGIBLE.format(who="me")} AND NOT EXISTS (SELECT 1 FROM member AS other WHERE {_BEFORE_ME}))"""


def _is_asked(who):
    return f"EXISTS (SELECT 1 FROM member AS {who} WHERE {_FIRST})"


def _may_decide():
    """Return the condition for those in line: any curator, and who of the others is asked."""
    curator = f"""EXISTS (SELECT 1 FROM note AS n, member AS me
        WHERE n.id = proposal.note_id AND me.id = :reader_id
          AND {_ELIGIBLE.format(who="me")} AND {_RANK.format(who="me")} < 5 AND NOT {_AGREED})"""
    return f"({curator} OR {_is_asked('me')})"


def _row(db, where, values):
    return next(iter(db.query(f"SELECT * FROM proposal WHERE {where}", values)), None)


def _found(db, where, values):
    ids = [row[0] for row in db.execute(f"SELECT id FROM proposal WHERE {where} ORDER BY proposed_at, id", values)]
    return _of_ids(db, ids)


def _of_ids(db, ids):
    rows = db.query(
        f"""SELECT proposal.*, member.name AS member, decider.name AS decider,
                  note.archived AS is_archived, note.merged_into,
                  (SELECT json_object('member', yes_of.name, 'words', y.words, 'at', y.at)
                     FROM proposal_yes AS y JOIN member AS yes_of ON yes_of.id = y.member_id
                    WHERE y.proposal_id = proposal.id AND y.revision = proposal.revision) AS first,
                  (SELECT json_group_array(name) FROM (
                       SELECT writer.name FROM change JOIN member AS writer ON writer.id = change.member_id
                        WHERE {_OF_ITS} AND change.action IN ('add', 'edit')
                        GROUP BY writer.id ORDER BY min(seq))) AS writers,
                  (SELECT coalesce(max(iif(after ->> 'member_id' = proposal.member_id, at, NULL)), max(at))
                     FROM change LEFT JOIN change_text USING (seq)
                    WHERE {_OF_ITS} AND change.action = 'give' AND proposal.member_id <> (
                        SELECT change.member_id FROM change WHERE {_OF_ITS} AND change.action = 'add')) AS kept_since
             FROM proposal
             JOIN member ON member.id = proposal.member_id
             JOIN note ON note.id = proposal.note_id
             LEFT JOIN member AS decider ON decider.id = proposal.decided_by
            WHERE proposal.id IN (SELECT value FROM json_each(:ids))
            ORDER BY proposal.proposed_at, proposal.id""",
        {"ids": json.dumps(ids)},
    )
    return [_proposal(row) for row in rows]


def _proposal(row):
    kept = {name: row[name] for name in Proposal.__slots__ if name not in ("wanted", "first", "writers")}
    first = None if row["first"] is None else json.loads(row["first"])
    return Proposal(**kept, wanted=json.loads(row["text"]), first=first, writers=tuple(json.loads(row["writers"])))
