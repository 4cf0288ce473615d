"""Topics: what knowledge is about.

A topic exists for a reader when a note they may see carries it, or a registered source, which all may see.
"""

import json
from dataclasses import dataclass

from kb import access, feed, note_counts, pinyin
from kb.errors import Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean, fold_name

MOST_TOPICS = 20
LONGEST_NAME = 50
# A note that was written in haste carries this one until somebody finds its place: it says nothing of the text.
UNSORTED = N_("To be sorted")
UNSORTED_WORDS = (UNSORTED, "待归类")
_NEWEST = 1000
_HAS_SOURCE = """topic.id IN (SELECT source_topic.topic_id
                                FROM source_topic JOIN source ON source.id = source_topic.source_id
                               WHERE source.archived = 0)"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as one reader sees it; ``notes`` counts the notes they may see."""

    id: int
    name: str
    notes: int


def named(db, names, *, by, now):
    """Return the ids of the topics with these names, making those that are new; only inside ``writing``.

    Raises
    ------
    kb.errors.Invalid
        As `cleaned` does.
    """
    return [_named(db, fold_name(name), name, by, now) for name in cleaned(names)]


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


def arrange(db, topic_id, parent_name, *, by, now):
    """Put a topic under another, or with an empty name under none; raises `Invalid` where it would hold itself."""
    access.require(by, "topic.arrange")
    with writing(db):
        topic = get(db, topic_id, reader=by)
        parent = _parent(db, parent_name, by)
        above = None if parent is None else parent.id
        if above == topic_id:
            raise Invalid(
                N_("“%(topic)s” cannot stand under itself."),
                hint=N_("Choose another topic, or leave the field empty."),
                field="parent",
                topic=topic.name,
            )
        while above is not None:
            if above == topic_id:
                raise Invalid(
                    N_("“%(topic)s” cannot stand under “%(parent)s”, which already stands under it."),
                    hint=N_("Choose another topic, or first take “%(parent)s” out."),
                    field="parent",
                    topic=topic.name,
                    parent=parent.name,
                )
            above = _parent_id(db, above)
        before = _parent_id(db, topic_id)
        after = None if parent is None else parent.id
        db["topic"].update(topic_id, {"parent_id": after})
        states = ({"parent": before}, {"parent": after})
        feed.append(db, by=by, did="topic.arrange", of=topic_id, at=now, before=states[0], after=states[1])


def around(db, topic_id, *, reader):
    """Return ``(parent or None, children)`` of a topic, as far as `reader` may know of them."""
    known = {each.id: each for each in listing(db, reader=reader)}
    rows = db.query("SELECT id FROM topic WHERE parent_id = :id", {"id": topic_id})
    children = [known[row["id"]] for row in rows if row["id"] in known]
    return known.get(_parent_id(db, topic_id)), sorted(children, key=lambda each: each.name)


def parents(db, topic_ids):
    """Return the pairs ``(topic, topic above)`` of ids that some topics stand in, whoever may know of them."""
    rows = db.execute(
        """SELECT id, parent_id FROM topic
            WHERE parent_id IS NOT NULL AND (id IN (SELECT value FROM json_each(:ids))
                                             OR parent_id IN (SELECT value FROM json_each(:ids)))""",
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
        f"SELECT id, name FROM topic WHERE id IN (SELECT value FROM json_each(:ids)) OR {_HAS_SOURCE}",
        {"ids": json.dumps(list(counts))},
    )
    found = [Topic(topic_id, name, counts.get(topic_id, 0)) for topic_id, name in rows]
    return sorted(found, key=lambda topic: (-topic.notes, topic.name))


def seen(db, topic_ids, *, reader):
    """Return ``{id: name}`` of those of some topics that `reader` may know of: what `listing` says, for a few."""
    return dict(_known(db, reader, "topic.id", topic_ids))


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
    """Return the topics that a word names, the nearest first: by name, or its pinyin or initials."""
    asked = "".join(fold_name(query).split())
    ranked = [(pinyin.rank(asked, "".join(fold_name(each.name).split())), each) for each in listing(db, reader=reader)]
    found = [(rank, each) for rank, each in ranked if asked and rank is not None]
    return [each for _, each in sorted(found, key=lambda pair: (pair[0], -pair[1].notes, pair[1].name))[:limit]]


def ids_of(db, names, *, reader):
    """Return ``{name: id}`` of those of these names that are topics `reader` may know of."""
    folded = {name: fold_name(name) for name in names}
    known = {fold_name(name): topic_id for topic_id, name in _known(db, reader, "topic.folded", folded.values())}
    return {name: known[its] for name, its in folded.items() if its in known}


def get(db, topic_id, *, reader):
    """Return one topic; raises `NotFound` when no note that `reader` may see carries it."""
    return _found(db, reader, "topic.id", topic_id, str(topic_id))


def by_name(db, name, *, reader):
    """Return the topic of this name, however it is spelled; raises `NotFound` as `get` does."""
    return _found(db, reader, "topic.folded", fold_name(name), name)


def _parent(db, name, by):
    if not name.strip():
        return None
    try:
        return by_name(db, name, reader=by)
    except NotFound as problem:
        raise Invalid(problem.template, hint=problem.hint, field="parent", **problem.values) from problem


def _parent_id(db, topic_id):
    return db.execute("SELECT parent_id FROM topic WHERE id = :id", {"id": topic_id}).fetchone()[0]


def _found(db, reader, which, asked, shown):
    row = next(iter(_known(db, reader, which, [asked])), None)
    if row is None:
        raise NotFound(N_("There is no topic “%(value)s”."), hint=N_("Look for it in the list of topics."), value=shown)
    return Topic(*row, note_counts.topics(db, reader=reader, topic_id=row[0]).get(row[0], 0))


def _known(db, reader, column, values):
    """Return id and name of the topics with one of these values that `reader` may know of."""
    clause, more = access.visible(reader, "topic_count")
    return db.execute(
        f"""SELECT topic.id, topic.name FROM topic
             WHERE {column} IN (SELECT value FROM json_each(:values))
               AND (EXISTS (SELECT 1 FROM topic_count
                             WHERE topic_count.topic_id = topic.id AND topic_count.notes > 0 AND {clause})
                    OR EXISTS (SELECT 1 FROM note JOIN note_topic ON note_topic.note_id = note.id
                                WHERE note_topic.topic_id = topic.id AND NOT note.archived AND {access.by_list(reader)})
                    OR {_HAS_SOURCE})""",
        {**more, "values": json.dumps(list(values))},
    ).fetchall()


def _named(db, folded, name, by, now):
    row = next(iter(db.query("SELECT id FROM topic WHERE folded = :folded", {"folded": folded})), None)
    if row:
        return row["id"]
    topic = {"name": name, "folded": folded, "created_by": by.member_id, "created_at": now}
    topic_id = db["topic"].insert(topic).last_pk
    feed.append(db, by=by, did="topic.add", of=topic_id, at=now, after={"name": name})
    return topic_id
