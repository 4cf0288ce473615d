import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    check,
    customers,
    evidence,
    feed,
    interaction_notes,
    interactions,
    note_history,
    note_merge,
    notes,
    topic_tree,
    topics,
    uses,
    verification,
)
from kb.access import OPERATOR
from kb.errors import Problem, fill
from kb.evidence import Evidence
from kb.map import expertise, experts, inheritance, reasons, scoring
from kb.note_details import Details
from kb.store import writing

LOGINS = ("chen", "wang", "lin")
TOPICS = ("密封罐", "物流", "包装")
acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["edit", "use", "undo", "archive", "prove", "merge", "erase", "write", "unuse", "verify", "talk", "move"]
            + ["declare", "endorse", "hide", "strike", "unsay", "arrange"]
        ),
        st.integers(0, 3),
        st.sampled_from(LOGINS),
        st.integers(0, 7),
    ),
    max_size=20,
)


@pytest.fixture
def four(a_note, people):
    return [
        a_note(title=f"第 {n} 条", by=people[LOGINS[n % 3]], readers=("all", "department", "owner", "all")[n]).id
        for n in range(4)
    ]


@pytest.fixture
def busy(four, db, people, now):
    """The four, two of them on topics of their own, one above the other, and used, talked of and vouched for."""
    db.execute("UPDATE score_rule SET value = 1 WHERE name = 'cap'")
    for n, which in ((1, 2), (3, 5)):
        _do(db, people, now, "edit", four[n], four[0], people[LOGINS[n % 3]], which * 3 if which == 2 else 3)
    for what, login in (("use", "wang"), ("use", "wang"), ("talk", "wang"), ("endorse", "lin"), ("arrange", "wang")):
        _do(db, people, now, what, four[0], four[1], people[login], 0)
    return four


@given(acts)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reasons_kept_with_every_deed_are_those_made_anew(busy, db, people, now, asked):
    db.execute("SAVEPOINT example")
    try:
        for what, n, login, which in asked:
            try:
                _do(db, people, now, what, busy[n], busy[(n + 1) % 4], people[login], which)
            except Problem:
                # What is not allowed, or no longer there, changes nothing.
                continue
        kept = list(db.query("SELECT * FROM reason ORDER BY topic_id, member_id, note_id, kind, of_id"))
        assert reasons.wrong(db) == (len(kept), 0)
        for reader in (people["chen"], people["wang"], OPERATOR):
            for topic in topics.listing(db, reader=reader):
                found = experts.experts(db, topic.id, reader=reader, now=now)
                seen = {note.id for note in notes.listing(db, reader=reader, topic_id=topic.id, limit=99)[0]}
                direct = [reason for each in found for reason in each.reasons if reason.topic_id == topic.id]
                assert {reason.id for reason in direct if reason.id} <= seen
                assert topic.notes == len(seen)
                assert {each.member_id: round(1000 * each.score) for each in found} == _defined(
                    db, topic.id, reader, now
                )
                assert all(
                    (round(sum(reason.weight for reason in each.reasons), 3), len(each.reasons))
                    == (each.score, each.count)
                    for each in found
                )
                for each in found:
                    known = {row.topic_id: row for row in experts.known_by(db, each.member_id, reader=reader, now=now)}
                    assert (known[topic.id].score, known[topic.id].reasons) == (each.score, each.reasons)
        reasons.rebuild(db)
        assert list(db.query("SELECT * FROM reason ORDER BY topic_id, member_id, note_id, kind, of_id")) == kept
    finally:
        db.execute("ROLLBACK TO example")
        db.execute("RELEASE example")


def _defined(db, topic_id, reader, now):
    """Return ``{member_id: thousandths}`` by the definition: each deed once, the same colleague up to the cap."""
    rules, visible = scoring.rules(db), {note.id for note in notes.listing(db, reader=reader, limit=99)[0]}
    seen = {topic.id for topic in topics.listing(db, reader=reader)}
    shares = {topic_id: 1.0} | {
        each: rules["share"] ** steps
        for each, steps in inheritance.below(db, [topic_id])[topic_id].items()
        if each in seen
    }
    today = db.execute("SELECT julianday(:now)", {"now": now}).fetchone()[0]
    deeds = {}
    for row in db.query("SELECT * FROM reason"):
        talk = row["kind"] == "talked" and interactions.of_ids(db, [row["of_id"]], reader=reader)
        if row["topic_id"] in shares and row["note_id"] in visible | {0} and (row["kind"] != "talked" or talk):
            fresh = 2 ** (min(0, row["day"] - today) / rules["half_life"])
            weight = int(1000 * shares[row["topic_id"]] * rules[row["kind"]] * fresh + 0.5)
            deed = (row["member_id"], row["kind"], row["by_id"], row["note_id"], row["of_id"])
            deeds[deed] = max(weight, deeds.get(deed, 0))
    pairs = {}
    for (member_id, kind, by_id, *_), weight in deeds.items():
        pairs.setdefault((member_id, kind, by_id), []).append(weight)
    found = {}
    for (member_id, _, by_id), weights in pairs.items():
        kept = sorted(weights, reverse=True)[: int(rules["cap"]) if by_id else None]
        found[member_id] = found.get(member_id, 0) + sum(kept)
    return found


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
    elif what == "verify":
        verification.verify(db, note_id, by=by, now=now)
    elif what == "talk":
        interaction = {"contact": "", "channel": "电话", "method": "talk", "happened_at": now, "said": "好", "told": ""}
        customer = next(iter(db.query("SELECT id FROM customer")), None) or {
            "id": customers.add(db, name="澄湖酒店", by=people["chen"], now=now).id
        }
        said = {**interaction, "customer_id": customer["id"], "readers": ("all", "department", "owner")[which % 3]}
        seq = interactions.add(db, by=by, now=now, **said)
        with writing(db):
            interaction_notes.link(db, int(feed.change(db, seq)["noun_id"]), note_id, "said", by=by)
    elif what == "move":
        for talk in db.query("SELECT * FROM interaction ORDER BY id DESC LIMIT 1"):
            if which % 3 == 0:
                interactions.archive(db, talk["id"], by=OPERATOR, now=now)
            else:
                names = ("customer_id", "contact", "channel", "method", "happened_at", "said", "told")
                said = {name: talk[name] for name in names} | {"readers": ("all", "department", "owner")[which % 3]}
                interactions.edit(db, talk["id"], version=talk["version"], by=OPERATOR, now=now, **said)
    elif what in ("declare", "endorse", "hide", "arrange"):
        topic, other = topics.by_name(db, TOPICS[which % 3], reader=by), people[LOGINS[note_id % 3]]
        if what == "declare":
            expertise.declare(db, topic.name, by=by, now=now)
        elif what == "endorse":
            expertise.endorse(db, topic.id, other.member_id, by=by, now=now)
        elif what == "hide":
            expertise.hide(db, topic.id, by=by, now=now)
        else:
            above = topics.by_name(db, TOPICS[(which + 1) % 3], reader=OPERATOR).id
            with writing(db):
                parents = {"parents": [above] if which < 6 else []}
                topic_tree.put(db, topic.id, parents, did="topic.arrange", by=OPERATOR, now=now)
    elif what == "strike":
        asked = "SELECT * FROM reason WHERE member_id = :id ORDER BY note_id, kind, topic_id"
        for row in list(db.query(asked, {"id": by.member_id}))[which : which + 1]:
            of = {"kind": row["kind"], "note_id": row["note_id"] or None, "of_id": row["of_id"]}
            expertise.strike(db, row["topic_id"], **of, by=by, now=now)
    elif what == "unsay":
        for row in [row for row in feed.after(db, 0) if row["noun"] == "expertise"][-1 - which % 3 :][:1]:
            expertise.undo(
                db, row["seq"], by=next(each for each in people.values() if each.member_id == row["member_id"]), now=now
            )
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
