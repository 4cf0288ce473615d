"""Topics: what knowledge is about.

A topic exists for a reader when a note they may see carries it, or a registered source, which all may see, or when it
is listed among the words of the company. Of a topic that was merged into another one its row stays, without a name that
anybody could type.
"""

import json
from dataclasses import dataclass

from kb import access, feed, note_counts, pinyin, topic_aliases
from kb.errors import Invalid, N_, NotFound
from kb.text import clean, fold_name

MOST_TOPICS = 20
LONGEST_NAME = 50
# A note that was written in haste carries this one until somebody finds its place: it says nothing of the text.
UNSORTED = N_("To be sorted")
UNSORTED_WORDS = (UNSORTED, "待归类")
_NEWEST = 1000
_IS_OPEN = """topic.merged_into IS NULL AND (topic.listed OR topic.id IN (SELECT source_topic.topic_id
                                FROM source_topic JOIN source ON source.id = source_topic.source_id
                               WHERE source.archived = 0))"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as one reader sees it; ``notes`` counts the notes they may see."""

    id: int
    name: str
    notes: int


def named(db, names, *, by, now):
    """Return the ids of the topics with these names or aliases, making the new ones; only inside ``writing``.

    Raises
    ------
    kb.errors.Invalid
        As `cleaned` does.
    """
    folded = {fold_name(name): name for name in cleaned(names)}
    known = topic_aliases.resolved(db, folded)
    # An alias beside its topic is that topic once.
    return list(dict.fromkeys(known.get(each) or _made(db, each, name, by, now) for each, name in folded.items()))


def cleaned(names):
    """Return names of topics as they are stored, each once.

    Raises
    ------
    kb.errors.Invalid
        Without a name, with too many, or with one that is too long.
    """
    kept = [clean(name, field="topics", label=N_("Topic"), limit=LONGEST_NAME, lines=False) for name in names]
    unique = tuple({fold_name(name): name for name in reversed(kept) if name}.values())[::-1]
    if not unique:
        raise Invalid(N_("A topic is missing."), hint=N_("Write at least one topic."), field="topics")
    if len(unique) > MOST_TOPICS:
        raise Invalid(
            N_("%(count)d topics are too many; %(limit)d are possible."),
            hint=N_("Keep the topics a colleague would look under."),
            field="topics",
            count=len(unique),
            limit=MOST_TOPICS,
        )
    return unique


def store(db, note_id, topic_ids):
    """Give a note these topics, in this order, and no others; only inside ``writing``."""
    db.execute("DELETE FROM note_topic WHERE note_id = :id", {"id": note_id})
    rows = [{"note_id": note_id, "topic_id": topic, "position": n} for n, topic in enumerate(topic_ids)]
    db.conn.executemany(
        "INSERT INTO note_topic (note_id, topic_id, position) VALUES (:note_id, :topic_id, :position)", rows
    )


def sorted_of(names):
    """Return those of ``{topic_id: name}`` that are topics: what is still to be sorted is nothing one could know."""
    return {topic_id: name for topic_id, name in names.items() if name not in UNSORTED_WORDS}


def parents(db, topic_ids):
    """Return the pairs ``(topic, topic above)`` of ids that some topics stand in, whoever may know of them."""
    rows = db.execute(
        """SELECT topic_id, parent_id FROM topic_parent
            WHERE topic_id IN (SELECT value FROM json_each(:ids))
               OR parent_id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(list(topic_ids))},
    )
    return rows.fetchall()


def of_notes(db, note_ids):
    """Return ``{note_id: [{"id", "name"}, ...]}`` in the order their authors gave."""
    marks = ",".join("?" * len(note_ids))
    rows = db.query(
        f"""SELECT note_topic.note_id, topic.id, topic.name
              FROM note_topic JOIN topic ON topic.id = note_topic.topic_id
             WHERE note_topic.note_id IN ({marks})
             ORDER BY note_topic.note_id, note_topic.position""",
        list(note_ids),
    )
    found = {note_id: [] for note_id in note_ids}
    for row in rows:
        found[row["note_id"]].append({"id": row["id"], "name": row["name"]})
    return found


def of_ids(db, topic_ids):
    """Return the topics of these ids, each ``{"id", "name"}``, whoever may know of them."""
    ids = {"ids": json.dumps(list(topic_ids))}
    return list(db.query("SELECT id, name FROM topic WHERE id IN (SELECT value FROM json_each(:ids))", ids))


def listing(db, *, reader):
    """Return the topics that `reader` may know of, the most used first."""
    counts = note_counts.topics(db, reader=reader)
    rows = db.execute(
        f"SELECT id, name FROM topic WHERE id IN (SELECT value FROM json_each(:ids)) OR ({_IS_OPEN})",
        {"ids": json.dumps(list(counts))},
    )
    found = [Topic(topic_id, name, counts.get(topic_id, 0)) for topic_id, name in rows]
    return sorted(found, key=lambda topic: (-topic.notes, topic.name))


def some(db, topic_ids, *, reader):
    """Return ``{id: Topic}`` of those of some topics that `reader` may know of."""
    names = seen(db, topic_ids, reader=reader)
    counts = note_counts.topics(db, reader=reader, topic_ids=names)
    return {each: Topic(each, name, counts.get(each, 0)) for each, name in names.items()}


def seen(db, topic_ids, *, reader):
    """Return ``{id: name}`` of those of some topics that `reader` may know of: what `listing` says, for a few."""
    return dict(_known(db, reader, topic_ids))


def in_use(db, *, reader, limit=8):
    """Return the names of the topics that the newest notes `reader` may see carry most."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT topic.name, count(*) AS notes
              FROM (SELECT note.id FROM note WHERE NOT note.archived AND {clause}
                     ORDER BY note.updated_at DESC, note.id DESC LIMIT :newest) AS seen
              JOIN note_topic ON note_topic.note_id = seen.id
              JOIN topic ON topic.id = note_topic.topic_id
             GROUP BY topic.id ORDER BY notes DESC, topic.name LIMIT :limit""",
        {**values, "newest": _NEWEST, "limit": limit},
    )
    return [row[0] for row in rows]


def find(db, query, *, reader, limit=8):
    """Return the topics that a word names, the nearest first: by name or alias, or the pinyin or initials of these."""
    asked = "".join(fold_name(query).split())
    if not asked:
        return []
    ranks = topic_aliases.find(db, asked)
    for number, name in db.execute("SELECT id, name FROM topic").fetchall():
        rank = pinyin.rank(asked, "".join(fold_name(name).split()))
        if rank is not None:
            ranks[number] = min(rank, ranks.get(number, rank))
    # Which of them the reader may know of is asked of these few.
    found = some(db, ranks, reader=reader).values()
    return sorted(found, key=lambda each: (ranks[each.id], -each.notes, each.name))[:limit]


def ids_of(db, names, *, reader):
    """Return ``{name: id}`` of those of these names or aliases that lead to a topic `reader` may know of."""
    folded = {name: fold_name(name) for name in names}
    known = topic_aliases.resolved(db, folded.values())
    named = seen(db, known.values(), reader=reader)
    return {name: known[its] for name, its in folded.items() if known.get(its) in named}


def led_to(db, topic_id):
    """Return the id of the topic that another one was merged into, in the end, or None for one that was not."""
    row = db.execute(
        """WITH RECURSIVE way (id) AS (
                SELECT merged_into FROM topic WHERE id = :id
                 UNION ALL SELECT topic.merged_into FROM way JOIN topic ON topic.id = way.id)
           SELECT way.id FROM way JOIN topic ON topic.id = way.id WHERE topic.merged_into IS NULL""",
        {"id": topic_id},
    ).fetchone()
    return None if row is None else row[0]


def get(db, topic_id, *, reader):
    """Return one topic; raises `NotFound` when no note that `reader` may see carries it."""
    found = some(db, [topic_id], reader=reader)
    if topic_id not in found:
        raise _missing(str(topic_id))
    return found[topic_id]


def by_name(db, name, *, reader):
    """Return the topic of this name or alias, however it is spelled; raises `NotFound` as `get` does."""
    found = ids_of(db, [name], reader=reader)
    if not found:
        raise _missing(name)
    return get(db, found[name], reader=reader)


def _missing(shown):
    return NotFound(N_("There is no topic “%(value)s”."), hint=N_("Look for it in the list of topics."), value=shown)


def _known(db, reader, topic_ids):
    """Return id and name of those of some topics that `reader` may know of."""
    clause, more = access.visible(reader, "topic_count")
    return db.execute(
        f"""SELECT topic.id, topic.name FROM topic
             WHERE topic.id IN (SELECT value FROM json_each(:values))
               AND (EXISTS (SELECT 1 FROM topic_count
                             WHERE topic_count.topic_id = topic.id AND topic_count.notes > 0 AND {clause})
                    OR EXISTS (SELECT 1 FROM note JOIN note_topic ON note_topic.note_id = note.id
                                WHERE note_topic.topic_id = topic.id AND NOT note.archived AND {access.by_list(reader)})
                    OR ({_IS_OPEN}))""",
        {**more, "values": json.dumps(list(topic_ids))},
    ).fetchall()


def _made(db, folded, name, by, now):
    topic = {"name": name, "folded": folded, "created_by": by.member_id, "created_at": now}
    topic_id = db["topic"].insert(topic).last_pk
    feed.append(db, by=by, did="topic.add", of=topic_id, at=now, after={"name": name})
    return topic_id
