import pytest

from kb import imported, source_import, sources, topic_aliases, topic_import, topic_tree, topics
from kb.deeds import ChangedSince
from kb.errors import Forbidden, Invalid


def tree(db):
    """Return ``{name: (aliases, names of parents, facet, owner)}`` of the words of the company."""
    found = {}
    for row in list(db["topic"].rows_where("listed")):
        state = topic_tree.state(db, row["id"])
        parents = [each["name"] for each in topics.of_ids(db, state["parents"])]
        found[row["name"]] = (state["aliases"], sorted(parents), state["facet"], state["owner_id"])
    return found


ROWS = [
    (
        2,
        {
            "name": "密封圈",
            "aliases": ["胶圈", "厨具"],
            "parents": ["厨具", "配件"],
            "facet": "维修信息",
            "owner": "li",
        },
    ),
    (3, {"name": "厨具", "aliases": [], "parents": []}),
    (4, {"name": "盖子", "facet": "没有这类"}),
    (5, Invalid("x", row=5)),
    (6, {"name": " "}),
    (7, {"name": "胶圈", "parents": ["没有的"]}),
]


def test_rows_become_topics_and_what_cannot_be_is_told_by_its_row(db, people, a_note, now):
    a_note(topic_names=["配件"])
    told = topic_import.take_in(db, ROWS, by=people["wang"], now=now)
    li = people["li"].member_id
    assert told["rows"] == {"read": 6, "loaded": 3, "merged": 0, "rejected": 3}
    assert [number for number, _ in told["rejects"]] == [4, 5, 6]
    # 厨具 is a topic, so no alias; 胶圈 was one of its own by then.
    assert sorted((number, problem.field) for number, problem in told["notices"]) == [
        (2, "aliases"), (2, "aliases"), (7, "parents"),
    ]  # fmt: skip
    assert tree(db) == {"密封圈": ([], ["厨具", "配件"], "repair", li), "厨具": ([], [], "", None),
                        "胶圈": ([], [], "", None)}  # fmt: skip
    with pytest.raises(Forbidden):
        topic_import.take_in(db, ROWS, by=people["chen"], now=now)


def test_the_same_file_again_changes_nothing_and_the_import_is_taken_back_as_a_whole(db, people, a_note, now):
    rows = [(1, {"name": "甲", "aliases": ["子"], "parents": ["乙"]}), (2, {"name": "乙", "aliases": ["丑"]})]
    first = topic_import.take_in(db, rows, by=people["wang"], now=now)
    again = topic_import.take_in(db, rows, by=people["wang"], now="2026-12-01T00:00:00Z")
    assert (again["rows"]["merged"], again["seq"]) == (2, None)
    count, undone = imported.undo(db, first["seq"], topic_import.KIND, by=people["wang"], now="2026-12-02T00:00:00Z")
    assert (tree(db), topics.listing(db, reader=people["vera"])) == ({}, [])
    assert topic_aliases.of_topic(db, 1) == []
    imported.undo(db, undone, topic_import.KIND, by=people["wang"], now="2026-12-03T00:00:00Z")
    assert tree(db) == {"甲": (["子"], ["乙"], "", None), "乙": (["丑"], [], "", None)}
    assert count == 2


def test_an_import_of_which_something_changed_since_asks_first(db, people, now):
    rows = [(1, {"name": "甲", "aliases": ["子"]}), (2, {"name": "乙"})]
    told = topic_import.take_in(db, rows, by=people["wang"], now=now)
    fields = {"name": "甲", "aliases": ["子", "寅"], "parents": (), "facet": "", "owner_id": None}
    version = topic_tree.place(db, 1, reader=people["wang"]).version
    topic_tree.edit(db, 1, version=version, **fields, by=people["wang"], now=now)
    with pytest.raises(ChangedSince) as refused:
        imported.undo(db, told["seq"], topic_import.KIND, by=people["wang"], now=now)
    assert refused.value.changed == ["甲"]
    imported.undo(db, told["seq"], topic_import.KIND, by=people["wang"], now=now, leave_changed=True)
    assert topic_aliases.of_topic(db, 1) == ["子", "寅"]


def test_sources_of_a_table_are_registered_once_and_completed(db, people, now):
    row = {"name": "测试台", "kind": "设备", "place": "实验室", "topics": ["密封"], "owner": "李思远", "months": "6"}
    rows = [(2, row), (3, {**row, "name": "", "kind": "file"}), (4, {**row, "name": "别的", "kind": "云"}),
            (5, {**row, "name": "无主", "owner": "没有的人"}), (6, Invalid("x", row=6))]  # fmt: skip
    told = source_import.take_in(db, rows, by=people["chen"], now=now)
    assert told["rows"] == {"read": 5, "loaded": 1, "merged": 0, "rejected": 4}
    assert [(number, problem.field) for number, problem in told["rejects"][:3]] == [
        (3, "name"),
        (4, "kind"),
        (5, "owner"),
    ]
    made = sources.listing(db, reader=people["vera"])[0]
    assert (made.kind, made.owner, made.months) == ("equipment", "李思远", 6)
    later = "2026-12-01T00:00:00Z"
    same = source_import.take_in(db, [(2, row | {"topics": []}), (3, row)], by=people["chen"], now=later)
    assert (same["rows"]["merged"], same["seq"]) == (2, None)
    more = source_import.take_in(db, [(2, {"name": "测试台", "access": "找李思远"})], by=people["chen"], now=later)
    stands = sources.listing(db, reader=people["vera"])[0]
    assert (stands.access, stands.place, stands.months) == ("找李思远", "实验室", 6)
    imported.undo(db, more["seq"], source_import.KIND, by=people["chen"], now=later)
    assert sources.listing(db, reader=people["vera"])[0].access == ""
    with pytest.raises(ChangedSince):
        imported.undo(db, told["seq"], source_import.KIND, by=people["chen"], now=later)
