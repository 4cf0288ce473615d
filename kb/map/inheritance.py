"""Which topics pass a share of who knows them on to which: those below to all above them."""


def below(db, topic_ids):
    """Return ``{topic_id: {topic_id below it: steps}}``, by the shortest way down."""
    children = {}
    for child, parent in _edges(db):
        children.setdefault(parent, []).append(child)
    return {topic_id: _steps(children, topic_id) for topic_id in topic_ids}


def above(db, topic_ids):
    """Return ``{topic_id: {topic_id above it: steps}}``, by the shortest way up."""
    parents = {}
    for child, parent in _edges(db):
        parents.setdefault(child, []).append(parent)
    return {topic_id: _steps(parents, topic_id) for topic_id in topic_ids}


def _edges(db):
    return db.execute("SELECT topic_id, parent_id FROM topic_parent").fetchall()


def _steps(nearest, start):
    found, edge = {start: 0}, [start]
    while edge:
        edge = [each for at in edge for each in nearest.get(at, ()) if each not in found]
        found |= dict.fromkeys(edge, max(found.values()) + 1)
    del found[start]
    return found
