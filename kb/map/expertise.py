"""What colleagues say themselves about who knows a topic: declared, endorsed, hidden, or a reason struck as wrong.

What was struck of a note goes along when that is merged into another, so that what was corrected stays so.
"""

import json

from kb import access, feed, members, topics
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.map import scoring
from kb.store import writing

_FIELDS = ("kind", "topic_id", "member_id", "by_id", "reason", "note_id", "of_id")


def declare(db, topic_name, *, by, now):
    """Say that one knows a topic, and return the seq of the change, which `undo` takes."""
    with writing(db):
        topic = _topic(db, topic_name, by)
        return _say(db, "declared", topic.id, by.member_id, by, now)


def endorse(db, topic_id, member_id, *, by, now):
    """Say that a colleague who is here knows a topic, and return the seq of the change."""
    with writing(db):
        topics.get(db, topic_id, reader=by)
        member = members.get(db, member_id)
        if member_id == by.member_id:
            raise Invalid(
                N_("That you know it, you say with “I know this”."), hint=N_("Colleagues endorse each other.")
            )
        if member.state == "left":
            raise Invalid(N_("%(name)s has left."), hint=N_("Endorse somebody who can be asked."), name=member.name)
        return _say(db, "endorsed", topic_id, member_id, by, now)


def hide(db, topic_id, *, by, now):
    """Stand no longer among those who know a topic, whatever one did, and return the seq of the change."""
    with writing(db):
        topics.get(db, topic_id, reader=by)
        return _say(db, "hidden", topic_id, by.member_id, by, now)


def strike(db, topic_id, *, kind, note_id, of_id, by, now):
    """Say that a reason why one counts as knowing a topic is wrong, and return the seq of the change.

    Parameters
    ----------
    kind : str
        Of the reason, of `kb.map.scoring.KINDS`.
    note_id : int or None
    of_id : int
    """
    if kind not in scoring.KINDS:
        raise _gone()
    asked = {"topic": topic_id, "member": by.member_id, "kind": kind, "note": note_id or 0, "of": of_id}
    with writing(db):
        topics.get(db, topic_id, reader=by)
        clause, values = access.visible(by, "reason")
        stands = db.execute(
            f"""SELECT 1 FROM reason WHERE topic_id = :topic AND member_id = :member AND kind = :kind
                                       AND note_id = :note AND of_id = :of AND {clause}""",
            {**values, **asked},
        ).fetchone()
        if stands is None:
            raise _gone()
        return _say(db, "struck", topic_id, by.member_id, by, now, reason=kind, note_id=note_id, of_id=of_id)


def undo(db, seq, *, by, now):
    """Take back what one said, or say again what was taken back, and return ``(topic id, member id)``."""
    with writing(db):
        change = feed.to_undo(db, seq, "expertise", hint=N_("Look at the list of what was done."))
        if change["member_id"] != by.member_id:
            raise Forbidden(N_("Only who said it may take it back."))
        feed.refuse_if_erased(change)
        said = change["after"] or change["before"]
        topics.get(db, said["topic_id"], reader=by)
        if change["action"] == "unsay":
            if _standing(db, **said):
                raise Conflict(N_("You have said that already."))
            if said["note_id"] and not db["note"].count_where("id = :id", {"id": said["note_id"]}):
                raise Conflict(N_("The note is no longer there."))
            _say(db, said["kind"], said["topic_id"], said["member_id"], by, now, **_of(said))
        else:
            row = db.execute("DELETE FROM expertise WHERE id = :id", {"id": int(change["noun_id"])})
            if not row.rowcount:
                raise Conflict(N_("This was taken back already."))
            feed.append(db, by=by, did="expertise.unsay", of=change["noun_id"], at=now, before=said)
    return said["topic_id"], said["member_id"]


def of_member(db, member_id, *, reader):
    """Return what a member hid or struck, for nobody but themselves: each with ``topic``, ``title`` and ``seq``."""
    if reader.member_id != member_id or reader.looker is not None:
        return []
    where = "expertise.member_id = :member AND expertise.kind IN ('hidden', 'struck')"
    return _listing(db, where, reader=reader, member=member_id)


def of_topic(db, topic_id, *, reader):
    """Return ``{member_id: seq}`` of whom `reader` said to know a topic, themselves among them."""
    found = _listing(
        db,
        "expertise.topic_id = :topic AND expertise.by_id = :by AND expertise.kind IN ('declared', 'endorsed')",
        reader=reader,
        topic=topic_id,
        by=reader.member_id,
    )
    return {each["member_id"]: each["seq"] for each in found}


def of_pair(db, member_id, *, reader):
    """Return ``{topic_id: seq}`` of the topics that `reader` said a member to know."""
    found = _listing(
        db,
        "expertise.member_id = :member AND expertise.by_id = :by AND expertise.kind IN ('declared', 'endorsed')",
        reader=reader,
        member=member_id,
        by=reader.member_id,
    )
    return {each["topic_id"]: each["seq"] for each in found}


def of_ids(db, ids, *, reader):
    """Return ``{id: row}`` of those of some sayings whose topics `reader` may know of, with ``member`` and ``topic``.

    What somebody hid or struck is told to themselves only.
    """
    rows = [row for each in ids for row in _listing(db, "expertise.id = :id", reader=reader, id=each)]
    seen = topics.seen(db, {row["topic_id"] for row in rows}, reader=reader)
    told = [row for row in rows if row["kind"] in ("declared", "endorsed") or row["by_id"] == reader.member_id]
    return {row["id"]: row for row in told if row["topic_id"] in seen}


def erase(db, note_id):
    """Remove what was struck of a note that is erased; only inside ``writing``."""
    db.execute("DELETE FROM expertise WHERE note_id = :id", {"id": note_id})


def move(db, from_id, to_id, *, only=None):
    """Say of a topic what was said of another; return the ids of what moved, of which `only` may name some.

    Taken off and put on, never rewritten: the reasons follow.
    """
    rows = list(db.query("SELECT * FROM expertise WHERE topic_id = :id ORDER BY id", {"id": from_id}))
    moved = [each for each in rows if only is None or each["id"] in only]
    for row in moved:
        db.execute("DELETE FROM expertise WHERE id = :id", {"id": row["id"]})
        db["expertise"].insert({**row, "topic_id": to_id})
    return [each["id"] for each in moved]


def move_note(db, note_id, to_id):
    """Strike of a note what was struck of one that is merged into it; return the ids; only inside ``writing``.

    What counted there before the merge goes on to count; what hangs on both notes must not have moved yet.
    """
    rows = db.execute(
        """UPDATE expertise SET note_id = :to
            WHERE note_id = :note AND kind = 'struck'
              AND NOT EXISTS (SELECT 1 FROM reason
                               WHERE reason.note_id = :to AND reason.topic_id = expertise.topic_id
                                 AND reason.member_id = expertise.member_id AND reason.kind = expertise.reason
                                 AND reason.of_id = expertise.of_id)
            RETURNING id""",
        {"note": note_id, "to": to_id},
    )
    return sorted(row[0] for row in rows.fetchall())


def move_note_back(db, note_id, ids):
    """Strike of a note again what `move_note` took from it; only inside ``writing``."""
    db.execute(
        "UPDATE expertise SET note_id = :note WHERE id IN (SELECT value FROM json_each(:ids))",
        {"note": note_id, "ids": json.dumps(ids)},
    )


def _topic(db, name, by):
    try:
        return topics.by_name(db, name, reader=by)
    except NotFound as problem:
        raise Invalid(problem.template, hint=problem.hint, field="topic", **problem.values) from problem


def _say(db, kind, topic_id, member_id, by, now, **of):
    # Who only reads may not speak for anybody, but what stands of themselves is theirs to correct.
    access.require(by, "self.manage" if kind in ("hidden", "struck") else "note.write")
    if by.member_id is None:
        raise Forbidden(N_("Only a colleague can say that."))
    row = {"kind": kind, "topic_id": topic_id, "member_id": member_id, "by_id": by.member_id}
    row |= {"reason": "", "note_id": None, "of_id": 0, **of}
    if _standing(db, **row):
        raise Conflict(N_("You have said that already."))
    said_id = db["expertise"].insert({**row, "said_at": now}).last_pk
    return feed.append(db, by=by, did=f"expertise.{kind}", of=said_id, at=now, after=row)


def _standing(db, **row):
    same = " AND ".join(f"{name} IS :{name}" for name in _FIELDS)
    return db.execute(f"SELECT 1 FROM expertise WHERE {same}", row).fetchone() is not None


def _of(said):
    return {name: said[name] for name in ("reason", "note_id", "of_id")}


def _gone():
    return NotFound(N_("This reason does not count any more."), hint=N_("Look at what you know again."))


def _listing(db, where, *, reader, **values):
    clause, more = access.visible(reader)
    return list(
        db.query(
            f"""SELECT expertise.*, topic.name AS topic, member.name AS member, note.title,
                       (SELECT max(seq) FROM change WHERE noun = 'expertise' AND noun_id = CAST(expertise.id AS TEXT)
                                                      AND action = expertise.kind) AS seq
                  FROM expertise
                  JOIN topic ON topic.id = expertise.topic_id
                  JOIN member ON member.id = expertise.member_id
                  LEFT JOIN note ON note.id = expertise.note_id AND {clause}
                 WHERE {where} ORDER BY expertise.id""",
            {**more, **values},
        )
    )
