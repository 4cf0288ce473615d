"""How a topic stood: the feed keeps of each change only what it changed."""

from kb import feed

# What `kb.topic_tree.put` is told it does, each time making the next version of one topic and of no other thing.
_PUT = ("list", "unlist", "edit", "arrange", "rename", "undo", "import")


def stood(db, topic_id, state, back):
    """Return how a topic stood some versions ago, or None where the feed does not tell all of that.

    Parameters
    ----------
    state : dict
        How it stands, as `kb.topic_tree.state` gives it.
    back : int
    """
    for change in feed.changes(db, "topic", topic_id)[: max(back, 0)]:
        if change["action"] not in _PUT or change["before"] is None:
            return None
        state = {**state, **of_feed(change["before"])}
        back -= 1
    return None if back else state


def of_feed(kept):
    """Return a state as the feed keeps it; before there could be several parents it kept one."""
    if "parent" not in kept:
        return kept
    return {"parents": [] if kept["parent"] is None else [kept["parent"]]}
