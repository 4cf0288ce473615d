"""The register of sources: where knowledge lies that is in no note."""

import json
from dataclasses import dataclass

from kb import access as rights, archived, feed, overtaken, pinyin, topics
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean, fold_name

KINDS = ("file", "database", "tool", "equipment", "application", "paper")
_LONGEST_NAME = 100
_LONGEST_PLACE = 300
LONGEST_MONTHS = 60
# What of a source a change sets, and undo sets back.
_SET = ("name", "kind", "owner_id", "place", "access", "months", "checked_at", "checked_by", "archived")


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its owner is the member to ask; ``topics`` is a tuple of ``{"id", "name"}``.

    ``months`` is after how many it is to be looked at again, None for never; ``due_at`` when, "" for never; ``checker``
    who last said that it is right, and ``checked_at`` when.
    """

    id: int
    version: int
    name: str
    kind: str
    owner_id: int | None
    owner: str | None
    owner_state: str | None
    place: str
    access: str
    months: int | None
    checked_at: str
    checker: str | None
    due_at: str
    archived: int
    updated_at: str
    topics: tuple


def add(db, *, name, kind, owner_id, place, topic_names, access="", months=None, by, now):
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
    access : str
        How one gets at it: whom to ask, which account.
    months : int or str or None
        After how many it is to be looked at again; None or "" for never.
    """
    rights.require(by, "source.write")
    fields = checked(name=name, kind=kind, place=place, access=access, months=months)
    with writing(db):
        return insert(db, {**fields, "owner_id": _owner(db, owner_id)}, topic_names, did="source.add", by=by, now=now)


def insert(db, fields, topic_names, *, did, by, now):
    """Store a new source with fields that were `checked` and return it; only inside ``writing``."""
    stamp = {"version": 1, "created_at": now, "updated_at": now, "checked_at": now, "checked_by": by.member_id}
    source_id = db["source"].insert({**fields, **_found_by(fields), **stamp}).last_pk
    _set_topics(db, source_id, topics.named(db, topic_names, by=by, now=now))
    made = get(db, source_id, reader=by)
    feed.append(db, by=by, did=did, of=source_id, at=now, after=_state(db, made))
    return made


def get(db, source_id, *, reader):
    """Return one source; raises `NotFound`."""
    rights.require(reader, "source.read")
    rows = list(db.query(f"{_SELECT} WHERE source.id = :id", {"id": source_id}))
    if not rows:
        raise NotFound(
            N_("There is no source %(value)s."), hint=N_("Look for it in the register."), value=str(source_id)
        )
    return _sources(db, rows)[0]


def edit(db, source_id, *, version, name, kind, owner_id, place, topic_names, access="", months=None, by, now):
    """Save a source on top of `version`, put together with what others saved since, and return it.

    Who saves it has looked at it.

    Raises
    ------
    kb.overtaken.Overtaken
        When both changed the same.
    kb.errors.Conflict, kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    rights.require(by, "source.write")
    fields = checked(name=name, kind=kind, place=place, access=access, months=months)
    with writing(db):
        before = get(db, source_id, reader=by)
        _refuse_archived(db, before)
        fields["owner_id"] = owner_id
        if before.version != version:
            # By the names they have, as they may be written by another.
            ids = topics.named(db, topic_names, by=by, now=now)
            names = {each["id"]: each["name"] for each in topics.of_ids(db, ids)}
            fields["topics"] = [names[each] for each in ids]
            sentence = N_("Somebody saved this source after you opened it. Nothing of yours is lost.")
            base = overtaken.of_version(db, "source", source_id, version)
            fields = overtaken.together(base, mine=fields, theirs=_state(db, before), sentence=sentence)
            topic_names = fields.pop("topics")
        fields["owner_id"] = _owner(db, fields["owner_id"], before.owner_id)
        return change(db, before, fields, topic_names, did="source.edit", by=by, now=now)


def save_again(db, source_id, *, version, by, now, **fields):
    """Save on top of an archived version as `edit` does, and put the source back in the register."""
    with writing(db):
        theirs = get(db, source_id, reader=by)
        if theirs.archived:
            restore(db, source_id, version=theirs.version, by=by, now=now)
            version += version == theirs.version
        return edit(db, source_id, version=version, by=by, now=now, **fields)


def change(db, before, fields, topic_names, *, did, by, now):
    """Set fields that were `checked` of a source and return it; only inside ``writing``."""
    was = _state(db, before)
    looked = {"checked_at": now, "checked_by": by.member_id, "updated_at": now, "version": before.version + 1}
    db["source"].update(before.id, {**looked, **fields, **_found_by(fields)})
    if topic_names is not None:
        _set_topics(db, before.id, topics.named(db, topic_names, by=by, now=now))
    return _logged(db, did, before.id, was, by, now)


def hand_over(db, source_id, owner_id, *, by, now):
    """Have a colleague look after a source and return it; nobody looked at it for that. Only inside ``writing``."""
    row = db["source"].get(source_id)
    fields = {"owner_id": owner_id, **{name: row[name] for name in ("checked_at", "checked_by")}}
    return change(db, get(db, source_id, reader=rights.OPERATOR), fields, None, did="source.edit", by=by, now=now)


def check(db, source_id, *, by, now):
    """Say that a source is still right and return the seq of the change, which `undo` takes."""
    rights.require(by, "source.write")
    with writing(db):
        before = get(db, source_id, reader=by)
        _refuse_archived(db, before)
        change(db, before, {}, None, did="source.check", by=by, now=now)
        return feed.last_seq(db)


def undo(db, seq, *, by, now):
    """Take back any change of a source and return its id.

    Raises
    ------
    kb.errors.Conflict
        When it was changed again since.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    rights.require(by, "source.write")
    with writing(db):
        told = feed.to_undo(db, seq, "source", hint=N_("Look at the source."))
        source = get(db, int(told["noun_id"]), reader=by)
        if source.version != told["after"]["version"]:
            raise Conflict(
                N_("This source was changed again since. Nothing was taken back."),
                hint=N_("Open it and set it as it should stand."),
            )
        return put_back(db, source.id, told["before"], did="source.undo", by=by, now=now)


def put_back(db, source_id, earlier, *, did, by, now):
    """Bring a source to an earlier state that the feed keeps, None for before it was there; return its id."""
    source = get(db, source_id, reader=by)
    earlier = earlier or {**_state(db, source), "archived": 1}
    # What the feed kept before sources were looked at again says nothing of that.
    fields = {name: earlier[name] for name in _SET if name in earlier}
    return change(db, source, fields, earlier["topics"], did=did, by=by, now=now).id


def archive(db, source_id, *, version, by, now):
    """Take a source out of the register and return the seq of the change; `restore` brings it back."""
    return _put_away(db, source_id, version, 1, "source.archive", by, now)


def restore(db, source_id, *, version, by, now):
    """Bring an archived source back and return the seq of the change."""
    return _put_away(db, source_id, version, 0, "source.restore", by, now)


def listing(db, *, reader, kind=None, topic_id=None, owner_id=None, due_at=None):
    """Return the registered sources by name; with an instant `due_at` only those due by then, the longest due first."""
    rights.require(reader, "source.read")
    where, values = ["source.archived = 0"], {"kind": kind, "topic": topic_id, "owner": owner_id}
    if kind is not None:
        where.append("source.kind = :kind")
    if owner_id is not None:
        where.append("source.owner_id = :owner")
    if topic_id is not None:
        where.append("source.id IN (SELECT source_id FROM source_topic WHERE topic_id = :topic)")
    order = "source.name, source.id"
    if due_at is not None:
        where.append("due_at <> '' AND due_at <= :due_at")
        values["due_at"], order = due_at, f"due_at, {order}"
    rows = list(db.query(f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY {order}", values))
    return _sources(db, rows)


def find(db, query, *, reader, limit=8):
    """Return the registered sources that a question names, the nearest first.

    By name, pinyin or initials; by words of its name, place and topics; or since its name stands in the question.
    """
    rights.require(reader, "source.read")
    asked = "".join(fold_name(query).split())
    words = [fold_name(each) for each in query.split()]
    if not asked:
        return []
    rows = db.query(
        f"""SELECT * FROM ({_SELECT} WHERE source.archived = 0) AS found
             WHERE instr(replace(folded, ' ', ''), :asked) OR instr(:asked, replace(folded, ' ', ''))
                OR (:asked NOT GLOB '*[^0-9a-z]*' AND (instr(pinyin, ' ' || :asked) OR instr(initials, ' ' || :asked)))
                OR NOT EXISTS (SELECT 1 FROM json_each(:words) AS word
                                WHERE NOT instr(folded || char(10) || lower(place), word.value)
                                  AND NOT EXISTS (SELECT 1 FROM source_topic JOIN topic ON topic.id = topic_id
                                                   WHERE source_id = found.id AND instr(topic.folded, word.value)))
             ORDER BY folded = :asked DESC, instr(:asked, replace(folded, ' ', '')) > 0 DESC,
                      instr(replace(folded, ' ', ''), :asked) > 0 DESC, name LIMIT :limit""",
        {"asked": asked, "words": json.dumps(words), "limit": limit},
    )
    return _sources(db, list(rows))


_SELECT = """SELECT source.*, member.name AS owner, member.state AS owner_state, checker.name AS checker,
                    CASE WHEN source.months IS NULL THEN ''
                         ELSE months_later(source.checked_at, source.months) END AS due_at
               FROM source LEFT JOIN member ON member.id = source.owner_id
               LEFT JOIN member AS checker ON checker.id = source.checked_by"""


def checked(*, name, kind, place, access, months):
    """Return what a person wrote of a source as it is stored, or refuse it by its field."""
    one_line = {"lines": False, "needed": N_("Fill it in.")}
    name = clean(name, field="name", label=N_("Source name"), limit=_LONGEST_NAME, **one_line)
    place = clean(place, field="place", label=N_("Where it lies"), limit=_LONGEST_PLACE, **one_line)
    access = clean(access, field="access", label=N_("How to get access"), limit=_LONGEST_PLACE, lines=False)
    if kind not in KINDS:
        raise Invalid(
            N_("Choose the kind of the source."),
            hint=N_("One of: file, database, tool, equipment, application, paper."),
            field="kind",
            value=kind,
        )
    return {"name": name, "kind": kind, "place": place, "access": access, "months": _months(months)}


def _months(text):
    text = "" if text is None else str(text).strip()
    if text and not (text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LONGEST_MONTHS):
        raise Invalid(
            N_("“%(value)s” is no number of months from 1 to %(limit)d."),
            hint=N_("Write a whole number, such as 6."),
            field="months",
            value=text,
            limit=LONGEST_MONTHS,
        )
    return int(text) if text else None


def _found_by(fields):
    """Return the columns that a name is found by, where there is a new one."""
    if "name" not in fields:
        return {}
    folded = fold_name(fields["name"])
    full, initials = pinyin.keys(folded)
    return {"folded": folded, "pinyin": full, "initials": initials}


def _put_away(db, source_id, version, archived, did, by, now):
    rights.require(by, "source.write")
    with writing(db):
        before = _fresh(db, source_id, version, by)
        was = _state(db, before)
        db["source"].update(source_id, {"archived": archived, "version": version + 1, "updated_at": now})
        _logged(db, did, source_id, was, by, now)
        return feed.last_seq(db)


def _owner(db, owner_id, stays=None):
    row = db.execute("SELECT state FROM member WHERE id = :id", {"id": owner_id}).fetchone()
    if row is None or (row[0] == "left" and owner_id != stays):
        raise Invalid(
            N_("Who looks after it?"), hint=N_("Choose a colleague who is here."), field="owner_id", value=str(owner_id)
        )
    return owner_id


def _refuse_archived(db, source):
    row = {"id": source.id, "archived": source.archived}
    archived.refuse_change(
        db, "source", row, N_("%(name)s took this source out of the register, so nothing was saved.")
    )


def _fresh(db, source_id, version, by):
    source = get(db, source_id, reader=by)
    if source.version != version:
        raise Conflict(
            N_("Somebody saved this source after you opened it. Nothing was changed."),
            hint=N_("Look at what stands now, then save what should stand."),
        )
    return source


def _set_topics(db, source_id, topic_ids):
    db.execute("DELETE FROM source_topic WHERE source_id = :id", {"id": source_id})
    rows = [{"source_id": source_id, "topic_id": topic, "position": n} for n, topic in enumerate(topic_ids)]
    db["source_topic"].insert_all(rows)


def _logged(db, did, source_id, was, by, now):
    after = get(db, source_id, reader=by)
    feed.append(db, by=by, did=did, of=source_id, at=now, before=was, after=_state(db, after))
    return after


def _state(db, source):
    columns = ", ".join(("version", *_SET))
    row = next(db.query(f"SELECT {columns} FROM source WHERE id = :id", {"id": source.id}))
    return {**row, "topics": [topic["name"] for topic in source.topics]}


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
