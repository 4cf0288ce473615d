import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import check, evidence, feed, note_history, note_merge, notes, topics, uses
from kb.access import OPERATOR
from kb.errors import Problem, fill
from kb.evidence import Evidence
from kb.map import experts, reasons
from kb.note_details import Details
from kb.store import writing

LOGINS = ("chen", "wang", "lin")
TOPICS = ("密封罐", "物流", "包装")
acts = st.lists(
    st.tuples(
        st.sampled_from(["edit", "use", "undo", "archive", "prove", "merge", "erase", "write", "unuse"]),
        st.integers(0, 3),
        st.sampled_from(LOGINS),
        st.integers(0, 7),
    ),
    max_size=14,
)


@pytest.fixture
def four(a_note, people):
    return [
        a_note(title=f"第 {n} 条", by=people[LOGINS[n % 3]], readers=("all", "department", "owner", "all")[n]).id
        for n in range(4)
    ]


@given(acts)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reasons_kept_with_every_deed_are_those_made_anew(four, db, people, now, asked):
    db.execute("SAVEPOINT example")
    try:
        for what, n, login, which in asked:
            try:
                _do(db, people, now, what, four[n], four[(n + 1) % 4], people[login], which)
            except Problem:
                # What is not allowed, or no longer there, changes nothing.
                continue
        kept = list(db.query("SELECT * FROM reason ORDER BY topic_id, member_id, note_id, kind, of_id"))
        assert reasons.wrong(db) == (len(kept), 0)
        for reader in (people["chen"], people["wang"], OPERATOR):
            for topic in topics.listing(db, reader=reader):
                found = experts.experts(db, topic.id, reader=reader, now=now)
                seen = {note.id for note in notes.listing(db, reader=reader, topic_id=topic.id, limit=99)[0]}
                assert {reason.id for each in found for reason in each.reasons} <= seen
                assert topic.notes == len(seen)
        reasons.rebuild(db)
        assert list(db.query("SELECT * FROM reason ORDER BY topic_id, member_id, note_id, kind, of_id")) == kept
    finally:
        db.execute("ROLLBACK TO example")
        db.execute("RELEASE example")


def _do(db, people, now, what, note_id, other_id, by, which):
    if what == "edit":
        note = notes.get(db, note_id, reader=by)
        names = [name for n, name in enumerate(TOPICS) if which & (1 << n)] or [TOPICS[0]]
        text = {"title": note.title, "summary": "", "body": f"改 {which}", "dimension": "from"}
        said = {"details": Details(channel="电话", experience="complaint"), "topic_names": names, "reason": "改了"}
        readers = ("all", "department", "owner")[which % 3]
        notes.edit(db, note_id, version=note.version, **text, **said, readers=readers, by=by, now=now)
    elif what == "use":
        result = ("worked", "partly", "failed")[which % 3]
        uses.add(db, note_id, result=result, outcome="没用上", by=by, now=now)
    elif what in ("undo", "unuse"):
        noun = "note" if what == "undo" else "use"
        newest = [row for row in feed.after(db, 0) if row["noun"] == noun and "_away" not in row["action"]][-1:]
        for row in newest:
            door = note_merge if note_merge.is_merge(feed.change(db, row["seq"])) else notes if noun == "note" else uses
            door.undo(db, row["seq"], by=people[LOGINS[which % 3]] if noun == "use" else OPERATOR, now=now)
    elif what == "archive":
        notes.archive(db, note_id, by=by, now=now)
    elif what == "prove":
        with writing(db):
            notes.get(db, note_id, reader=by)
            evidence.attach(db, note_id, [Evidence("finding", 1, "为什么")], by=by, now=now)
    elif what == "merge":
        versions = [notes.get(db, each, reader=OPERATOR).version for each in (note_id, other_id)]
        wish = note_merge.Wish(readers="all", has_both_texts=True, is_confirmed=True)
        note_merge.merge(db, note_id, other_id, wish, versions=versions, say=fill, by=OPERATOR, now=now)
    elif what == "erase":
        note_history.erase(db, note_id, by=OPERATOR, now=now, reason="客户要求")
    else:
        said = {"details": Details(channel="电话", experience="complaint"), "topic_names": [TOPICS[which % 3]]}
        notes.add(db, title="又一条", dimension="from", **said, by=by, now=now)


def test_what_is_taken_back_merged_or_erased_counts_where_it_now_stands(four, db, people, now):
    first, _, _, last = four

    def kept():
        assert reasons.wrong(db)[1] == 0
        rows = db.execute("SELECT topic_id, member_id, note_id, kind, of_id FROM reason ORDER BY 1, 2, 3, 4, 5")
        return rows.fetchall()

    def do(what, *others):
        _do(db, people, now, what, *others)
        return kept()

    before = kept()
    assert do("edit", first, last, people["chen"], 6) != before
    assert do("undo", first, last, people["chen"], 0) == before
    proved = do("prove", last, first, people["lin"], 0)
    assert [row[3] for row in do("merge", first, last, people["wang"], 0) if row[2] == first] == ["wrote", "proved"]
    assert do("undo", first, last, people["wang"], 0) == proved
    used = do("use", last, first, people["lin"], 0)
    assert (len(proved), len(used)) == (len(before) + 1, len(before) + 2)
    together = do("merge", first, last, people["wang"], 0)
    assert {row[2] for row in together} == {row[2] for row in before} - {last}
    assert [row[3] for row in together if row[2] == first] == ["applied", "wrote", "proved"]
    assert do("undo", first, last, people["wang"], 0) == used
    assert do("unuse", last, first, people["lin"], 2) == proved
    with writing(db):
        evidence.delete(db, last)
    assert kept() == before
    assert do("erase", last, first, people["zhao"], 0) == [row for row in before if row[2] != last]


def test_a_wrong_reason_is_found_by_the_check(four, db, migration_sets):
    def problems():
        return [each.problems for each in check.check(db, *migration_sets) if each.name == "reasons"][0]

    assert problems() == []
    db.execute("UPDATE reason SET readers = 'all' WHERE readers = 'owner'")
    assert problems()[0].values["count"] == 1
    db.execute("DELETE FROM reason")
    assert problems()[0].values["count"] == 4
