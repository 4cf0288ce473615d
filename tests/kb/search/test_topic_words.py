import pytest

from kb import topic_merge, topic_tree
from kb.search import find, indexer
from kb.store import writing


@pytest.fixture
def made(db, people, a_note, now):
    """Rings under seals, which are also called 胶圈; lids under the rings; wang's own topic between seals and 价格."""
    for title, names in (
        ("换圈周期", ["密封圈"]),
        ("盖子怎么装", ["盖子"]),
        ("圈的价目", ["价格"]),
        ("别的", ["物流"]),
    ):
        a_note(title=title, body="……", topic_names=names)
    a_note(title="私下", body="……", topic_names=["私事"], readers="owner", by=people["wang"])
    ids = {row["name"]: row["id"] for row in db["topic"].rows}
    with writing(db):
        wang = people["wang"]
        topic_tree.put(db, ids["密封圈"], {"aliases": ["胶圈", "seal ring"]}, did="topic.edit", by=wang, now=now)
        topic_tree.put(db, ids["私事"], {"aliases": ["内情"]}, did="topic.edit", by=wang, now=now)
        for below, above in (("盖子", "密封圈"), ("私事", "密封圈"), ("价格", "私事")):
            topic_tree.link(db, ids[below], [ids[above]], reader=wang)
    return ids


@pytest.fixture
def search(db, home, people):
    """Return a function that brings the index up to date and searches as li, or somebody else."""

    def call(query, login="li"):
        indexer.catch_up(db, home)
        return [hit.title for hit in find.search(db, home, query, reader=people[login]).hits]

    return call


def test_a_piece_of_the_name_of_a_topic_is_no_other_word_for_it(db, home, people, now, a_note):
    a_note(title="七天内退换货", body="不问原因", topic_names=["退换货"])
    returns = db.execute("SELECT id FROM topic WHERE name = '退换货'").fetchone()[0]
    with writing(db):
        topic_tree.put(db, returns, {"aliases": ["换货"]}, did="topic.edit", by=people["wang"], now=now)
    indexer.catch_up(db, home)
    (hit,) = find.search(db, home, "退换货", reader=people["li"]).hits
    assert hit.reasons == ("in the title", "your exact words")
    (hit,) = find.search(db, home, "怎么换货", reader=people["li"]).hits
    assert "by another word for its topic" in hit.reasons


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("胶圈", ["换圈周期", "盖子怎么装"]),
        ("膠圈", ["换圈周期", "盖子怎么装"]),
        ("胶圈多久换", ["换圈周期"]),
        ("Seal Ring", ["换圈周期", "盖子怎么装"]),
        ("密封圈", ["换圈周期", "盖子怎么装"]),
        ('"胶圈"', []),
        ("主题:胶圈", ["盖子怎么装", "换圈周期"]),
        ("主题:盖子", ["盖子怎么装"]),
        ("主题:没有的", []),
        # What one may not know of leads nowhere, neither by its name nor from above to what is under it.
        ("内情", []),
        ("主题:私事", []),
        ("主题:内情", []),
    ],
)
def test_a_topic_is_asked_for_by_any_of_its_words_and_with_what_stands_under_it(search, made, query, titles):
    assert search(query) == titles


def test_who_may_know_of_the_topic_between_finds_what_stands_under_it(search, made):
    assert set(search("主题:密封圈", "wang")) == {"换圈周期", "盖子怎么装", "私下", "圈的价目"}
    assert search("内情", "wang")[0] == "私下"


def test_notes_are_found_by_the_name_their_topic_has_now(db, people, search, made, now):
    assert search("物流") == ["别的"]
    seq = topic_merge.merge(db, made["物流"], made["盖子"], by=people["wang"], now=now)
    assert set(search('"盖子"')) == {"盖子怎么装", "别的"}
    topic_merge.undo(db, seq, by=people["wang"], now=now)
    assert search('"盖子"') == ["盖子怎么装"]
    assert search("物流") == ["别的"]
    was = topic_tree.place(db, made["物流"], reader=people["wang"])
    fields = {"version": was.version, "aliases": (), "parents": (), "facet": "", "owner_id": None}
    topic_tree.edit(db, made["物流"], name="送货", **fields, by=people["wang"], now=now)
    assert search('"送货"') == ["别的"]
    topic_merge.split(db, made["物流"], "夜间", [4], stays=False, by=people["wang"], now=now)
    assert search('"夜间"') == ["别的"]
    assert search('"送货"') == []
