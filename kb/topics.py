"""Topics: what knowledge is about. A topic exists for a reader when a note they may see carries it."""

from dataclasses import dataclass

from kb import access, feed
from kb.errors import Invalid, N_, NotFound
from kb.text import clean, fold_name

MOST_TOPICS = 20


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
        Without a name, with too many, or with one that is too long.
    """
    cleaned = [clean(name, field="topics", label=N_("Topic"), limit=50, lines=False) for name in names]
    unique = list({fold_name(name): name for name in reversed(cleaned) if name}.items())[::-1]
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
    return [_named(db, folded, name, by, now) for folded, name in unique]


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


def listing(db, *, reader):
    """Return the topics that `reader` may know of, the most used first."""
    clause, values = access.visible(reader)
    rows = db.query(
        f"""SELECT topic.id, topic.name, count(*) AS notes
              FROM topic
              JOIN note_topic ON note_topic.topic_id = topic.id
              JOIN note ON note.id = note_topic.note_id AND note.archived = 0 AND {clause}
             GROUP BY topic.id
             ORDER BY notes DESC, topic.name""",
        values,
    )
    return [Topic(**row) for row in rows]


def get(db, topic_id, *, reader):
    """Return one topic; raises `NotFound` when no note that `reader` may see carries it."""
    return _found((topic for topic in listing(db, reader=reader) if topic.id == topic_id), str(topic_id))


def by_name(db, name, *, reader):
    """Return the topic of this name, however it is spelled; raises `NotFound` as `get` does."""
    folded = fold_name(name)
    return _found((topic for topic in listing(db, reader=reader) if fold_name(topic.name) == folded), name)


def _found(topics, asked):
    topic = next(topics, None)
    if topic is None:
        raise NotFound(N_("There is no topic “%(value)s”."), hint=N_("Look for it in the list of topics."), value=asked)
    return topic


def _named(db, folded, name, by, now):
    row = next(iter(db.query("SELECT id FROM topic WHERE folded = :folded", {"folded": folded})), None)
    if row:
        return row["id"]
    topic = {"name": name, "folded": folded, "created_by": by.member_id, "created_at": now}
    topic_id = db["topic"].insert(topic).last_pk
    feed.append(db, by=by, did="topic.add", of=topic_id, at=now, after={"name": name})
    return topic_id
