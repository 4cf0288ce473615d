from dataclasses import replace

import pytest

from kb import customers, feed, gates, interaction_notes, interactions, maturity, note_history, notes, quotes, timeline
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.interaction_merge import Overtaken

AT = "2026-11-20T01:30:00.000000Z"


@pytest.fixture
def talked(db, people, now):
    """Write an interaction; what is not named is a phone call with 澄湖酒店."""
    customer = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)

    def write(by="chen", **fields):
        usual = {"customer_id": customer.id, "contact": "周经理", "channel": "电话", "method": "talk",
                 "happened_at": AT, "said": "密封圈老是掉。拆下来装不回去。", "told": "", "readers": "all"}  # fmt: skip
        seq = interactions.add(db, by=people[by], now=now, **{**usual, **fields})
        return interactions.get(db, int(feed.change(db, seq)["noun_id"]), reader=OPERATOR)

    return write


def linked(db, talk):
    found = {note.id: note for note in notes.of_ids(db, [each["note_id"] for each in talk.notes], reader=OPERATOR)}
    return [(each["part"], found[each["note_id"]]) for each in talk.notes]


def test_the_title_of_a_note_made_of_it_is_what_is_shown_and_its_text_what_was_written(db, talked):
    said = "盖子受潮 @li **又来了** #密封与防潮 #[密封 圈] [[1]]"
    talk = talked(said=said, kept=("said",), experience="complaint", topic_names=["密封罐"])
    ((_, note),) = linked(db, talk)
    assert (note.title, note.body) == ("盖子受潮 李思远 又来了 密封与防潮 密封 圈", said)


def test_what_was_said_and_what_was_told_become_notes_by_a_tick_each(db, talked):
    talk = talked(
        told="先把旧圈取下，再按箭头装。", kept=("said", "told"), experience="complaint", topic_names=["密封罐"],
        day="2026-11-20",
    )  # fmt: skip
    (_, said), (_, told) = sorted(linked(db, talk), key=lambda pair: pair[0])
    assert (said.dimension, said.title, said.channel, said.experience) == ("from", "密封圈老是掉", "电话", "complaint")
    assert said.body == "密封圈老是掉。拆下来装不回去。"
    assert (told.dimension, told.title, told.body) == ("for", "先把旧圈取下，再按箭头装", "")
    assert (told.audience, told.valid_from) == ("customer", "2026-11-20")
    assert {each["name"] for note in (said, told) for each in note.customers} == {"澄湖酒店"}
    assert [each.id for each in interactions.of_note(db, told.id, reader=OPERATOR)] == [talk.id]


def test_a_note_made_by_a_tick_rests_on_the_whole_box_and_is_asked_about_once_where_that_changed(
    db, people, talked, now
):
    long = "圈掉了。\n" + "每次拆下来都装不回去。" * 400
    ticked = {"told": "按箭头装。", "kept": ("said", "told"), "topic_names": ["密封罐"], "day": "2026-11-20"}
    talk = talked(said=long, **ticked)

    def asked():
        return {note.id: [each["kind"] for each in note.asks] for _, note in linked(db, talk)}

    found = dict(linked(db, talk))
    for part, text in (("said", long), ("told", "按箭头装。")):
        (quote,) = quotes.of_note(db, found[part].id, reader=people["li"])
        assert (quote.source_id, quote.part, quote.text, quote.state) == (talk.id, part, text, "there")
    assert not any(asked().values())
    # A line after it leaves the words where they were: nobody has to look, and who does is told.
    edited = {"by": people["chen"], "now": now}
    interactions.edit(db, talk.id, version=1, **edited, **fields_of(talk, told="按箭头装。\n他说好。"))
    assert not any(asked().values())
    (quote,) = quotes.of_note(db, found["told"].id, reader=people["li"])
    assert (quote.span, quote.state) == ((0, 5), "changed")
    for version, told in enumerate(("按箭头转。", "按箭头拧。"), 2):
        interactions.edit(db, talk.id, version=version, **edited, **fields_of(talk, told=told))
    assert asked() == {found["said"].id: [], found["told"].id: ["source"]}
    interactions.edit(db, talk.id, version=4, by=people["chen"], now=now, **fields_of(talk))
    assert not any(asked().values())
    note_history.erase(db, found["said"].id, by=OPERATOR, now=now, reason="本人要求", with_interactions=True)
    (quote,) = quotes.of_note(db, found["told"].id, reader=people["li"])
    assert (quote.state, quote.text) == ("erased", None)
    assert [row["text"] for row in db["quote"].rows] == [""]


def test_a_note_for_customers_that_was_told_is_a_delivery_and_others_are_refused(db, people, a_note, talked):
    answer = a_note(title="密封圈怎么装", dimension="for", by=people["wang"])
    talk = talked(said="", told_note_ids=[answer.id, answer.id])
    assert [(each["note_id"], each["part"], each["is_made"]) for each in talk.notes] == [(answer.id, "told", 0)]
    heard = a_note(title="密封圈掉", dimension="from")
    with pytest.raises(Invalid) as refused:
        talked(told_note_ids=[heard.id])
    assert refused.value.field == "told_notes"
    hidden = a_note(title="内部价", dimension="for", readers="owner", by=people["ma"])
    with pytest.raises(NotFound):
        talked(told_note_ids=[hidden.id])
    assert db["interaction"].count == 1


def test_a_note_that_is_archived_or_closed_to_the_reader_does_not_stand_with_the_interaction(
    db, people, a_note, talked, now
):
    own = a_note(title="内部价", dimension="for", readers="owner", by=people["chen"])
    answer = a_note(title="密封圈怎么装", dimension="for")
    talk = talked(told_note_ids=[own.id, answer.id])

    def seen(login):
        return [note.title for note in interaction_notes.notes_of(db, talk, reader=people[login])]

    assert (seen("chen"), seen("li")) == (["内部价", "密封圈怎么装"], ["密封圈怎么装"])
    notes.archive(db, answer.id, by=people["chen"], now=now)
    assert (seen("chen"), seen("li")) == (["内部价"], [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"said": " ", "told": "\n"}, "said"),
        ({"method": "guess"}, "method"),
        ({"readers": "list"}, "named_readers"),
        ({"readers": "public"}, "readers"),
        ({"happened_at": "2999-01-01T00:00:00.000000Z"}, "day"),
        ({"kept": ("told",), "topic_names": ["密封罐"]}, "told"),
        ({"kept": ("said",), "topic_names": ["密封罐"], "experience": "furious"}, "experience"),
        ({"contact": "长" * 101}, "contact"),
        ({"said": "坏\x00字"}, "said"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_nothing_is_written(db, talked, wrong, field):
    before = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        talked(**wrong)
    assert refused.value.field == field
    assert (db["interaction"].count, db["note"].count, feed.last_seq(db)) == (0, 0, before)


def test_a_customer_who_is_not_there_and_a_viewer_are_refused(db, talked):
    with pytest.raises(NotFound):
        talked(customer_id=999)
    with pytest.raises(Forbidden):
        talked(by="vera")


def test_who_may_not_see_an_interaction_finds_it_nowhere(db, people, talked):
    own, of_department, public = talked(readers="owner"), talked(readers="department"), talked()
    for login, seen in (("chen", 3), ("li", 2), ("lin", 1), ("zhao", 1)):
        found, total = interactions.listing(db, reader=people[login], customer_id=own.customer_id)
        kinds = {"kinds": ("interaction",), "limit": 9}
        keys = timeline.keys(db, own.customer_id, reader=people[login], **kinds)
        assert (len(found), total, len(keys)) == (seen, seen, seen), login
        assert set(interactions.of_ids(db, [own.id, of_department.id, public.id], reader=people[login])) == {
            each.id for each in found
        }
    with pytest.raises(NotFound):
        interactions.get(db, own.id, reader=people["li"])
    with pytest.raises(NotFound):
        interactions.archive(db, own.id, by=people["wang"], now=AT)


def fields_of(talk, **other):
    names = ("customer_id", "contact", "channel", "method", "happened_at", "said", "told", "readers")
    return {**{name: getattr(talk, name) for name in names}, **other}


def test_two_who_save_do_not_overwrite_each_other_and_each_version_stays_in_the_history(db, people, talked, now):
    talk = talked()
    seq = interactions.edit(db, talk.id, version=1, by=people["chen"], now=now, **fields_of(talk, said="圈掉了"))
    with pytest.raises(Conflict):
        interactions.edit(db, talk.id, version=1, by=people["wang"], now=now, **fields_of(talk, said="别的"))
    with pytest.raises(Forbidden):
        interactions.edit(db, talk.id, version=2, by=people["lin"], now=now, **fields_of(talk, said="别的"))
    told = [(row["action"], row["after"]["said"]) for row in interactions.history(db, talk.id, reader=people["lin"])]
    assert told == [("edit", "圈掉了"), ("add", "密封圈老是掉。拆下来装不回去。")]
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert interactions.get(db, talk.id, reader=people["chen"]).said == talk.said


def test_what_only_one_of_two_changed_stands_and_what_both_did_is_told_by_field(db, people, talked, now):
    talk = talked(happened_at="2026-11-20T01:30:27.000000Z", said="圈掉了。\n装不回去。\n要换。")
    usual = fields_of(talk, happened_at="2026-11-20T01:30:00+00:00")
    first, second = ({"version": 1, "by": people[login], "now": now} for login in ("chen", "wang"))
    early = {
        "contact": "李经理",
        "channel": "微信",
        "said": f"{talk.said}\n急。",
        "happened_at": "2026-11-19T02:00:00+00:00",
    }
    interactions.edit(db, talk.id, **first, **usual | early)
    told = {"readers": "department", "told": "先寄一个。", "said": f"昨天{talk.said}"}
    interactions.edit(db, talk.id, **second, **usual | told)
    found = interactions.get(db, talk.id, reader=OPERATOR)
    assert (found.contact, found.channel, found.readers, found.told) == ("李经理", "微信", "department", "先寄一个。")
    assert (found.said, found.happened_at) == (f"昨天{talk.said}\n急。", early["happened_at"])
    with pytest.raises(Overtaken) as refused:
        late = {"contact": "赵经理", "channel": "门店", "method": "observe", "said": f"前天{talk.said}"}
        interactions.edit(db, talk.id, **first, **usual | late)
    problem = refused.value
    assert sorted(problem.clashes) == ["channel", "contact", "said"]
    assert problem.wanted == {**fields_of(found), "named_readers": [], **late}
    assert interactions.get(db, talk.id, reader=OPERATOR) == problem.theirs == found
    # Of one that was archived meanwhile too, what others changed before that stands.
    interactions.archive(db, talk.id, by=people["chen"], now=now)
    older = (
        {**first, "version": 2},
        fields_of(found, told="", said=f"{talk.said}\n急。", readers="all", method="observe"),
    )
    with pytest.raises(Conflict):
        interactions.edit(db, talk.id, **older[0], **older[1])
    interactions.save_again(db, talk.id, **older[0], **older[1])
    back = interactions.get(db, talk.id, reader=OPERATOR)
    assert (back.archived, back.told, back.said, back.method) == (0, found.told, found.said, "observe")


def test_a_version_that_was_private_keeps_its_text_from_others_in_the_history(db, people, talked, now):
    talk = talked(readers="owner", said="他说想换供应商")
    interactions.edit(db, talk.id, version=1, by=people["chen"], now=now, **fields_of(talk, readers="all", said="公开"))
    rows = interactions.history(db, talk.id, reader=people["lin"])
    assert [row["after"] for row in rows] == [None, None]
    assert [bool(row["after"]) for row in interactions.history(db, talk.id, reader=people["chen"])] == [True, True]


def test_undo_of_writing_takes_the_notes_along_but_for_those_changed_since(db, people, talked, now):
    ticked = {"kept": ("said", "told"), "told": "按箭头装", "experience": "complaint", "topic_names": ["密封罐"],
              "day": "2026-11-20"}  # fmt: skip
    first, second = talked(**ticked), talked(**ticked)
    changed = next(note for part, note in linked(db, second) if part == "said")
    notes.archive(db, changed.id, by=people["chen"], now=now)
    notes.get(db, changed.id, reader=OPERATOR)
    for talk in (first, second):
        seq = next(row["seq"] for row in interactions.history(db, talk.id, reader=OPERATOR) if row["action"] == "add")
        interactions.undo(db, seq, by=people["chen"], now=now)
        with pytest.raises(Conflict):
            interactions.undo(db, seq, by=people["chen"], now=now)
    assert interactions.listing(db, reader=OPERATOR)[1] == 0
    assert [note.archived for _, note in linked(db, first)] == [1, 1]
    assert notes.get(db, changed.id, reader=OPERATOR).version == 2
    last = interactions.history(db, first.id, reader=OPERATOR)[0]
    interactions.undo(db, last["seq"], by=people["chen"], now=now)
    assert interactions.get(db, first.id, reader=people["lin"]).archived == 0


def test_how_the_customer_felt_may_be_told_after_the_call_and_the_next_step_waits_for_it(db, people, talked, now):
    said = linked(db, talked(kept=("said",), topic_names=["密封罐"]))[0][1]
    assert (said.experience, said.maturity) == ("", "raw")
    assert gates.lacking(said, "explicit") == ("summary", "experience")

    def save(**details):
        note = notes.get(db, said.id, reader=OPERATOR)
        told = {name: getattr(note, name) for name in ("title", "body", "dimension", "readers")}
        return notes.edit(
            db, note.id, version=note.version, **told, summary="圈会掉", topic_names=["密封罐"],
            details=replace(note.details(), **details), by=people["chen"], now=now,
        )  # fmt: skip

    save()
    with pytest.raises(Invalid) as refused:
        maturity.advance(db, said.id, by=people["chen"], now=now)
    assert refused.value.field == "experience"
    save(experience="complaint")
    maturity.advance(db, said.id, by=people["chen"], now=now)
    # What was told once is not untold.
    with pytest.raises(Invalid):
        save(experience="")


def test_a_box_of_an_interaction_that_is_written_down_still_becomes_a_note_and_only_one(
    db, people, a_note, talked, now
):
    talk, answer = talked(), a_note(title="密封圈怎么装", dimension="for")
    ticked = {"kept": ("said",), "told_note_ids": [answer.id], "topic_names": ["密封罐"]}
    seq = interactions.make_notes(db, talk.id, **ticked, by=people["chen"], now=now)
    after = interactions.get(db, talk.id, reader=OPERATOR)
    assert [(part, note.title) for part, note in linked(db, after)] == [
        ("said", "密封圈老是掉"),
        ("told", "密封圈怎么装"),
    ]
    made = interaction_notes.made_by(db, feed.change(db, seq), reader=people["lin"])
    assert [note.title for note in made] == ["密封圈老是掉"]
    for again, field in ((ticked, "said"), ({"kept": ("told",)}, "told"), ({"told_note_ids": [answer.id]}, "kept")):
        with pytest.raises(Invalid) as refused:
            interactions.make_notes(db, talk.id, **again, by=people["chen"], now=now)
        assert refused.value.field == field
    with pytest.raises(Forbidden):
        interactions.make_notes(db, talk.id, **ticked, by=people["lin"], now=now)
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert notes.get(db, made[0].id, reader=OPERATOR).archived
    assert [note.id for _, note in linked(db, interactions.get(db, talk.id, reader=OPERATOR))] == [made[0].id]
    # What went to the archive is no note of it, so there may be another.
    fields = fields_of(after, said="圈又掉了", told="")
    interactions.edit(db, talk.id, version=3, **fields, **ticked, by=people["chen"], now=now)
    assert {note.title for _, note in linked(db, interactions.get(db, talk.id, reader=OPERATOR))} == {
        "密封圈老是掉", "密封圈怎么装", "圈又掉了",
    }  # fmt: skip
    # To undo that it was undone says again what was told.
    undone = interactions.history(db, talk.id, reader=OPERATOR)[1]["seq"]
    with pytest.raises(Conflict):
        interactions.undo(db, undone, by=people["chen"], now=now)


def test_undoing_an_undo_says_again_what_was_told(db, people, a_note, talked, now):
    talk, answer = talked(), a_note(title="密封圈怎么装", dimension="for")
    seq = interactions.make_notes(db, talk.id, told_note_ids=[answer.id], by=people["chen"], now=now)
    for links in (0, 1):
        interactions.undo(db, seq, by=people["chen"], now=now)
        assert len(interactions.of_note(db, answer.id, reader=OPERATOR)) == links
        seq = interactions.history(db, talk.id, reader=OPERATOR)[0]["seq"]


def test_a_note_names_the_others_of_its_interaction_to_who_may_see_them(db, people, a_note, talked, now):
    answer = a_note(title="密封圈怎么装", dimension="for", by=people["wang"])
    hidden = a_note(title="内部价", dimension="for", readers="owner", by=people["chen"])
    told = [answer.id, hidden.id]
    said, private = (
        next(note for _, note in linked(db, talk) if note.dimension == "from")
        for talk in (
            talked(kept=("said",), told_note_ids=told, topic_names=["密封罐"]),
            talked(kept=("said",), told_note_ids=told, topic_names=["密封罐"], said="私下说的", readers="owner"),
        )
    )

    def named(note, login):
        return [each.title for each in interaction_notes.siblings(db, note.id, reader=people[login])]

    assert (named(said, "chen"), named(said, "lin")) == (["密封圈怎么装", "内部价"], ["密封圈怎么装"])
    # That both were of one talk is told only to who may see the talk; one merely told in it names nothing.
    assert (named(private, "chen"), named(private, "lin")) == (["密封圈怎么装", "内部价"], [])
    assert named(answer, "chen") == []
    notes.archive(db, answer.id, by=people["wang"], now=now)
    assert named(said, "lin") == []


def test_an_archived_interaction_is_on_no_list_and_comes_back(db, people, talked, now):
    talk = talked()
    seq = interactions.archive(db, talk.id, by=people["wang"], now=now)
    assert interactions.listing(db, reader=OPERATOR) == ([], 0)
    with pytest.raises(Invalid):
        interactions.archive(db, talk.id, by=people["wang"], now=now)
    interactions.undo(db, seq, by=people["wang"], now=now)
    assert interactions.listing(db, reader=OPERATOR)[1] == 1


def test_a_note_that_is_erased_leaves_the_interaction_and_no_link(db, talked, now):
    talk = talked(kept=("said",), experience="complaint", topic_names=["密封罐"])
    note_history.erase(db, talk.notes[0]["note_id"], by=OPERATOR, now=now, reason="本人要求")
    assert interactions.get(db, talk.id, reader=OPERATOR).notes == ()
    assert feed.verify(db) == []


def test_an_archived_interaction_is_not_changed_but_brought_back_alone_or_with_the_text(db, people, talked, now):
    talk, chen, wang = talked(), people["chen"], people["wang"]
    interactions.archive(db, talk.id, by=wang, now=now)
    for change in (
        lambda: interactions.edit(db, talk.id, version=1, by=chen, now=now, **fields_of(talk, said="别的")),
        lambda: interactions.make_notes(db, talk.id, kept=("said",), topic_names=["密封罐"], by=chen, now=now),
        lambda: interactions.attach(db, talk.id, [], by=chen, now=now),
        lambda: interactions.detach(db, talk.id, 1, by=chen, now=now),
    ):
        with pytest.raises(Conflict, match="archived this interaction") as problem:
            change()
        assert problem.value.values["name"] == "王雅婷"
    back = interactions.bring_back(db, talk.id, by=chen, now=now)
    assert interactions.listing(db, reader=chen)[1] == 1
    with pytest.raises(Invalid):
        interactions.bring_back(db, talk.id, by=chen, now=now)
    with pytest.raises(Forbidden):
        interactions.bring_back(db, talk.id, by=people["lin"], now=now)
    interactions.undo(db, back, by=chen, now=now)
    interactions.save_again(db, talk.id, version=4, by=chen, now=now, **fields_of(talk, said="别的"))
    saved = interactions.get(db, talk.id, reader=chen)
    assert (saved.archived, saved.said) == (0, "别的")
