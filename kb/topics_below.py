"""Which topics stand under each of many, found in one walk: asking topic by topic took a query each."""

import json

from kb import topics


def under_each(db, topic_ids, *, reader):
    """Return ``{id: what `kb.topic_tree.under` gives}`` of those of some topics that others stand under."""
    tops = _edges_under(db, topic_ids)
    edges, front = dict(tops), tops
    while front := _edges_under(db, {below for its in front.values() for below in its} - edges.keys()):
        edges |= front
    known = topics.seen(db, {below for its in edges.values() for below in its}, reader=reader)
    found = {}
    for top in tops:
        its, left = {top}, [top]
        while left:
            more = {below for below in edges.get(left.pop(), ()) if below in known} - its
            its |= more
            left += more
        found[top] = its
    return found


def _edges_under(db, topic_ids):
    """Return ``{id: ids right under it}`` of those of some topics that have any."""
    found = {}
    for above, below in db.execute(
        "SELECT parent_id, topic_id FROM topic_parent WHERE parent_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(topic_ids))},
    ):
        found.setdefault(above, []).append(below)
    return found
