import pytest

from kb import members, notes, topics
from kb.evidence import Evidence
from kb.map import around, departments, ego, matrix
from kb.map.answer_tables import RULES
from kb.map.experts import experts, known_by, little_known
from kb.map.things import Thing
from kb.note_details import Details
from mining import findings, runs

NOW = "2026-07-01T00:00:00.000000Z"
EDIT = {
    "summary": "", "body": "改过", "dimension": "from", "topic_names": ["密封罐"], "readers": "all",
    "details": Details(channel="电话", experience="complaint"),
}  # fmt: skip


@pytest.fixture
def ask(db, people):
    """Return a function that gives ``{login: Expert}`` for the topic 密封罐."""

    def call(login="li", now=NOW):
        topic = next(db.query("SELECT id FROM topic WHERE name = '密封罐'"))["id"]
        return {each.login: each for each in experts(db, topic, reader=people[login], now=now)}

    return call


def test_a_score_is_the_sum_of_its_reasons_each_with_the_note_behind_it(ask, a_note, people, db):
    first = a_note(now=NOW)
    second = a_note(title="第二条", now=NOW)
    notes.edit(db, first.id, version=1, by=people["wang"], now=NOW, title="改好", **EDIT)
    notes.edit(db, second.id, version=1, by=people["chen"], now=NOW, title="自己改", **EDIT)

    found = ask()

    assert list(found) == ["chen", "wang"]
    assert [(each.kind, each.id, each.weight) for each in found["chen"].reasons] == [
        ("wrote", first.id, RULES["wrote"]), ("wrote", second.id, RULES["wrote"]),
    ]  # fmt: skip
    assert [(each.kind, each.id) for each in found["wang"].reasons] == [("edited", first.id)]
    for expert in found.values():
        assert expert.score == pytest.approx(sum(each.weight for each in expert.reasons))


def test_of_equals_first_comes_who_wrote_more_in_all(ask, a_note, people):
    for login in ("chen", "wang", "li"):
        a_note(by=people[login], now=NOW)
    assert list(ask()) == ["chen", "li", "wang"]
    a_note(by=people["wang"], topic_names=["胶圈"], now=NOW)
    # What only its author sees moves them up for nobody else.
    a_note(by=people["li"], topic_names=["私事"], readers="owner", now=NOW)
    assert (list(ask("vera")), list(ask("li"))) == (["wang", "chen", "li"], ["li", "wang", "chen"])


def test_what_was_done_long_ago_counts_half_after_half_a_year(ask, a_note):
    a_note(now=NOW)
    later = f"2026-12-{1 + RULES['half_life'] - 153:02d}T00:00:00.000000Z"
    assert ask(now=NOW)["chen"].score == RULES["wrote"]
    assert ask(now=later)["chen"].score == RULES["wrote"] / 2


def test_a_private_note_makes_nobody_an_expert_for_others(ask, a_note, people):
    a_note(now=NOW)
    before = ask()
    a_note(title="私下", readers="owner", by=people["wang"], now=NOW)
    assert ask() == before
    assert "wang" in ask("wang")


def test_an_archived_note_no_longer_counts(ask, a_note, people, db):
    kept, gone = a_note(now=NOW), a_note(title="归档", by=people["wang"], now=NOW)
    notes.archive(db, gone.id, by=people["wang"], now=NOW)
    assert list(ask()) == ["chen"]
    assert [each.id for each in ask()["chen"].reasons] == [kept.id]


def test_who_gave_the_evidence_counts_too(ask, db, people, now):
    args = {"min_support": 1, "min_confidence": 0.5, "max_length": None, "batches": []}
    run_id = runs.queue(db, kind="rules", args=args, by=people["lin"], now=now)
    from kb.store import writing

    with writing(db):
        found = {
            "antecedent": ["a"],
            "consequent": ["b"],
            "count": 1,
            "confidence": 0.5,
            "base_rate": 0.25,
            "lift": 2.0,
        }
        findings.add_rules(db, run_id, {"baskets": 1, "rules": [{**found, "q_value": 0.5}]})
    fields = {**EDIT, "title": "规则", "dimension": "about", "details": Details(product="a、b")}
    notes.add(db, **fields, proofs=[Evidence("finding", 1, "为什么")], by=people["lin"], now=NOW)
    reasons = ask()["lin"].reasons
    assert {each.kind for each in reasons} == {"wrote", "proved"}


def test_who_left_stays_in_the_list_behind_those_who_can_be_asked(ask, a_note, people, db, now):
    for number in range(3):
        a_note(title=f"{number}", now=NOW)
    a_note(title="王的", by=people["wang"], now=NOW)
    members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)
    found = ask()
    assert list(found) == ["wang", "chen"]
    assert found["chen"].state == "left"


def test_what_is_still_to_be_sorted_is_nothing_one_knows(db, people, a_note):
    a_note(topic_names=["待归类", "密封罐"], now=NOW)
    wang, chen = people["wang"], people["chen"]
    assert [each.name for each in known_by(db, chen.member_id, reader=wang, now=NOW)] == ["密封罐"]
    assert [topic.name for topic, _ in little_known(db, reader=wang)] == ["密封罐"]
    held, gaps = departments.holds(db, chen.department_id, reader=wang, now=NOW)
    assert ([each.name for each in held], [name for _, name, _ in gaps]) == (["密封罐"], ["密封罐"])
    assert ego.warning(db, topics.by_name(db, "待归类", reader=wang), reader=wang) is None


def test_who_left_is_reached_no_more_and_counted_nowhere(ask, a_note, people, db, now):
    for login, title in (("chen", "陈的"), ("li", "李的"), ("wang", "王的")):
        a_note(title=title, by=people[login], now=NOW)
    chen, reader = people["chen"], people["wang"]
    members.set_contact(db, chen.member_id, phone="13800000000", wecom="chen", mail="c@x.cn", by=chen, now=now)
    assert ask()["chen"].phone == "13800000000"
    topic = topics.by_name(db, "密封罐", reader=reader)

    def counted():
        found = matrix.of(db, reader=reader)
        (row,) = [each for each in found.rows if each.topic.id == topic.id]
        (held,) = departments.holds(db, chen.department_id, reader=reader, now=NOW)[0]
        on_map = around.near(db, Thing("topic", topic.id), reader=reader, now=NOW)["member"]
        in_cells = sum(each.people for each in matrix.cells(db, found, [topic.id])[topic.id])
        here = [each for each in ask("wang").values() if each.state == "active"]
        return {len(here), row.people, in_cells, len(held.best) + held.more, len(on_map.ids)}

    assert counted() == {3}
    members.leave(db, chen.member_id, by=people["zhao"], now=now)
    assert counted() == {2}
    assert (ask()["chen"].phone, ask()["chen"].wecom, ask()["chen"].mail) == ("", "", "")
    members.leave(db, people["li"].member_id, by=people["zhao"], now=now)
    assert counted() == {1}
    assert [names for each, names in little_known(db, reader=reader) if each.id == topic.id] == [["王雅婷"]]
