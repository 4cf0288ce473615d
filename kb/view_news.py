"""News of saved searches: who asks for it is told, each day or each week, what their search finds that is new.

A worker searches with the eyes of the member. What it found waits on their home page until they have seen it; no mail
is sent. Who wants it is a member's own matter, as the language of their pages is.
"""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import kb.home
from kb import access, feed, members, notes, saved_views
from kb.errors import Invalid, N_
from kb.search import find, indexer
from kb.store import writing

_log = logging.getLogger(__name__)

EVERY = {"": N_("Do not tell me"), "day": N_("Tell me each day"), "week": N_("Tell me each week")}
_SHOWN = 8
# What shares but a word or two with a search is no news of it.
_NEAR = N_("some of your words")


def ask(db, view_id, every, *, by, now):
    """Have `by` told of what a saved search finds from now on, each day, each week, or no more.

    Raises
    ------
    kb.errors.Invalid, kb.errors.NotFound
    """
    access.require(by, "self.manage")
    view = saved_views.get(db, view_id, reader=by)
    if every not in EVERY or "q" not in view.address:
        raise Invalid(N_("Of a saved search one is told each day, each week, or not."), field="every")
    of = {"view": view_id, "member": by.member_id}
    with writing(db):
        if not every:
            for table in ("view_news", "view_found"):
                db.execute(f"DELETE FROM {table} WHERE view_id = :view AND member_id = :member", of)
            return
        db.execute(
            """INSERT INTO view_news (view_id, member_id, every, since, seq)
               VALUES (:view, :member, :every, :now, :seq)
               ON CONFLICT (view_id, member_id) DO UPDATE SET every = :every""",
            {**of, "every": every, "now": now, "seq": feed.last_seq(db)},
        )


def every_of(db, *, reader):
    """Return ``{view_id: "day" or "week"}`` of the searches that a member is told of."""
    rows = db.execute("SELECT view_id, every FROM view_news WHERE member_id = :id", {"id": reader.member_id})
    return dict(rows.fetchall())


def is_due(db, home, *, now):
    """Return whether somebody is to be told of something since the last night."""
    return bool(_due(db, home, now))


def gather(db, home, *, now):
    """Search what is due for each member, and leave on their home page what came or changed since the last time.

    Returns
    -------
    bool
        Whether all was searched. What failed is in the log and still due, as is all while the index is being built.
    """
    is_whole = True
    for view_id, member_id, seq in _due(db, home, now):
        try:
            is_whole &= _gather_one(db, home, view_id, member_id, seq, now)
        except Exception:  # noqa: BLE001  logged, tried again
            # One search that cannot be asked keeps nobody else from their news.
            _log.exception("the news of saved search %d could not be looked for", view_id)
            is_whole = False
    return is_whole


def waiting(db, *, reader):
    """Return ``[(view, notes, how many more)]``: what was found and not seen yet, as far as `reader` sees it today."""
    rows = db.execute(
        "SELECT view_id, note_id FROM view_found WHERE member_id = :id ORDER BY note_id DESC", {"id": reader.member_id}
    ).fetchall()
    views = saved_views.of_ids(db, {view_id for view_id, _ in rows}, reader=reader)
    found = []
    for view in views.values():
        ids = [note_id for view_id, note_id in rows if view_id == view.id]
        seen = [each for each in notes.of_ids(db, ids, reader=reader) if not each.archived]
        if seen and not view.archived:
            found.append((view, seen[:_SHOWN], len(seen[_SHOWN:])))
    return sorted(found, key=lambda each: each[0].name)


def see(db, view_id, *, by):
    """Take off the home page of a member what their search found; raises `NotFound` where they have none such."""
    saved_views.get(db, view_id, reader=by)
    with writing(db):
        db.execute(
            "DELETE FROM view_found WHERE view_id = :view AND member_id = :member",
            {"view": view_id, "member": by.member_id},
        )


def _due(db, home, now):
    night = kb.home.start_of_night(home, now)
    here = datetime.fromisoformat(night).astimezone(ZoneInfo(kb.home.settings(home).zone))
    monday = datetime.fromisoformat(night) - timedelta(days=here.weekday())
    return db.execute(
        """SELECT view_id, member_id, seq FROM view_news JOIN member ON member.id = member_id
            WHERE member.state = 'active' AND since < CASE every WHEN 'day' THEN :night ELSE :monday END
            ORDER BY member_id, view_id""",
        {"night": night, "monday": monday.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
    ).fetchall()


def _gather_one(db, home, view_id, member_id, seq, now):
    # Before the search: what is indexed while it goes on is news of the next time.
    reached = indexer.position(home)
    if reached < 0:
        return False
    reader = members.get(db, member_id).reader()
    view = saved_views.of_ids(db, [view_id], reader=reader).get(view_id)
    changed = _changed(db, seq, reached, reader) if view is not None and not view.archived else []
    found = _of_these(db, home, view.address["q"], changed, reader) if changed else []
    if found is None:
        return False
    with writing(db):
        rows = ({"view_id": view_id, "member_id": member_id, "note_id": each} for each in found)
        db["view_found"].insert_all(rows, ignore=True)
        db.execute(
            """UPDATE view_news SET since = :now, seq = max(seq, :seq)
                WHERE view_id = :view AND member_id = :member""",
            {"now": now, "seq": reached, "view": view_id, "member": member_id},
        )
    return True


def _changed(db, after, upto, reader):
    """Return the ids of the notes that somebody else wrote or changed, and nobody since, by changes after one seq."""
    rows = db.execute(
        """SELECT DISTINCT note.id FROM change JOIN note ON note.id = CAST(change.noun_id AS INTEGER)
            WHERE change.noun = 'note' AND change.seq > :after AND change.seq <= :upto
              AND change.at = note.updated_at AND change.member_id IS NOT :member""",
        {"after": after, "upto": upto, "member": reader.member_id},
    )
    return [row[0] for row in rows.fetchall()]


def _of_these(db, home, query, ids, reader):
    """Return those of some notes that answer a question, None while the index is being built."""
    try:
        found = find.search(db, home, query, reader=reader, only=ids, limit=len(ids))
    except Invalid:
        # A customer or a value that the question named is no more.
        return []
    return None if found.rebuilding else [hit.id for hit in found.hits if _NEAR not in hit.reasons]
