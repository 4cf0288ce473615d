"""Two notes become one, and two again: nothing hangs lower, nothing is lost, nobody sees what was closed to them."""

import io
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    answers,
    attachments,
    comments,
    customers,
    evidence,
    facets,
    feed,
    interactions,
    maturity,
    note_history,
    note_links,
    note_merge,
    note_rows,
    notes,
    uses,
    verification,
)
from kb.access import OPERATOR
from kb.check import check
from kb.errors import Conflict, Forbidden, Invalid, NotFound, fill
from kb.evidence import Evidence
from kb.note_details import Details
from kb.note_merge import Wish
from kb.store import writing

ALL = Wish("all")


@pytest.fixture
def merged(db, now):
    """Return a function that merges the second note into the first as somebody and returns the seq."""

    def call(kept, other, by, wish=ALL):
        kept, other = (notes.get(db, each.id, reader=OPERATOR) for each in (kept, other))
        versions = (kept.version, other.version)
        return note_merge.merge(db, kept.id, other.id, wish, versions=versions, say=fill, by=by, now=now)

    return call


def now_is(db, note):
    return notes.get(db, note.id, reader=OPERATOR)


def test_the_one_that_stays_has_both_texts_and_the_other_leads_to_it(db, people, a_note, merged):
    kept = a_note(title="密封罐受潮", body="胶圈变硬。", topic_names=["密封罐"])
    other = a_note(title="罐子返潮", summary="盖不紧", body="梅雨天饼干软了。", topic_names=["梅雨", "密封罐"])
    seq = merged(kept, other, people["wang"])
    stays, away = now_is(db, kept), now_is(db, other)
    assert (stays.title, stays.body) == ("密封罐受潮", "胶圈变硬。\n\n## 罐子返潮\n\n盖不紧\n\n梅雨天饼干软了。")
    assert [each["name"] for each in stays.topics] == ["密封罐", "梅雨"]
    assert (away.archived, away.merged_into, stays.archived, stays.merged_into) == (1, kept.id, 0, None)
    assert feed.change(db, seq)["action"] == "merge"
    assert feed.changes(db, "note", other.id)[0]["action"] == "merge_away"
    assert [each.id for each in note_merge.merged_from(db, kept.id, reader=people["li"])] == [other.id]
    assert feed.verify(db) == []


def test_of_equal_texts_nothing_is_written_twice_and_a_text_may_be_dropped(db, people, a_note, merged):
    kept, same, other = a_note(), a_note(), a_note(body="胶圈要换。")
    merged(kept, same, people["wang"])
    assert now_is(db, kept).body == kept.body
    merged(kept, other, people["wang"], Wish("all", has_both_texts=False))
    assert now_is(db, kept).body == kept.body


def test_what_two_notes_say_beside_their_texts_is_put_together(db, people, a_note, merged, now):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    house = customers.add(db, name="鹿溪民宿", by=people["chen"], now=now)
    kept = a_note(dimension="with", details=Details(customers=((hotel.id, "试用"),), our_part="样品"))
    details = Details(customers=((house.id, "照片"), (hotel.id, "打分")), our_part="打样费")
    merged(kept, a_note(dimension="with", details=details), people["wang"])
    stays = now_is(db, kept)
    assert [(each["name"], each["part"]) for each in stays.customers] == [
        ("澄湖酒店", "试用；打分"), ("鹿溪民宿", "照片"),
    ]  # fmt: skip
    assert stays.our_part == "样品"
    assert "- What we brought: 打样费" in stays.body


def test_a_yes_to_the_old_text_is_no_yes_to_the_new_one(db, home, people, a_note, merged, now):
    said = {"verdict": "yes", "person": "周园长", "channel": "电话", "words": "是", "said_on": now[:10]}
    agreed = a_note(summary="胶圈", topic_names=["密封罐", "梅雨"])
    for _ in range(2):
        maturity.advance(db, agreed.id, by=people["chen"], now=now)
    maturity.record(db, home, agreed.id, **said, by=people["chen"], now=now)
    assert now_is(db, agreed).maturity == "agreed"
    seq = merged(agreed, a_note(body="另外一句"), people["wang"], Wish("all", reason="说的是一件事"))
    assert now_is(db, agreed).maturity == "classified"
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert now_is(db, agreed).maturity == "agreed"


def test_what_others_build_on_is_merged_only_with_a_reason_which_both_histories_tell(db, people, a_note, merged, now):
    raw, used = a_note(), a_note(summary="胶圈", body="胶圈要换。")
    maturity.advance(db, used.id, by=people["chen"], now=now)
    last = feed.last_seq(db)
    for kept, other in ((raw, used), (used, raw)):
        for reason in ("", "  \n"):
            with pytest.raises(Invalid) as refused:
                merged(kept, other, people["wang"], Wish("all", reason=reason))
            assert refused.value.field == "reason"
    assert feed.last_seq(db) == last
    seq = merged(raw, used, people["wang"], Wish("all", reason="说的是一件事"))
    assert [feed.change(db, each)["reason"] for each in (seq, seq - 1)] == ["说的是一件事"] * 2


def test_notes_that_cannot_be_one_are_refused_and_nothing_is_written(db, people, a_note, merged, now):
    note, offer, about = a_note(), a_note(dimension="for"), a_note(dimension="about")
    segment = a_note(dimension="for", details=Details(audience="segment", segment="会员", valid_from="2026-01-01"))
    gone = a_note()
    notes.archive(db, gone.id, by=people["chen"], now=now)
    before = list(db.query("SELECT * FROM note")), feed.last_seq(db)
    for kept, other in ((note, about), (note, offer), (offer, segment), (note, gone), (gone, note), (note, note)):
        with pytest.raises(Invalid):
            merged(kept, other, people["wang"])
    with pytest.raises(Forbidden):
        merged(note, a_note(by=people["wang"]), people["chen"])
    with pytest.raises(Forbidden):
        merged(note, note, people["vera"])
    assert (list(db.query("SELECT * FROM note WHERE id <= ?", [gone.id])), before[1]) == (
        before[0],
        feed.last_seq(db) - 1,
    )


def test_who_looked_at_an_older_text_merges_nothing(db, people, a_note, now):
    kept, other = a_note(), a_note(body="另一句")
    verification.doubt(db, other.id, "换过圈", by=people["li"], now=now)
    with pytest.raises(Conflict):
        note_merge.merge(db, kept.id, other.id, ALL, versions=(1, 1), say=fill, by=people["wang"], now=now)
    assert now_is(db, other).archived == 0


def test_nobody_sees_a_closed_text_unless_that_was_ticked(db, people, a_note, merged, now):
    kept = a_note(body="公开的")
    closed = a_note(body="只给客服部", readers="department", by=people["wang"])
    assert note_merge.usual_readers(db, kept, closed) == "department"
    with pytest.raises(Invalid) as refused:
        merged(kept, closed, people["wang"])
    assert refused.value.field == "confirmed"
    assert "林志强" in refused.value.values["names"]
    merged(kept, closed, people["wang"], Wish("department"))
    with pytest.raises(NotFound):
        notes.get(db, kept.id, reader=people["lin"])
    private = a_note(body="只给自己", readers="owner", by=people["wang"])
    with pytest.raises(Invalid) as refused:
        merged(kept, private, people["wang"], Wish("owner", is_confirmed=True))
    assert refused.value.field == "readers"
    merged(kept, private, people["wang"], Wish("all", is_confirmed=True))
    assert notes.get(db, kept.id, reader=people["lin"]).readers == "all"


def test_a_merge_is_taken_back_from_either_note_and_only_once(db, people, a_note, merged, now):
    kept, other = a_note(), a_note(body="另一句")
    states = [note_rows.state(each) for each in (kept, other)]
    seq = merged(kept, other, people["wang"])
    away = feed.changes(db, "note", other.id)[0]["seq"]
    with pytest.raises(Conflict):
        notes.undo(db, seq, by=people["wang"], now=now)
    with pytest.raises(Forbidden):
        note_merge.undo(db, seq, by=people["li"], now=now)
    assert note_merge.undo(db, away, by=people["wang"], now=now).id == kept.id
    assert [{**note_rows.state(now_is(db, each)), "version": 1} for each in (kept, other)] == states
    with pytest.raises(Conflict):
        note_merge.undo(db, seq, by=people["wang"], now=now)
    with pytest.raises(Conflict):
        notes.undo(db, feed.last_seq(db), by=people["wang"], now=now)
    again = merged(kept, other, people["wang"])
    with pytest.raises(Conflict):
        note_merge.undo(db, seq, by=people["wang"], now=now)
    third = a_note(body="第三句")
    merged(third, kept, people["wang"])
    with pytest.raises(Conflict):
        note_merge.undo(db, again, by=people["wang"], now=now)
    assert now_is(db, other).merged_into == kept.id


def rewrite(db, note, by, now, **changed):
    stands = now_is(db, note)
    fields = {name: getattr(stands, name) for name in ("title", "summary", "body", "dimension", "readers", "version")}
    told = {"topic_names": [each["name"] for each in stands.topics], "details": stands.details(), "reason": "更准"}
    notes.edit(db, note.id, **{**fields, **told, **changed}, by=by, now=now)


def test_what_came_after_a_merge_stays_with_the_kept_note_and_what_moved_goes_back(db, people, a_note, merged, now):
    kept = a_note(body="胶圈变硬。")
    other = a_note(title="罐子返潮", body="饼干软了。", topic_names=["梅雨", "密封罐"])
    theirs = comments.add(db, other.id, body="我也遇到过", by=people["li"], now=now)
    seq = merged(kept, other, people["wang"])
    body = "前言。\n\n" + now_is(db, kept).body
    rewrite(db, kept, people["wang"], now, body=body, summary="补上的", readers="department",
            topic_names=["密封罐", "梅雨", "装配"])  # fmt: skip
    verification.doubt(db, kept.id, "换过圈", by=people["li"], now=now)
    note_merge.undo(db, seq, by=people["wang"], now=now)
    stays, back = now_is(db, kept), now_is(db, other)
    assert (stays.body, stays.summary, stays.readers) == ("前言。\n\n胶圈变硬。", "补上的", "department")
    assert [each["name"] for each in stays.topics] == ["密封罐", "装配"]
    assert [each["words"] for each in stays.doubts] == ["换过圈"]
    assert (back.body, back.readers, back.archived, back.merged_into) == ("饼干软了。", "all", 0, None)
    assert [each["name"] for each in back.topics] == ["梅雨", "密封罐"]
    assert [str(each.id) for each, _ in comments.of_note(db, other.id)] == [feed.change(db, theirs)["noun_id"]]
    assert [problem for each in check(db) for problem in each.problems] == []


def test_what_was_written_into_the_words_of_the_other_stays_as_it_is(db, people, a_note, merged, now):
    kept, other = a_note(body="胶圈变硬。"), a_note(title="罐子返潮", body="饼干软了。")
    seq = merged(kept, other, people["wang"])
    rewrite(db, kept, people["wang"], now, body=now_is(db, kept).body.replace("软了", "软了一盒"))
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert "饼干软了一盒。" in now_is(db, kept).body
    assert now_is(db, other).body == "饼干软了。"


def test_what_was_said_moves_along_and_is_taken_back_where_it_is(db, people, a_note, merged, now):
    kept, other = a_note(), a_note(body="另一句")
    said = comments.add(db, other.id, body="我也遇到过", by=people["li"], now=now)
    seq = merged(kept, other, people["wang"])
    comments.add(db, kept.id, body="新说的", by=people["li"], now=now)
    assert [each.body for each, _ in comments.of_note(db, kept.id)] == ["我也遇到过", "新说的"]
    assert comments.undo(db, said, by=people["li"], now=now) == kept.id
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert [each.body for each, _ in comments.of_note(db, kept.id)] == ["新说的"]
    assert comments.of_note(db, other.id) == []


def test_the_interactions_a_note_was_told_in_move_along_each_once(db, people, a_note, merged, now):
    kept, other = a_note(dimension="for"), a_note(dimension="for", body="另一句")
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    talk = {"customer_id": hotel.id, "contact": "周", "channel": "电话", "method": "talk", "happened_at": now,
            "said": "", "told": "说了", "readers": "all"}  # fmt: skip
    for told in ([other.id], [kept.id, other.id]):
        interactions.add(db, by=people["chen"], now=now, told_note_ids=told, **talk)
    before = [len(interactions.of_note(db, each.id, reader=OPERATOR)) for each in (kept, other)]
    seq = merged(kept, other, people["wang"])
    assert before == [1, 2]
    assert len(interactions.of_note(db, kept.id, reader=OPERATOR)) == 2
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert [len(interactions.of_note(db, each.id, reader=OPERATOR)) for each in (kept, other)] == before


@pytest.mark.parametrize("which", ["kept", "other"])
def test_an_erased_note_leaves_no_pointer_and_takes_what_hangs_on_it(db, people, a_note, merged, now, which):
    kept, other = a_note(), a_note(body="另一句")
    comments.add(db, other.id, body="她住青石街", by=people["li"], now=now)
    gone = comments.add(db, other.id, body="电话 13812345678", by=people["li"], now=now)
    merged(kept, other, people["wang"])
    comments.undo(db, gone, by=people["li"], now=now)
    note_history.erase(db, {"kept": kept, "other": other}[which].id, by=OPERATOR, now=now, reason="本人要求")
    kept_texts = " ".join(str(row) for row in db.query("SELECT before, after FROM change_text"))
    lives = which == "other"
    assert ("青石街" in kept_texts, "13812345678" in kept_texts) == (lives, False)
    assert db["note_comment"].count == lives
    assert db.execute("SELECT count(*) FROM note WHERE merged_into IS NOT NULL").fetchone()[0] == 0
    assert feed.verify(db) == []
    assert [problem for each in check(db) for problem in each.problems] == []


def test_the_check_finds_a_note_that_leads_away_and_stands_in_lists_too(db, people, a_note, merged):
    kept, other = a_note(), a_note(body="另一句")
    merged(kept, other, people["wang"])
    assert [problem for each in check(db) for problem in each.problems] == []
    with writing(db):
        db.execute("UPDATE note SET archived = 0")
    assert [each.name for each in check(db) if each.problems] == ["merged notes"]


TEXT = st.text("甲乙丙丁\n#- ", max_size=8)
NOTE = st.fixed_dictionaries(
    {
        "title": TEXT.map(lambda text: f"题{text}"),
        "summary": TEXT,
        "body": TEXT,
        "topics": st.lists(st.sampled_from("一二三四"), min_size=1, max_size=3, unique=True),
        "customers": st.lists(st.integers(0, 2), max_size=3, unique=True),
        "facets": st.lists(st.sampled_from(list(facets.FACETS)), max_size=3, unique=True),
        "channel": st.sampled_from(["电话", "拜访"]),
        "evidence": st.integers(0, 2),
        "uses": st.lists(st.sampled_from(["li", "lin"]), max_size=2),
        "comments": st.lists(st.sampled_from(["li", "lin"]), max_size=2),
        "thanks": st.lists(st.sampled_from(["li", "lin", "ma"]), max_size=3, unique=True),
        "answers": st.lists(st.sampled_from(answers.VERDICTS), max_size=2),
        "doubts": st.lists(st.sampled_from(["li", "lin"]), max_size=2, unique=True),
    }
)


def written(db, home, people, ids, each, now):
    details = Details(customers=tuple((ids[at], "") for at in each["customers"]), channel=each["channel"],
                      experience="complaint")  # fmt: skip
    proofs = [Evidence("finding", 1, f"因为{n}") for n in range(each["evidence"])]
    note = notes.add(
        db, title=each["title"], summary=each["summary"], body=each["body"], dimension="from",
        topic_names=each["topics"], details=details, proofs=proofs, by=people["chen"], now=now,
    )  # fmt: skip
    maturity.classify(db, note.id, each["facets"], by=people["chen"], now=now)
    for login in each["uses"]:
        uses.add(db, note.id, result="worked", by=people[login], now=now)
    for login in each["comments"]:
        comments.add(db, note.id, body=f"{login}说", by=people[login], now=now)
    for login in each["thanks"]:
        comments.thank(db, note.id, by=people[login], now=now)
    for verdict in each["answers"]:
        said = {"verdict": verdict, "person": "周", "channel": "电话", "words": "嗯", "said_on": now[:10]}
        maturity.record(db, home, note.id, customer="all", **said, by=people["chen"], now=now)
    for login in each["doubts"]:
        verification.doubt(db, note.id, f"{login}不信", by=people[login], now=now)
    return note


def hanging(db, note):
    """Return all that a note has, as bags and sets that do not depend on the order in which it came."""
    stands = now_is(db, note)
    rows = {
        name: sorted(row[0] for row in db.execute(f"SELECT id FROM {name} WHERE note_id = ?", [note.id]))
        for name in ("evidence", "quote", "note_use", "note_comment")
    }
    return {
        **rows,
        "thanks": set(comments.thanks(db, note.id)),
        "topics": {each["name"] for each in stands.topics},
        "customers": {each["id"] for each in stands.customers},
        "facets": set(stands.facets),
        "answers": sorted((each["verdict"], each["digest"]) for each in stands.answers),
        "doubts": sorted((each["member_id"], each["words"]) for each in stands.doubts),
    }


def joined(one, other):
    return {name: sorted(kept + other[name]) if isinstance(kept, list) else kept | other[name]
            for name, kept in one.items()}  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=NOTE, two=NOTE, has_both=st.booleans())
def test_all_that_hangs_on_two_notes_hangs_on_one_and_undo_parts_them_again(
    db, home, people, now, merged, one, two, has_both
):
    with writing(db):  # one transaction for each example, in place of thirty
        ids = [customers.add(db, name=f"客户{n}", by=people["chen"], now=now).id for n in range(3)]
        kept, other = (written(db, home, people, ids, each, now) for each in (one, two))
        states = [{**note_rows.state(now_is(db, each)), "version": 0} for each in (kept, other)]
        before = [hanging(db, each) for each in (kept, other)]
        total = note_links.counts(db, kept.id, other.id, reader=OPERATOR)
        seq = merged(kept, other, people["wang"], Wish("all", has_both_texts=has_both))
        stays = now_is(db, kept)
        assert hanging(db, kept) == joined(*before)
        assert note_links.counts(db, kept.id, reader=OPERATOR) == total
        told = "\n".join((stays.title, stays.summary, stays.body))
        texts = [
            text for each in ((kept, other) if has_both else (kept,)) for text in (each.title, each.summary, each.body)
        ]
        assert [text for text in texts if text not in told] == []
        assert evidence.has_finding(db, kept.id) == bool(one["evidence"] + two["evidence"])
        note_merge.undo(db, seq, by=people["wang"], now=now)
        assert [hanging(db, each) for each in (kept, other)] == before
        assert [{**note_rows.state(now_is(db, each)), "version": 0} for each in (kept, other)] == states


def test_files_go_along_with_the_note_that_is_merged_away_and_come_back(db, people, a_note, merged, now):
    kept, other = a_note(title="毛巾合同"), a_note(title="毛巾的合同")
    for note, name in ((kept, "一.txt"), (other, "二.txt")):
        attachments.add(db, note.id, [(name, io.BytesIO(name.encode()))], most_megabytes=1, by=people["chen"], now=now)

    def names(note):
        return [each["name"] for each in now_is(db, note).attachments]

    seq = merged(kept, other, people["wang"])
    assert (names(kept), names(other)) == (["一.txt", "二.txt"], [])
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert (names(kept), names(other)) == (["一.txt"], ["二.txt"])


LATER = st.lists(
    st.sampled_from(["comment", "use", "thank", "doubt", "verify", "edit", "facets", "answer", "file"]), max_size=4
)


def happens(db, home, note, what, by, now):
    """Let something come to a note, as it comes to one that was merged."""
    said = {"verdict": "yes", "person": "后来", "channel": "电话", "words": "对", "said_on": now[:10]}
    file = {"most_megabytes": 1, "by": by, "now": now}
    if what == "comment":
        comments.add(db, note.id, body="后来说的", by=by, now=now)
    elif what == "use":
        uses.add(db, note.id, result="worked", by=by, now=now)
    elif what == "thank" and not any(each == by.name for each in comments.thanks(db, note.id)):
        comments.thank(db, note.id, by=by, now=now)
    elif what == "doubt" and not any(each["member_id"] == by.member_id for each in now_is(db, note).doubts):
        verification.doubt(db, note.id, "后来疑的", by=by, now=now)
    elif what == "verify":
        verification.verify(db, note.id, by=by, now=now)
    elif what == "edit":
        rewrite(db, note, by, now, title="后来的标题", body=f"{now_is(db, note).body}\n\n后来写的")
    elif what == "facets":
        maturity.classify(db, note.id, ["rival"], by=by, now=now)
    elif what == "answer":
        maturity.record(db, home, note.id, customer="all", **said, by=by, now=now)
    elif what == "file":
        attachments.add(db, note.id, [("后来.txt", io.BytesIO(b"x"))], **file)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=NOTE, two=NOTE, later=LATER)
def test_whatever_comes_after_a_merge_its_undo_gives_the_other_all_it_had_and_takes_nothing_else(
    db, home, people, now, merged, one, two, later
):
    with writing(db):
        ids = [customers.add(db, name=f"客户{n}", by=people["chen"], now=now).id for n in range(3)]
        kept, other = (written(db, home, people, ids, each, now) for each in (one, two))
        state = {**note_rows.state(now_is(db, other)), "version": 0}
        before = [hanging(db, each) for each in (kept, other)]
        seq = merged(kept, other, people["wang"])
        moved = hanging(db, kept)
        for what in later:
            happens(db, home, kept, what, people["zhao"], now)
        since = hanging(db, kept)
        note_merge.undo(db, seq, by=people["wang"], now=now)
        assert hanging(db, other) == before[1]
        assert {**note_rows.state(now_is(db, other)), "version": 0} == state
        stays = hanging(db, kept)
        for name in ("evidence", "quote", "note_use", "note_comment"):
            came = [each for each in since[name] if each not in moved[name]]
            assert stays[name] == sorted(before[0][name] + came), name
        # Who verifies a note answers what was doubted.
        if "verify" not in later:
            assert [each for each in stays["doubts"] if each not in since["doubts"]] == []
            assert len(stays["doubts"]) == len(before[0]["doubts"]) + len(since["doubts"]) - len(moved["doubts"])
        assert len(stays["answers"]) == len(before[0]["answers"]) + later.count("answer")
        own = {"rival"} - (moved["facets"] - before[0]["facets"])
        assert stays["facets"] == (own if "facets" in later else before[0]["facets"])
        assert [each["name"] for each in now_is(db, kept).attachments] == ["后来.txt"] * later.count("file")
        if "edit" in later:
            assert (now_is(db, kept).title, "后来写的" in now_is(db, kept).body) == ("后来的标题", True)


@pytest.mark.parametrize(
    ("login", "both", "said", "asks"),
    [
        ("wang", True, "", ["edited"]),
        ("wang", False, "", []),
        ("wang", False, "先拧紧再倒", ["edited"]),
        ("chen", True, "先拧紧再倒", []),
    ],
)
def test_a_merge_that_brings_text_into_a_note_asks_who_vouched_for_it(
    db, people, now, a_note, merged, login, both, said, asks
):
    holds = Details(audience="all", valid_from="2026-01-01", valid_until="2099-01-01")
    kept = a_note(dimension="for", details=holds)
    other = a_note(dimension="for", body="胶圈要换。", details=replace(holds, customer_text=said))
    verification.verify(db, kept.id, by=people["chen"], now=now)
    seq = merged(kept, other, people[login], Wish("all", has_both_texts=both))
    stays = now_is(db, kept)
    assert [each["kind"] for each in stays.asks] == asks
    assert verification.trust(stays, now) == ("due" if asks else "verified")
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert (now_is(db, kept).asks, verification.trust(now_is(db, kept), now)) == ((), "verified")
