"""What could be mended of the topics there are: unused, used once, twice the same, too broad, each with a proposal."""

import itertools
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np

from kb import access, feed, note_counts, pinyin, topic_tree, topics
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing
from kb.text import fold_name

KINDS = {
    "same_name": N_("Nearly the same name"),
    "same_notes": N_("On nearly the same notes"),
    "broad": N_("Too broad"),
    "single": N_("On one note only"),
    "unused": N_("On no note"),
}
_BROAD_SHARE = 0.1
_BROAD_LEAST = 30
# Two that stand together on most of their notes say one thing twice; on two notes it may be chance.
_LEAST_BOTH, _LEAST_SHARE = 3, 0.6
# Two ids in one number.
_APART = 2**31
_NUMERALS = frozenset("0123456789一二三四五六七八九十上下左右东南西北")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: ``kind`` of `KINDS`, the topic, and the other one it would be merged into, if any.

    ``likeness`` in [0, 1] says how sure it is where two topics are compared, else None.
    """

    kind: str
    topic: topics.Topic
    into: topics.Topic | None
    likeness: float | None


def findings(db, *, reader):
    """Return what could be mended of the topics that `reader` may know of, as `Finding`, by kind, the surest first."""
    access.require(reader, "topic.arrange")
    words = {fold_name(each) for each in topics.UNSORTED_WORDS}
    known = [each for each in topics.listing(db, reader=reader) if fold_name(each.name) not in words]
    apart = set(db.execute("SELECT topic_id, other_id FROM topic_apart").fetchall())
    pairs = {}
    for kind, found in (("same_name", _same_names(known)), ("same_notes", _same_notes(db, known, reader))):
        for one, other, likeness in found:
            key = (min(one.id, other.id), max(one.id, other.id))
            if key not in apart:
                # The more used one stays; of two that are used alike, the one with the shorter name.
                into, topic = sorted((one, other), key=lambda each: (-each.notes, len(each.name), each.id))
                pairs.setdefault(key, Finding(kind, topic, into, likeness))
    found = [*pairs.values(), *_broad(db, known, reader), *_single(db, known, reader), *_unused(db, known)]
    order = list(KINDS)
    return sorted(found, key=lambda each: (order.index(each.kind), -(each.likeness or 0), -each.topic.notes))


def tell_apart(db, topic_id, other_id, *, by, now):
    """Remember that two topics are not the same, and return the seq of the change, which `undo` takes."""
    access.require(by, "topic.arrange")
    with writing(db):
        one, other = (topics.get(db, each, reader=by) for each in sorted((topic_id, other_id)))
        if one.id == other.id:
            raise Invalid(N_("That is the same topic."), hint=N_("Name another one."), field="other")
        told = {"one": one.id, "other": other.id}
        db.execute("INSERT OR IGNORE INTO topic_apart VALUES (:one, :other)", told)
        return feed.append(db, by=by, did="topic.apart", of=topic_id, at=now, after=told)


def undo(db, seq, *, by, now):
    """Take back that two topics are not the same, and return the id of the one it was said of."""
    access.require(by, "topic.arrange")
    with writing(db):
        change = feed.change(db, seq)
        if not takes_back(change):
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the topic."))
        told = {name: change["after"][name] for name in ("one", "other")}
        if not db.execute("DELETE FROM topic_apart WHERE topic_id = :one AND other_id = :other", told).rowcount:
            raise Conflict(N_("That was taken back already."), hint=N_("Look at the topic."))
        feed.append(db, by=by, did="topic.unapart", of=change["noun_id"], at=now, before=told)
        return int(change["noun_id"])


def takes_back(change):
    """Return whether a change of the feed, or None, is one for `undo`."""
    return change is not None and (change["noun"], change["action"]) == ("topic", "apart")


def _same_names(known):
    """Yield pairs of topics whose names differ by signs, order, sound or one character, and how alike they are."""
    buckets = defaultdict(dict)
    for topic in known:
        name = "".join(filter(str.isalnum, fold_name(topic.name)))
        for likeness, key in _keys(name):
            buckets[likeness, key][topic.id] = topic
    for (likeness, _), found in sorted(buckets.items(), key=lambda each: -each[0][0]):
        first, *others = found.values()
        for other in others:
            yield first, other, likeness


def _keys(name):
    """Return ``(likeness, key)`` of the forms in which a name meets those that are nearly the same."""
    keys = [(1.0, ("signs", name))]
    if not name.isascii() and len(name) > 2:
        keys.append((0.9, ("sound", " ".join(map(_sound, name)))))
    if len(name) > 3:
        keys.append((0.9, ("order", "".join(sorted(name)))))
    if len(name) > 2:
        keys.append((0.8, ("less", name)))
        keys += [(0.8, ("less", name[:at] + name[at + 1 :])) for at in _replaceable(name) if len(name) > 3]
    if len(name) > 5:
        keys += [(0.7, ("other", f"{name[:at]} {name[at + 1 :]}")) for at in _replaceable(name)]
    return keys


@cache
def _sound(character):
    # By itself: in the words it stands in it may sound otherwise, but asking that takes a second for 2,000 topics.
    return next(iter(pinyin.keys(character)[0].split()), character)


def _replaceable(name):
    # Numbers and places tell topics apart that are called alike.
    return [at for at, each in enumerate(name) if each not in _NUMERALS]


def _same_notes(db, known, reader):
    """Yield pairs of topics that nearly always stand together, and the share of their notes that carry both."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT note_topic.note_id, note_topic.topic_id FROM note JOIN note_topic ON note_topic.note_id = note.id
             WHERE NOT note.archived AND {clause} ORDER BY note.id""",
        values,
    )
    table = np.fromiter(itertools.chain.from_iterable(rows), np.int64).reshape(-1, 2)
    notes, ids = table[:, 0], table[:, 1]
    meetings = []
    for step in range(1, topics.MOST_TOPICS):
        meet = notes[step:] == notes[:-step]
        one, other = ids[step:][meet], ids[:-step][meet]
        meetings.append(np.minimum(one, other) * _APART + np.maximum(one, other))
    pairs, both = np.unique(np.concatenate(meetings), return_counts=True)
    often = both >= _LEAST_BOTH
    by_id = {each.id: each for each in known}
    for pair, count in zip(pairs[often].tolist(), both[often].tolist(), strict=True):
        one, other = divmod(pair, _APART)
        if one in by_id and other in by_id:
            share = count / (by_id[one].notes + by_id[other].notes - count)
            if share >= _LEAST_SHARE:
                yield by_id[one], by_id[other], round(share, 2)


def _broad(db, known, reader):
    total = sum(note_counts.balance(db, reader=reader).values())
    parents = {row[0] for row in db.execute("SELECT parent_id FROM topic_parent")}
    least = max(_BROAD_LEAST, total * _BROAD_SHARE)
    return [Finding("broad", each, None, None) for each in known if each.notes >= least and each.id not in parents]


def _single(db, known, reader):
    """Return the topics on one note only, to be merged into the most used one beside them or above them."""
    by_id = {each.id: each for each in known}
    single = json.dumps([each.id for each in known if each.notes == 1])
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT here.topic_id, other.topic_id FROM note_topic AS here
              JOIN note ON note.id = here.note_id AND NOT note.archived AND {clause}
              LEFT JOIN note_topic AS other ON other.note_id = here.note_id AND other.topic_id <> here.topic_id
             WHERE here.topic_id IN (SELECT value FROM json_each(:ids))
            UNION ALL
            SELECT topic_id, parent_id FROM topic_parent WHERE topic_id IN (SELECT value FROM json_each(:ids))""",
        {**values, "ids": single},
    )
    near = defaultdict(list)
    for topic_id, other_id in rows:
        near[topic_id] += [by_id[other_id]] if other_id in by_id else []
    return [
        Finding("single", by_id[number], max(others, key=lambda each: (each.notes, each.name), default=None), None)
        for number, others in near.items()
    ]


def _unused(db, known):
    asked = {"ids": json.dumps([each.id for each in known if not each.notes])}
    rows = db.execute(
        f"SELECT id FROM topic WHERE id IN (SELECT value FROM json_each(:ids)) AND NOT {topic_tree.IS_USED_SQL}", asked
    )
    free = {row[0] for row in rows}
    return [Finding("unused", each, None, None) for each in known if each.id in free]
