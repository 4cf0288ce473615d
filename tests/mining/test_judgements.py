"""Rules worth a look, the others folded by cause; what people say of a rule, whatever run found it."""

import json

import pytest
import sqlite_utils

from kb import evidence, feed, note_history, notes, verification
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid
from kb.evidence import Evidence
from kb.migrations import migrations as of_kb
from kb.note_details import Details
from kb.store import writing
from mining import findings, judgements, promotion, rule_view, runs
from mining.ledger import batches
from mining.migrations import migrations as of_mining

ARGS = {"min_support": 1, "min_confidence": 0.1, "max_length": None, "batches": [1]}


def rule(left, right, **figures):
    kept = {"count": 40, "confidence": 0.5, "base_rate": 0.1, "lift": 5.0, "q_value": 0.001, "leverage": 0.1,
            "antecedent_count": 80, "consequent_count": 100, "support": 0.04, "conviction": None}  # fmt: skip
    return {"antecedent": left.split("+"), "consequent": right.split("+"), **kept, **figures}


@pytest.fixture
def mined(db, people, now):
    """Store rules as those of a run that is done, and return the run's id."""

    def call(*rules):
        run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
        runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
        with writing(db):
            findings.add_rules(db, run_id, {"baskets": 1000, "rules": list(rules)})
            runs.finish(db, run_id, "lease", {}, now=now)
        return run_id

    return call


def sides(rows):
    return ["→".join("+".join(row.finding.data[side]) for side in ("antecedent", "consequent")) for row in rows]


def test_what_is_folded_is_folded_for_the_first_reason_and_counted(db, mined, people):
    run_id = mined(
        rule("啤酒", "纸尿裤", confidence=0.5),
        rule("纸尿裤", "啤酒", confidence=0.4),
        rule("啤酒+薯片", "纸尿裤"),
        rule("啤酒+薯片", "花生", redundant=True),
        rule("锅", "手套", count=19),
        rule("杯", "刷", lift=1.9, confidence=0.5),
        rule("刷", "杯", lift=1.9, confidence=0.4),
        rule("米", "面", q_value=0.06),
        rule("糖", "牛奶", base_rate=0.3),
        rule("罐", "袋", count=90),
    )
    rows, total = rule_view.listing(db, run_id, reader=people["lin"])
    assert (sides(rows), total) == (["罐→袋", "啤酒→纸尿裤"], 2)
    assert rule_view.to_judge(db, reader=people["lin"]) == [(run_id, 2)]
    assert rows[0].extra == pytest.approx(90 * (1 - 0.1 / 0.5))
    assert rule_view.asked(db, run_id, reader=people["lin"]).counts == {
        "redundant": 1,
        None: 2, "several": 1, "few": 1, "weak": 1, "chance": 1, "mirrored": 2, "common": 1,
    }  # fmt: skip
    assert sides(rule_view.listing(db, run_id, reader=people["lin"], cause="mirrored")[0]) == ["纸尿裤→啤酒", "刷→杯"]
    assert rule_view.listing(db, run_id, reader=people["lin"], cause="all")[1] == 10


def test_filters_look_into_the_names_and_the_judgements(db, mined, people, now):
    run_id = mined(rule("密封罐 1.2 L", "除湿袋"), rule("啤酒", "ＡＢ盒"))
    judgements.judge(db, 1, verdict="later", by=people["lin"], now=now)
    names = {
        "left": ("罐 1.2", 1), "right": ("ab盒", 1),
    }  # fmt: skip
    for side, (text, count) in names.items():
        assert rule_view.listing(db, run_id, reader=people["lin"], **{side: text})[1] == count
    for judged, left in (("no", "啤酒→ＡＢ盒"), ("yes", "密封罐 1.2 L→除湿袋"), ("later", "密封罐 1.2 L→除湿袋")):
        assert sides(rule_view.listing(db, run_id, reader=people["lin"], judged=judged)[0]) == [left]
    assert rule_view.listing(db, run_id, reader=people["lin"], judged="worth") == ([], 0)


def test_a_later_run_knows_what_was_said_of_a_rule(db, mined, people, now):
    mined(rule("啤酒", "纸尿裤"), rule("罐", "袋"))
    assert rule_view.to_judge(db, reader=people["wang"]) == [(1, 2)]
    judgements.judge(db, 1, verdict="known", reason="一直这样卖", by=people["wang"], now=now)
    second = mined(rule("罐", "袋", count=50), rule("啤酒", "纸尿裤", count=60))
    assert rule_view.to_judge(db, reader=people["lin"]) == [(second, 1)]
    # What another question found waits too; what both found waits once.
    third = mined(rule("茶", "杯"), rule("罐", "袋", count=70))
    assert rule_view.to_judge(db, reader=people["lin"]) == [(third, 2)]
    judgements.judge(db, 5, verdict="known", by=people["wang"], now=now)
    fourth = mined(rule("笔", "本"))
    assert rule_view.to_judge(db, reader=people["lin"]) == [(fourth, 1), (third, 1)]
    row = rule_view.listing(db, second, reader=people["lin"])[0][0]
    assert (row.verdict, row.reason, row.judged_by) == ("known", "一直这样卖", "王雅婷")


def test_a_judgement_is_taken_back_to_what_was_said_before(db, mined, people, now):
    mined(rule("啤酒", "纸尿裤"))
    judgements.judge(db, 1, verdict="later", by=people["wang"], now=now)
    seq = judgements.judge(db, 1, verdict="worth", by=people["lin"], now=now)
    assert judgements.undo(db, seq, by=people["lin"], now=now) == 1
    said = judgements.of_finding(db, 1)
    assert (said.verdict, said.judged_by) == ("later", "王雅婷")
    with pytest.raises(Conflict):
        judgements.undo(db, seq, by=people["lin"], now=now)
    assert [row["action"] for row in feed.changes(db, "finding", 1)] == ["undo", "judge", "judge"]


def test_a_reason_stays_until_the_verdict_or_the_reason_changes(db, mined, people, now):
    mined(rule("啤酒", "纸尿裤"))

    def reason(verdict, **said):
        judgements.judge(db, 1, verdict=verdict, by=people["lin"], now=now, **said)
        return judgements.of_finding(db, 1).reason

    assert reason("worth", reason="摆一起") == "摆一起"
    assert reason("worth") == "摆一起"
    assert reason("worth", reason="") == ""
    assert reason("worth", reason="摆一起") == "摆一起"
    assert reason("later") == ""


def test_the_notes_on_a_rule_follow_its_judgement_and_back(db, mined, people, now):
    mined(rule("啤酒", "纸尿裤"))

    def note():
        return promotion.write_note(db, 1, title="啤酒", topic_names=["连带"], body="", readers="all", translate=str,
                                    by=people["lin"], now=now)  # fmt: skip

    first = note()
    judgements.judge(db, 1, verdict="worth", by=people["wang"], now=now)
    assert [notes.get(db, first.id, reader=OPERATOR).standing, note().standing] == ["judged", "judged"]
    judgements.judge(db, 1, verdict="useless", by=people["wang"], now=now)
    assert notes.get(db, first.id, reader=OPERATOR).standing == "found"
    assert evidence.of_note(db, first.id)[0]["finding_id"] == 1
    assert [row["action"] for row in note_history.history(db, first.id, reader=OPERATOR)] == [
        "standing",
        "standing",
        "add",
    ]


def test_a_note_on_two_rules_stays_judged_while_one_of_them_is(db, mined, people, now):
    mined(rule("啤酒", "纸尿裤"), rule("罐", "袋"))
    note = notes.add(
        db, title="两条规则", dimension="about", topic_names=["连带"], details=Details(product="啤酒"),
        by=people["lin"], now=now, proofs=[Evidence("finding", number, "为什么") for number in (1, 2)],
    )  # fmt: skip
    judgements.judge(db, 1, verdict="worth", by=people["lin"], now=now)
    judgements.judge(db, 2, verdict="known", by=people["lin"], now=now)
    judgements.judge(db, 1, verdict="useless", by=people["lin"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).standing == "judged"
    judgements.judge(db, 2, verdict="later", by=people["lin"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).standing == "found"


@pytest.mark.shared_data
def test_real_orders_show_what_is_worth_a_look_and_no_milk(db, mined, people, shared_data):
    from mining import baskets, mine
    from mining.ledger.options import Options

    found = baskets.from_files([shared_data / "purchases_zh" / "GoodsOrder.csv"], Options())
    told = mine.rules(found, min_support=20, min_confidence=0.2, max_length=2)
    run_id = mined(*told["rules"])
    rows, _ = rule_view.listing(db, run_id, reader=people["lin"])
    figures = {
        side: (row.finding.data["count"], round(100 * row.finding.data["confidence"], 1),
               round(100 * row.finding.data["base_rate"], 1), round(row.finding.data["lift"], 1))
        for side, row in zip(sides(rows), rows, strict=True)
    }  # fmt: skip
    assert figures["烈酒→瓶装啤酒"] == (46, 42.2, 8.1, 5.2)
    assert not any("全脂牛奶" in side for side in figures)


def test_topics_are_offered_that_share_a_name_with_a_product(db, mined, people, a_note):
    a_note(topic_names=["密封与防潮", "铸铁锅", "罐"])
    mined(rule("密封罐 1.2 L", "24 cm 铸铁锅"))
    finding = findings.get(db, 1, reader=people["lin"])
    assert sorted(promotion.near_topics(db, finding, reader=people["lin"])) == ["密封与防潮", "铸铁锅"]


def test_where_no_topic_is_near_the_products_are_the_topics(db, mined, people, a_note):
    a_note(topic_names=["铸铁锅"])
    mined(rule("烈酒", "瓶装啤酒"), rule("很长的名字" * 11, "茶"))
    near = [
        promotion.near_topics(db, findings.get(db, at, reader=people["lin"]), reader=people["lin"]) for at in (1, 2)
    ]
    assert near == [["烈酒", "瓶装啤酒"], ["茶"]]


def test_who_may_not_judge_and_what_is_no_judgement_change_nothing(db, mined, people, now):
    mined(rule("啤酒", "纸尿裤"))
    with pytest.raises(Forbidden):
        judgements.judge(db, 1, verdict="worth", by=people["chen"], now=now)
    with pytest.raises(Invalid) as refused:
        judgements.judge(db, 1, verdict="great", by=people["lin"], now=now)
    assert refused.value.field == "verdict"
    assert judgements.of_finding(db, 1) is None


def test_rules_of_a_store_from_before_are_listed_like_new_ones():
    db = sqlite_utils.Database(memory=True)
    of_kb.apply(db)
    of_mining.apply(db, stop_before="m003_rules_and_judgements")
    db["run"].insert({"id": 1, "kind": "rules", "args": "{}", "created_at": "2026-01-01T00:00:00Z"})
    data = json.dumps({**rule("啤酒", "纸尿裤"), "baskets": 1000}, ensure_ascii=False)
    db["finding"].insert({"id": 1, "run_id": 1, "kind": "rule", "position": 1, "data": data})
    of_mining.apply(db)
    (row,), total = rule_view.listing(db, 1, reader=OPERATOR)
    assert (sides([row]), total, row.cause) == (["啤酒→纸尿裤"], 1, None)
    assert row.extra == pytest.approx(32)


def test_rules_of_an_import_that_was_undone_wait_for_nobody(db, mined, people, imported, orders, now):
    imported(orders("1,啤酒", "1,纸尿裤"))
    run_id = mined(rule("啤酒", "纸尿裤"))
    assert rule_view.to_judge(db, reader=people["lin"]) == [(run_id, 1)]
    batches.undo(db, 1, by=people["lin"], now=now)
    assert rule_view.to_judge(db, reader=people["lin"]) == []


def test_a_rule_called_of_no_use_asks_for_a_check_of_what_rests_on_it_until_it_is_believed_or_verified(
    db, mined, people, now
):
    mined(rule("啤酒", "纸尿裤"))
    fields = {"title": "依据规则", "dimension": "from", "topic_names": ["啤酒"], "by": people["chen"], "now": now}
    details = Details(channel="电话", experience="complaint")
    note = notes.add(db, **fields, details=details, proofs=[Evidence("finding", 1, "规则")])

    def asks():
        return [(each["kind"], each["member"]) for each in notes.get(db, note.id, reader=OPERATOR).asks]

    seq = judgements.judge(db, 1, verdict="useless", by=people["lin"], now=now)
    assert asks() == [("finding", "林志强")]
    assert notes.get(db, note.id, reader=OPERATOR).due_at == now
    judgements.undo(db, seq, by=people["lin"], now=now)
    assert asks() == []
    judgements.judge(db, 1, verdict="useless", by=people["lin"], now=now)
    verification.verify(db, note.id, by=people["chen"], now=now)
    assert asks() == []
    # What was verified knowing it is not asked for again by a word on another rule of the note.
    judgements.follow(db, 1, by=people["lin"], now=now)
    assert asks() == []
    judgements.judge(db, 1, verdict="worth", by=people["lin"], now=now)
    assert asks() == []


def test_a_later_run_of_as_many_orders_that_does_not_bear_a_rule_out_asks_once(db, people, mined, now):
    mined(rule("啤酒", "纸尿裤"))
    note = promotion.write_note(db, 1, title="规则", topic_names=["啤酒"], body="", readers="all", translate=str,
                                by=people["lin"], now=now)  # fmt: skip

    def compared(baskets, **figures):
        run_id = mined(rule("啤酒", "纸尿裤", **figures))
        with writing(db):
            db.execute("UPDATE finding SET data = json_set(data, '$.baskets', ?) WHERE run_id = ?", [baskets, run_id])
            judgements.compare(db, run_id, now=now)
        return [each["kind"] for each in notes.get(db, note.id, reader=OPERATOR).asks]

    assert compared(999, q_value=0.4) == []
    assert compared(1000, q_value=0.04) == []
    assert compared(1000, q_value=0.4) == ["contradicted"]
    assert compared(2000, lift=0.9) == ["contradicted"]
    verification.verify(db, note.id, by=people["lin"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).asks == ()
    assert compared(2000, lift=0.9) == ["contradicted"]
    assert compared(3000) == []
    assert compared(3000, held=True) == []
    assert compared(3000, held=False) == ["contradicted"]


@pytest.mark.parametrize("is_back_by_undo", [True, False])
def test_a_rule_that_a_run_did_not_bear_out_while_its_note_was_archived_asks_once_the_note_is_back(
    db, people, mined, now, is_back_by_undo
):
    lin, zhao = people["lin"], people["zhao"]
    mined(rule("啤酒", "纸尿裤"))
    told = {"title": "规则", "topic_names": ["啤酒"], "body": "", "readers": "all", "translate": str, "by": lin}
    note = promotion.write_note(db, 1, **told, now=now)

    def compared(**figures):
        run_id = mined(rule("啤酒", "纸尿裤", **figures))
        with writing(db):
            judgements.compare(db, run_id, now=now)

    def away_and_back(*runs_of):
        went = notes.archive(db, note.id, by=zhao, now=now, reason="过时")
        for figures in runs_of:
            compared(**figures)
        if is_back_by_undo:
            notes.undo(db, went, by=zhao, now=now)
        else:
            note_history.bring_back(db, note.id, by=zhao, now=now, reason="还用")
        return [(each["kind"], each["cause"]) for each in notes.get(db, note.id, reader=OPERATOR).asks]

    assert away_and_back({"q_value": 0.4}, {}) == []
    assert away_and_back({}, {"lift": 0.9}) == [("contradicted", "evidence 1")]
    later = "2099-01-01T00:00:00.000000Z"
    verification.verify(db, note.id, by=zhao, now=later)
    db.execute("UPDATE run SET finished_at = '2020-01-01T00:00:00.000000Z'")
    assert away_and_back() == []
