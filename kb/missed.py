"""What colleagues searched and did not find, where they said so: their words are what is missing."""

import json

from kb import access, feed
from kb.errors import Conflict, Forbidden, N_
from kb.search import find
from kb.store import home_of, writing
from kb.text import clean

LONGEST = 256
# So many are searched again for one list, beside those that somebody is to fill.
MOST = 100


def add(db, words, *, by, now):
    """Say that these words found nothing of use, and return the seq of the change."""
    access.require(by, "note.write")
    words = clean(words, field="q", label=N_("Search"), limit=LONGEST, lines=False, needed=N_("Fill it in."))
    with writing(db):
        row = db.execute("SELECT id FROM missed WHERE words = :words", {"words": words}).fetchone()
        missed_id = row[0] if row else db["missed"].insert({"words": words}).last_pk
        said = {"missed_id": missed_id, "member_id": by.member_id}
        if db.execute(
            "SELECT 1 FROM missed_by WHERE missed_id = :missed_id AND member_id = :member_id", said
        ).fetchone():
            raise Conflict(N_("You said so already."))
        db["missed_by"].insert({**said, "said_at": now})
        return feed.append(db, by=by, did="missed.add", of=missed_id, at=now, after={**said, "words": words})


def undo(db, seq, *, by, now):
    """Take back that one found nothing; raises `Conflict`, `Forbidden` or `NotFound`."""
    with writing(db):
        change = feed.to_undo(db, seq, "missed", "add", hint=N_("Look at the list of what was done."))
        if change["member_id"] != by.member_id:
            raise Forbidden(N_("Only who said it may take it back."))
        feed.refuse_if_erased(change)
        said = change["after"]
        if not db.execute(
            "DELETE FROM missed_by WHERE missed_id = :missed_id AND member_id = :member_id", said
        ).rowcount:
            raise Conflict(N_("This was taken back already."))
        gone = "DELETE FROM missed WHERE id = :missed_id AND id NOT IN (SELECT missed_id FROM missed_by)"
        db.execute(gone, said)
        feed.append(db, by=by, did="missed.undo", of=said["missed_id"], at=now, before=said)
    return said["missed_id"]


def still(db, *, reader, skip=0, only=None):
    """Return ``{id: (words, how many said so)}`` of what `reader` would not find today either, the most missed.

    Parameters
    ----------
    skip : int
        So many of those reported most are passed over. Without it, what somebody is to fill is looked for before all,
        and then the first `MOST` of the others.
    only : collection of int, optional
        Ids: nothing but these is looked for.
    """
    handed_out = db.execute("SELECT count(*) FROM gap WHERE kind = 'missed'").fetchone()[0]
    asked = {"skip": handed_out + skip if skip else 0, "most": MOST if skip else handed_out + MOST}
    if only is not None:
        asked |= {"skip": 0, "most": len(only), "only": json.dumps(list(only))}
    rows = db.execute(
        f"""SELECT missed.id, missed.words, count(*) FROM missed JOIN missed_by ON missed_by.missed_id = missed.id
             WHERE {"1" if only is None else "missed.id IN (SELECT value FROM json_each(:only))"}
             GROUP BY missed.id ORDER BY {_HANDED_OUT} DESC, count(*) DESC, max(said_at) DESC, missed.id
             LIMIT :most OFFSET :skip""",
        asked,
    ).fetchall()
    home, found = home_of(db), {}
    for number, words, count in rows:
        hits = find.search(db, home, words, reader=reader, limit=1)
        # What shares but a word or two with it is no answer.
        if not hits.total or not hits.literal:
            found[number] = (words, count)
    return found


def further(db, *, skip=0):
    """Return how many words were reported beyond those that `still` looks for."""
    row = db.execute(f"SELECT count(*), ifnull(sum({_HANDED_OUT}), 0) FROM missed").fetchone()
    return max(0, row[0] - row[1] - skip - MOST)


_HANDED_OUT = "EXISTS (SELECT 1 FROM gap WHERE gap.kind = 'missed' AND gap.thing_id = missed.id)"
