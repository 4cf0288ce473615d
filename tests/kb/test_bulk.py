"""Many notes at once: what it would come to is what it comes to, in one deed that goes back as a whole."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import activity, bulk, deeds, duties, feed, maturity, notes, verification
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid, NotFound
from kb.note_details import Details
from kb.note_import import Defaults, add_all
from kb.note_rows import state


@pytest.fixture
def do(db, now):
    """Return a function that looks at an act and does it, and returns the seq of the deed."""

    def call(by, kind, value, ids, at=now, **more):
        act = bulk.checked(kind, value)
        planned = bulk.plan(db, act, ids, by=by)
        return bulk.apply(db, act, ids, digest=planned.digest, by=by, now=at, **more)

    return call


@pytest.fixture
def three(a_note):
    """The ids of three notes of chen."""
    return [a_note(title=title, topic_names=["密封罐", "梅雨"]).id for title in "甲乙丙"]


def topics_of(db, note_ids):
    found = {note.id: note for note in notes.of_ids(db, note_ids, reader=OPERATOR)}
    return [[topic["name"] for topic in found[note_id].topics] for note_id in note_ids]


def states(db, note_ids):
    found = [state(note) for note in notes.of_ids(db, note_ids, reader=OPERATOR)]
    return [{name: value for name, value in each.items() if name != "version"} for each in found]


def test_a_topic_is_added_to_all_and_removed_but_never_the_last(db, people, three, a_note, do):
    last = a_note(title="丁", topic_names=["梅雨"]).id
    do(people["chen"], "add_topics", ["胶圈", " 密封罐"], [*three, last])
    assert topics_of(db, [three[0], last]) == [["密封罐", "梅雨", "胶圈"], ["梅雨", "胶圈", "密封罐"]]
    act = bulk.checked("remove_topics", ["胶圈", "密封罐", "梅雨"])
    planned = bulk.plan(db, act, three, by=people["chen"])
    assert (planned.changes, len(planned.refused)) == ((), 3)
    do(people["chen"], "remove_topics", ["梅雨"], three)
    assert topics_of(db, three) == [["密封罐", "胶圈"]] * 3


def test_a_topic_takes_the_place_of_to_be_sorted(db, people, a_note, do):
    note = a_note(topic_names=["待归类"])
    do(people["chen"], "add_topics", ["胶圈"], [note.id])
    assert topics_of(db, [note.id]) == [["胶圈"]]


def test_what_is_not_yours_stays_and_says_why_and_what_you_may_not_see_is_not_there(db, people, three, a_note, do):
    others = a_note(title="别人的", by=people["wang"]).id
    hidden = a_note(title="私下的", by=people["wang"], readers="owner").id
    act = bulk.checked("readers", "department")
    planned = bulk.plan(db, act, [*three, others, hidden], by=people["chen"])
    assert [note.id for note, _ in planned.changes] == three
    assert [(note.id, type(why)) for note, why in planned.refused] == [(others, Forbidden)]
    do(people["chen"], "readers", "department", [*three, others, hidden])
    kept = {note.id: note.readers for note in notes.of_ids(db, [*three, others, hidden], reader=OPERATOR)}
    assert kept == {**dict.fromkeys(three, "department"), others: "all", hidden: "owner"}


def test_a_change_of_readers_says_who_gains_and_who_loses_how_many(db, people, three, a_note):
    a_note(title="丁", readers="department")
    ids = [note.id for note in notes.listing(db, reader=people["chen"])[0]]
    gained, lost = bulk.audience(db, bulk.plan(db, bulk.checked("readers", "owner"), ids, by=people["chen"]))
    assert gained == []
    assert dict(lost) == {"王雅婷": 4, "李思远": 4, "林志强": 3, "马丽": 3, "Vera Novak": 3, "赵明": 3, "沈静": 3}
    gained, lost = bulk.audience(db, bulk.plan(db, bulk.checked("readers", "all"), ids, by=people["chen"]))
    assert (dict(gained), lost) == (dict.fromkeys(["林志强", "马丽", "Vera Novak", "赵明", "沈静"], 1), [])


def test_a_note_that_lacks_what_its_step_asks_for_goes_back_and_is_counted_before(db, people, three, now, do):
    do(people["chen"], "facets", ["repair", "quality"], three)
    for note in [notes.get(db, each, reader=people["chen"]) for each in three[:2]]:
        kept = {name: getattr(note, name) for name in ("title", "body", "dimension", "readers", "version")}
        said = {"summary": "一句话", "topic_names": ["密封罐"], "details": note.details()}
        notes.edit(db, note.id, **kept, **said, by=people["chen"], now=now)
        for _ in range(2):
            maturity.advance(db, note.id, by=people["chen"], now=now)
    planned = bulk.plan(db, bulk.checked("facets", []), three, by=people["chen"])
    assert (len(planned.changes), planned.fallen) == (3, 2)
    do(people["chen"], "facets", [], three, reason="原来分错了")
    assert [note.maturity for note in notes.of_ids(db, three, reader=OPERATOR)] == ["explicit", "explicit", "raw"]


def test_a_type_changes_only_where_the_note_says_what_the_type_asks_for(db, people, three, a_note, do):
    told = a_note(title="说了为谁", dimension="for", details=Details(audience="all", valid_from="2026-01-01"))
    planned = bulk.plan(db, bulk.checked("dimension", "from"), [*three, told.id], by=people["chen"])
    assert (len(planned.same), [note.id for note, _ in planned.refused]) == (3, [told.id])
    said = a_note(title="说了渠道", details=Details(channel="电话", experience="complaint"))
    with pytest.raises(bulk.Changed):
        do(people["chen"], "dimension", "about", [said.id])


def test_a_type_that_fits_is_changed_and_begins_anew(db, people, a_note, do, details_of):
    both = a_note(title="试用", dimension="with", details=details_of("with"), summary="一句")
    planned = bulk.plan(db, bulk.checked("dimension", "for"), [both.id], by=people["chen"])
    assert [why.field for _, why in planned.refused] == ["audience"]
    mixed = a_note(
        title="客户说的", details=Details(customers=((both.customers[0]["id"], ""),), experience="complaint")
    )
    assert len(bulk.plan(db, bulk.checked("dimension", "with"), [mixed.id], by=people["chen"]).refused) == 1


def test_what_others_build_on_is_not_changed_for_many_without_a_reason_either(db, people, three, a_note, do, now):
    told = a_note(title="已整理", summary="一句话", topic_names=["密封罐", "装配"])
    maturity.advance(db, told.id, by=people["chen"], now=now)
    with pytest.raises(Invalid) as refused:
        do(people["chen"], "readers", "department", [*three, told.id])
    assert refused.value.field == "reason"
    assert {note.readers for note in notes.of_ids(db, [*three, told.id], reader=OPERATOR)} == {"all"}
    for kind, value in (("add_topics", ["胶圈"]), ("remove_topics", ["密封罐"]), ("facets", ["repair"])):
        with pytest.raises(Invalid) as refused:
            do(people["chen"], kind, value, [*three, told.id])
        assert refused.value.field == "reason"
    seq = do(people["chen"], "add_topics", ["胶圈"], [*three, told.id], reason="主题重新整理过")
    told_why = {feed.changes(db, "note", each)[0]["reason"] for each in (*three, told.id)}
    assert (told_why, feed.change(db, seq)["action"]) == ({"主题重新整理过"}, "classify")
    do(people["chen"], "readers", "department", [*three, told.id], reason="换了负责的部门")


def test_what_the_feed_keeps_is_what_stands_in_the_store(db, people, three, do):
    """The states of a bulk change are put together in memory: they must be those that are read back."""
    for kind, value in (("add_topics", ["胶圈"]), ("facets", ["quality"]), ("readers", "department"),
                        ("remove_topics", ["梅雨"]), ("archive", None)):  # fmt: skip
        do(people["chen"], kind, value, three, reason="整理")
        for note in notes.of_ids(db, three, reader=OPERATOR):
            newest = feed.changes(db, "note", note.id)[0]
            assert (newest["after"], newest["reason"]) == (state(note), "整理")


def test_who_has_to_look_at_a_note_again_follows_its_readers_there_and_back(db, people, three, do, now):
    verification.assign(db, three[0], verifier_id=people["li"].member_id, by=people["chen"], now=now)
    duty = [note.duty_member_id for note in notes.of_ids(db, three, reader=OPERATOR)]
    seq = do(people["chen"], "readers", "owner", three)
    assert duties.wrong(db, 10) == []
    assert notes.get(db, three[0], reader=OPERATOR).duty_member_id != duty[0]
    deeds.undo(db, seq, by=people["chen"], now=now)
    assert duties.wrong(db, 10) == []
    assert [note.duty_member_id for note in notes.of_ids(db, three, reader=OPERATOR)] == duty


def test_what_changed_since_it_was_looked_at_is_not_done(db, people, three, now):
    act = bulk.checked("archive", None)
    planned = bulk.plan(db, act, three, by=people["chen"])
    notes.archive(db, three[0], by=people["wang"], now=now)
    with pytest.raises(bulk.Changed) as refused:
        bulk.apply(db, act, three, digest=planned.digest, by=people["chen"], now=now)
    assert len(refused.value.plan.changes) == 2
    assert sum(note.archived for note in notes.of_ids(db, three, reader=OPERATOR)) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [("", None), ("erase", None), ("add_topics", []), ("add_topics", ["长" * 51]), ("facets", ["soul"]),
     ("readers", "nobody"), ("dimension", "beside")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(kind, value):
    with pytest.raises(Invalid) as refused:
        bulk.checked(kind, value)
    assert refused.value.field


def test_of_very_many_the_first_are_looked_at_and_a_reason_is_asked_for_the_others(db, people, a_note):
    first = a_note().id
    ids = [first, *range(first + 1, first + bulk.LOOKED_AT + 3)]
    planned = bulk.plan(db, bulk.checked("readers", "owner"), ids, by=people["chen"])
    assert (len(planned.changes), planned.rest, planned.needs_reason) == (1, 3, True)
    assert not bulk.plan(db, bulk.checked("readers", "owner"), [first], by=people["chen"]).needs_reason


def test_a_reader_changes_nothing_in_bulk(db, people):
    with pytest.raises(Forbidden):
        bulk.plan(db, bulk.checked("archive", None), [], by=people["vera"])


def test_a_deed_goes_back_as_a_whole_and_again(db, people, three, do, now):
    before = states(db, three)
    seq = do(people["chen"], "add_topics", ["胶圈"], three)
    after = states(db, three)
    count, undone = deeds.undo(db, seq, by=people["chen"], now="2026-01-02T00:00:00Z")
    assert (count, states(db, three)) == (3, before)
    assert deeds.undo(db, undone, by=people["chen"], now="2026-01-03T00:00:00Z")[0] == 3
    assert states(db, three) == after
    assert feed.verify(db) == []


def test_where_some_changed_since_none_goes_back_unless_the_others_are_asked_for(db, people, three, do, now):
    before = states(db, three)
    seq = do(people["chen"], "add_topics", ["胶圈"], three)
    maturity.classify(db, three[1], ["repair"], by=people["wang"], now=now)
    stood = states(db, three)
    with pytest.raises(deeds.ChangedSince) as refused:
        deeds.undo(db, seq, by=people["chen"], now=now)
    assert (refused.value.changed, refused.value.count, refused.value.ready) == (["乙"], 1, 2)
    assert states(db, three) == stood
    assert deeds.undo(db, seq, by=people["chen"], now=now, leave_changed=True)[0] == 2
    assert states(db, three) == [before[0], stood[1], before[2]]
    with pytest.raises(deeds.ChangedSince) as refused:
        deeds.undo(db, seq, by=people["chen"], now=now, leave_changed=True)
    assert refused.value.ready == 0


def test_who_made_notes_private_takes_it_back_though_they_see_them_no_more(db, people, three, do, now):
    seq = do(people["wang"], "readers", "owner", three)
    assert notes.of_ids(db, three, reader=people["wang"]) == []
    with pytest.raises(NotFound):
        deeds.undo(db, seq, by=people["ma"], now=now)
    assert deeds.undo(db, seq, by=people["wang"], now=now)[0] == 3
    assert len(notes.of_ids(db, three, reader=people["wang"])) == 3


def test_a_colleague_may_not_take_back_what_others_did(db, people, three, do, now):
    seq = do(people["chen"], "archive", None, three)
    with pytest.raises(Forbidden):
        deeds.undo(db, seq, by=people["li"], now=now)
    with pytest.raises(Forbidden):
        deeds.undo(db, seq, by=people["vera"], now=now)
    assert deeds.undo(db, seq, by=people["wang"], now=now)[0] == 3


def test_an_import_is_one_deed_that_goes_back(db, people, now):
    rows = [(n, {"body": f"第{n}条", "topics": "密封罐"}) for n in range(1, 4)]
    said = Details(channel="网店", experience="complaint")
    add_all(db, rows, Defaults("from", details=said), by=people["chen"], now=now)
    deed = next(each for each in activity.listing(db, reader=people["chen"], nouns=["note"], now=now))
    assert (deed.action, deed.count, deed.is_newest) == ("add", 3, True)
    deeds.undo(db, deed.seq, by=people["chen"], now=now)
    assert notes.listing(db, reader=people["chen"])[1] == 0
    told = activity.listing(db, reader=people["chen"], nouns=["note"], now=now)
    assert [(each.action, each.is_newest) for each in told] == [("undo", True), ("add", False)]


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add_topics"), st.lists(st.sampled_from(["甲", "乙", "丙"]), min_size=1, max_size=2)),
        st.tuples(st.just("remove_topics"), st.lists(st.sampled_from(["甲", "乙", "密封罐"]), min_size=1, max_size=2)),
        st.tuples(st.just("facets"), st.lists(st.sampled_from(["repair", "rival"]), max_size=2)),
        st.tuples(st.just("readers"), st.sampled_from(["owner", "department", "all"])),
        st.tuples(st.just("archive"), st.none()),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_was_done_goes_back_and_comes_again(db, people, a_note, do, now, acts):
    ids = [a_note(title=title).id for title in "甲乙"]
    for n, (kind, value) in enumerate(acts):
        stood = states(db, ids)
        try:
            seq = do(people["chen"], kind, value, ids, at=f"2026-01-01T00:00:00.{ids[0]}{n}Z")
        except bulk.Changed:
            assert states(db, ids) == stood  # there was nothing to change
            continue
        done = states(db, ids)
        assert done != stood
        _, undone = deeds.undo(db, seq, by=people["chen"], now=f"2026-01-02T00:00:00.{ids[0]}{n}Z")
        assert states(db, ids) == stood
        deeds.undo(db, undone, by=people["chen"], now=f"2026-01-03T00:00:00.{ids[0]}{n}Z")
        assert states(db, ids) == done
