"""Sources from a table: each row registers one, or completes the one of that name; what cannot be is told by row."""

from kb import access, feed, imported, sources
from kb.errors import Invalid, N_
from kb.store import write_in_parts
from kb.text import fold_name

# How the columns are usually called; compared in lower case, without blanks.
COLUMNS = {
    "name": "sourcename name source 资料名称 资料 名称",
    "kind": "kind type 种类 类型",
    "place": "whereitlies place location 存放位置 在哪里 位置 地址",
    "access": "howtogetaccess access 怎么拿到 怎么获取 获取方式 权限",
    "topics": "topics topic 主题",
    "owner": "owner 负责人 保管人",
    "months": "months lookatitagainevery…months 几个月看一次 复查月数 间隔月数",
}
KIND_WORDS = {
    "file": ("文件",), "database": ("数据库",), "tool": ("工具",), "equipment": ("设备",),
    "application": ("应用软件", "软件", "application software"), "paper": ("纸质资料", "纸质", "纸本"),
}  # fmt: skip


def take_in(db, rows, *, by, now):
    """Register sources; the good rows are kept, the others told of, as `kb.topic_import.take_in` does.

    Parameters
    ----------
    rows : iterable of (int, dict or kb.errors.Invalid)
        Number of the row, and texts by the names of `COLUMNS`, ``topics`` a list of names. What is left empty of a
        source that is known stays as it is; without an owner it is `by`.
    """
    access.require(by, "source.write")
    counts = dict.fromkeys(("read", "loaded", "merged", "rejected"), 0)
    told = {"rows": counts, "rejects": [], "notices": [], "seq": None}
    known = {fold_name(each.name): each for each in sources.listing(db, reader=by)}

    def write(numbered):
        number, row = numbered
        counts["read"] += 1
        try:
            if isinstance(row, Invalid):
                raise row
            made, is_new = _taken(db, row, known, by, now)
        except Invalid as problem:
            counts["rejected"] += 1
            told["rejects"].append((number, problem))
            return
        if made != known.get(fold_name(made.name)):
            told["seq"] = feed.last_seq(db)
        known[fold_name(made.name)] = made
        counts["loaded" if is_new else "merged"] += 1

    write_in_parts(db, rows, write)
    return told


def _taken(db, row, known, by, now):
    """Return the source of a row, and whether it is new."""
    had = known.get(fold_name(row.get("name", "")))
    was = {} if had is None else {name: getattr(had, name) for name in ("kind", "place", "access", "months")}
    said = {name: row.get(name, "").strip() for name in ("place", "access", "months")} | {"kind": _kind(row)}
    fields = sources.checked(
        name=row.get("name", "") if had is None else had.name,
        **{name: said[name] or was.get(name, "") for name in said},
    )
    owner_id = imported.colleague(db, row.get("owner", "")) or (by.member_id if had is None else had.owner_id)
    names = row.get("topics") or ([] if had is None else [each["name"] for each in had.topics])
    if had is None:
        told = {**fields, "owner_id": owner_id}
        return sources.insert(db, told, names, did="source.import", by=by, now=now), True
    fields = {**fields, "owner_id": owner_id}
    same_topics = [fold_name(each) for each in names] == [fold_name(each["name"]) for each in had.topics]
    if same_topics and all(getattr(had, name) == value for name, value in fields.items()):
        return had, False
    return sources.change(db, had, fields, names, did="source.import", by=by, now=now), False


def _kind(row):
    word = row.get("kind", "").strip().lower()
    return next((kind for kind, words in KIND_WORDS.items() if word in (kind, *words)), word)


def _put_back(db, source_id, states, *, by, now):
    sources.put_back(db, source_id, states[0][0], did="source.import", by=by, now=now)


KIND = imported.Kind(
    noun="source",
    actions=("import",),
    undone="import",
    needs="source.write",
    standing=imported.of_same_version("source"),
    put_back=_put_back,
    name=lambda db, source_id: sources.get(db, source_id, reader=access.OPERATOR).name,
    sentence=N_("%(count)d of these sources changed again since. Nothing was taken back."),
)
