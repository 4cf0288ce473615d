import pytest

from kb import feed, topic_aliases, topic_merge, topic_tree, topics
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.overtaken import Overtaken


@pytest.fixture
def made(db, people, a_note):
    """Return ``{name: id}`` of three topics that everybody sees and one that only wang does."""
    a_note(topic_names=["厨房", "密封罐", "密封圈"])
    a_note(topic_names=["私事"], readers="owner", by=people["wang"])
    return {row["name"]: row["id"] for row in db["topic"].rows}


@pytest.fixture
def change(db, people, now):
    """Return a function that changes a topic as wang, leaving what is not named as it is; it returns the seq."""

    def change(topic_id, by="wang", **fields):
        was = topic_tree.place(db, topic_id, reader=people["wang"])
        kept = {
            "version": was.version,
            "name": topics.get(db, topic_id, reader=people["wang"]).name,
            "aliases": was.aliases,
            "parents": [each.name for each in was.parents],
            "facet": was.facet,
            "owner_id": was.owner_id,
        }
        return topic_tree.edit(db, topic_id, **{**kept, **fields}, by=people[by], now=now)

    return change


def place(db, topic_id, reader):
    found = topic_tree.place(db, topic_id, reader=reader)
    return [each.name for each in found.parents], [each.name for each in found.children]


def test_a_topic_stands_under_several_others_and_all_tell(db, people, made, change):
    change(made["密封圈"], parents=["厨房", "密封罐"])
    seq = change(made["密封罐"], parents=["厨房"])
    assert place(db, made["密封圈"], people["vera"]) == (["厨房", "密封罐"], [])
    assert place(db, made["密封罐"], people["vera"]) == (["厨房"], ["密封圈"])
    assert topic_tree.under(db, [made["厨房"]], reader=people["vera"]) == {made["厨房"], made["密封罐"], made["密封圈"]}
    assert topic_tree.above(db, made["密封圈"]) == {made["厨房"], made["密封罐"]}
    topic_tree.undo(db, seq, by=people["ma"], now="2026-11-29T00:00:00Z")
    assert place(db, made["密封罐"], people["vera"])[0] == []


def test_a_topic_that_would_stand_under_itself_is_refused_with_the_way_round(db, people, made, change):
    change(made["密封罐"], parents=["厨房"])
    change(made["密封圈"], parents=["密封罐"])
    with pytest.raises(Invalid, match="by 密封圈 → 密封罐 → 厨房") as refused:
        change(made["厨房"], parents=["密封圈"])
    assert refused.value.field == "parents"
    with pytest.raises(Invalid, match="under itself"):
        change(made["厨房"], parents=["厨房"])
    assert place(db, made["厨房"], people["vera"]) == ([], ["密封罐"])


def test_what_one_may_not_know_of_is_named_neither_beside_a_topic_nor_on_the_way_round(db, people, made, change):
    change(made["私事"], parents=["厨房"])
    change(made["密封圈"], parents=["私事"])
    assert place(db, made["厨房"], people["wang"])[1] == ["私事"]
    assert place(db, made["厨房"], people["li"])[1] == []
    with pytest.raises(Invalid, match="密封圈 → … → 厨房"):
        change(made["厨房"], by="ma", parents=["密封圈"])
    # Nor is it lost when somebody saves who does not see it.
    change(made["密封圈"], by="ma", parents=["密封罐"])
    assert place(db, made["密封圈"], people["wang"])[0] == ["密封罐", "私事"]
    with pytest.raises(Invalid):
        change(made["密封圈"], by="ma", parents=["私事"])
    with pytest.raises(Forbidden):
        change(made["密封圈"], by="chen", facet="repair")


def test_an_alias_leads_to_its_topic_wherever_a_topic_is_named(db, people, made, change, a_note):
    change(made["密封圈"], aliases=["胶圈", "Seal Ring", "胶圈 ", "密封圈"])
    assert topic_aliases.of_topic(db, made["密封圈"]) == ["胶圈", "Seal Ring"]
    for name in ("胶圈", "膠圈", "ＳＥＡＬ ring"):
        assert topics.by_name(db, name, reader=people["vera"]).name == "密封圈"
    note = a_note(topic_names=["胶圈", "密封圈", "厨房"])
    assert [each["name"] for each in note.topics] == ["密封圈", "厨房"]
    for asked in ("jiaoquan", "jq", "sealring", "胶"):
        assert [each.name for each in topics.find(db, asked, reader=people["li"])] == ["密封圈"], asked
    assert topic_aliases.inside(db, "胶圈怎么换, a seal ring or unseal ring") == [
        (0, 2, made["密封圈"]), (9, 18, made["密封圈"]),
    ]  # fmt: skip


@pytest.mark.parametrize("alias", ["厨房", "橡皮圈"])
def test_an_alias_that_leads_elsewhere_already_is_refused(db, made, change, alias):
    change(made["密封圈"], aliases=["橡皮圈"])
    with pytest.raises(Invalid) as refused:
        change(made["密封罐"], aliases=["圈", alias])
    assert refused.value.field == "aliases"
    assert topic_aliases.of_topic(db, made["密封圈"]) == ["橡皮圈"]
    with pytest.raises(Invalid) as refused:
        change(made["厨房"], name="橡皮圈")
    assert refused.value.field == "name"


def test_the_old_name_of_a_renamed_topic_stays_an_alias_and_undo_swaps_them_back(db, people, made, change, now):
    first = change(made["密封圈"], name="胶圈")
    assert topics.get(db, made["密封圈"], reader=people["vera"]).name == "胶圈"
    assert topic_aliases.of_topic(db, made["密封圈"]) == ["密封圈"]
    change(made["密封圈"], name="密封圈")
    assert topic_aliases.of_topic(db, made["密封圈"]) == ["胶圈"]
    with pytest.raises(Conflict):
        topic_tree.undo(db, first, by=people["wang"], now=now)
    last = feed.last_seq(db)
    topic_tree.undo(db, last, by=people["wang"], now=now)
    topic_tree.undo(db, first, by=people["wang"], now=now)
    assert topic_tree.state(db, made["密封圈"])["name"] == "密封圈"
    assert topic_aliases.of_topic(db, made["密封圈"]) == []


def test_two_who_change_one_topic_are_put_together_field_by_field(db, people, made, change):
    kitchen, wang = made["厨房"], people["wang"]
    version = topic_tree.place(db, kitchen, reader=wang).version
    opened = {"name": "厨房", "aliases": [], "parents": [], "facet": "", "owner_id": None, "version": version}
    change(kitchen, facet="feature", parents=["密封罐"])
    change(kitchen, owner_id=people["li"].member_id)
    change(kitchen, **{**opened, "name": "灶间"})
    assert topic_tree.state(db, kitchen) == {
        "name": "灶间", "facet": "feature", "owner_id": people["li"].member_id, "listed": 0, "aliases": ["厨房"],
        "parents": [made["密封罐"]],
    }  # fmt: skip
    with pytest.raises(Overtaken, match="Nothing of yours is lost") as problem:
        change(kitchen, **{**opened, "facet": "repair"})
    assert (problem.value.clashes, problem.value.wanted["name"]) == (("facet",), "灶间")
    assert problem.value.wanted["facet"] == "repair"
    with pytest.raises(Overtaken):
        change(kitchen, **{**opened, "version": version + 9})
    assert change(kitchen) is None


def test_what_a_merge_made_of_a_topic_is_not_taken_for_what_was_opened(db, people, made, change, now):
    version = topic_tree.place(db, made["厨房"], reader=people["wang"]).version
    topic_merge.merge(db, made["密封圈"], made["厨房"], by=people["wang"], now=now)
    opened = {"name": "厨房", "aliases": [], "parents": [], "facet": "repair", "owner_id": None, "version": version}
    with pytest.raises(Overtaken) as problem:
        change(made["厨房"], **opened)
    assert set(problem.value.clashes) == {"aliases", "facet"}
    assert topic_aliases.of_topic(db, made["厨房"]) == ["密封圈"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": " "}, "name"), ({"facet": "x"}, "facet"), ({"owner_id": 99}, "owner_id"),
     ({"parents": ["没有的"]}, "parents"), ({"aliases": ["x" * 51]}, "aliases")],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(made, change, fields, field):
    with pytest.raises(Invalid) as refused:
        change(made["厨房"], **fields)
    assert refused.value.field == field


def test_a_listed_topic_is_there_for_all_before_a_note_carries_it_and_goes_while_none_does(db, people, now, a_note):
    topic_id = topic_tree.add(db, "洗碗机", by=people["wang"], now=now)
    assert [each.name for each in topics.listing(db, reader=people["vera"])] == ["洗碗机"]
    topic_tree.remove(db, topic_id, by=people["wang"], now=now)
    with pytest.raises(NotFound):
        topics.get(db, topic_id, reader=people["vera"])
    topic_tree.undo(db, feed.last_seq(db), by=people["wang"], now=now)
    a_note(topic_names=["洗碗机"], readers="owner", by=people["li"])
    with pytest.raises(Conflict):
        topic_tree.remove(db, topic_id, by=people["wang"], now=now)


def test_five_thousand_aliases_on_one_topic_cost_no_more_than_they_must(db, people, made, change, now):
    change(made["密封圈"], aliases=[f"圈{n}" for n in range(5000)])
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    db.conn.set_progress_handler(count, 1000)
    assert topics.by_name(db, "圈4321", reader=people["vera"]).name == "密封圈"
    assert topic_aliases.inside(db, "圈4999坏了怎么办") == [(0, 5, made["密封圈"])]
    assert steps < 20, "thousands of steps of the database: a name is looked up, not looked for"
    db.conn.set_progress_handler(None, 0)
