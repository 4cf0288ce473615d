"""The register of sources: where knowledge lies that is in no note."""

import json
from dataclasses import dataclass

from kb import access, feed, topics
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean

KINDS = ("file", "database", "tool", "equipment", "application", "paper")
_LONGEST_NAME = 100
_LONGEST_PLACE = 300


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its owner is the member to ask; ``topics`` is a tuple of ``{"id", "name"}``."""

    id: int
    version: int
    name: str
    kind: str
    owner_id: int | None
    owner: str | None
    owner_state: str | None
    place: str
    archived: int
    updated_at: str
    topics: tuple


def add(db, *, name, kind, owner_id, place, topic_names, by, now):
    """Register a source and return it.

    Parameters
    ----------
    kind : {"file", "database", "tool", "equipment", "application", "paper"}
    owner_id : int
        The member who looks after it.
    place : str
        Where it lies: a folder, an address, a shelf.
    topic_names : sequence of str
        At least one.
    """
    access.require(by, "source.write")
    fields = _checked(name, kind, place)
    with writing(db):
        row = {**fields, "owner_id": _owner(db, owner_id), "version": 1, "created_at": now, "updated_at": now}
        source_id = db["source"].insert(row).last_pk
        _set_topics(db, source_id, topics.named(db, topic_names, by=by, now=now))
        made = get(db, source_id, reader=by)
        feed.append(db, by=by, did="source.add", of=source_id, at=now, after=_state(made))
    return made


def get(db, source_id, *, reader):
    """Return one source; raises `NotFound`."""
    access.require(reader, "source.read")
    rows = list(db.query(f"{_SELECT} WHERE source.id = :id", {"id": source_id}))
    if not rows:
        raise NotFound(
            N_("There is no source %(value)s."), hint=N_("Look for it in the register."), value=str(source_id)
        )
    return _sources(db, rows)[0]


def edit(db, source_id, *, version, name, kind, owner_id, place, topic_names, by, now):
    """Save a source on top of `version` and return it."""
    access.require(by, "source.write")
    fields = _checked(name, kind, place)
    with writing(db):
        before = _fresh(db, source_id, version, by)
        row = {**fields, "owner_id": _owner(db, owner_id, before.owner_id)}
        db["source"].update(source_id, {**row, "version": version + 1, "updated_at": now})
        _set_topics(db, source_id, topics.named(db, topic_names, by=by, now=now))
        return _logged(db, "source.edit", before, by, now)


def archive(db, source_id, *, version, by, now):
    """Take a source out of the register; `restore` brings it back."""
    access.require(by, "source.write")
    with writing(db):
        before = _fresh(db, source_id, version, by)
        db["source"].update(source_id, {"archived": 1, "version": version + 1, "updated_at": now})
        return _logged(db, "source.archive", before, by, now)


def restore(db, source_id, *, version, by, now):
    """Bring an archived source back."""
    access.require(by, "source.write")
    with writing(db):
        before = _fresh(db, source_id, version, by)
        db["source"].update(source_id, {"archived": 0, "version": version + 1, "updated_at": now})
        return _logged(db, "source.restore", before, by, now)


def listing(db, *, reader, kind=None, topic_id=None, owner_id=None):
    """Return the registered sources by name."""
    access.require(reader, "source.read")
    where, values = ["source.archived = 0"], {"kind": kind, "topic": topic_id, "owner": owner_id}
    if kind is not None:
        where.append("source.kind = :kind")
    if owner_id is not None:
        where.append("source.owner_id = :owner")
    if topic_id is not None:
        where.append("source.id IN (SELECT source_id FROM source_topic WHERE topic_id = :topic)")
    rows = list(db.query(f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY source.name, source.id", values))
    return _sources(db, rows)


_SELECT = """SELECT source.*, member.name AS owner, member.state AS owner_state
               FROM source LEFT JOIN member ON member.id = source.owner_id"""


def _checked(name, kind, place):
    name = clean(name, field="name", label=N_("Source name"), limit=_LONGEST_NAME, lines=False)
    place = clean(place, field="place", label=N_("Where it lies"), limit=_LONGEST_PLACE, lines=False)
    for field, text, label in (("name", name, N_("Source name")), ("place", place, N_("Where it lies"))):
        if not text:
            raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field=field, label=label)
    if kind not in KINDS:
        raise Invalid(
            N_("Choose the kind of the source."),
            hint=N_("One of: file, database, tool, equipment, application, paper."),
            field="kind",
            value=kind,
        )
    return {"name": name, "kind": kind, "place": place}


def _owner(db, owner_id, stays=None):
    row = db.execute("SELECT state FROM member WHERE id = :id", {"id": owner_id}).fetchone()
    if row is None or (row[0] == "left" and owner_id != stays):
        raise Invalid(
            N_("Who looks after it?"), hint=N_("Choose a colleague who is here."), field="owner_id", value=str(owner_id)
        )
    return owner_id


def _fresh(db, source_id, version, by):
    source = get(db, source_id, reader=by)
    if source.version != version:
        raise Conflict(
            N_("Somebody saved this source after you opened it. Nothing was changed."),
            hint=N_("Open it again and look at what stands now."),
        )
    return source


def _set_topics(db, source_id, topic_ids):
    db.execute("DELETE FROM source_topic WHERE source_id = :id", {"id": source_id})
    rows = [{"source_id": source_id, "topic_id": topic, "position": n} for n, topic in enumerate(topic_ids)]
    db["source_topic"].insert_all(rows)


def _logged(db, did, before, by, now):
    after = get(db, before.id, reader=by)
    feed.append(db, by=by, did=did, of=before.id, at=now, before=_state(before), after=_state(after))
    return after


def _state(source):
    kept = {name: getattr(source, name) for name in ("version", "name", "kind", "owner_id", "place", "archived")}
    return {**kept, "topics": [topic["name"] for topic in source.topics]}


def _sources(db, rows):
    found = {row["id"]: [] for row in rows}
    links = db.query(
        """SELECT source_topic.source_id, topic.id, topic.name
             FROM source_topic JOIN topic ON topic.id = source_topic.topic_id
            WHERE source_topic.source_id IN (SELECT value FROM json_each(:ids))
            ORDER BY source_topic.source_id, source_topic.position""",
        {"ids": json.dumps(list(found))},
    )
    for link in links:
        found[link["source_id"]].append({"id": link["id"], "name": link["name"]})
    names = [name for name in Source.__slots__ if name != "topics"]
    return [Source(**{name: row[name] for name in names}, topics=tuple(found[row["id"]])) for row in rows]
