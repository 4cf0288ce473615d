"""Lists of questions, and what of them waits for somebody."""

from kb import access
from kb.question_rows import SELECT, of_rows

_OPEN = "NOT question.archived AND question.accepted_id IS NULL"
_REPLY = "EXISTS (SELECT 1 FROM reply WHERE reply.question_id = question.id{})"
_MINE = "question.owner_id = :me AND NOT question.archived"
# What each list is of, the values by name: ``:me`` is the reader.
VIEWS = {
    "open": _OPEN,
    "mine": _MINE,
    "me": f"{_OPEN} AND question.asked_id = :me AND NOT {_REPLY.format(' AND reply.member_id = :me')}",
    "unanswered": f"{_OPEN} AND question.asked_id IS NULL AND NOT {_REPLY.format('')}",
    "answered": "NOT question.archived AND question.accepted_id IS NOT NULL",
}
_WAITING = f"{_MINE} AND {_OPEN} AND {_REPLY.format('')}"


def listing(db, *, reader, view, topic_id=None, limit=50, offset=0):
    """Return ``(questions, total)`` of one of `VIEWS` that `reader` may see, the newest first."""
    where, values = _where(reader, VIEWS[view])
    if topic_id is not None:
        where += """ AND question.id IN (SELECT question_id FROM question_topic WHERE topic_id = :topic)"""
        values["topic"] = topic_id
    total = db.execute(f"SELECT count(*) FROM question WHERE {where}", values).fetchone()[0]
    return _found(db, where, {**values, "limit": limit, "offset": offset}, reader), total


def counts(db, *, reader):
    """Return ``{view: how many}`` of the questions of each list that `reader` may see."""
    clause, values = access.visible(reader, "question")
    sums = ", ".join(f"coalesce(sum({where}), 0)" for where in VIEWS.values())
    row = db.execute(f"SELECT {sums} FROM question WHERE {clause}", {**values, "me": reader.member_id}).fetchone()
    return dict(zip(VIEWS, row, strict=True))


def with_answers(db, *, reader, limit=5):
    """Return one's own questions that have replies, none of them accepted so far."""
    return _found(db, *_limited(reader, _WAITING, limit), reader)


def to_answer(db, *, reader, limit=5):
    """Return the questions that are with `reader`."""
    return _found(db, *_limited(reader, VIEWS["me"], limit), reader)


def waiting(db, *, reader):
    """Return how many questions wait for `reader`: to be answered, or with answers to look at."""
    # Each of the two is read from an index of its own.
    return sum(
        db.execute(f"SELECT count(*) FROM question WHERE {where}", {"me": reader.member_id}).fetchone()[0]
        for where in (VIEWS["me"], _WAITING)
    )


def _limited(reader, condition, limit):
    where, values = _where(reader, condition)
    return where, {**values, "limit": limit, "offset": 0}


def _where(reader, condition):
    clause, values = access.visible(reader, "question")
    return f"{condition} AND {clause}", {**values, "me": reader.member_id}


def _found(db, where, values, reader):
    rows = db.query(f"{SELECT} WHERE {where} ORDER BY question.id DESC LIMIT :limit OFFSET :offset", values)
    return of_rows(db, list(rows), reader)
