"""What the classifier learns from: the classes that people gave to notes, and when it is time to learn again."""

import json
from dataclasses import dataclass
from datetime import datetime

from kb import classifier, feed, topics
from kb.access import ACTIONS
from kb.facets import FACETS
from kb.text import fold_name

# The newest say best how classes are given today; more would make the machine slow for others.
MOST_NOTES = 20_000
# A class that somebody who keeps order gave, or that was refused when it was offered, counts as so many.
SURER = 3
_CURATORS = json.dumps(sorted(ACTIONS["topic.arrange"]))
# As many changes as make a difference to what is there, but not at every save.
_LEAST_CHANGES = 20
_SHARE_OF_CHANGES = 0.05
_REST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts of notes and what people gave them.

    ``given`` is ``{kind: [set of keys, ...]}`` for ``topic`` and ``facet``, a set for each text; one that is empty says
    that nobody looked yet, not that nothing fits. ``refused`` is the same of what was offered and does not fit.
    ``weights`` says for each text how much its classes count.
    """

    texts: list
    given: dict
    refused: dict
    weights: list


def of_store(db):
    """Return what there is to learn from: the newest notes in no archive."""
    rows = list(
        db.query(
            "SELECT id, title, summary, body FROM note WHERE archived = 0 ORDER BY id DESC LIMIT :most",
            {"most": MOST_NOTES},
        )
    )
    keys = {"topic": {row["id"]: set() for row in rows}, "facet": {row["id"]: set() for row in rows}}
    least = rows[-1]["id"] if rows else 0
    unsorted = {fold_name(each) for each in topics.UNSORTED_WORDS}
    for note_id, topic_id, folded in db.execute(
        """SELECT note_topic.note_id, topic.id, topic.folded FROM note_topic
             JOIN topic ON topic.id = note_topic.topic_id
            WHERE note_topic.note_id >= :least""",
        {"least": least},
    ):
        if note_id in keys["topic"] and folded not in unsorted:
            keys["topic"][note_id].add(str(topic_id))
    for note_id, facet in db.execute("SELECT note_id, facet FROM note_facet WHERE note_id >= :least", {"least": least}):
        if note_id in keys["facet"] and facet in FACETS:
            keys["facet"][note_id].add(facet)
    texts = [classifier.text_of(row["title"], row["summary"], row["body"]) for row in rows]
    ids = [row["id"] for row in rows]
    given = {kind: [found[each] for each in ids] for kind, found in keys.items()}
    surer = _curated(db)
    return Examples(texts, given, _refused(db, ids, keys), [SURER if each in surer else 1 for each in ids])


def _refused(db, ids, given):
    """Return ``{kind: [set of keys, ...]}`` of what was refused and not given since."""
    found = {kind: {each: set() for each in ids} for kind in given}
    for note_id, kind, key in db.execute("SELECT note_id, kind, key FROM class_decision WHERE taken = 0"):
        if note_id in found[kind] and key not in given[kind][note_id]:
            found[kind][note_id].add(key)
    return {kind: [refused[each] for each in ids] for kind, refused in found.items()}


def _curated(db):
    """Return the ids of the notes to which a curator gave classes, by hand or by taking what was suggested."""
    rows = db.execute(
        """SELECT CAST(noun_id AS INTEGER) FROM change JOIN member ON member.id = change.member_id
            WHERE noun = 'note' AND action IN ('add', 'classify') AND role IN (SELECT value FROM json_each(:curators))
            UNION
           SELECT note_id FROM class_decision JOIN member ON member.id = class_decision.member_id
            WHERE taken = 1 AND role IN (SELECT value FROM json_each(:curators))""",
        {"curators": _CURATORS},
    )
    return {row[0] for row in rows}


def is_due(db, home, now):
    """Return whether it is time to learn again: never learned, enough changed since, or a note was erased."""
    model = classifier.load(home)
    if model is None:
        return db.execute("SELECT 1 FROM note LIMIT 1").fetchone() is not None
    if feed.last_seq(db) == model.seq:
        return False
    changed, erased = db.execute(
        """SELECT count(*), total(action = 'erase') FROM change
            WHERE seq > :seq AND (noun = 'suggestion' OR noun = 'note' AND action IN
                  ('add', 'edit', 'classify', 'archive', 'unarchive', 'undo', 'restore', 'erase'))""",
        {"seq": model.seq},
    ).fetchone()
    if erased:
        # What was learned from it goes too.
        return True
    rested = (datetime.fromisoformat(now) - datetime.fromisoformat(model.learned_at)).total_seconds()
    return rested > _REST_SECONDS and changed >= max(_LEAST_CHANGES, _SHARE_OF_CHANGES * model.notes)
