"""What colleagues searched and did not find: their words are what is missing.

Some say so. Of the others is kept by the day how often words were searched and found nothing, or nothing was opened of
what they found: not who it was, and nothing that looks like a phone or an address or names a customer. For whoever
hands out gaps that is a list of each week.
"""

import json
import re
import unicodedata
from datetime import date, timedelta

from kb import access, customer_words, customers, feed, personal, presence
from kb.errors import Conflict, Forbidden, N_
from kb.search import find
from kb.store import home_of, writing
from kb.text import clean

LONGEST = 256
# So many are searched again for one list, beside those that somebody is to fill.
MOST = 100
# Of what nobody reported: so many days make a list, from so many times on; older days are forgotten.
_LISTED_DAYS, _KEPT_DAYS = 7, 90
_LEAST_IN_VAIN, _LEAST_UNOPENED = 2, 3
_PERSONAL = re.compile(r"@|\d[\d -]{3,}")


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
        _forget_unsaid(db)
        feed.append(db, by=by, did="missed.undo", of=said["missed_id"], at=now, before=said)
    return said["missed_id"]


def note(db, words, *, is_found, by):
    """Count that words found nothing today, or that nothing was opened of what they found; not who searched.

    No change of what is known, and nobody is told of it: a phone, an address or what looks like one is not kept, nor
    words in which the name or the number of a customer stands.
    """
    access.require(by, "note.read")
    words = clean(words, field="q", label=N_("Search"), limit=LONGEST, lines=False, needed=N_("Fill it in."))
    if _PERSONAL.search(unicodedata.normalize("NFKC", words)) or customer_words.stand_in(db, words):
        return
    with writing(db):
        today = presence.today(db)
        row = db.execute("SELECT id FROM missed WHERE words = :words", {"words": words}).fetchone()
        missed_id = row[0] if row else db["missed"].insert({"words": words}).last_pk
        db.execute(
            """INSERT INTO missed_day (missed_id, day, is_found, times) VALUES (:id, :day, :is_found, 1)
               ON CONFLICT (missed_id, day, is_found) DO UPDATE SET times = times + 1""",
            {"id": missed_id, "day": today, "is_found": is_found},
        )
        db.execute("DELETE FROM missed_day WHERE day < :day", {"day": _days_before(today, _KEPT_DAYS)})
        _forget_unsaid(db)


def naming(db, names):
    """Return ``{id: seqs}`` of the searches, also those that were taken back, whose words hold one of some names.

    However they were typed: in traditional characters, in full width, with blanks. ``seqs`` are the changes of the feed
    that tell the words.
    """
    wanted = {key for name in names for key in _keys(name)}
    rows = db.execute(
        """SELECT id, NULL, words FROM missed
           UNION ALL
           SELECT CAST(noun_id AS INTEGER), seq, coalesce(after ->> 'words', before ->> 'words')
             FROM change JOIN change_text USING (seq) WHERE noun = 'missed' AND action IN ('add', 'undo')"""
    )
    found = {}
    for missed_id, seq, words in rows.fetchall():
        if any(name in key for key in _keys(words or "") for name in wanted):
            found.setdefault(missed_id, []).extend([] if seq is None else [seq])
    return found


def erase_rows(db, names, *, by, now, reason):
    """Delete the searches that `naming` finds, and what the feed tells of them; only inside ``writing``."""
    for missed_id, seqs in naming(db, names).items():
        of = {"id": missed_id}
        db.execute("DELETE FROM gap WHERE kind = 'missed' AND thing_id = :id", of)
        for table, column in (("missed_by", "missed_id"), ("missed_day", "missed_id"), ("missed", "id")):
            db.execute(f"DELETE FROM {table} WHERE {column} = :id", of)
        if seqs:
            feed.forget(db, "missed", missed_id, seqs, by=by, at=now, reason=reason)


def still(db, *, reader, skip=0, only=None):
    """Return ``{id: (words, how often, whether found)}`` of what `reader` would not find today either, the most missed.

    How often says how many colleagues reported it; for who hands out gaps also how often it was searched in vain this
    week, 0 where that is over and somebody is still to fill it. They also get what is found, but was searched again and
    again without that anything was opened.

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
    source, values = _listed(db, reader)
    rows = db.execute(
        f"""SELECT id, words, reported + in_vain, unopened FROM ({source}) AS missed
             WHERE {"1" if only is None else "id IN (SELECT value FROM json_each(:only))"}
             ORDER BY {_HANDED_OUT} DESC, max(reported + in_vain, unopened) DESC, last DESC, id
             LIMIT :most OFFSET :skip""",
        {**asked, **values},
    ).fetchall()
    home, found = home_of(db), {}
    for number, words, missing, unopened in rows:
        hits = find.search(db, home, words, reader=reader, limit=1)
        # What shares but a word or two with it is no answer.
        if not hits.total or not hits.literal:
            found[number] = (words, missing or unopened, False)
        elif unopened >= _LEAST_UNOPENED:
            found[number] = (words, unopened, True)
    return found


def further(db, *, reader, skip=0):
    """Return how many words were reported beyond those that `still` looks for."""
    source, values = _listed(db, reader)
    row = db.execute(f"SELECT count(*), ifnull(sum({_HANDED_OUT}), 0) FROM ({source}) AS missed", values).fetchone()
    return max(0, row[0] - row[1] - skip - MOST)


def _listed(db, reader):
    """Return the SQL of the words that may be listed, with how often they were missed, and its values."""
    values = {
        "counts": access.may(reader, "gap.assign"),
        "since": _days_before(presence.today(db), _LISTED_DAYS - 1),
        "vain": _LEAST_IN_VAIN,
        "ignored": _LEAST_UNOPENED,
    }
    return _LISTED, values


def _keys(text):
    """Return a text as names are compared, and as numbers are."""
    return {customers.folded(text), personal.plain_digits(text)}


def _days_before(day, count):
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def _forget_unsaid(db):
    """Delete the words that nobody reported, no day counts and nobody is to fill."""
    db.execute(
        """DELETE FROM missed WHERE id NOT IN (SELECT missed_id FROM missed_by)
              AND id NOT IN (SELECT missed_id FROM missed_day)
              AND id NOT IN (SELECT thing_id FROM gap WHERE kind = 'missed')"""
    )


_HANDED_OUT = "EXISTS (SELECT 1 FROM gap WHERE gap.kind = 'missed' AND gap.thing_id = missed.id)"
_COUNTED = f"""(:counts OR {_HANDED_OUT}) * (SELECT coalesce(sum(times), 0) FROM missed_day
                          WHERE missed_id = missed.id AND day >= :since AND is_found = {{0}})"""
_LISTED = f"""SELECT * FROM (
    SELECT id, words, (SELECT count(*) FROM missed_by WHERE missed_id = missed.id) AS reported,
           (SELECT coalesce(max(said_at), '') FROM missed_by WHERE missed_id = missed.id) AS last,
           {_COUNTED.format(0)} AS in_vain, {_COUNTED.format(1)} AS unopened FROM missed)
     AS missed WHERE reported OR in_vain >= :vain OR unopened >= :ignored OR {_HANDED_OUT}"""
