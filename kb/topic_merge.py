"""Merging two topics into one, and splitting one off another: notes, sources, words and places go along, and back.

What moves is taken off and put on, never rewritten: the reasons who knows what, and the counts of notes, follow.
"""

import json

from kb import access, feed, topic_aliases, topic_tree, topics
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.map import expertise
from kb.store import writing
from kb.text import fold_name

# What carries topics: table, and the column that names what carries them.
_CARRIERS = {
    "notes": ("note_topic", "note_id"),
    "sources": ("source_topic", "source_id"),
    "questions": ("question_topic", "question_id"),
}
_OTHER_WORDS = ("rename", "merge", "unmerge", "unmerge_away", "split", "split_away", "unsplit", "unsplit_away")
# The newest of so many are offered to be split off at once.
MOST_SPLIT = 500


def merge(db, topic_id, into_id, *, by, now):
    """Merge a topic into another one, whose alias its name becomes, and return the seq, which `undo` takes.

    Raises
    ------
    kb.errors.Conflict
        When one of the two was merged into another meanwhile.
    kb.errors.Invalid
        When the one that stays would stand under itself.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    access.require(by, "topic.arrange")
    with writing(db):
        for each in (topic_id, into_id):
            _refuse_if_merged(db, each, by)
        gone, kept = (topics.get(db, each, reader=by) for each in (topic_id, into_id))
        if gone.id == kept.id:
            raise Invalid(N_("That is the same topic."), hint=N_("Name another one."), field="into")
        was = {"gone": topic_tree.state(db, gone.id), "kept": topic_tree.state(db, kept.id)}
        moved = {name: _move(db, gone.id, kept.id, *columns) for name, columns in _CARRIERS.items()}
        moved["words"] = expertise.move(db, gone.id, kept.id)
        children, own = _children(db, gone.id), _children(db, kept.id)
        _place(db, gone.id, kept.id, was, children, by)
        _retire(db, gone.id, kept.id)
        aliases = (*was["kept"]["aliases"], *was["gone"]["aliases"], was["gone"]["name"])
        topic_aliases.store(db, kept.id, _once(aliases, was["kept"]["name"]))
        columns = {name: was["kept"][name] or was["gone"][name] for name in ("facet", "owner_id", "listed")}
        topic_tree.set_columns(db, kept.id, columns)
        told = {"into": kept.id, "gone": gone.id}
        feed.append(db, by=by, did="topic.merge_away", of=gone.id, at=now, before=was["gone"], after=told)
        return feed.append(
            db,
            by=by,
            did="topic.merge",
            of=kept.id,
            at=now,
            before={**was, "children": children, "kept_children": own, **moved},
            after={**told, "name": was["gone"]["name"], "stands": topic_tree.state(db, kept.id)},
        )


def split(db, topic_id, name, note_ids, *, stays, by, now):
    """Give some notes of a topic another one, new or known, that stands under it; return the seq, which `undo` takes.

    Parameters
    ----------
    name : str
        Of the topic they get.
    note_ids : sequence of int
        Notes that carry the topic and that `by` may see; others are left alone.
    stays : bool
        Whether they carry the first topic too.
    """
    access.require(by, "topic.arrange")
    with writing(db):
        _refuse_if_merged(db, topic_id, by)
        topic = topics.get(db, topic_id, reader=by)
        if not name.strip():
            raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field="name", label=N_("New topic"))
        to_id = topics.named(db, [name], by=by, now=now)[0]
        if to_id == topic.id:
            raise Invalid(N_("That is the same topic."), hint=N_("Name another one."), field="name")
        clause, values = access.visible(by)
        chosen = [
            row[0]
            for row in db.execute(
                f"""SELECT note.id FROM note JOIN note_topic ON note_topic.note_id = note.id
                     WHERE note_topic.topic_id = :topic AND NOT note.archived AND {clause}
                       AND note.id IN (SELECT value FROM json_each(:ids)) ORDER BY note.id""",
                {**values, "topic": topic.id, "ids": json.dumps(list(note_ids))},
            ).fetchall()
        ]
        if not chosen:
            raise Invalid(N_("No note is chosen."), hint=N_("Tick the notes that belong there."), field="note")
        moved = _move(db, topic.id, to_id, *_CARRIERS["notes"], only=chosen, stays=stays)
        was = topic_tree.state(db, to_id)["parents"]
        is_linked = topic.id not in was and to_id not in topic_tree.above(db, topic.id)
        if is_linked:
            topic_tree.link(db, to_id, [*was, topic.id], reader=by)
        told = {"to": to_id, "from": topic.id, "name": name, "notes": moved, "stays": stays, "is_linked": is_linked}
        feed.append(
            db, by=by, did="topic.split_away", of=to_id, at=now, before={"parents": was}, after={"from": topic.id}
        )
        return feed.append(db, by=by, did="topic.split", of=topic.id, at=now, before={}, after=told)


def undo(db, seq, *, by, now):
    """Take back a merge or a split and return the id of the topic it was made at.

    What carried the topic by itself carries it again, unless somebody took it off since; what came since stays where it
    was put.

    Raises
    ------
    kb.errors.Conflict
        When one of the two is not there any more, or its name means another topic.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    access.require(by, "topic.arrange")
    with writing(db):
        change = feed.change(db, seq)
        if not takes_back(change):
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the topic."))
        (_unmerge if change["action"] == "merge" else _unsplit)(db, change, by, now)
        return int(change["noun_id"])


def takes_back(change):
    """Return whether a change of the feed, or None, is one for `undo`."""
    return change is not None and (change["noun"], change["action"]) in (("topic", "merge"), ("topic", "split"))


def says_other_words(change):
    """Return whether, after a change of the feed, the notes that carry its topic now carry other words than before."""
    return change["noun"] == "topic" and change["action"] in _OTHER_WORDS


def _unmerge(db, change, by, now):
    before, after = change["before"], change["after"]
    gone_id, kept_id = after["gone"], after["into"]
    if topics.led_to(db, gone_id) != kept_id or topics.led_to(db, kept_id) is not None:
        raise Conflict(
            N_("One of the two topics was merged or brought back since. Nothing was taken back."),
            hint=N_("Take that back first."),
        )
    # Aliases first: the name that comes back is one of them.
    taken = {fold_name(each) for each in (*before["gone"]["aliases"], before["gone"]["name"])}
    mine = {fold_name(each) for each in before["kept"]["aliases"]}
    stands = topic_aliases.of_topic(db, kept_id)
    topic_aliases.store(
        db, kept_id, [each for each in stands if fold_name(each) in mine or fold_name(each) not in taken]
    )
    folded = fold_name(before["gone"]["name"])
    topic_tree.refuse_if_taken(db, gone_id, folded, before["gone"]["name"])
    db.execute(
        "UPDATE topic SET folded = :folded, merged_into = NULL, version = version + 1 WHERE id = :id",
        {"folded": folded, "id": gone_id},
    )
    held = {fold_name(each) for each in stands}
    back = [each for each in before["gone"]["aliases"] if fold_name(each) in held and fold_name(each) not in mine]
    topic_aliases.store(db, gone_id, back)
    for name, columns in _CARRIERS.items():
        _move_back(db, kept_id, gone_id, *columns, before[name])
    expertise.move(db, kept_id, gone_id, only=before["words"])
    _replace(db, gone_id, kept_id, before, after, by)
    feed.append(db, by=by, did="topic.unmerge_away", of=gone_id, at=now, after={"from": kept_id})
    feed.append(db, by=by, did="topic.unmerge", of=kept_id, at=now, after={"gone": gone_id})


def _unsplit(db, change, by, now):
    after = change["after"]
    for each in (after["from"], after["to"]):
        _refuse_if_merged(db, each, by)
    _move_back(db, after["to"], after["from"], *_CARRIERS["notes"], after["notes"])
    if after["is_linked"]:
        db.execute(
            "DELETE FROM topic_parent WHERE topic_id = :id AND parent_id = :parent",
            {"id": after["to"], "parent": after["from"]},
        )
    feed.append(db, by=by, did="topic.unsplit_away", of=after["to"], at=now, after={"from": after["from"]})
    feed.append(db, by=by, did="topic.unsplit", of=after["from"], at=now, after={"to": after["to"]})


def _move(db, from_id, to_id, table, column, *, only=None, stays=False):
    """Put one topic on what carries another one, and take that off; return what `_move_back` needs.

    Returns
    -------
    dict of str to list
        ``moved``: carrier and position of what had only the one; ``both``: of what had both, or keeps both.
    """
    which = "" if only is None else f"AND {column} IN (SELECT value FROM json_each(:only))"
    told = {"from": from_id, "to": to_id, "only": json.dumps(only)}
    has = f"SELECT {column} FROM {table} WHERE topic_id = :to"
    rows = f"SELECT {column}, position FROM {table} WHERE topic_id = :from {which} AND {column}"
    found = {
        "moved": [list(row) for row in db.execute(f"{rows} NOT IN ({has})", told).fetchall()],
        "both": [list(row) for row in db.execute(f"{rows} IN ({has})", told).fetchall()],
    }
    db.execute(
        f"""INSERT INTO {table} ({column}, topic_id, position)
            SELECT {column}, :to, position FROM {table}
             WHERE topic_id = :from {which} AND {column} NOT IN ({has})""",
        told,
    )
    if not stays:
        db.execute(f"DELETE FROM {table} WHERE topic_id = :from {which}", told)
    return found


def _move_back(db, from_id, to_id, table, column, taken):
    """Undo `_move`: give `to_id` back what still carries `from_id`, and take off what came only by the move."""
    told = {"from": from_id, "to": to_id, "all": json.dumps(taken["moved"] + taken["both"])}
    told["moved"] = json.dumps([each for each, _ in taken["moved"]])
    db.execute(
        f"""INSERT INTO {table} ({column}, topic_id, position)
            SELECT row.value ->> 0, :to, row.value ->> 1 FROM json_each(:all) AS row
             WHERE row.value ->> 0 IN (SELECT {column} FROM {table} WHERE topic_id = :from)
               AND row.value ->> 0 NOT IN (SELECT {column} FROM {table} WHERE topic_id = :to)""",
        told,
    )
    db.execute(
        f"DELETE FROM {table} WHERE topic_id = :from AND {column} IN (SELECT value FROM json_each(:moved))", told
    )


def _place(db, gone_id, kept_id, was, children, by):
    """Put what stood under one topic under another, and that under what the one stood under."""
    db.execute("DELETE FROM topic_parent WHERE :id IN (topic_id, parent_id)", {"id": gone_id})
    above = {*was["kept"]["parents"], *was["gone"]["parents"]} - {gone_id, kept_id}
    for child in children:
        if child != kept_id:
            topic_tree.link(db, child, sorted({*topic_tree.state(db, child)["parents"], kept_id}), reader=by)
    topic_tree.link(db, kept_id, sorted(above), reader=by)


def _replace(db, gone_id, kept_id, before, after, by):
    """Put both topics where they stood, unless somebody moved the one that stayed, or a child, since."""
    stands = topic_tree.state(db, kept_id)
    if stands["parents"] == after["stands"]["parents"]:
        topic_tree.link(db, kept_id, [each for each in before["kept"]["parents"] if each != gone_id], reader=by)
    for child in before["children"]:
        has = topic_tree.state(db, child)["parents"]
        if child == kept_id:
            topic_tree.link(db, child, sorted({*has, gone_id}), reader=by)
        elif kept_id in has and topics.led_to(db, child) is None:
            keeps = {kept_id} if child in before["kept_children"] else set()
            topic_tree.link(db, child, sorted({*has, gone_id} - ({kept_id} - keeps)), reader=by)
    live = [each for each in before["gone"]["parents"] if topics.led_to(db, each) is None]
    topic_tree.link(db, gone_id, live, reader=by)
    columns = {
        name: before["kept"][name] for name in ("facet", "owner_id", "listed") if stands[name] == after["stands"][name]
    }
    topic_tree.set_columns(db, kept_id, columns)


def _children(db, topic_id):
    rows = db.execute("SELECT topic_id FROM topic_parent WHERE parent_id = :id ORDER BY 1", {"id": topic_id})
    return [row[0] for row in rows.fetchall()]


def _retire(db, topic_id, into_id):
    """Take the name off a topic, so that it is free to be an alias; no line break can be typed into a name."""
    db.execute(
        "UPDATE topic SET merged_into = :into, folded = char(10) || id, version = version + 1 WHERE id = :id",
        {"into": into_id, "id": topic_id},
    )
    db.execute("DELETE FROM topic_alias WHERE topic_id = :id", {"id": topic_id})


def _once(names, but):
    """Return names, each once, without one."""
    unique = {fold_name(each): each for each in reversed(names)}
    unique.pop(fold_name(but), None)
    return list(unique.values())[::-1]


def _refuse_if_merged(db, topic_id, by):
    into = topics.led_to(db, topic_id)
    if into is None:
        return
    name = topics.seen(db, [into], reader=by).get(into, "…")
    raise Conflict(
        N_("This topic was merged into “%(topic)s” meanwhile. Nothing was changed."),
        hint=N_("Look at that one now."),
        topic=name,
    )
