"""The tree of topics: each may stand under several others, never under itself; its facet, its owner, its words."""

import json
from dataclasses import dataclass

from kb import access, feed, overtaken, topic_aliases, topic_history, topics
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.facets import FACETS
from kb.store import writing
from kb.text import clean, fold_name

MOST_PARENTS = 20
# Whether a note, whoever may see it, a source or another topic needs a row of ``topic``.
IS_USED_SQL = """(EXISTS (SELECT 1 FROM note_topic WHERE note_topic.topic_id = topic.id)
               OR EXISTS (SELECT 1 FROM source_topic WHERE source_topic.topic_id = topic.id)
               OR EXISTS (SELECT 1 FROM topic_parent WHERE topic_parent.parent_id = topic.id))"""
_COLUMNS = ("name", "facet", "owner_id", "listed")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a topic stands and who cares for it; what the reader may not know of is left out.

    ``parents`` and ``children`` are tuples of `kb.topics.Topic`; ``facet`` is a key of `kb.facets.FACETS` or "".
    """

    id: int
    version: int
    facet: str
    owner_id: int | None
    owner: str | None
    owner_state: str | None
    listed: int
    aliases: tuple
    parents: tuple
    children: tuple


def place(db, topic_id, *, reader):
    """Return the `Place` of a topic that `reader` may know of."""
    rows = db.execute(
        """SELECT parent_id FROM topic_parent WHERE topic_id = :id
           UNION SELECT topic_id FROM topic_parent WHERE parent_id = :id UNION SELECT :id""",
        {"id": topic_id},
    )
    return places(db, topics.some(db, [row[0] for row in rows.fetchall()], reader=reader).values())[topic_id]


def places(db, known):
    """Return ``{id: Place}`` of some topics, as far as they stand beside one another."""
    by_id = {each.id: each for each in known}
    ids = {"ids": json.dumps(list(by_id))}
    near = {name: {number: [] for number in by_id} for name in ("aliases", "parents", "children")}
    asked = "SELECT topic_id, parent_id FROM topic_parent WHERE topic_id IN (SELECT value FROM json_each(:ids))"
    for below, above in db.execute(asked, ids):
        if above in by_id:
            near["parents"][below].append(by_id[above])
            near["children"][above].append(by_id[below])
    asked = """SELECT topic_id, name FROM topic_alias
                WHERE topic_id IN (SELECT value FROM json_each(:ids)) ORDER BY id"""
    for number, name in db.execute(asked, ids):
        near["aliases"][number].append(name)
    rows = db.query(
        """SELECT topic.id, topic.version, topic.facet, topic.owner_id, topic.listed, member.name AS owner,
                  member.state AS owner_state
             FROM topic LEFT JOIN member ON member.id = topic.owner_id
            WHERE topic.id IN (SELECT value FROM json_each(:ids))""",
        ids,
    )
    for its in (*near["parents"].values(), *near["children"].values()):
        its.sort(key=lambda each: each.name)
    return {row["id"]: Place(**row, **{name: tuple(its[row["id"]]) for name, its in near.items()}) for row in rows}


def add(db, name, *, by, now):
    """Add a topic to the words of the company, whether a note carries it or not, and return its id."""
    access.require(by, "topic.arrange")
    with writing(db):
        topic_id = topics.named(db, [name], by=by, now=now)[0]
        put(db, topic_id, {"listed": 1}, did="topic.list", by=by, now=now)
    return topic_id


def remove(db, topic_id, *, by, now):
    """Take an unused topic out of the words of the company; its next use, or undo, brings it back."""
    access.require(by, "topic.arrange")
    with writing(db):
        topic = topics.get(db, topic_id, reader=by)
        if _is_used(db, topic_id):
            raise Conflict(
                N_("“%(topic)s” is in use: notes, sources or other topics stand under it."),
                hint=N_("Merge it into another topic instead."),
                topic=topic.name,
            )
        return put(db, topic_id, {"listed": 0}, did="topic.unlist", by=by, now=now)


def edit(db, topic_id, *, version, name, aliases, parents, facet, owner_id, by, now):
    """Change what a topic is called, under which others it stands, its facet and its owner; return the seq or None.

    Parameters
    ----------
    version : int
        On top of which it is changed.
    aliases, parents : sequence of str
        Names; parents that `by` may not know of stay.
    facet : str
        A key of `kb.facets.FACETS`, or "".
    owner_id : int or None

    Raises
    ------
    kb.overtaken.Overtaken
        When somebody changed the same since; what else was changed is put together.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "topic.arrange")
    label, limit = N_("Topic"), topics.LONGEST_NAME
    name = clean(name, field="name", label=label, limit=limit, lines=False, needed=N_("Fill it in."))
    if facet and facet not in FACETS:
        raise Invalid(N_("There is no class “%(value)s”."), field="facet", value=facet)
    wanted = list(topic_aliases.cleaned(aliases))
    with writing(db):
        topic = topics.get(db, topic_id, reader=by)
        before = state(db, topic_id)
        after = {
            "name": name,
            "facet": facet,
            "owner_id": owner_id,
            "aliases": [each for each in wanted if fold_name(each) != fold_name(name)],
            "parents": _parents(db, parents, topic_id, before["parents"], by),
        }
        stands = _version(db, topic_id)
        if stands != version:
            sentence = N_("Somebody changed this topic after you opened it. Nothing of yours is lost.")
            base = topic_history.stood(db, topic_id, before, stands - version)
            after = overtaken.together(base, mine=after, theirs=before, sentence=sentence)
        if fold_name(after["name"]) != fold_name(topic.name):
            # Who knows it by the old name still finds it.
            its = topic_aliases.cleaned([*after["aliases"], topic.name])
            after["aliases"] = [each for each in its if fold_name(each) != fold_name(after["name"])]
        after["owner_id"] = _owner(db, after["owner_id"], before["owner_id"])
        changed = {key: value for key, value in after.items() if value != before[key]}
        return put(db, topic_id, changed, did=_deed(changed), by=by, now=now) if changed else None


def undo(db, seq, *, by, now):
    """Take back an `edit`, `add` or `remove`, or such an undo; return the topic's id.

    Raises
    ------
    kb.errors.Conflict
        When what it changed was changed again since.
    kb.errors.Invalid, kb.errors.NotFound, kb.errors.Forbidden
    """
    access.require(by, "topic.arrange")
    with writing(db):
        change = feed.change(db, seq)
        if change is None or change["noun"] != "topic" or change["before"] is None:
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the topic."))
        topic_id = int(change["noun_id"])
        before, after = topic_history.of_feed(change["before"]), topic_history.of_feed(change["after"])
        stands = state(db, topic_id)
        if any(stands[key] != value for key, value in after.items()):
            raise Conflict(
                N_("This topic was changed again since. Nothing was taken back."),
                hint=N_("Open it and set it as it should stand."),
            )
        did = "topic.rename" if "name" in before else "topic.undo"
        put(db, topic_id, before, did=did, by=by, now=now)
        return topic_id


def put(db, topic_id, fields, *, did, by, now):
    """Bring some of the state of a topic to these values and return the seq; only inside ``writing``."""
    before = {key: value for key, value in state(db, topic_id).items() if key in fields}
    columns = {key: fields[key] for key in _COLUMNS if key in fields}
    # First what makes room, then what takes it: a new name may have been an alias, an alias the old name.
    if "aliases" in fields:
        wanted = set(fields["aliases"])
        topic_aliases.store(db, topic_id, [each for each in topic_aliases.of_topic(db, topic_id) if each in wanted])
    if "name" in columns:
        columns["folded"] = fold_name(columns["name"])
        refuse_if_taken(db, topic_id, columns["folded"], columns["name"])
    set_columns(db, topic_id, columns)
    if "aliases" in fields:
        topic_aliases.store(db, topic_id, fields["aliases"])
    if "parents" in fields:
        link(db, topic_id, fields["parents"], reader=by)
    return feed.append(db, by=by, did=did, of=topic_id, at=now, before=before, after=dict(fields))


def state(db, topic_id):
    """Return all of a topic that `put` can set: ``parents`` are ids, sorted."""
    row = next(db.query("SELECT name, facet, owner_id, listed FROM topic WHERE id = :id", {"id": topic_id}))
    parents = _edges(db, "SELECT parent_id FROM topic_parent WHERE topic_id = :id", topic_id)
    return {**row, "aliases": topic_aliases.of_topic(db, topic_id), "parents": sorted(parents)}


def link(db, topic_id, parent_ids, *, reader):
    """Put a topic under these others and no more; only inside ``writing``.

    Raises
    ------
    kb.errors.Invalid
        When it would stand under itself; it names the way round.
    """
    db.execute("DELETE FROM topic_parent WHERE topic_id = :id", {"id": topic_id})
    for parent_id in parent_ids:
        refuse_way_round(db, topic_id, parent_id, reader=reader)
        db.execute("INSERT INTO topic_parent VALUES (:id, :parent)", {"id": topic_id, "parent": parent_id})


def refuse_way_round(db, topic_id, parent_id, *, reader):
    """Refuse to put a topic under another one that stands, over however many others, under it."""
    way = _way_up(db, parent_id, topic_id)
    if way is None:
        return
    seen = topics.seen(db, way, reader=reader)
    named = [seen.get(each, "…") for each in way]
    if len(way) == 1:
        raise Invalid(
            N_("“%(topic)s” cannot stand under itself."),
            hint=N_("Choose another topic, or leave the field empty."),
            field="parents",
            topic=named[0],
        )
    raise Invalid(
        N_("“%(topic)s” cannot stand under “%(parent)s”: that already stands under it, by %(way)s."),
        hint=N_("Choose another topic, or first take one of these out."),
        field="parents",
        topic=named[-1],
        parent=named[0],
        way=" → ".join(named),
    )


def under(db, topic_ids, *, reader):
    """Return the ids of some topics and of all that stand under them, as far as `reader` may know of the way there."""
    found, front = set(topic_ids), list(topic_ids)
    while front:
        rows = db.execute(
            "SELECT topic_id FROM topic_parent WHERE parent_id IN (SELECT value FROM json_each(:ids))",
            {"ids": json.dumps(front)},
        ).fetchall()
        front = list(topics.seen(db, {row[0] for row in rows} - found, reader=reader))
        found.update(front)
    return found


def set_columns(db, topic_id, columns):
    """Store some columns of a topic as its next version; only inside ``writing``."""
    values = "".join(f", {column} = :{column}" for column in columns)
    db.execute(f"UPDATE topic SET version = version + 1{values} WHERE id = :id", {**columns, "id": topic_id})


def notes_of(db, topic_ids):
    """Return the ids of all notes that carry one of these topics, whoever may see them."""
    rows = db.execute(
        "SELECT note_id FROM note_topic WHERE topic_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([int(each) for each in topic_ids])},
    )
    return {row[0] for row in rows}


def above(db, topic_id):
    """Return the ids of all that a topic stands under, over however many others."""
    rows = db.execute(
        """WITH RECURSIVE above(id) AS (
               SELECT parent_id FROM topic_parent WHERE topic_id = :id
               UNION SELECT parent_id FROM topic_parent JOIN above ON topic_parent.topic_id = above.id)
           SELECT id FROM above""",
        {"id": topic_id},
    )
    return {row[0] for row in rows}


def refuse_if_taken(db, topic_id, folded, name):
    """Refuse a name that is another topic's own or an alias."""
    of = topic_aliases.resolved(db, [folded]).get(folded)
    if of is None or (of == topic_id and _own(db, of) == folded):
        return
    raise Invalid(
        N_("“%(alias)s” is the name of a topic already.")
        if _own(db, of) == folded
        else N_("“%(alias)s” stands for another topic already."),
        hint=N_("Choose another name, or merge the two topics."),
        field="name",
        alias=name,
    )


def round_ones(db):
    """Return the ids of the topics that stand above themselves, which nothing here would make so."""
    rows = db.execute(
        """WITH RECURSIVE up(id, above) AS (
                SELECT topic_id, parent_id FROM topic_parent
                 UNION
                SELECT up.id, topic_parent.parent_id FROM up JOIN topic_parent ON topic_parent.topic_id = up.above)
            SELECT id FROM up WHERE id = above ORDER BY id"""
    )
    return [row[0] for row in rows]


def _deed(changed):
    if "name" in changed:
        return "topic.rename"
    return "topic.arrange" if changed.keys() == {"parents"} else "topic.edit"


def _parents(db, names, topic_id, had, by):
    names = [name for name in names if name.strip()]
    found = topics.ids_of(db, names, reader=by)
    unknown = next((name for name in names if name not in found), None)
    if unknown is not None:
        raise Invalid(
            N_("There is no topic “%(value)s”."),
            hint=N_("Look for it in the list of topics."),
            field="parents",
            value=unknown,
        )
    if len(found) > MOST_PARENTS:
        raise Invalid(
            N_("%(count)d topics above are too many; %(limit)d are possible."),
            hint=N_("Keep the nearest."),
            field="parents",
            count=len(found),
            limit=MOST_PARENTS,
        )
    hidden = set(had) - topics.seen(db, had, reader=by).keys()
    return sorted({*found.values(), *hidden})


def _owner(db, owner_id, stays):
    if owner_id is None:
        return None
    row = db.execute("SELECT state FROM member WHERE id = :id", {"id": owner_id}).fetchone()
    if row is None or (row[0] == "left" and owner_id != stays):
        raise Invalid(
            N_("Who looks after it?"), hint=N_("Choose a colleague who is here."), field="owner_id", value=str(owner_id)
        )
    return owner_id


def _own(db, topic_id):
    return db.execute("SELECT folded FROM topic WHERE id = :id", {"id": topic_id}).fetchone()[0]


def _version(db, topic_id):
    return db.execute("SELECT version FROM topic WHERE id = :id", {"id": topic_id}).fetchone()[0]


def _edges(db, statement, topic_id):
    return [row[0] for row in db.execute(statement, {"id": topic_id}).fetchall()]


def _is_used(db, topic_id):
    return db.execute(f"SELECT {IS_USED_SQL} FROM topic WHERE id = :id", {"id": topic_id}).fetchone()[0]


def _way_up(db, topic_id, to_id):
    """Return the ids from one topic up to another one above it, a shortest way, or None where there is none."""
    came_from, front = {topic_id: None}, [topic_id]
    while front and to_id not in came_from:
        rows = db.execute(
            "SELECT topic_id, parent_id FROM topic_parent WHERE topic_id IN (SELECT value FROM json_each(:ids))",
            {"ids": json.dumps(front)},
        ).fetchall()
        front = []
        for below, above in rows:
            if above not in came_from:
                came_from[above] = below
                front.append(above)
    if to_id not in came_from:
        return None
    way = [to_id]
    while way[-1] != topic_id:
        way.append(came_from[way[-1]])
    return way[::-1]
