"""Comments on notes, and thanks for them: what colleagues tell the author, and each other."""

import json
from dataclasses import dataclass

from kb import access, feed, member_mentions, notes
from kb.errors import Conflict, Forbidden, Invalid, N_
from kb.store import writing
from kb.text import clean

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Comment:
    """What a colleague said to a note."""

    id: int
    note_id: int
    member_id: int
    member: str
    department: str
    body: str
    written_at: str


def add(db, note_id, *, body, by, now):
    """Say something to a note and return the seq of the change, which `undo` takes.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    body = clean(body, field="comment", label=N_("Comment"), limit=LONGEST)
    if not body:
        raise Invalid(N_("The comment is empty."), hint=N_("Write a sentence."), field="comment")
    with writing(db):
        notes.get(db, note_id, reader=by)
        row = {"note_id": note_id, "member_id": by.member_id, "body": body, "written_at": now}
        comment_id = db["note_comment"].insert(row).last_pk
        member_mentions.store(db, note_id, body, comment_id=comment_id, by=by, now=now)
        return feed.append(db, by=by, did="comment.add", of=comment_id, at=now, after=row)


def undo(db, seq, *, by, now):
    """Take a comment back, as who wrote it or whoever may change others' notes, and return the id of the note."""
    with writing(db):
        change = feed.to_undo(db, seq, "comment", "add", hint=N_("Look at the history of the note."))
        feed.refuse_if_erased(change)
        row = next(iter(db.query("SELECT * FROM note_comment WHERE id = :id", {"id": int(change["noun_id"])})), None)
        # A comment on a note that is not open to them must read like one that never was.
        notes.get(db, row["note_id"] if row else change["after"]["note_id"], reader=by)
        if change["member_id"] != by.member_id and not access.may(by, "note.edit_others"):
            raise Forbidden(N_("Only who wrote it, or a curator, may take it back."))
        if row is None:
            raise Conflict(N_("This was taken back already."))
        db.execute("DELETE FROM note_comment WHERE id = :id", {"id": row["id"]})
        feed.append(
            db, by=by, did="comment.undo", of=row["id"], at=now, before={**change["after"], "note_id": row["note_id"]}
        )
    return row["note_id"]


def of_note(db, note_id):
    """Return ``[(comment, seq)]``, the oldest first, for whoever may read the note; ``seq`` is what `undo` takes."""
    rows = list(db.query(f"{_SELECT} WHERE note_comment.note_id = :id ORDER BY note_comment.id", {"id": note_id}))
    seqs = db.execute(
        """SELECT noun_id, seq FROM change
            WHERE noun = 'comment' AND action = 'add' AND noun_id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps([str(row["id"]) for row in rows])},
    )
    taking_back = dict(seqs.fetchall())
    return [(_comment(row), taking_back[str(row["id"])]) for row in rows]


def of_author(db, member_id, *, reader, limit=5):
    """Return ``[(comment, title)]``: the newest that colleagues said to the notes of a member."""
    clause, values = access.visible(reader)
    # From the newest comments: there are fewer of them than there are notes of who writes much.
    rows = db.query(
        f"""{_SELECT} JOIN note ON note.id = note_comment.note_id
             WHERE +note.owner_id = :member AND note_comment.member_id <> :member AND note.archived = 0 AND {clause}
             ORDER BY note_comment.id DESC LIMIT :limit""",
        {**values, "member": member_id, "limit": limit},
    )
    found = [_comment(row) for row in rows]
    titles = {note.id: note.title for note in notes.of_ids(db, {each.note_id for each in found}, reader=reader)}
    return [(each, titles[each.note_id]) for each in found]


def thank(db, note_id, *, by, now):
    """Thank for a note, or take the thanks back where they were given."""
    access.require(by, "note.write")
    with writing(db):
        note = notes.get(db, note_id, reader=by)
        if note.owner_id == by.member_id:
            raise Invalid(N_("It is your own note."), hint=N_("Colleagues thank you for it."))
        known = {"note": note_id, "member": by.member_id}
        done = db.execute("DELETE FROM note_thanks WHERE note_id = :note AND member_id = :member", known).rowcount
        if not done:
            db["note_thanks"].insert({"note_id": note_id, "member_id": by.member_id, "thanked_at": now})
        feed.append(db, by=by, did="thanks.undo" if done else "thanks.add", of=note_id, at=now)


def thanks(db, note_id):
    """Return ``{member id: name}`` of who thanked for a note, the first first."""
    rows = db.execute(
        """SELECT member.id, member.name FROM note_thanks JOIN member ON member.id = note_thanks.member_id
            WHERE note_id = :id ORDER BY thanked_at, member.id""",
        {"id": note_id},
    )
    return dict(rows.fetchall())


def thanked(db, member_id, *, reader, limit=5):
    """Return ``(how many thanks, [(note id, title, names)])`` for the notes of a member, the newest thanks first."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT note.id, note.title, group_concat(member.name, char(10)), count(*) FROM note_thanks
              JOIN note ON note.id = note_thanks.note_id
              JOIN member ON member.id = note_thanks.member_id
             WHERE note.owner_id = :member AND note.archived = 0 AND {clause}
             GROUP BY note.id ORDER BY max(thanked_at) DESC, note.id DESC""",
        {**values, "member": member_id},
    ).fetchall()
    return sum(row[3] for row in rows), [(row[0], row[1], row[2].split("\n")) for row in rows[:limit]]


def erase(db, note_id, *, by, now, reason):
    """Remove what was said to a note that is erased, its texts in the feed too; only inside ``writing``."""
    feed.erase_of_note(db, "comment", "note_comment", note_id, by=by, at=now, reason=reason)
    db.execute("DELETE FROM note_comment WHERE note_id = :id", {"id": note_id})
    db.execute("DELETE FROM note_thanks WHERE note_id = :id", {"id": note_id})


_SELECT = """SELECT note_comment.*, member.name AS member, department.name AS department
               FROM note_comment
               JOIN member ON member.id = note_comment.member_id
               JOIN department ON department.id = member.department_id"""


def _comment(row):
    return Comment(**{name: row[name] for name in Comment.__slots__})
