"""Looking with a colleague's eyes: what both may see, and nothing that changes anything."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from kb import access, comments, note_counts, notes, saved_views, topics
from kb.access import OPERATOR
from kb.errors import Forbidden, NotFound
from kb.map import experts
from kb.search import rights
from kb.search.find import search
from kb.search.indexer import catch_up
from kb.store import home_of, writing

LOGINS = ("wang", "chen", "li", "lin", "zhao", "ma", "shen", "vera")
T1 = "2026-05-01T08:00:00.000000Z"


def pair(people, each):
    return ("department", each) if isinstance(each, int) else ("member", people[each].member_id)


def seen(db, reader):
    return {each.id for each in notes.listing(db, reader=reader)[0]}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from((*LOGINS[:6], None)),
            st.sampled_from(("owner", "department", "list", "all")),
            st.lists(st.one_of(st.sampled_from(LOGINS), st.integers(1, 3)), min_size=1, max_size=4),
        ),
        min_size=1, max_size=6,
    ),
    eyes=st.sampled_from(LOGINS),
    looker=st.sampled_from((*LOGINS, None)),
)  # fmt: skip
@example(rows=[("chen", "list", ["lin", 3]), (None, "list", ["lin", "zhao"])], eyes="lin", looker="zhao")
@example(rows=[("chen", "list", ["lin"]), ("lin", "owner", ["li"])], eyes="chen", looker="chen")
def test_who_looks_as_a_colleague_sees_what_both_see(db, people, a_note, rows, eyes, looker):
    with writing(db):
        db.execute("SAVEPOINT example")
        made = []
        for owner, choice, named in rows:
            pairs = [pair(people, each) for each in named]
            made.append(a_note(by=OPERATOR if owner is None else people[owner], readers=choice, named_readers=pairs))
            saved_views.add(db, name=f"视图{len(made)}", address={}, readers="all" if choice == "list" else choice,
                            by=OPERATOR if owner is None else people[owner], now=T1)  # fmt: skip
        alone, other = people[eyes], OPERATOR if looker is None else people[looker]
        both = replace(alone, looker=other)
        # The oracle: each asked alone.
        wanted = seen(db, alone) & seen(db, other)
        assert seen(db, both) == wanted
        assert notes.listing(db, reader=both)[1] == len(wanted)
        assert set(np.flatnonzero(rights.seen(db, home_of(db), both)).tolist()) == wanted
        assert {note.id for note in made if access.sees(both, notes.state(note))} == wanted
        assert sum(note_counts.balance(db, reader=both).values()) == len(wanted)
        assert sum(note_counts.maturity(db, reader=both).values()) == len(wanted)
        assert sum(each.notes for each in topics.listing(db, reader=both)) == len(wanted)
        assert bool(topics.ids_of(db, ["密封罐"], reader=both)) == bool(wanted)
        views = [{each.id for each in saved_views.listing(db, reader=who)} for who in (alone, other, both)]
        assert views[2] == views[0] & views[1]
        chen = people["chen"].member_id
        known = experts.known_by(db, chen, reader=both, now=T1)
        told = {reason.id for its in known for reason in its.reasons if reason.kind == "wrote"}
        assert told == {note.id for note in made if note.id in wanted and note.owner_id == chen}
        db.execute("ROLLBACK TO example")


def test_the_right_of_both_is_asked_and_to_look_only(people):
    for eyes in people.values():
        for looker in people.values():
            both = replace(eyes, looker=looker)
            for action in access.ACTIONS:
                wanted = action.endswith(".read") and access.may(eyes, action) and access.may(looker, action)
                assert access.may(both, action) == wanted


def test_search_and_what_hangs_on_a_note_are_of_both(db, home, people, a_note):
    shut = a_note(readers="owner", title="只有陈小兰的胶圈")
    ours = a_note(readers="department", title="客服部的胶圈")
    a_note(readers="owner", title="赵明的胶圈", by=people["zhao"])
    open_note = a_note(title="大家的胶圈")
    comments.add(db, open_note.id, body="是的", by=people["chen"], now=T1)
    catch_up(db, home)
    both = replace(people["chen"], looker=people["zhao"])
    assert [hit.id for hit in search(db, home, "胶圈", reader=both).hits] == [open_note.id]
    for note in (shut, ours):
        with pytest.raises(NotFound):
            notes.get(db, note.id, reader=both)
    with pytest.raises(Forbidden):
        comments.add(db, open_note.id, body="不是", by=both, now=T1)
    assert not notes.may_edit(open_note, both)
