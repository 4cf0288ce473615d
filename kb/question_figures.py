"""How questions fare: of each topic how many were answered, and how soon."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from kb import access

# Older ones say little of today.
DAYS = 365


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a topic: how many questions were ``asked``, got a reply, had one ``accepted``; half had it in ``hours``.

    ``hours`` is from the question to the first reply, None while there is none.
    """

    asked: int
    replied: int
    accepted: int
    hours: float | None

    @property
    def rate(self):
        """The share of the questions that got a reply."""
        return self.replied / self.asked


def of_topics(db, *, reader, now, topic_ids=None):
    """Return ``{topic id: Figures}`` of the questions of the last `DAYS` days that `reader` may see.

    Parameters
    ----------
    topic_ids : iterable of int, optional
        Only these.
    """
    clause, values = access.visible(reader, "question")
    since = (datetime.fromisoformat(now) - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")
    rows = db.execute(
        f"""SELECT question_topic.topic_id, question.accepted_id IS NOT NULL,
                   24 * (julianday((SELECT min(written_at) FROM reply WHERE reply.question_id = question.id))
                         - julianday(question.created_at))
              FROM question JOIN question_topic ON question_topic.question_id = question.id
             WHERE NOT question.archived AND question.created_at >= :since AND {clause}
               AND (:topics IS NULL OR question_topic.topic_id IN (SELECT value FROM json_each(:topics)))""",
        {**values, "since": since, "topics": None if topic_ids is None else json.dumps(list(topic_ids))},
    )
    found = {}
    for topic_id, is_accepted, hours in rows:
        found.setdefault(topic_id, []).append((is_accepted, hours))
    return {topic_id: _figures(its) for topic_id, its in found.items()}


def _figures(rows):
    times = [hours for _, hours in rows if hours is not None]
    return Figures(len(rows), len(times), sum(done for done, _ in rows), median(times) if times else None)
