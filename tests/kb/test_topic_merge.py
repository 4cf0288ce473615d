import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import feed, note_counts, notes, questions, sources, topic_merge, topic_tree, topics
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.map import expertise, experts, reasons
from kb.note_details import Details
from kb.store import writing

NOW = "2026-11-29T02:00:00.000000Z"


def ids(db):
    return {row["name"]: row["id"] for row in db["topic"].rows}


def carried(db):
    """Return ``{note_id: names of its topics}``."""
    rows = db.execute("SELECT note_id, topic.name FROM note_topic JOIN topic ON topic.id = topic_id ORDER BY position")
    found = {}
    for note_id, name in rows:
        found.setdefault(note_id, []).append(name)
    return found


def picture(db):
    """Return all that a merge or a split may touch, but for versions and the feed."""
    return [
        sorted(map(tuple, db.execute(statement).fetchall()))
        for statement in (
            "SELECT note_id, topic_id, position FROM note_topic",
            "SELECT source_id, topic_id FROM source_topic",
            "SELECT question_id, topic_id, position FROM question_topic",
            "SELECT topic_id, parent_id FROM topic_parent",
            "SELECT topic_id, name FROM topic_alias",
            "SELECT id, topic_id, kind, member_id, by_id FROM expertise",
            "SELECT id, name, folded, facet, ifnull(owner_id, 0), listed, ifnull(merged_into, 0) FROM topic",
        )
    ]


def is_whole(db):
    return (reasons.wrong(db)[1], note_counts.wrong(db)[1]) == (0, 0)


@pytest.fixture
def made(db, people, a_note, now):
    """Notes under 运费, 邮费 and both, one of them wang's own, and a source under 邮费."""
    for names, readers in (
        (["运费"], "all"),
        (["邮费", "退货"], "all"),
        (["邮费", "运费"], "all"),
        (["邮费"], "owner"),
    ):
        a_note(topic_names=names, readers=readers)
    named = {"name": "运价表", "kind": "file", "owner_id": people["li"].member_id, "place": "共享盘"}
    sources.add(db, **named, topic_names=["邮费"], by=people["chen"], now=now)
    questions.add(db, title="邮费谁出", topic_names=["邮费"], by=people["li"], now=now)
    found = ids(db)
    expertise.endorse(db, found["邮费"], people["chen"].member_id, by=people["lin"], now=now)
    return found


def test_merged_all_that_carried_the_one_carries_the_other_and_its_name_leads_there(db, people, made, a_note, now):
    topic_merge.merge(db, made["邮费"], made["运费"], by=people["wang"], now=now)
    assert carried(db) == {1: ["运费"], 2: ["运费", "退货"], 3: ["运费"], 4: ["运费"]}
    assert [each["name"] for each in sources.listing(db, reader=people["vera"])[0].topics] == ["运费"]
    assert [each["name"] for each in questions.get(db, 1, reader=people["vera"]).topics] == ["运费"]
    assert topics.by_name(db, "邮费", reader=people["vera"]).id == made["运费"]
    assert [each["name"] for each in a_note(topic_names=["邮费"]).topics] == ["运费"]
    with pytest.raises(NotFound):
        topics.get(db, made["邮费"], reader=people["vera"])
    assert topics.led_to(db, made["邮费"]) == made["运费"]
    known = experts.experts(db, made["运费"], reader=people["vera"], now=now)
    assert "endorsed" in {reason.kind for reason in known[0].reasons}
    assert is_whole(db)


def test_taken_back_all_is_as_it_was_but_for_what_came_since(db, people, made, a_note, now):
    before = picture(db)
    seq = topic_merge.merge(db, made["邮费"], made["运费"], by=people["wang"], now=now)
    topic_merge.undo(db, seq, by=people["ma"], now=now)
    assert picture(db) == before
    seq = topic_merge.merge(db, made["邮费"], made["运费"], by=people["wang"], now=now)
    since = a_note(topic_names=["邮费"])
    fields = {"title": "t", "summary": "", "body": "b", "dimension": "from", "readers": "all"}
    details = Details(channel="电话", experience="complaint")
    notes.edit(db, 2, version=1, **fields, topic_names=["退货"], details=details, by=people["chen"], now=now)
    topic_merge.undo(db, seq, by=people["wang"], now=now)
    assert carried(db) == {1: ["运费"], 2: ["退货"], 3: ["邮费", "运费"], 4: ["邮费"], since.id: ["运费"]}
    assert is_whole(db)


def test_of_two_merges_of_one_topic_the_second_is_told_and_nothing_is_lost(db, people, made, now):
    topic_merge.merge(db, made["邮费"], made["运费"], by=people["wang"], now=now)
    stands = picture(db)
    for gone, kept in (("邮费", "运费"), ("邮费", "退货"), ("退货", "邮费")):
        with pytest.raises(Conflict, match="运费"):
            topic_merge.merge(db, made[gone], made[kept], by=people["ma"], now=now)
    assert picture(db) == stands


def test_a_merge_that_was_followed_by_another_waits_for_that_one(db, people, made, now):
    before = picture(db)
    first = topic_merge.merge(db, made["邮费"], made["运费"], by=people["wang"], now=now)
    second = topic_merge.merge(db, made["运费"], made["退货"], by=people["wang"], now=now)
    assert topics.by_name(db, "邮费", reader=people["vera"]).name == "退货"
    with pytest.raises(Conflict):
        topic_merge.undo(db, first, by=people["wang"], now=now)
    topic_merge.undo(db, second, by=people["wang"], now=now)
    topic_merge.undo(db, first, by=people["wang"], now=now)
    assert picture(db) == before
    with pytest.raises(Conflict):
        topic_merge.undo(db, first, by=people["wang"], now=now)


def test_a_merge_whose_topic_would_stand_under_itself_is_refused_with_the_way(db, people, made, now):
    with writing(db):
        topic_tree.link(db, made["退货"], [made["邮费"]], reader=OPERATOR)
        topic_tree.link(db, made["运费"], [made["退货"]], reader=OPERATOR)
    before = picture(db)
    with pytest.raises(Invalid, match="运费 → 退货"):
        topic_merge.merge(db, made["邮费"], made["运费"], by=people["wang"], now=now)
    assert picture(db) == before
    # A direct parent is no way round: it is simply one with its child.
    topic_merge.merge(db, made["运费"], made["退货"], by=people["wang"], now=now)
    assert topic_tree.state(db, made["退货"])["parents"] == [made["邮费"]]


def test_only_who_arranges_topics_and_knows_of_both_merges_them(db, people, made, a_note, now):
    a_note(topic_names=["私事"], readers="owner", by=people["li"])
    for login, error in (("chen", Forbidden), ("wang", NotFound)):
        with pytest.raises(error):
            topic_merge.merge(db, ids(db)["私事"], made["运费"], by=people[login], now=now)
    with pytest.raises(Invalid):
        topic_merge.merge(db, made["运费"], made["运费"], by=people["wang"], now=now)


def test_split_off_the_chosen_notes_carry_a_topic_of_their_own_under_the_first(db, people, made, now):
    before = picture(db)
    # Note 4 is closed to wang, 1 does not carry it.
    seq = topic_merge.split(db, made["邮费"], "国际邮费", [1, 2, 3, 4], stays=False, by=people["wang"], now=now)
    assert carried(db) == {1: ["运费"], 2: ["国际邮费", "退货"], 3: ["国际邮费", "运费"], 4: ["邮费"]}
    new = ids(db)["国际邮费"]
    assert topic_tree.state(db, new)["parents"] == [made["邮费"]]
    assert is_whole(db)
    topic_merge.undo(db, seq, by=people["wang"], now=now)
    stands = picture(db)
    assert stands[:4] == before[:4]
    with pytest.raises(Invalid) as refused:
        topic_merge.split(db, made["邮费"], "国际邮费", [1, 4], stays=False, by=people["wang"], now=now)
    assert refused.value.field == "note"
    seq = topic_merge.split(db, made["邮费"], "运费", [2, 3], stays=True, by=people["wang"], now=now)
    assert carried(db) == {1: ["运费"], 2: ["邮费", "运费", "退货"], 3: ["邮费", "运费"], 4: ["邮费"]}
    topic_merge.undo(db, seq, by=people["wang"], now=now)
    assert picture(db) == stands


NAMES = "甲乙丙丁戊"
worlds = st.tuples(
    st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=5),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=4),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds)
def test_merges_say_what_names_say_and_taken_back_leave_no_trace(db, people, world):
    carriers, edges, merges = world
    # Each world is taken out of the store again, so that one home serves all of them.
    db.conn.execute("SAVEPOINT world")
    try:
        _play(db, people["wang"], carriers, edges, merges)
    finally:
        db.conn.execute("ROLLBACK TO world")
        db.conn.execute("RELEASE world")


def _play(db, by, carriers, edges, merges):
    for names in carriers:
        fields = {"title": "x", "summary": "", "body": "x", "dimension": "about", "readers": "all"}
        details = Details(product="密封罐", observation="看到")
        notes.add(db, **fields, topic_names=names, details=details, by=by, now=NOW)
    with writing(db):
        topics.named(db, NAMES, by=by, now=NOW)
    known = ids(db)
    for name in NAMES:
        topic_tree.add(db, name, by=by, now=NOW)
    for below, above in edges:
        try:
            with writing(db):
                had = topic_tree.state(db, known[below])["parents"]
                topic_tree.link(db, known[below], sorted({*had, known[above]}), reader=by)
        except Invalid:
            pass
    meant, done = {name: name for name in NAMES}, []
    wanted = carried(db)
    for gone, kept in merges:
        before = picture(db)
        try:
            done.append((topic_merge.merge(db, known[gone], known[kept], by=by, now=NOW), before))
        except (Invalid, Conflict):
            assert picture(db) == before
            continue
        meant = {name: kept if to == gone else to for name, to in meant.items()}
        assert {note: set(names) for note, names in carried(db).items()} == {
            note: {meant[name] for name in names} for note, names in wanted.items()
        }
        assert all(topics.by_name(db, name, reader=by).name == to for name, to in meant.items())
        assert is_whole(db)
        assert all(each not in topic_tree.above(db, each) for each in known.values())
    for seq, before in reversed(done):
        topic_merge.undo(db, seq, by=by, now=NOW)
        assert picture(db) == before
    assert is_whole(db)
    assert feed.verify(db) == []
