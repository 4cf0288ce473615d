"""Who knows this: members by what they did on a topic, every score the sum of its reasons.

Only notes the asking reader may see count, so a private note moves nobody in anybody else's list.
"""

from dataclasses import dataclass
from datetime import datetime

from kb import access, topics
from kb.errors import N_

HALF_LIFE_DAYS = 180
WEIGHTS = {"wrote": 3.0, "applied": 3.0, "proved": 2.0, "edited": 1.0}
_TEXTS = {
    "wrote": N_("wrote “%(title)s”"),
    "applied": N_("others used “%(title)s”"),
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
    phone: str
    wecom: str
    mail: str
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
    found, instant = {}, datetime.fromisoformat(now)
    for kind, note_id, title, at, *who in _deeds(db, reader, _OF_TOPIC, topic_id=topic_id):
        found.setdefault(who[0], (who, []))[1].append(_reason(kind, note_id, title, at, instant))
    ranked = [_expert(row, reasons) for row, reasons in found.values()]
    return sorted(ranked, key=lambda each: (each.state == "left", -each.score, each.login))


def known_by(db, member_id, *, reader, now):
    """Return what one member knows: ``(topic_id, name, score, reasons)``, the best known first."""
    found, instant = {}, datetime.fromisoformat(now)
    # Of somebody who wrote for years these are many: bare tuples, and only what is told.
    for kind, note_id, title, at, topic_id, topic in _deeds(db, reader, _OF_MEMBER, member_id=member_id):
        found.setdefault((topic_id, topic), []).append(_reason(kind, note_id, title, at, instant))
    scored = [(*topic, _score(reasons), tuple(reasons)) for topic, reasons in found.items()]
    return sorted(scored, key=lambda each: (-each[2], each[1]))


def knowers(db, *, reader, topic_id=None):
    """Return ``{topic_id: names}`` of the members who are here and know each topic, or one; [] where all have left."""
    clause, values = access.visible(reader)
    if topic_id is not None:
        clause = f"{clause} AND note_topic.topic_id = :topic"
    rows = db.query(_KNOWERS.format(visible=clause), {**values, "topic": topic_id})
    found = {}
    for row in rows:
        names = found.setdefault(row["topic_id"], [])
        if row["state"] == "active":
            names.append(row["name"])
    return found


def little_known(db, *, reader):
    """Return ``[(topic, names)]`` of the topics that nobody who is here knows, then of those that one alone does."""
    known = knowers(db, reader=reader)
    found = [(topic, known.get(topic.id, [])) for topic in topics.listing(db, reader=reader)]
    return sorted((each for each in found if len(each[1]) < 2), key=lambda each: len(each[1]))


_SEEN = """WITH seen AS (
        SELECT note.id, note.title, note.owner_id, note.created_at, note_topic.topic_id
          FROM note JOIN note_topic ON note_topic.note_id = note.id
         WHERE note.archived = 0 AND {visible})"""

_KNOWERS = f"""{_SEEN},
    knower AS (
        SELECT topic_id, owner_id AS member_id FROM seen
        UNION
        SELECT seen.topic_id, evidence.created_by FROM evidence JOIN seen ON seen.id = evidence.note_id
        UNION
        SELECT seen.topic_id, change.member_id
          FROM change JOIN seen ON change.noun_id = CAST(seen.id AS TEXT)
         WHERE change.noun = 'note' AND change.action = 'edit')
    SELECT knower.topic_id, member.name, member.state
      FROM knower JOIN member ON member.id = knower.member_id
     ORDER BY knower.topic_id, member.name"""

_DEEDS = f"""{_SEEN},
    deed AS (
        SELECT 'wrote' AS kind, id, title, topic_id, owner_id AS member_id, created_at AS at FROM seen
        UNION ALL
        SELECT 'proved', seen.id, seen.title, seen.topic_id, evidence.created_by, min(evidence.created_at)
          FROM seen JOIN evidence ON evidence.note_id = seen.id
         GROUP BY seen.id, seen.topic_id, evidence.created_by
        UNION ALL
        SELECT 'applied', seen.id, seen.title, seen.topic_id, seen.owner_id, note_use.used_at
          FROM seen JOIN note_use ON note_use.note_id = seen.id
         WHERE note_use.member_id IS NOT seen.owner_id AND note_use.result <> 'failed'
        UNION ALL
        SELECT 'edited', seen.id, seen.title, seen.topic_id, change.member_id, max(change.at)
          FROM seen JOIN change ON change.noun = 'note' AND change.noun_id = CAST(seen.id AS TEXT)
         WHERE change.action = 'edit' AND change.member_id IS NOT seen.owner_id
         GROUP BY seen.id, seen.topic_id, change.member_id)
    SELECT {{columns}}
      FROM deed
      JOIN topic ON topic.id = deed.topic_id
      JOIN member ON member.id = deed.member_id
      JOIN department ON department.id = member.department_id
     WHERE {{where}}
     ORDER BY deed.at DESC, deed.id"""


_OF_MEMBER = "deed.kind, deed.id, deed.title, deed.at, deed.topic_id, topic.name"
_OF_TOPIC = """deed.kind, deed.id, deed.title, deed.at, deed.member_id, member.login, member.name, member.state,
           department.name AS department, member.phone, member.wecom, member.mail"""


def _deeds(db, reader, columns, *, topic_id=None, member_id=None):
    clause, values = access.visible(reader)
    if topic_id is not None:
        # Inside, where it narrows what is looked through.
        clause = f"{clause} AND note_topic.topic_id = :topic"
    where = "1" if member_id is None else "deed.member_id = :member"
    asked = _DEEDS.format(visible=clause, where=where, columns=columns)
    return db.execute(asked, {**values, "topic": topic_id, "member": member_id})


def _reason(kind, note_id, title, at, now):
    days = max(0.0, (now - datetime.fromisoformat(at)).total_seconds() / 86_400)
    weight = round(WEIGHTS[kind] * 2 ** (-days / HALF_LIFE_DAYS), 3)
    return Reason(kind, note_id, at, weight, _TEXTS[kind], title)


def _expert(who, reasons):
    names = ("member_id", "login", "name", "state", "department", "phone", "wecom", "mail")
    kept = dict(zip(names, who, strict=True))
    reasons = sorted(reasons, key=lambda each: -each.weight)
    return Expert(**kept, score=_score(reasons), reasons=tuple(reasons))


def _score(reasons):
    return round(sum(each.weight for each in reasons), 3)
