"""Who did something on a topic itself: the links between topics and colleagues. How well somebody knows it, and what is
passed on from the topics below, `kb.map.experts` says; `of_trees` but counts whom it makes know something.

Who knows a topic by what is open to all is kept by the database, and counted by department; who does only by what is
open to some is asked of the reasons themselves.
"""

import json

import numpy as np

from kb import access

_HERE = "state = 'active'"
_AMONG = "{0}.{1}_id IN (SELECT value FROM json_each(:ids))"
_ON = " AND {0}.topic_id IN (SELECT value FROM json_each(:topics))"
_OPEN = """SELECT knower.topic_id, knower.member_id FROM knower JOIN member ON member.id = knower.member_id
            WHERE {of} AND {who}"""
_CLOSED = """SELECT DISTINCT reason.topic_id, reason.member_id, member.department_id
               FROM reason JOIN member ON member.id = reason.member_id
              WHERE reason.readers <> 'all' AND {of} AND {who} AND {clause}
                AND NOT EXISTS (SELECT 1 FROM knower WHERE knower.topic_id = reason.topic_id
                                                       AND knower.member_id = reason.member_id)"""


def knowers(db, topic_ids, *, reader):
    """Return the pairs ``(topic_id, member_id)`` of some topics and of the members who are here and know them."""
    return _pairs(db, "topic", topic_ids, reader, _HERE)


def known(db, member_ids, *, reader, topic_ids=None):
    """Return the pairs ``(topic_id, member_id)`` of some members, here or not, and of the topics they know, or some."""
    return _pairs(db, "member", member_ids, reader, "1", topic_ids)


def numbers(db, topic_ids, *, reader):
    """Return ``{topic_id: number}`` of the members who are here and know each of some topics."""
    return _numbers(db, "topic", "SELECT topic_id, sum(people) FROM topic_cell", topic_ids, reader, _HERE)


def numbers_known(db, member_ids, *, reader):
    """Return ``{member_id: number}`` of the topics that each of some members, here or not, knows."""
    return _numbers(db, "member", "SELECT member_id, count(*) FROM knower", member_ids, reader, "1")


def of_trees(db, trees, *, reader):
    """Return ``{topic_id: {department_id: (number, id)}}`` of the members who are here and know each of some topics.

    Of topics with others below, nobody counts twice. The id is that of the only one, else None.

    Parameters
    ----------
    trees : dict
        ``{topic_id: ids of it and of those below}``.
    """
    if not trees:
        return {}
    values = {"ids": json.dumps(sorted(set().union(*trees.values())))}
    asked = f"SELECT topic_id, group_concat(member_id) FROM knower WHERE {_AMONG.format('knower', 'topic')} GROUP BY 1"
    whose = {topic_id: [np.fromstring(ids, dtype=int, sep=",")] for topic_id, ids in db.execute(asked, values)}
    for topic_id, member_id, _ in _closed(db, _AMONG.format("reason", "topic"), values, reader, _HERE):
        whose.setdefault(topic_id, []).append(member_id)
    last = db.execute("SELECT ifnull(max(id), 0) FROM member").fetchone()[0]
    place = np.zeros(last + 1, dtype=int)
    for member_id, department_id in db.execute(f"SELECT id, department_id FROM member WHERE {_HERE}").fetchall():
        place[member_id] = department_id
    return {
        topic_id: _placed([ids for each in its for ids in whose.get(each, ())], place)
        for topic_id, its in trees.items()
    }


def closed(db, *, reader):
    """Return ``{(topic_id, department_id): ids}`` of who is here and knows a topic by what not all may see alone."""
    found = {}
    for topic_id, member_id, department_id in _closed(db, "1", {}, reader, _HERE):
        found.setdefault((topic_id, department_id), []).append(member_id)
    return found


def _placed(who, place):
    """Return ``{department_id: (number, id)}`` of members, of whom some may be named twice; 0 is no department."""
    is_one = np.zeros(len(place), dtype=bool)
    for ids in who:
        is_one[ids] = True
    them = np.flatnonzero(is_one)
    numbers, sums = np.bincount(place[them]), np.bincount(place[them], weights=them)
    return {
        int(each): (int(numbers[each]), int(sums[each]) if numbers[each] == 1 else None)
        for each in np.flatnonzero(numbers)
        if each
    }


def _pairs(db, kind, ids, reader, who, topic_ids=None):
    values = {"ids": json.dumps(list(ids)), "topics": json.dumps(list(topic_ids or ()))}
    of = _AMONG.format("{0}", kind) + ("" if topic_ids is None else _ON)
    rows = db.execute(_OPEN.format(of=of.format("knower"), who=who), values).fetchall()
    return rows + [row[:2] for row in _closed(db, of.format("reason"), values, reader, who)]


def _numbers(db, kind, counted, ids, reader, who):
    values = {"ids": json.dumps(list(ids))}
    rows = db.execute(f"{counted} WHERE {kind}_id IN (SELECT value FROM json_each(:ids)) GROUP BY 1", values)
    found = dict.fromkeys(ids, 0) | dict(rows.fetchall())
    for topic_id, member_id, _ in _closed(db, _AMONG.format("reason", kind), values, reader, who):
        found[topic_id if kind == "topic" else member_id] += 1
    return found


def _closed(db, of, values, reader, who):
    clause, more = access.visible(reader, "reason")
    return db.execute(_CLOSED.format(of=of, who=who, clause=clause), {**more, **values}).fetchall()
