"""Who knows this: members by what they did on a topic, every score the sum of its reasons.

Only notes the asking reader may see count, so a private note moves nobody in anybody else's list. A weight is a whole
number of thousandths: the score a person sees is exactly the sum of the reasons a person sees.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import NamedTuple

import numpy as np

from kb import access, members, note_counts, topics
from kb.errors import N_
from kb.map import inheritance, knowing, scoring

# A page shows so many reasons of a score by name and sums the others up.
NAMED = 12
_TEXTS = {
    "wrote": N_("wrote “%(title)s”"),
    "answered": N_("answered “%(title)s”, and it was accepted"),
    "applied": N_("%(name)s used “%(title)s”"),
    "verified": N_("%(name)s verified “%(title)s”"),
    "proved": N_("gave evidence for “%(title)s”"),
    "edited": N_("improved “%(title)s”"),
    "checked": N_("verified “%(title)s”"),
    "talked": N_("talked with a customer about “%(title)s”"),
    "declared": N_("says so themselves"),
    "endorsed": N_("%(name)s says so"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of a score: `kind` of deed, on note `id` or None, `at` an instant; `text` is a template for `values`.

    ``by_id`` is the colleague whose deed it was, 0 for the member's own, ``topic`` None, or the name of the topic
    below that passes it on; ``of_id`` tells apart what was done with the same note.
    """

    kind: str
    id: int | None
    at: str
    weight: float
    text: str
    values: dict
    of_id: int
    by_id: int
    topic_id: int
    topic: str | None


@dataclass(frozen=True, slots=True)
class Expert:
    """A member with a score for one topic: the sum of the weights of ``count`` reasons.

    `reasons` holds the heaviest of them, all where no limit was asked for; it is None where none were.
    """

    member_id: int
    login: str
    name: str
    department: str
    state: str
    phone: str
    wecom: str
    mail: str
    is_open: int
    score: float
    count: int
    reasons: tuple | None


class Known(NamedTuple):
    """A topic that a member knows, as `Expert` tells of a member."""

    topic_id: int
    name: str
    score: float
    reasons: tuple | None
    count: int


def experts(db, topic_id, *, reader, now, limit=None):
    """Return who knows a topic, the best first, those who left after those who are here, without how to reach them.

    Of equals first comes who wrote more in all.

    A deed weighs ``weight(kind) * 2 ** (-age / half life)``, rounded to a thousandth, and a share of that for each
    step to a topic above; of the same colleague only so many count. A deed on notes of several topics counts once.

    Parameters
    ----------
    topic_id : int
    reader : kb.access.Reader
    now : str
        Instant the ages are counted to.
    limit : int, optional
        Only so many have their reasons, `NAMED` of each; those of the others are None.
    """
    count = _Count(db, reader, now)
    sources = count.sources(topic_id)
    tally = count.of_topic(topic_id, sources)
    who = list(db.query(_MEMBERS, {"ids": json.dumps(list(tally))}))
    scores = {each["member_id"]: tally[each["member_id"]][0] for each in who}
    alike = Counter(scores.values())
    written = note_counts.owners(db, [each for each, score in scores.items() if alike[score] > 1], reader=reader)
    who.sort(
        key=lambda each: (
            each["state"] == "left", -scores[each["member_id"]], -written.get(each["member_id"], 0), each["login"]
        )
    )  # fmt: skip
    asked = {each["member_id"]: (each["member_id"], sources) for each in who[:limit]}
    told = count.reasons(topic_id, asked, None if limit is None else NAMED)
    found = [(each, tally[each["member_id"]]) for each in who]
    return [
        Expert(**each, score=score / 1000, count=number, reasons=told.get(each["member_id"]))
        for each, (score, number) in found
    ]


def scores(db, topic_id, *, reader, now):
    """Return ``{member_id: score}`` of those who are here and know a topic, as `experts` counts."""
    count = _Count(db, reader, now)
    tally = count.of_topic(topic_id, count.sources(topic_id))
    # Asked afterwards: beforehand everybody would be walked over for the few who know a topic.
    asked = "SELECT id FROM member WHERE state <> 'active' AND id IN (SELECT value FROM json_each(:ids))"
    gone = {row[0] for row in db.execute(asked, {"ids": json.dumps(list(tally))}).fetchall()}
    return {member_id: score / 1000 for member_id, (score, _) in tally.items() if member_id not in gone}


def known_by(db, member_id, *, reader, now, limit=None):
    """Return what one member knows, each a `Known`, the best known first.

    With `limit` only so many of them have their reasons, as for `experts`; those of the others are None.
    """
    count = _Count(db, reader, now)
    asked = "SELECT DISTINCT topic_id FROM reason WHERE member_id = :member"
    above = inheritance.above(db, [row[0] for row in db.execute(asked, {"member": member_id})])
    names = topics.sorted_of(topics.seen(db, set(above).union(*above.values()), reader=reader))
    shares = defaultdict(dict)
    for topic_id, steps in above.items():
        if topic_id in names:
            for target, step in ({topic_id: 0} | steps).items():
                shares[target][topic_id] = count.rules["share"] ** step
    shares = {target: its for target, its in shares.items() if target in names}
    tally = count.tally(shares, "reason.member_id = :member", member=member_id)
    ranked = sorted(tally, key=lambda key: (-tally[key][0], names[key[0]]))
    told = {}
    for target, _ in ranked[:limit]:
        told |= count.reasons(target, {target: (member_id, shares[target])}, None if limit is None else NAMED)
    found = [(target, *tally[target, member_id]) for target, _ in ranked]
    return [Known(target, names[target], score / 1000, told.get(target), number) for target, score, number in found]


def of_department(db, department_id, topic_ids, *, reader, now):
    """Return ``{topic_id: [(member_id, name)]}``: who of a department knows each of some topics, the best first."""
    count = _Count(db, reader, now)
    here = "member_id IN (SELECT id FROM member WHERE department_id = :department AND state = 'active')"
    tally = count.tally(count.sources_of(topic_ids), here, department=department_id)
    names = count.named("member", "name", {member_id for _, member_id in tally})
    found = {each: [] for each in topic_ids}
    for topic_id, member_id in sorted(tally, key=lambda key: (-tally[key][0], key[1])):
        found[topic_id].append((member_id, names[member_id]))
    return found


def known_by_few(db, topic_ids, *, reader):
    """Return ``{topic_id: names}`` of those of some topics that nobody who is here knows, or one alone does.

    Who knows a topic below one knows something of that one too.
    """
    numbers = knowing.numbers(db, topic_ids, reader=reader)
    below = inheritance.below(db, [each for each in topic_ids if numbers[each] < 2])
    seen = topics.seen(db, set().union(*below.values()) - numbers.keys(), reader=reader).keys() | numbers.keys()
    numbers |= knowing.numbers(db, seen - numbers.keys(), reader=reader)
    whose = dict(knowing.knowers(db, [each for each, number in numbers.items() if number == 1], reader=reader))
    names = members.names(db, set(whose.values()))
    found = {}
    for topic_id, under in below.items():
        its = [topic_id, *(seen & under.keys())]
        who = {whose[each] for each in its if each in whose}
        if len(who) < 2 and all(numbers[each] < 2 for each in its):
            found[topic_id] = [names[each] for each in who]
    return found


def little_known(db, *, reader):
    """Return ``[(topic, names)]`` of the topics that nobody who is here knows, then of those that one alone does."""
    listed = [each for each in topics.listing(db, reader=reader) if topics.sorted_of({each.id: each.name})]
    known = known_by_few(db, [topic.id for topic in listed], reader=reader)
    found = [(topic, known[topic.id]) for topic in listed if topic.id in known]
    return sorted(found, key=lambda each: len(each[1]))


_MEMBERS = """SELECT member.id AS member_id, member.login, member.name, member.state, department.name AS department,
           iif(member.state = 'left', '', member.phone) AS phone,
           iif(member.state = 'left', '', member.wecom) AS wecom,
           iif(member.state = 'left', '', member.mail) AS mail, member.open_for_questions AS is_open
      FROM member JOIN department ON department.id = member.department_id
     WHERE member.id IN (SELECT value FROM json_each(:ids))"""
_WEIGHT = f"""CAST(1000 * {{factor}} * CASE kind {" ".join(f"WHEN '{kind}' THEN :{kind}" for kind in scoring.KINDS)} END
    * pow(2, min(0, day - :today) / :half_life) + 0.5 AS INTEGER)"""

# What each deed weighs for a topic: of a topic by itself, and of one with a share of those below, where a deed on
# notes of several counts once.
_ALONE = f"""SELECT topic_id AS target, member_id, kind, by_id, {_WEIGHT.format(factor=1)} AS weight FROM reason
              WHERE topic_id IN (SELECT value FROM json_each(:alone)) AND {{where}}"""
# What a share is, is read once and not for each reason.
_SHARES = """WITH share AS MATERIALIZED (
    SELECT value ->> 0 AS target, value ->> 1 AS source, value ->> 2 AS factor FROM json_each(:shares))"""
_MIXED = f"""{_SHARES} SELECT share.target AS target, member_id, kind, by_id,
                    max({_WEIGHT.format(factor="share.factor")}) AS weight
               FROM share JOIN reason ON reason.topic_id = share.source
              WHERE {{where}} GROUP BY share.target, member_id, kind, note_id, of_id"""
# By far the most deeds are one's own, of which a note has one of a kind: no cap holds for these.
_OWN = "by_id = 0 AND of_id = 0"
_OWN_ALONE = f"""SELECT member_id, sum({_WEIGHT.format(factor=1)}), count(*) FROM reason
                  WHERE topic_id = :topic AND {_OWN} AND {{clause}} GROUP BY member_id"""
# Each as one number, and its weight, in a text: to sort them as rows takes SQLite three times as long.
_OWN_MIXED = f"""{_SHARES} SELECT
        group_concat((note_id << 32) + (member_id << 4)
                     + CASE kind {" ".join(f"WHEN '{kind}' THEN {at}" for at, kind in enumerate(scoring.KINDS))} END),
        group_concat({_WEIGHT.format(factor="share.factor")})
   FROM share JOIN reason ON reason.topic_id = share.source WHERE {_OWN} AND {{clause}}"""
_SUMMED = """SELECT target, member_id, kind, by_id, sum(weight), count(*) FROM ({deeds})
              GROUP BY target, member_id, kind, by_id"""
# Of what the same colleague says for a member the heaviest, up to the cap.
_CAPPED = """SELECT target, member_id, kind, by_id, sum(weight), count(*) FROM (
                 SELECT *, row_number() OVER (PARTITION BY target, member_id, kind, by_id ORDER BY weight DESC) AS place
                   FROM ({deeds}))
              WHERE place <= :cap GROUP BY target, member_id, kind, by_id"""
_THERE = """SELECT topic.value, each.value FROM json_each(:topics) AS topic, json_each(:kinds) AS each
            WHERE EXISTS (SELECT 1 FROM reason
                           WHERE member_id = :member AND topic_id = topic.value AND kind = each.value)"""
_KINDS = json.dumps(list(scoring.KINDS))


class _Count:
    """One counting, for one reader at one time: ``tally`` sums in SQL what ``reasons`` lists one by one."""

    def __init__(self, db, reader, now):
        self.db, self.reader, self.rules = db, reader, scoring.rules(db)
        self.clause, values = access.visible(reader, "reason")
        today = db.execute("SELECT julianday(:now)", {"now": now}).fetchone()[0]
        self.values = {**values, **self.rules, "today": today}

    def sources(self, topic_id):
        """Return ``{topic_id: share}`` of the topics that count for one, as far as the reader may know of them."""
        return self.sources_of([topic_id])[topic_id]

    def sources_of(self, topic_ids):
        """Return the same for some topics, by topic."""
        below = inheritance.below(self.db, topic_ids)
        seen = topics.seen(self.db, set().union(*below.values()), reader=self.reader)
        return {
            topic_id: {topic_id: 1.0}
            | {each: self.rules["share"] ** step for each, step in steps.items() if each in seen}
            for topic_id, steps in below.items()
        }

    def of_topic(self, topic_id, sources):
        """Return ``{member_id: (thousandths, number of reasons)}`` of all who know a topic, by its ``sources``."""
        found = {whose: (score, number) for whose, score, number in self._own(topic_id, sources)}
        for (_, whose), (score, number) in self.tally({topic_id: sources}, f"NOT ({_OWN})").items():
            own, more = found.get(whose, (0, 0))
            found[whose] = own + score, more + number
        return found

    def _own(self, topic_id, sources):
        """Return the triples of member id, thousandths and number of the deeds that are one's own."""
        if sources == {topic_id: 1.0}:
            asked = _OWN_ALONE.format(clause=self.clause)
            return self.db.execute(asked, {**self.values, "topic": topic_id}).fetchall()
        shares = json.dumps([(topic_id, *each) for each in sources.items()])
        row = self.db.execute(_OWN_MIXED.format(clause=self.clause), {**self.values, "shares": shares}).fetchone()
        deeds, weights = (np.fromstring(text or "", dtype=np.int64, sep=",") for text in row)
        # Of a deed on several topics the heaviest is its first.
        order = np.lexsort((-weights, deeds))
        deeds, weights = deeds[order], weights[order]
        first = np.append(True, deeds[1:] != deeds[:-1])[: len(deeds)]
        whose, weights = deeds[first] >> 4 & 0xFFFFFFF, weights[first]
        who, places, counts = np.unique(whose, return_inverse=True, return_counts=True)
        scores = np.zeros(len(who), dtype=np.int64)
        np.add.at(scores, places, weights)
        return zip(who.tolist(), scores.tolist(), counts.tolist(), strict=True)

    def tally(self, shares, where, **values):
        """Return ``{(topic_id, member_id): (thousandths, number)}`` of some reasons.

        Parameters
        ----------
        shares : dict
            ``{topic_id: {source topic_id: share}}``.
        where : str
            What says of which reasons, with ``values``.
        """
        alone = [target for target, its in shares.items() if its == {target: 1.0}]
        mixed = [(target, *each) for target, its in shares.items() if target not in alone for each in its.items()]
        values = {**self.values, **values, "alone": json.dumps(alone), "shares": json.dumps(mixed)}
        where = f"{where} AND {self.clause}"
        deeds = [each for each, some in ((_ALONE, alone), (_MIXED, mixed)) if some]

        def asked(query, where):
            parts = (query.format(deeds=each.format(where=where)) for each in deeds)
            return [row for each in parts for row in self.db.execute(each, values).fetchall()]

        rows, capped = asked(_SUMMED, where), {}
        if any(by_id and count > self.rules["cap"] for _, _, _, by_id, _, count in rows):
            capped = {row[:4]: row[4:] for row in asked(_CAPPED, f"{where} AND by_id <> 0")}
        found = {}
        for target, whose, kind, by_id, weight, count in rows:
            weight, count = capped.get((target, whose, kind, by_id), (weight, count))
            own, more = found.get((target, whose), (0, 0))
            found[target, whose] = own + weight, more + count
        return found

    def reasons(self, topic_id, asked, most):
        """Return ``{key: reasons}``, the heaviest first, for ``{key: (member_id, {source topic_id: share})}``."""
        rows = {key: list(islice(self._ranked(*its), most)) for key, its in asked.items()}
        flat = [row for its in rows.values() for row in its]
        titles = self.named("note", "title", {row[3] for row in flat})
        names = self.named("member", "name", {row[5] for row in flat})
        below = self.named("topic", "name", {row[6] for row in flat} - {topic_id})
        return {
            key: tuple(
                Reason(
                    kind,
                    note_id or None,
                    at,
                    weight / 1000,
                    _TEXTS[kind],
                    {"title": titles.get(note_id), "name": names.get(by_id)},
                    of_id,
                    by_id,
                    source,
                    below.get(source),
                )
                for weight, _, kind, note_id, of_id, by_id, source, at in its
            )
            for key, its in rows.items()
        }

    def named(self, table, column, ids):
        """Return ``{id: text}`` of some rows."""
        asked = f"SELECT id, {column} FROM {table} WHERE id IN (SELECT value FROM json_each(:ids))"
        return dict(self.db.execute(asked, {"ids": json.dumps(sorted(ids))}).fetchall())

    def _ranked(self, member_id, sources):
        """Yield the rows that count, the heaviest first; each deed once, the same colleague up to the cap."""
        known, spoke = set(), Counter()
        there = self.db.execute(_THERE, {"member": member_id, "topics": json.dumps(list(sources)), "kinds": _KINDS})
        streams = [self._newest(member_id, each, sources[each], kind) for each, kind in there.fetchall()]
        for row in merge(*streams, key=lambda row: (-row[0], -row[1], row[3], row[4], row[2])):
            deed, pair = row[2:5], (row[2], row[5])
            if deed in known or (row[5] and spoke[pair] >= self.rules["cap"]):
                continue
            known.add(deed)
            spoke[pair] += 1
            yield row

    def _newest(self, member_id, topic_id, share, kind):
        # Of a kind the newest weigh most: the index gives them in this order, and only as many as somebody takes.
        return self.db.execute(
            f"""SELECT {_WEIGHT.format(factor=":share")}, day, kind, note_id, of_id, by_id, topic_id, at FROM reason
                 WHERE member_id = :member AND topic_id = :topic AND kind = :kind AND {self.clause}
                 ORDER BY day DESC, note_id, of_id""",
            {**self.values, "member": member_id, "topic": topic_id, "share": share, "kind": kind},
        )
