"""Interactions open to a list, and the notes made of one that go along, or stay open, where fewer see it."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    access,
    feed,
    interaction_readers,
    interactions,
    named_readers,
    note_history,
    notes,
    quotes,
    readers,
    timeline,
)
from kb.access import OPERATOR
from kb.errors import Invalid, NotFound
from kb.map import reasons
from kb.store import writing
from tests.kb.test_interactions import fields_of, talked  # noqa: F401  a fixture

WHY = "随它来自的沟通记录收窄了谁可以看"


def seers(of, people):
    found = set()
    for login, reader in people.items():
        try:
            of(reader)
        except NotFound:
            continue
        found.add(login)
    return found


@pytest.fixture
def narrow(db, people, now):
    """Return a function that lets others see an interaction, and its notes too where a reason is given."""

    def call(talk, by="chen", narrowing=WHY, **sight):
        told = fields_of(talk, **sight)
        version = interactions.get(db, talk.id, reader=OPERATOR).version
        return interactions.edit(db, talk.id, version=version, narrowing=narrowing, by=people[by], now=now, **told)

    return call


def test_a_list_opens_an_interaction_its_history_and_what_is_made_of_it_to_those_on_it_alone(
    db, people, talked, now, narrow  # noqa: F811
):  # fmt: skip
    # Department 2 is that of lin, ma and vera.
    on_it = [("department", 2), ("member", people["li"].member_id)]
    talk = talked(readers="list", named_readers=on_it, kept=("said",), topic_names=["密封罐"])
    wanted = {"chen", "li", "lin", "ma", "vera"}
    made = talk.notes[0]["note_id"]
    assert seers(lambda each: interactions.get(db, talk.id, reader=each), people) == wanted
    assert seers(lambda each: notes.get(db, made, reader=each), people) == wanted
    for login, reader in people.items():
        asked = {"kinds": ("interaction",), "limit": 9}
        keys = timeline.keys(db, talk.customer_id, reader=reader, **asked)
        total = interactions.listing(db, reader=reader)[1]
        assert (len(keys), total) == ((1, 1) if login in wanted else (0, 0)), login
        assert (reader.member_id in readers.of_note(db, talk)) == (login in wanted)
    # Who listens to whom is theirs alone, where both are open to a list.
    for login, reader in people.items():
        clause, values = access.visible(reader, "reason")
        rows = db.execute(f"SELECT count(*) FROM reason WHERE kind = 'talked' AND {clause}", values).fetchone()
        assert rows == ((1,) if login == "chen" else (0,)), login
    assert reasons.wrong(db)[1] == 0
    assert readers.why(talk, people["lin"]).startswith("A department is named")
    with pytest.raises(Invalid) as refused:
        talked(readers="list")
    assert refused.value.field == "named_readers"
    narrow(talk, readers="all")
    assert [row["after"] is None for row in interactions.history(db, talk.id, reader=people["zhao"])] == [True, True]
    first = feed.changes(db, "interaction", talk.id)[0]["seq"]
    interactions.undo(db, first, by=people["chen"], now=now)
    assert seers(lambda each: interactions.get(db, talk.id, reader=each), people) == wanted


def test_two_saves_that_both_say_who_sees_it_clash_and_one_stands_beside_other_changes(
    db, people, talked, now, narrow  # noqa: F811
):  # fmt: skip
    talk = talked()
    narrow(talk, readers="list", named_readers=[("member", people["li"].member_id)])
    mine = {"version": 1, "by": people["wang"], "now": now}
    with pytest.raises(NotFound):
        interactions.edit(db, talk.id, **mine, **fields_of(talk, contact="李经理"))
    mine["by"] = people["chen"]
    interactions.edit(db, talk.id, **mine, **fields_of(talk, contact="李经理"))
    found = interactions.get(db, talk.id, reader=OPERATOR)
    assert (found.readers, found.contact, [each["name"] for each in found.named_readers]) == (
        "list",
        "李经理",
        ["李思远"],
    )
    with pytest.raises(interactions.Overtaken) as refused:
        other = [("member", people["lin"].member_id)]
        interactions.edit(db, talk.id, **mine, **fields_of(talk, readers="list", named_readers=other))
    assert refused.value.clashes == ("readers", "named_readers")


def test_what_stays_open_is_told_and_goes_along_as_one_deed_that_is_taken_back(
    db, people, talked, now, narrow, a_note  # noqa: F811
):  # fmt: skip
    talk = talked(kept=("said",), topic_names=["密封罐"], experience="complaint")
    made = notes.get(db, talk.notes[0]["note_id"], reader=OPERATOR)
    quoting = quotes.add(
        db, "interaction", talk.id, part="said", text="装不回去", topic_names=["密封罐"],
        experience="complaint", by=people["li"], now=now,
    ).id  # fmt: skip
    hidden = a_note(title="别的", by=people["li"]).id
    own = replace(talk, readers="owner", named_readers=())
    # What li wrote chen may not change.
    told = interaction_readers.told(db, own, reader=people["chen"])
    assert (told["count"], [note.id for note in told["shown"]], told["ready"]) == (2, [made.id, quoting], 1)
    assert interaction_readers.told(db, own, reader=people["wang"])["ready"] == 2
    assert interaction_readers.wider(db, talk) == []
    # In the archive they are read as before.
    notes.archive(db, made.id, reason="先收起来", by=people["wang"], now=now)
    told = interaction_readers.told(db, own, reader=people["wang"])
    assert (told["count"], told["ready"]) == (2, 1)
    note_history.bring_back(db, made.id, by=people["wang"], now=now, reason="还用")

    narrow(talk, readers="department", narrowing="")
    assert notes.get(db, made.id, reader=people["lin"]).readers == "all"
    seq = narrow(talk, readers="owner")
    sees = lambda number: seers(lambda each: notes.get(db, number, reader=each), people)  # noqa: E731
    assert (sees(made.id), sees(quoting), sees(hidden)) == ({"chen"}, set(people), set(people))
    change = feed.changes(db, "note", made.id)[0]
    assert (change["action"], change["reason"]) == ("edit", WHY)
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert (sees(made.id), interactions.get(db, talk.id, reader=OPERATOR).readers) == (set(people), "department")
    # Undo of the undo, and what was changed since stays as it is.
    last = feed.changes(db, "interaction", talk.id)[0]["seq"]
    interactions.undo(db, last, by=people["chen"], now=now)
    assert sees(made.id) == {"chen"}
    note = notes.get(db, made.id, reader=OPERATOR)
    kept = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers", "version")}
    notes.edit(
        db, note.id, **kept, body="改过", topic_names=["密封罐"], details=note.details(), by=people["chen"], now=now
    )
    for _ in range(2):
        interactions.undo(db, feed.changes(db, "interaction", talk.id)[0]["seq"], by=people["chen"], now=now)
        assert (sees(made.id), notes.get(db, made.id, reader=OPERATOR).body) == ({"chen"}, "改过")


def test_an_undo_that_closes_it_tells_of_the_notes_quoted_from_it_meanwhile(
    db, people, talked, now, narrow, a_note  # noqa: F811
):  # fmt: skip
    talk, chen = talked(readers="owner"), people["chen"]
    left_open = lambda: interaction_readers.left_open(  # noqa: E731
        db, interactions.get(db, talk.id, reader=OPERATOR), reader=chen
    )
    assert left_open() is None
    seq = narrow(talk, readers="all", narrowing="")
    made = quotes.add(
        db, "interaction", talk.id, part="said", text="装不回去", topic_names=["密封罐"],
        experience="complaint", by=people["li"], now=now,
    )  # fmt: skip
    assert left_open() is None
    interactions.undo(db, seq, by=chen, now=now)
    told = left_open()
    assert (told["count"], [note.id for note in told["shown"]]) == (1, [made.id])
    narrow(talk, readers="owner", narrowing="", contact="别的人")
    assert left_open() is None


SIGHTS = st.tuples(
    st.sampled_from(("owner", "department", "list", "all")),
    st.sampled_from(("chen", "li", "lin", "zhao")),
    st.lists(
        st.one_of(st.sampled_from(("wang", "chen", "li", "lin", "ma")), st.integers(1, 3)), min_size=1, max_size=3
    ),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(of_note=SIGHTS, of_talk=SIGHTS)
def test_a_narrowed_note_is_seen_by_its_author_and_those_who_see_both(db, people, a_note, of_note, of_talk):
    with writing(db):
        db.execute("SAVEPOINT example")
        # The rules are those of notes for both.
        note, talk = (
            a_note(by=people[owner], readers=choice, named_readers=[pair(people, each) for each in named])
            for choice, owner, named in (of_note, of_talk)
        )
        choice, named = readers.narrowed(db, note, talk)
        found = readers.of_note(db, readers.opened(db, note, choice, named_readers.pairs(named)))
        seen = readers.of_note(db, note).keys() & readers.of_note(db, talk).keys()
        assert found.keys() == seen | {note.owner_id}
        db.execute("ROLLBACK TO example")


def pair(people, each):
    return ("department", each) if isinstance(each, int) else ("member", people[each].member_id)
