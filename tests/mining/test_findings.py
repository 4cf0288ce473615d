import pytest

from kb import evidence, note_texts, notes, proofs
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid, NotFound
from kb.store import writing
from mining import findings, judgements, promotion, rule_view, runs

ARGS = {"min_support": 1, "min_confidence": 0.5, "max_length": None, "batches": [1]}
RULE = {
    "antecedent": ["啤酒", "花生"], "consequent": ["纸尿裤"], "count": 30, "antecedent_count": 40,
    "consequent_count": 50, "support": 0.3, "confidence": 0.75, "base_rate": 0.5, "lift": 1.5, "leverage": 0.1,
    "conviction": None, "p_value": 0.001, "q_value": 0.004,
}  # fmt: skip


@pytest.fixture
def stored(db, people, now):
    """Store rules as a run's, and return the run's id."""

    def call(*rules):
        run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
        with writing(db):
            findings.add_rules(db, run_id, {"baskets": 100, "rules": list(rules)})
        return run_id

    return call


def test_rules_keep_their_order_and_come_in_pages(db, stored):
    run_id = stored(*({**RULE, "count": count} for count in range(7)))
    first, total = findings.of_run(db, run_id, limit=3)
    last, _ = findings.of_run(db, run_id, limit=3, offset=6)
    assert total == 7
    assert [(each.position, each.data["count"]) for each in [*first, *last]] == [(1, 0), (2, 1), (3, 2), (7, 6)]
    assert len(findings.of_run(db, run_id, limit=None)[0]) == 7


def test_the_four_kinds_of_orders_add_up():
    told = findings.cross({**RULE, "baskets": 100})
    assert told["with"] == {"both": 30, "only": 10, "total": 40, "share": 0.75}
    assert told["without"] == {"both": 20, "only": 40, "total": 60, "share": 20 / 60}
    assert told["all"] == {"both": 50, "only": 50, "total": 100, "share": 0.5}
    everybody = findings.cross({**RULE, "baskets": 40, "consequent_count": 30})
    assert everybody["without"] == {"both": 0, "only": 0, "total": 0, "share": 0.0}


def test_a_rule_leads_down_to_the_sha_256_of_its_file(db, home, people, stored, orders, imported):
    imported(orders("1,啤酒", "1,纸尿裤"))
    stored(RULE)
    told = findings.lineage(db, 1)
    assert told["run"]["args"] == ARGS
    assert [batch.sha256 for batch in told["batches"]] == [db["batch"].get(1)["sha256"]]


def test_a_rule_becomes_a_note_about_the_customers_with_the_rule_as_its_evidence(db, people, stored, now):
    stored(RULE)
    summary = "Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s."
    said = {summary: "%(left)s→%(right)s %(hits)s"}
    draft = promotion.note_draft(findings.get(db, 1, reader=people["lin"]), lambda text: said.get(text, text))
    assert draft["summary"] == "啤酒 + 花生→纸尿裤 75"
    note = promotion.write_note(
        db, 1, title=draft["title"], body=draft["body"], topic_names=["连带"], readers="all",
        translate=lambda text: said.get(text, text), by=people["lin"], now=now,
    )  # fmt: skip
    assert (note.dimension, note.standing) == ("about", "found")
    assert [(row["kind"], row["finding_id"], row["why"]) for row in evidence.of_note(db, note.id)] == [
        ("finding", 1, "啤酒 + 花生→纸尿裤 75")
    ]
    assert [each.id for each in proofs.of_finding(db, 1, reader=people["vera"])] == [note.id]


def test_only_who_may_start_runs_makes_a_note_of_a_rule_and_a_refused_one_leaves_nothing(db, people, stored, now):
    stored(RULE)
    fields = {"title": "t", "body": "", "topic_names": ["t"], "readers": "all", "translate": str, "now": now}
    with pytest.raises(Forbidden):
        promotion.write_note(db, 1, **fields, by=people["chen"])
    with pytest.raises(Invalid):
        promotion.write_note(db, 1, **{**fields, "title": " "}, by=people["lin"])
    with pytest.raises(NotFound):
        promotion.write_note(db, 9, **fields, by=people["lin"])
    with pytest.raises(Forbidden):
        findings.get(db, 1, reader=people["vera"])
    assert (db["note"].count, db["evidence"].count) == (0, 0)


def test_more_rules_than_anybody_reads_are_refused_not_cut(db, stored, monkeypatch):
    monkeypatch.setattr(findings, "MOST", 2)
    with pytest.raises(Invalid, match="3 rules"):
        stored(RULE, RULE, RULE)
    assert db["finding"].count == 0


def test_products_known_by_a_code_are_shown_exported_found_and_written_down_by_name(db, people, now):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    called = {"22697": "Green Cup", "22699": "Rose Cup"}
    rule = {**RULE, "antecedent": ["22697"], "consequent": ["22699", "POST"], "names": called}
    with writing(db):
        findings.add_rules(db, run_id, {"baskets": 100, "rules": [rule]})
    found = findings.get(db, 1, reader=people["lin"])
    assert findings.labels(found.data, "consequent") == ["Rose Cup (22699)", "POST"]
    head, lines = findings.as_table([found])
    assert (lines[0][:2], lines[0][-2:]) == (["Green Cup", "Rose Cup + POST"], ["22697", "22699 + POST"])
    assert len(head) == len(lines[0])
    for left in ("green", "22697"):
        assert rule_view.listing(db, run_id, reader=people["lin"], cause="all", left=left)[1] == 1, left
    draft = promotion.note_draft(found, str)
    assert draft["title"].startswith("Who buys Green Cup also buys Rose Cup + POST: ")
    assert "with Green Cup (22697), " in draft["summary"]
    note = promotion.write_note(
        db, 1, title="杯子", topic_names=["杯"], body="", readers="all", translate=str, by=people["lin"], now=now
    )
    assert note.product == "Green Cup (22697)、Rose Cup (22699)、POST"


def test_the_figures_of_a_draft_are_those_of_the_page_and_read_by_people(db, people, stored):
    stored({**RULE, "count": 1234, "confidence": 0.422, "base_rate": 0.0813, "q_value": 8.7e-21})
    body = promotion.note_draft(findings.get(db, 1, reader=people["lin"]), str)["body"]
    assert "42 also hold 纸尿裤; of all orders it is 8.1," in body
    assert "Found in 1,234 of 100 orders; corrected probability of chance q < 0.001." in body
    stored({**RULE, "q_value": 0.0123})
    assert "chance q = 0.012." in promotion.note_draft(findings.get(db, 2, reader=people["lin"]), str)["body"]


def test_of_many_long_names_a_title_holds_as_many_as_it_has_room_for(db, stored, people):
    stored({**RULE, "antecedent": [f"{'长' * 60}{number}" for number in range(4)]})
    title = promotion.note_draft(findings.get(db, 1, reader=people["lin"]), str)["title"]
    assert len(title) <= note_texts.LONGEST_TITLE
    assert "长0 + " in title
    assert "长1 … also buys 纸尿裤" in title


def test_the_export_has_a_head_and_a_line_a_rule(db, stored):
    stored(RULE)
    head, lines = findings.as_table(findings.of_run(db, 1, limit=None)[0])
    assert len(head) == len(lines[0])
    assert lines[0][:3] == ["啤酒 + 花生", "纸尿裤", 30]
    assert findings.get(db, 1, reader=OPERATOR).data["baskets"] == 100


def test_rules_are_found_by_all_words_of_a_question_one_a_rule_the_newest_first(db, people, stored):
    told = {**RULE, "antecedent": ["啤酒"], "consequent": ["纸尿裤 50%"]}
    stored(told, {**RULE, "antecedent": ["啤酒"], "consequent": ["花生"]})
    stored(told)

    def found(query, login="chen"):
        return [each.id for each in findings.find(db, query, reader=people[login], limit=8)]

    assert [found(query) for query in ("啤酒", "啤酒 50%", "5_%", "花生", "没有")] == [[3, 2], [3], [], [2], []]
    with pytest.raises(Forbidden):
        found("啤酒", "vera")


def test_a_rule_becomes_evidence_of_a_note_that_exists_as_its_own_sentence(db, people, stored, a_note, now):
    stored(RULE)
    note = a_note(title="周末多买海鲜", dimension="about")
    judgements.judge(db, 1, verdict="worth", by=people["wang"], now=now)
    seq = promotion.cite(db, 1, note.id, why=" ", translate=str, by=people["chen"], now=now)
    proof = proofs.of_note(db, notes.get(db, note.id, reader=OPERATOR), reader=people["chen"])[0]
    assert (proof.kind, proof.part, proof.words.startswith("Of 100 orders")) == ("finding", "evidence 1", True)
    assert [each.id for each in proofs.of_finding(db, 1, reader=people["lin"])] == [note.id]
    assert notes.get(db, note.id, reader=OPERATOR).standing == "judged"
    notes.undo(db, seq, by=people["chen"], now=now)
    assert (proofs.of_finding(db, 1, reader=OPERATOR), notes.get(db, note.id, reader=OPERATOR).standing) == (
        [],
        "found",
    )
    # What was taken off follows the rule no more.
    judgements.judge(db, 1, verdict="known", by=people["wang"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).standing == "found"


def test_the_note_of_a_rule_tells_what_the_later_orders_said_and_goes_to_who_verifies_it(db, people, stored, now):
    stored({**RULE, "held": False, "later_confidence": 0.3, "later_base_rate": 0.5, "later_orders": 3})
    draft = promotion.note_draft(findings.get(db, 1, reader=people["lin"]), str)
    assert "later 30% of the orders it did not hold: 30 of 100, on average 50." in draft["body"]
    assert "neither causes the other" in draft["body"]
    note = promotion.write_note(
        db, 1, title=draft["title"], body=draft["body"], topic_names=["连带"], readers="all", translate=str,
        verifier_id=people["wang"].member_id, by=people["lin"], now=now,
    )  # fmt: skip
    assert notes.get(db, note.id, reader=people["lin"]).verifier_id == people["wang"].member_id
