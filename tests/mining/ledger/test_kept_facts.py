"""Facts that are kept are those of the records as they stand, or they are not there."""

import kb.home
from kb.access import OPERATOR
from mining.ledger import batches, facts, kept_facts

ROWS = ("1,啤酒,k1,1,3.5", "1,牛奶,k1,2,12", "2,啤酒,k2,1,0.1", ",啤酒,k2,1,3")


def test_kept_facts_are_the_very_same_until_the_records_change(db, home, load_file, orders, now):
    batch = load_file(orders(*ROWS))["batch"]
    assert kept_facts.of_all(db, home) is None
    kept_facts.keep(db, home)
    assert kept_facts.of_all(db, home) == facts.summary(db, home)
    other = load_file(orders("9,面包,k3,1,2", name="b.csv"))["batch"]
    assert kept_facts.of_all(db, home) is None
    kept_facts.keep(db, home)
    batches.undo(db, other, by=OPERATOR, now=now)
    assert kept_facts.of_all(db, home) is None
    kept_facts.keep(db, home)
    assert kept_facts.of_all(db, home)["lines"] == 4
    batches.undo(db, batch, by=OPERATOR, now=now)
    kept_facts.keep(db, home)
    assert kept_facts.of_all(db, home) == {"lines": 0}
    assert db["ledger_facts"].count == 1


def test_facts_of_another_zone_are_not_those_of_here(db, home, load_file, orders):
    load_file(orders(*ROWS))
    kept_facts.keep(db, home)
    config = home / kb.home.CONFIG
    config.write_text(config.read_text("utf-8").replace("Asia/Shanghai", "Europe/Paris"), "utf-8")
    assert kept_facts.of_all(db, home) is None
