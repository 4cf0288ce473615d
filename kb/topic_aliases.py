"""Aliases of topics: other words that lead to the same topic, each to one only."""

import json

from kb import pinyin, text_spans
from kb.errors import Invalid, N_
from kb.text import clean, fold_name

MOST = 10_000
LONGEST_NAME = 50
# A single letter or character stands in too many words to name a topic inside of a question.
_SHORTEST_INSIDE = 2


def cleaned(names):
    """Return aliases as they are stored, each once; raises `kb.errors.Invalid` for one that cannot be."""
    kept = [clean(name, field="aliases", label=N_("Also called"), limit=LONGEST_NAME, lines=False) for name in names]
    unique = {}
    for name in filter(None, kept):
        unique.setdefault(fold_name(name), name)
    if len(unique) > MOST:
        raise Invalid(
            N_("%(count)d aliases are too many; %(limit)d are possible."),
            hint=N_("Keep the words colleagues really say."),
            field="aliases",
            count=len(unique),
            limit=MOST,
        )
    return tuple(unique.values())


def resolved(db, folded):
    """Return ``{folded: topic_id}`` of those of some folded names that are a topic's own or an alias of one."""
    asked = {"names": json.dumps(list(folded))}
    rows = db.execute(
        """SELECT folded, id FROM topic
            WHERE folded IN (SELECT value FROM json_each(:names))
           UNION ALL
           SELECT folded, topic_id FROM topic_alias WHERE folded IN (SELECT value FROM json_each(:names))""",
        asked,
    )
    return dict(rows.fetchall())


def of_topic(db, topic_id):
    """Return the aliases of a topic, in the order they were given."""
    rows = db.execute("SELECT name FROM topic_alias WHERE topic_id = :id ORDER BY id", {"id": topic_id})
    return [row[0] for row in rows]


def store(db, topic_id, names):
    """Give a topic these aliases, and no others; only inside ``writing``.

    Raises
    ------
    kb.errors.Invalid
        For one that names another topic, or this one already.
    """
    wanted = {fold_name(name): name for name in names}
    taken = {each: its for each, its in _owners(db, wanted).items() if its[0] != topic_id or its[2] == "own"}
    if taken:
        folded, (_, of, which) = next(iter(taken.items()))
        raise Invalid(
            N_("“%(alias)s” stands for “%(topic)s” already.")
            if which == "alias"
            else N_("“%(alias)s” is the name of a topic already."),
            hint=N_("Take it out of this list, or merge the two topics."),
            field="aliases",
            alias=wanted[folded],
            topic=of,
        )
    had = dict(db.execute("SELECT folded, name FROM topic_alias WHERE topic_id = :id", {"id": topic_id}).fetchall())
    gone = json.dumps([each for each in had if wanted.get(each) != had[each]])
    db.execute(
        "DELETE FROM topic_alias WHERE topic_id = :id AND folded IN (SELECT value FROM json_each(:gone))",
        {"id": topic_id, "gone": gone},
    )
    db.conn.executemany(
        """INSERT INTO topic_alias (topic_id, name, folded, pinyin, initials)
           VALUES (:topic_id, :name, :folded, :pinyin, :initials)""",
        [_row(topic_id, folded, name) for folded, name in wanted.items() if had.get(folded) != name],
    )


def find(db, asked):
    """Return ``{topic_id: rank}`` of the topics that have an alias which `asked` names, whoever may know of them.

    Ranks are those of `kb.pinyin.rank`, one worse, so that a topic's own name goes before the alias of another.
    """
    rows = db.execute(
        """SELECT topic_id,
                  min(CASE WHEN folded = :asked THEN 1 WHEN instr(replace(folded, ' ', ''), :asked) = 1 THEN 2
                           WHEN instr(initials, ' ' || :asked) THEN 3 WHEN instr(pinyin, ' ' || :asked) THEN 4
                           WHEN instr(replace(folded, ' ', ''), :asked) THEN 5 ELSE 6 END) AS rank
             FROM topic_alias
            WHERE (instr(replace(folded, ' ', ''), :asked)
                   OR (:asked NOT GLOB '*[^0-9a-z]*' AND (instr(pinyin, ' ' || :asked) OR instr(initials, ' ' || :asked)
                       OR instr(pinyin, '~' || :asked) OR instr(initials, '~' || :asked))))
            GROUP BY topic_id""",
        {"asked": asked},
    )
    return dict(rows.fetchall())


def inside(db, text):
    """Return ``[(start, end, topic_id)]`` of the aliases that stand in a folded text, from the left, the longest first.

    In Latin letters only whole words are one.
    """
    spans = text_spans.of(text, shortest=_SHORTEST_INSIDE, longest=LONGEST_NAME)
    rows = db.execute(
        "SELECT folded, topic_id FROM topic_alias WHERE folded IN (SELECT value FROM json_each(:parts))",
        {"parts": json.dumps(list(spans))},
    )
    found = [(start, end, topic_id) for folded, topic_id in rows for start, end in spans[folded]]
    return sorted(found, key=lambda each: (each[0], -each[1]))


def wrong(db):
    """Return pairs of a topic id and an alias that is also another one's name, or whose topic was merged away."""
    rows = db.execute(
        """SELECT topic_alias.topic_id, topic_alias.name FROM topic_alias JOIN topic ON topic.id = topic_alias.topic_id
            WHERE topic.merged_into IS NOT NULL
               OR EXISTS (SELECT 1 FROM topic AS other
                           WHERE other.folded = topic_alias.folded AND other.merged_into IS NULL)
            ORDER BY topic_alias.id"""
    )
    return rows.fetchall()


def _owners(db, wanted):
    """Return ``{folded: (topic_id, name of the topic, "alias" or "own")}`` of the names that lead to a topic."""
    rows = db.execute(
        """SELECT topic.folded, topic.id, topic.name, 'own' FROM topic
            WHERE topic.folded IN (SELECT value FROM json_each(:names))
           UNION ALL
           SELECT topic_alias.folded, topic.id, topic.name, 'alias'
             FROM topic_alias JOIN topic ON topic.id = topic_alias.topic_id
            WHERE topic_alias.folded IN (SELECT value FROM json_each(:names))""",
        {"names": json.dumps(list(wanted))},
    )
    return {row[0]: row[1:] for row in rows}


def _row(topic_id, folded, name):
    full, initials = pinyin.keys(folded)
    return {"topic_id": topic_id, "name": name, "folded": folded, "pinyin": full, "initials": initials}
