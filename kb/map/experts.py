"""Who knows this: members by what they did on a topic, every score the sum of its reasons.

Only notes the asking reader may see count, so a private note moves nobody in anybody else's list.
"""

from dataclasses import dataclass
from datetime import datetime

from kb import access
from kb.errors import N_

HALF_LIFE_DAYS = 180
WEIGHTS = {"wrote": 3.0, "proved": 2.0, "edited": 1.0}
_TEXTS = {
    "wrote": N_("wrote “%(title)s”"),
    "proved": N_("gave evidence for “%(title)s”"),
    "edited": N_("improved “%(title)s”"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of a score: `kind` of deed, on note `id`, `at` an instant; `text` is a template for `title`."""

    kind: str
    id: int
    at: str
    weight: float
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Expert:
    """A member with a score for one topic: the sum of the weights of `reasons`."""

    member_id: int
    login: str
    name: str
    department: str
    state: str
    score: float
    reasons: tuple


def experts(db, topic_id, *, reader, now):
    """Return who knows a topic, the best first, those who left after those who are here.

    A deed weighs ``WEIGHTS[kind] * 2 ** (-age / HALF_LIFE_DAYS)``, rounded to a thousandth so that the score a
    person sees is exactly the sum of the reasons a person sees.

    Parameters
    ----------
    topic_id : int
    reader : kb.access.Reader
    now : str
        Instant the ages are counted to.
    """
    found = {}
    for row in _deeds(db, topic_id, reader):
        found.setdefault(row["member_id"], (row, []))[1].append(_reason(row, now))
    ranked = [_expert(row, reasons) for row, reasons in found.values()]
    return sorted(ranked, key=lambda each: (each.state == "left", -each.score, each.login))


def _deeds(db, topic_id, reader):
    clause, values = access.visible(reader)
    return db.query(
        f"""WITH seen AS (
                SELECT note.id, note.title, note.owner_id, note.created_at
                  FROM note JOIN note_topic ON note_topic.note_id = note.id
                 WHERE note_topic.topic_id = :topic AND note.archived = 0 AND {clause}),
            deed AS (
                SELECT 'wrote' AS kind, id, title, owner_id AS member_id, created_at AS at FROM seen
                UNION ALL
                SELECT 'proved', seen.id, seen.title, evidence.created_by, min(evidence.created_at)
                  FROM seen JOIN evidence ON evidence.note_id = seen.id
                 GROUP BY seen.id, evidence.created_by
                UNION ALL
                SELECT 'edited', seen.id, seen.title, change.member_id, max(change.at)
                  FROM seen JOIN change ON change.noun = 'note' AND change.noun_id = CAST(seen.id AS TEXT)
                 WHERE change.action = 'edit' AND change.member_id IS NOT seen.owner_id
                 GROUP BY seen.id, change.member_id)
            SELECT deed.*, member.login, member.name, member.state, department.name AS department
              FROM deed
              JOIN member ON member.id = deed.member_id
              JOIN department ON department.id = member.department_id
             ORDER BY deed.at DESC, deed.id""",
        {**values, "topic": topic_id},
    )


def _reason(row, now):
    days = max(0.0, (datetime.fromisoformat(now) - datetime.fromisoformat(row["at"])).total_seconds() / 86_400)
    weight = round(WEIGHTS[row["kind"]] * 2 ** (-days / HALF_LIFE_DAYS), 3)
    return Reason(row["kind"], row["id"], row["at"], weight, _TEXTS[row["kind"]], row["title"])


def _expert(row, reasons):
    reasons = sorted(reasons, key=lambda each: -each.weight)
    score = round(sum(each.weight for each in reasons), 3)
    return Expert(row["member_id"], row["login"], row["name"], row["department"], row["state"], score, tuple(reasons))
