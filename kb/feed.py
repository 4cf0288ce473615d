"""The change feed: every write appends to it, in its own transaction.

Index, map and audit are consumers with a cursor. ``change`` is append-only and chained by hashes; the texts lie in
``change_text``, from which an erasure deletes rows. The chain covers a digest of the texts, not the texts, so it
still verifies afterwards.
"""

import hashlib
import json
import secrets

from kb.errors import Conflict, N_, NotFound

GENESIS = "0" * 64
_ERASURES = ("erase", "forget")


def append(db, *, by, did, of, at, before=None, after=None, reason=None):
    """Append one change and return its seq; only inside ``writing``.

    Parameters
    ----------
    db : sqlite_utils.Database
    by : kb.access.Reader
    did : str
        ``"noun.action"``; holds no personal data.
    of : int or str or None
        Id of the thing.
    at : str
        Instant, UTC.
    before, after : dict, optional
        State of the thing; may hold personal data, so it can be erased.
    reason : str, optional
    """
    if not db.conn.in_transaction:
        raise RuntimeError("a change is appended inside the transaction it tells of")
    noun, action = did.split(".")
    salt = secrets.token_hex(16)
    text = {"before": before, "after": after, "reason": reason}
    previous = _last(db)
    row = {
        "seq": previous["seq"] + 1,
        "at": at,
        "member_id": by.member_id,
        "noun": noun,
        "noun_id": None if of is None else str(of),
        "action": action,
        "digest": _digest(salt, text),
    }
    # Written out: sqlite-utils looks at the schema before each insert, which is half the time of a bulk change.
    db.execute(
        """INSERT INTO change (seq, at, member_id, noun, noun_id, action, digest, hash)
           VALUES (:seq, :at, :member_id, :noun, :noun_id, :action, :digest, :hash)""",
        {**row, "hash": _chain(previous["hash"], row)},
    )
    stored = {name: None if value is None else _json(value) for name, value in text.items() if name != "reason"}
    db.execute(
        """INSERT INTO change_text (seq, salt, before, after, reason)
           VALUES (:seq, :salt, :before, :after, :reason)""",
        {"seq": row["seq"], "salt": salt, **stored, "reason": reason},
    )
    return row["seq"]


def last_seq(db):
    """Return the seq of the newest change, 0 for a new store."""
    return _last(db)["seq"]


def after(db, seq, *, limit=1000):
    """Return up to `limit` changes after `seq`, oldest first, without their texts."""
    return list(
        db.query(
            "SELECT * FROM change WHERE seq > :seq ORDER BY seq LIMIT :limit",
            {"seq": seq, "limit": limit},
        )
    )


def newest_of(db, noun):
    """Return the seq of the newest change of any thing of a kind, 0 for none."""
    return db.execute("SELECT coalesce(max(seq), 0) FROM change WHERE noun = :noun", {"noun": noun}).fetchone()[0]


def changes(db, noun, noun_id):
    """Return the changes of one thing, newest first, with texts unless these were erased.

    Each row has ``erased``: None, or the row of the erasure (``at``, ``reason``).
    """
    rows = list(
        db.query(
            """SELECT change.*, change_text.salt, change_text.before, change_text.after, change_text.reason,
                      member.name AS member_name
                 FROM change
                 LEFT JOIN change_text USING (seq)
                 LEFT JOIN member ON member.id = change.member_id
                WHERE change.noun = :noun AND change.noun_id = :noun_id
                ORDER BY change.seq DESC""",
            {"noun": noun, "noun_id": str(noun_id)},
        )
    )
    return _readable(rows)


def change(db, seq):
    """Return one change as `changes` gives it, or None."""
    row = next(iter(db.query("SELECT noun, noun_id FROM change WHERE seq = :seq", {"seq": seq})), None)
    if row is None:
        return None
    return next(each for each in changes(db, row["noun"], row["noun_id"]) if each["seq"] == seq)


def to_undo(db, seq, noun, *actions, hint):
    """Return one change of a noun, of these actions or any, for who takes it back; raises `kb.errors.NotFound`."""
    found = change(db, seq)
    if found is None or found["noun"] != noun or (actions and found["action"] not in actions):
        raise NotFound(N_("There is nothing to undo."), hint=hint)
    return found


def erase(db, noun, noun_id, *, by, at, reason):
    """Delete the texts of every change of one thing and say so in the feed; only inside ``writing``."""
    db.execute(
        """DELETE FROM change_text
            WHERE seq IN (SELECT seq FROM change WHERE noun = :noun AND noun_id = :noun_id)""",
        {"noun": noun, "noun_id": str(noun_id)},
    )
    return append(db, by=by, did=f"{noun}.erase", of=noun_id, at=at, reason=reason)


def forget(db, noun, noun_id, seqs, *, by, at, reason):
    """Delete the texts of some changes of one thing that stays, and say so in the feed; only inside ``writing``."""
    db.execute(
        """DELETE FROM change_text
            WHERE seq IN (SELECT seq FROM change WHERE noun = :noun AND noun_id = :noun_id
                             AND seq IN (SELECT value FROM json_each(:seqs)))""",
        {"noun": noun, "noun_id": str(noun_id), "seqs": json.dumps(list(seqs))},
    )
    return append(db, by=by, did=f"{noun}.forget", of=noun_id, at=at, reason=reason)


def erase_of_note(db, noun, table, note_id, *, by, at, reason):
    """Erase the changes of all things of a kind that hang on one note or were taken back from it.

    What a merge took from there to another note, and lives in `table` under that one, stays.
    """
    rows = db.execute(
        f"""SELECT id FROM {table} WHERE note_id = :note
            UNION
            SELECT CAST(noun_id AS INTEGER) FROM change JOIN change_text USING (seq)
             WHERE noun = :noun AND :note IN (after ->> 'note_id', before ->> 'note_id')
               AND NOT EXISTS (SELECT 1 FROM {table} AS living
                                WHERE living.id = noun_id AND living.note_id <> :note)""",
        {"noun": noun, "note": note_id},
    ).fetchall()
    for (noun_id,) in rows:
        erase(db, noun, noun_id, by=by, at=at, reason=reason)


def refuse_if_erased(row):
    """Refuse to undo a change whose texts were erased, and an erasure."""
    if row["action"] in _ERASURES:
        raise Conflict(N_("An erasure cannot be undone."), hint=N_("What it took is nowhere any more."))
    if row["erased"]:
        raise Conflict(
            N_("This change cannot be undone: its text was erased on %(day)s under “%(reason)s”."),
            day=row["erased"]["at"][:10],
            reason=row["erased"]["reason"],
        )


def cursor(db, consumer):
    """Return the seq up to which `consumer` has done its work."""
    rows = db.query("SELECT seq FROM cursor WHERE consumer = :consumer", {"consumer": consumer})
    return next((row["seq"] for row in rows), 0)


def move_cursor(db, consumer, seq):
    """Remember that `consumer` has done its work up to `seq`."""
    db["cursor"].upsert({"consumer": consumer, "seq": seq}, pk="consumer")


def verify(db):
    """Return the findings about the chain, each a sentence template with values; empty when it is whole."""
    findings = []
    previous, expected = GENESIS, 1
    rows = db.query(
        """SELECT change.*, t.salt, t.before, t.after, t.reason FROM change
             LEFT JOIN change_text AS t USING (seq) ORDER BY change.seq"""
    )
    for row in rows:
        kept = {name: row[name] for name in ("seq", "at", "member_id", "noun", "noun_id", "action", "digest")}
        if row["seq"] != expected:
            findings.append((N_("change %(seq)d: changes before it are missing"), {"seq": row["seq"]}))
        if row["hash"] != _chain(previous, kept):
            findings.append((N_("change %(seq)d: the chain is broken"), {"seq": row["seq"]}))
        if row["salt"] is not None and row["digest"] != _digest(row["salt"], _text(row)):
            findings.append((N_("change %(seq)d: its text was altered"), {"seq": row["seq"]}))
        previous, expected = row["hash"], row["seq"] + 1
    return findings


def _readable(rows):
    erasures = [row for row in rows if row["action"] in _ERASURES]
    for row in rows:
        row["erased"] = None
        if row["salt"] is None:
            row["erased"] = next(each for each in reversed(erasures) if each["seq"] > row["seq"])
        row.update(_text(row))
    return rows


def _text(row):
    parsed = {name: None if row[name] is None else json.loads(row[name]) for name in ("before", "after")}
    return {**parsed, "reason": row["reason"]}


def _last(db):
    rows = db.query("SELECT seq, hash FROM change ORDER BY seq DESC LIMIT 1")
    return next(iter(rows), {"seq": 0, "hash": GENESIS})


def _digest(salt, text):
    return hashlib.sha256((salt + _json(text)).encode()).hexdigest()


def _chain(previous, row):
    return hashlib.sha256((previous + _json(row)).encode()).hexdigest()


def _json(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
