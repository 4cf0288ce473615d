"""Two and three people save one note in any order: no character that somebody saved is lost."""

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kb import feed, note_history, note_merge, notes, unmerged
from kb.access import OPERATOR
from kb.errors import Conflict, NotFound
from kb.note_rows import state
from kb.store import writing

WHO = st.sampled_from(("chen", "wang", "ma"))
FIELDS = ("title", "summary", "dimension", "readers")


class Saves(RuleBasedStateMachine):
    """What people see, write and save; ``typed`` is each line that was ever sent, all of them different."""

    def __init__(self, db, people, a_note, now):
        super().__init__()
        self.db, self.people, self.a_note, self.now = db, people, a_note, now
        self.typed, self.opened, self.count = set(), {}, 0

    def line(self):
        self.count += 1
        self.typed.add(f"〔{self.count}〕")
        return f"〔{self.count}〕"

    def stands(self):
        return notes.get(self.db, self.note.id, reader=OPERATOR)

    @initialize()
    def written(self):
        self.note = self.a_note(body="\n\n".join(self.line() for _ in range(6)))
        self.opened = dict.fromkeys(("chen", "wang", "ma"), self.note)

    @rule(who=WHO)
    def opens(self, who):
        self.opened[who] = self.stands()

    @rule(who=WHO, data=st.data())
    def saves(self, who, data):
        base = self.opened[who]
        lines = base.body.split("\n\n")
        at = data.draw(st.integers(0, len(lines)))
        gone = data.draw(st.integers(0, 1))
        mine = [self.line() for _ in range(data.draw(st.integers(0, 2)))]
        body = "\n\n".join(lines[:at] + mine + lines[at + gone :])
        before = self.stands()
        fields = {name: getattr(base, name) for name in FIELDS}
        told = {"topic_names": ["密封罐"], "details": base.details(), "body": body, "version": base.version}
        try:
            after = notes.edit(self.db, self.note.id, **fields, **told, by=self.people[who], now=self.now)
        except notes.Stale as refused:
            unmerged.keep(self.db, self.note.id, base.version, refused.mine, by=self.people[who], now=self.now)
            self.opened[who] = self.stands()
            assert self.opened[who] == before
            return
        self.opened[who] = after
        # What its author had not seen, no save takes away; and all they wrote stands.
        unseen = [line for line in before.body.split("\n\n") if line and line not in lines]
        assert [line for line in (*unseen, *mine) if line not in after.body] == []

    @rule(who=WHO, data=st.data())
    def goes_back(self, who, data):
        rows = feed.changes(self.db, "note", self.note.id)
        seq = data.draw(st.sampled_from([row["seq"] for row in rows]))
        note_history.restore(self.db, self.note.id, seq, by=self.people[who], now=self.now)

    @rule(who=WHO)
    def takes_back(self, who):
        rows = feed.changes(self.db, "note", self.note.id)
        if rows[0]["before"] is not None:
            notes.undo(self.db, rows[0]["seq"], by=self.people[who], now=self.now)

    @rule(who=WHO)
    def uses_what_was_kept(self, who):
        by = self.people[who]
        for kept in unmerged.of_note(self.db, self.note.id, reader=by)[:1]:
            # Theirs is beside it: the author has seen both, and saves own over it.
            stands = self.stands()
            fields = {name: kept.wanted[name] for name in ("title", "summary", "body", "dimension", "readers")}
            told = {"topic_names": kept.wanted["topics"], "details": stands.details(), "version": stands.version}
            notes.edit(self.db, self.note.id, **fields, **told, by=by, now=self.now)
            unmerged.drop(self.db, kept.id, by=by, now=self.now, did="take")

    @invariant()
    def nothing_is_lost(self):
        if not self.count:
            return
        texts = [row["after"]["body"] for row in feed.changes(self.db, "note", self.note.id)]
        for who in ("chen", "wang", "ma"):
            texts += [each.wanted["body"] for each in unmerged.of_note(self.db, self.note.id, reader=self.people[who])]
        everything = "\n".join(texts)
        assert {line for line in self.typed if line not in everything} == set()
        assert state(self.stands()) == feed.changes(self.db, "note", self.note.id)[0]["after"]


def test_whoever_saves_restores_and_undoes_in_whatever_order_no_character_is_lost(db, people, a_note, now):
    limits = settings(max_examples=12, stateful_step_count=12, suppress_health_check=list(HealthCheck))
    with writing(db):
        run_state_machine_as_test(lambda: Saves(db, people, a_note, now), settings=limits)


def test_a_text_that_was_not_merged_is_its_authors_alone_and_comes_back_when_discarded(db, people, a_note, now):
    note, chen = a_note(), people["chen"]
    wanted = {**{name: getattr(note, name) for name in FIELDS}, "body": "陈写的", "topics": ["密封罐"]}
    first = unmerged.keep(db, note.id, 1, wanted, by=chen, now=now)
    assert unmerged.keep(db, note.id, 1, {**wanted, "body": "又写的"}, by=chen, now=now, instead_of=first) == first
    # What somebody else names as theirs, and what replaces nothing, stands beside it.
    theirs = unmerged.keep(db, note.id, 1, wanted, by=people["wang"], now=now, instead_of=first)
    other = unmerged.keep(db, note.id, 1, {**wanted, "body": "另一段"}, by=chen, now=now)
    kept = {who: unmerged.of_note(db, note.id, reader=people[who]) for who in ("chen", "wang")}
    assert [(each.id, each.wanted["body"]) for each in kept["chen"]] == [(other, "另一段"), (first, "又写的")]
    assert [(each.id, each.wanted["body"]) for each in kept["wang"]] == [(theirs, "陈写的")]
    unmerged.drop(db, other, by=chen, now=now)
    for act in (unmerged.get, lambda db, number, reader: unmerged.drop(db, number, by=reader, now=now)):
        with pytest.raises(NotFound):
            act(db, first, reader=people["wang"])
    seq = unmerged.drop(db, first, by=chen, now=now)
    assert unmerged.of_note(db, note.id, reader=chen) == []
    with pytest.raises(NotFound):
        unmerged.undo(db, seq, by=people["wang"], now=now)
    assert unmerged.undo(db, seq, by=chen, now=now) == note.id
    assert unmerged.get(db, first, reader=chen).wanted["body"] == "又写的"
    with pytest.raises(Conflict):
        unmerged.undo(db, seq, by=chen, now=now)


def test_an_erased_note_leaves_nothing_of_what_was_not_merged(db, people, a_note, now):
    note, chen = a_note(), people["chen"]
    wanted = {"body": "她住青石街"}
    unmerged.keep(db, note.id, 1, wanted, by=chen, now=now)
    gone = unmerged.keep(db, note.id, 1, wanted, by=chen, now=now)
    unmerged.drop(db, gone, by=chen, now=now)
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["note_unmerged"].count == 0
    assert list(db.query("SELECT * FROM change_text WHERE coalesce(before, after) LIKE '%青石街%'")) == []
    assert feed.verify(db) == []


def test_a_text_on_a_note_that_is_merged_away_stands_with_the_note_that_stays(db, people, a_note, now):
    kept, other, last = (a_note(title=title) for title in ("留下的", "并走的", "最后的"))
    for stays, goes in ((kept, other), (last, kept)):
        versions = tuple(notes.get(db, each.id, reader=people["chen"]).version for each in (stays, goes))
        wish = note_merge.Wish(readers="all", has_both_texts=False)
        note_merge.merge(db, stays.id, goes.id, wish, versions=versions, say=str, by=people["wang"], now=now)
    number = unmerged.keep(db, other.id, 1, {"body": "陈写的"}, by=people["chen"], now=now)
    assert [each.id for each in unmerged.of_note(db, last.id, reader=people["chen"])] == [number]
    assert unmerged.of_note(db, last.id, reader=people["wang"]) == []
