"""Topics from a table or a SKOS vocabulary: each row makes or completes one; what cannot be is told by row."""

from kb import access, facets, feed, imported, topic_aliases, topic_tree, topics
from kb.errors import Invalid, N_
from kb.store import writing
from kb.text import fold_name

# How the columns are usually called; compared in lower case, without blanks.
COLUMNS = {
    "name": "topic name preflabel 主题 主题名 名称",
    "aliases": "alsocalled aliases alias altlabel 别名 又叫 也叫 同义词",
    "parents": "standsunder parents parent broader 上级 上级主题 归在下面 上位词",
    "facet": "facet class 分类",
    "owner": "owner wholooksafterit 负责人 维护人",
}


def take_in(db, rows, *, by, now):
    """Add new topics to the words of the company, and to those that are known what the rows say beyond.

    Parameters
    ----------
    rows : iterable of (int, dict or kb.errors.Invalid)
        Number of the row, and ``name``, ``facet``, ``owner`` (account or name) as texts, ``aliases`` and ``parents`` as
        lists of names; what is left out is empty. Or why the row cannot be read.

    Returns
    -------
    dict
        ``rows``: ``read``, ``loaded``, ``merged`` (known already), ``rejected``; ``rejects`` and ``notices``: pairs of
        row and `kb.errors.Invalid`, the latter what of a row that was taken was not; ``seq`` of the newest change,
        which `kb.imported.undo` takes, or None when nothing changed.
    """
    access.require(by, "topic.arrange")
    counts = dict.fromkeys(("read", "loaded", "merged", "rejected"), 0)
    told = {"rows": counts, "rejects": [], "notices": [], "seq": None}
    # By topic, as two rows may mean one.
    taken = {}
    with writing(db):
        before = feed.last_seq(db)
        for number, row in rows:
            counts["read"] += 1
            try:
                if isinstance(row, Invalid):
                    raise row
                with writing(db):
                    topic_id, is_new = _add(db, row, by, now)
            except Invalid as problem:
                counts["rejected"] += 1
                told["rejects"].append((number, problem))
                continue
            counts["loaded" if is_new else "merged"] += 1
            _, aliases, parents = taken.setdefault(topic_id, (number, [], []))
            aliases += row.get("aliases", ())
            parents += row.get("parents", ())
        # All are there by now, whichever stands above another.
        for topic_id, (number, aliases, parents) in taken.items():
            for complete, names in ((_aliases, aliases), (_parents, parents)):
                try:
                    with writing(db):
                        left = complete(db, topic_id, names, by, now)
                except Invalid as problem:
                    left = [problem]
                told["notices"] += [(number, problem) for problem in left]
        told["seq"] = feed.last_seq(db) if feed.last_seq(db) > before else None
    return told


def _add(db, row, by, now):
    """Return the id of the topic of a row, and whether it is new to the words of the company."""
    known = topics.ids_of(db, [row["name"]], reader=by)
    topic_id = topics.named(db, [row["name"]], by=by, now=now)[0]
    state = topic_tree.state(db, topic_id)
    # What is known already may be known to few; that stays so, or a list taken along and back would tell everybody.
    wanted = {
        "listed": int(not known),
        "facet": facets.named(row["facet"]) if row.get("facet", "").strip() else "",
        "owner_id": _owner(db, row.get("owner", "")),
    }
    changed = {key: value for key, value in wanted.items() if value and value != state[key]}
    if changed:
        topic_tree.put(db, topic_id, changed, did="topic.import", by=by, now=now)
    return topic_id, not known


def _aliases(db, topic_id, names, by, now):
    """Add aliases to a topic, and return what says of those that lead elsewhere already."""
    names = topic_aliases.cleaned(names)
    led = topic_aliases.resolved(db, map(fold_name, names))
    more = [name for name in names if fold_name(name) not in led]
    if more:
        wanted = topic_aliases.cleaned([*topic_aliases.of_topic(db, topic_id), *more])
        topic_tree.put(db, topic_id, {"aliases": list(wanted)}, did="topic.import", by=by, now=now)
    taken = [name for name in names if led.get(fold_name(name), topic_id) != topic_id]
    return [Invalid(N_("“%(alias)s” leads to another topic already."), field="aliases", alias=name) for name in taken]


def _parents(db, topic_id, names, by, now):
    """Put a topic under others too, and return what says of those that are not there."""
    names = [name for name in names if name.strip()]
    has = set(topic_tree.state(db, topic_id)["parents"])
    known = topics.ids_of(db, names, reader=by)
    if more := set(known.values()) - has:
        topic_tree.put(db, topic_id, {"parents": sorted(has | more)}, did="topic.import", by=by, now=now)
    missing = [name for name in names if name not in known]
    return [Invalid(N_("There is no topic “%(value)s”."), field="parents", value=name) for name in missing]


def _owner(db, name):
    return imported.colleague(db, name)


def _standing(db, left):
    return {number for number, states in left.items() if _stands(db, number, states)}


def _stands(db, topic_id, states):
    if topics.led_to(db, topic_id) is not None:
        return False
    state = topic_tree.state(db, topic_id)
    return all(state[key] == value for after in states for key, value in after.items())


def _put_back(db, topic_id, states, *, by, now):
    for before, _ in reversed(states):
        topic_tree.put(db, topic_id, before, did="topic.import", by=by, now=now)


KIND = imported.Kind(
    noun="topic",
    actions=("import",),
    undone="import",
    needs="topic.arrange",
    standing=_standing,
    put_back=_put_back,
    name=lambda db, topic_id: topics.of_ids(db, [topic_id])[0]["name"],
    sentence=N_("%(count)d of these topics changed again since. Nothing was taken back."),
)
