"""Who knows this: members by what they did on a topic, every score the sum of its reasons.

Only notes the asking reader may see count, so a private note moves nobody in anybody else's list.
"""

import json
from dataclasses import dataclass

from kb import access, topics
from kb.errors import N_

HALF_LIFE_DAYS = 180
# A page shows so many reasons of a score by name and sums the others up.
NAMED = 12
WEIGHTS = {"wrote": 3.0, "applied": 3.0, "proved": 2.0, "edited": 1.0}
_TEXTS = {
    "wrote": N_("wrote “%(title)s”"),
    "applied": N_("others used “%(title)s”"),
    "proved": N_("gave evidence for “%(title)s”"),
    "edited": N_("improved “%(title)s”"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of a score: `kind` of deed, on note `id`, `at` an instant; `text` is a template for `title`.

    ``title`` is None where only the heaviest reasons were asked for by name.
    """

    kind: str
    id: int
    at: str
    weight: float
    text: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Expert:
    """A member with a score for one topic: the sum of the weights of `reasons`, which are None where not asked for."""

    member_id: int
    login: str
    name: str
    department: str
    state: str
    phone: str
    wecom: str
    mail: str
    score: float
    reasons: tuple | None


def experts(db, topic_id, *, reader, now, limit=None):
    """Return who knows a topic, the best first, those who left after those who are here.

    A deed weighs ``WEIGHTS[kind] * 2 ** (-age / HALF_LIFE_DAYS)``, rounded to a thousandth so that the score a
    person sees is exactly the sum of the reasons a person sees.

    Parameters
    ----------
    topic_id : int
    reader : kb.access.Reader
    now : str
        Instant the ages are counted to.
    limit : int, optional
        Only so many have their reasons, `NAMED` of each with the title; those of the others are None.
    """
    clause, values = access.visible(reader, "reason")
    rows = db.execute(
        f"SELECT member_id, kind, {_DAYS} FROM reason WHERE topic_id = :topic AND {clause}",
        {**values, "topic": topic_id, "now": now},
    )
    sums = _sums(rows)
    who = list(db.query(_MEMBERS, {"ids": json.dumps(list(sums))}))
    who.sort(key=lambda each: (each["state"] == "left", -sums[each["member_id"]], each["login"]))
    ids, named = [each["member_id"] for each in who[:limit]], None if limit is None else NAMED
    told = _reasons(db, reader, now, "member_id", topic_ids=[topic_id], member_ids=ids, named=named)
    return [Expert(**each, score=sums[each["member_id"]], reasons=told.get(each["member_id"])) for each in who]


def known_by(db, member_id, *, reader, now, limit=None):
    """Return what one member knows: ``(topic_id, name, score, reasons)``, the best known first.

    With `limit` only so many of them have their reasons, as for `experts`; those of the others are None.
    """
    clause, values = access.visible(reader, "reason")
    rows = db.execute(
        f"SELECT topic_id, kind, {_DAYS} FROM reason WHERE member_id = :member AND {clause}",
        {**values, "member": member_id, "now": now},
    )
    sums = _sums(rows)
    names = {each["id"]: each["name"] for each in topics.of_ids(db, sums)}
    ranked = sorted(sums, key=lambda each: (-sums[each], names[each]))
    named = None if limit is None else NAMED
    told = _reasons(db, reader, now, "topic_id", topic_ids=ranked[:limit], member_ids=[member_id], named=named)
    return [(each, names[each], sums[each], told.get(each)) for each in ranked]


def knowers(db, topic_ids, *, reader):
    """Return ``{topic_id: names}`` of the members who are here and know each topic; two are named at most."""
    clause, values = access.visible(reader, "reason")
    asked = f"""SELECT DISTINCT member.name, member.id
                  FROM reason JOIN member ON member.id = reason.member_id AND member.state = 'active'
                 WHERE reason.topic_id = :topic AND {clause} LIMIT 2"""
    # One by one: each ends at the second name, while all at once would walk every reason there is.
    return {topic_id: [name for name, _ in db.execute(asked, {**values, "topic": topic_id})] for topic_id in topic_ids}


def little_known(db, *, reader):
    """Return ``[(topic, names)]`` of the topics that nobody who is here knows, then of those that one alone does."""
    listed = topics.listing(db, reader=reader)
    known = knowers(db, [topic.id for topic in listed], reader=reader)
    found = [(topic, known[topic.id]) for topic in listed]
    return sorted((each for each in found if len(each[1]) < 2), key=lambda each: len(each[1]))


_DAYS = "max(0, julianday(:now) - julianday(at))"

_MEMBERS = """SELECT member.id AS member_id, member.login, member.name, member.state, department.name AS department,
           member.phone, member.wecom, member.mail
      FROM member JOIN department ON department.id = member.department_id
     WHERE member.id IN (SELECT value FROM json_each(:ids))"""


def _weight(kind, days):
    return round(WEIGHTS[kind] * 2 ** (-days / HALF_LIFE_DAYS), 3)


def _sums(rows):
    """Return the sum of the weights of each first value of some rows of it, kind and age in days."""
    found = {}
    for key, kind, days in rows:
        found[key] = found.get(key, 0) + _weight(kind, days)
    return {key: round(score, 3) for key, score in found.items()}


def _reasons(db, reader, now, of, *, topic_ids, member_ids, named=None):
    """Return ``{of: reasons}``, the heaviest first, the newest of equals; only the first `named` with their titles."""
    clause, values = access.visible(reader, "reason")
    rows = db.execute(
        f"""SELECT {of}, kind, note_id, at, {_DAYS} FROM reason
             WHERE topic_id IN (SELECT value FROM json_each(:topics))
               AND member_id IN (SELECT value FROM json_each(:members)) AND {clause}
             ORDER BY at DESC, note_id""",
        {**values, "topics": json.dumps(topic_ids), "members": json.dumps(member_ids), "now": now},
    )
    found = {key: [] for key in (topic_ids if of == "topic_id" else member_ids)}
    for key, kind, note_id, at, days in rows:
        found[key].append((_weight(kind, days), kind, note_id, at))
    for its in found.values():
        its.sort(key=lambda each: -each[0])
    # Titles lie far apart, so only those are read that somebody will.
    ids = {each[2] for its in found.values() for each in its[:named]}
    asked = "SELECT id, title FROM note WHERE id IN (SELECT value FROM json_each(:ids))"
    titles = dict(db.execute(asked, {"ids": json.dumps(list(ids))}).fetchall())
    return {
        key: tuple(
            Reason(kind, note_id, at, weight, _TEXTS[kind], titles.get(note_id)) for weight, kind, note_id, at in its
        )
        for key, its in found.items()
    }
