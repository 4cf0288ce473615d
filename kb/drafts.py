"""Texts that members write and have not saved: each is its writer's alone, and is found again in any browser."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb import access, note_texts
from kb.errors import Invalid, N_
from kb.store import writing
from kb.text import scrub

DAYS = 30
MOST = 50
# A text, and the few short fields beside it.
_LONGEST = note_texts.LONGEST_BODY + 100_000
_LONGEST_LINE = 200
# A browser sends what was written every few seconds.
_AT_WORK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as its writer left it; ``fields`` by name, ``path`` where it is written on, ``form`` what of."""

    key: str
    form: str
    path: str
    title: str
    fields: dict
    kept_at: str


def keep(db, key, *, form, path, title, fields, note_id=None, by, now):
    """Keep what a member writes, in the place of what was kept under this key.

    Parameters
    ----------
    key : str
        What tells the texts of one member apart.
    fields : dict of str to str
    note_id : int, optional
        The note that is changed.

    Raises
    ------
    kb.errors.Invalid
        For a text that is too long, and for one too many.
    """
    access.require(by, "note.write")
    written = scrub(json.dumps(fields, ensure_ascii=False))[0]
    if len(written) > _LONGEST or len(key) > _LONGEST_LINE:
        raise Invalid(N_("The draft is too long to be kept."), hint=N_("Save it, or part it."), field="fields")
    row = {"member_id": by.member_id, "key": key, "form": form[:_LONGEST_LINE], "note_id": note_id,
           "path": path[:_LONGEST_LINE], "title": scrub(title)[0][:_LONGEST_LINE], "fields": written,
           "kept_at": now}  # fmt: skip
    with writing(db):
        db.execute(
            """INSERT INTO draft (member_id, key, form, note_id, path, title, fields, begun_at, kept_at)
               VALUES (:member_id, :key, :form, (SELECT id FROM note WHERE id = :note_id), :path, :title, :fields,
                       :kept_at, :kept_at)
               ON CONFLICT DO UPDATE
                  SET title = excluded.title, fields = excluded.fields, kept_at = excluded.kept_at""",
            row,
        )
        # The oldest makes room: nobody works at fifty texts.
        db.execute(
            """DELETE FROM draft WHERE member_id = :member_id AND key IN
                  (SELECT key FROM draft WHERE member_id = :member_id ORDER BY kept_at DESC LIMIT -1 OFFSET :most)""",
            {"member_id": by.member_id, "most": MOST},
        )


def of_writer(db, *, reader):
    """Return what `reader` wrote and has not saved, the newest first; looking as somebody else shows nothing."""
    if reader.looker is not None:
        return []
    rows = db.query(
        """SELECT key, form, path, title, fields, kept_at FROM draft
            WHERE member_id = :member ORDER BY kept_at DESC, key""",
        {"member": reader.member_id},
    )
    return [Draft(**{**row, "fields": json.loads(row["fields"])}) for row in rows]


def drop(db, key, *, by):
    """Let go of a text that was saved or given up."""
    with writing(db):
        db.execute("DELETE FROM draft WHERE member_id = :member AND key = :key", {"member": by.member_id, "key": key})


def at_work(db, note_id, *, reader, now):
    """Return ``[(name, since)]`` of the others who are changing a note just now; of what they write, nothing."""
    lately = (datetime.fromisoformat(now) - _AT_WORK).isoformat().replace("+00:00", "Z")
    rows = db.execute(
        """SELECT member.name, min(draft.begun_at) FROM draft JOIN member ON member.id = draft.member_id
            WHERE draft.note_id = :note AND draft.member_id IS NOT :member AND draft.kept_at >= :lately
            GROUP BY member.id ORDER BY 2, member.id""",
        {"note": note_id, "member": reader.member_id, "lately": lately},
    )
    return rows.fetchall()


def sweep(db, *, now):
    """Let go of what nobody came back to for `DAYS` days."""
    before = (datetime.fromisoformat(now) - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")
    with writing(db):
        db.execute("DELETE FROM draft WHERE kept_at < :before", {"before": before})
