"""`kezhi mine rules --plan`: a run of the workbench from a file, waited for, its end told by the exit code."""

import os
import signal
import subprocess
import sys
import time

import pytest

from kb.access import OPERATOR
from mining import findings, runs
from mining.plan import read

PLAN = "min_support = 3\nmin_confidence = 0.5\nlevel = 'item'\n"


@pytest.fixture
def plan(tmp_path):
    """Return a function that writes a plan."""

    def write(text=PLAN):
        path = tmp_path / "plan.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def records(kezhi, tmp_path):
    """Six orders in the ledger, in which beer leads to diapers."""
    path = tmp_path / "订单.csv"
    orders = ("啤酒 纸尿裤", "啤酒 纸尿裤", "啤酒 纸尿裤", "啤酒", "牛奶", "牛奶 面包")
    lines = [f"{order},{item}" for order, items in enumerate(orders) for item in items.split()]
    path.write_text("\n".join(["单号,商品", *lines, ""]), "utf-8")
    assert kezhi("purchases", "import", path).code == 0


def test_a_plan_is_run_as_a_job_that_stands_in_the_list_and_its_rules_are_told(kezhi, records, plan, db, tmp_path):
    out = tmp_path / "rules.csv"
    answer = kezhi("mine", "rules", "--plan", plan(), "--out", out, "--json")
    assert (answer.code, answer.err) == (0, "")
    run = runs.get(db, answer.json["run"], reader=OPERATOR)
    assert (run.state, run.args["min_support"], run.args["seed"]) == ("done", 3, 20260101)
    rules, _ = findings.of_run(db, run.id, limit=None)
    assert [(rule["antecedent"], rule["consequent"]) for rule in answer.json["rules"]] == [
        (["啤酒"], ["纸尿裤"]), (["纸尿裤"], ["啤酒"]),
    ]  # fmt: skip
    assert (answer.json["file"], len(rules), "纸尿裤" in out.read_text("utf-8-sig")) == (["订单.csv"], 2, True)

    # What it did stands in its log, in the language of who reads it.
    log = [each["text"] for each in kezhi("runs", "log", run.id, "--json").json["log"]]
    assert log[:3] == ["Begun, attempt 1.", "Reading purchases", "Read 6 orders of 4 products from 1 imports."]
    assert (log[-2:], "no dates" in log[3]) == (["Writing the rules", "Done."], True)
    assert "读了 1 次导入：6 单，4 种商品。" in kezhi("runs", "show", run.id, language="zh_CN.UTF-8").out

    # What the page shows of it asks the same again.
    shown = kezhi("runs", "plan", run.id).out
    assert {**run.args, "batches": None} == read(shown, "run.toml")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("min_support = 3\n", 1, "plan.toml does not say “min_confidence”"),
        (PLAN + "imports = [7]\n", 1, "Import 7 is not"),
        (PLAN + "without = ['啤酒', '纸尿裤', '面包']\n", 1, "There is only one product"),
    ],
)
def test_what_will_not_do_is_refused_with_one(kezhi, records, plan, text, code, says):
    answer = kezhi("mine", "rules", "--plan", plan(text), "--json")
    assert (answer.code, says in answer.error["message"]) == (code, True)
    assert answer.error["hint"]


def test_too_much_has_a_code_of_its_own(kezhi, home, records, plan):
    config = home / "config.toml"
    config.write_text(config.read_text("utf-8").replace("job_megabytes = 0", "job_megabytes = 200"), "utf-8")
    answer = kezhi("mine", "rules", "--plan", plan(), "--json")
    assert (answer.code, "more than the 200 MB of memory" in answer.error["message"]) == (4, True)


def test_a_job_that_breaks_has_a_code_of_its_own(kezhi, db, home, records, plan):
    for path in (home / "ledger").rglob("*.parquet"):
        path.write_bytes(b"PAR1 no more PAR1")
    answer = kezhi("mine", "rules", "--plan", plan(), "--json")
    assert (answer.code, "did not foresee" in answer.error["message"]) == (6, True)


def test_who_stops_it_has_cancelled_it(home, db, records, plan):
    command = [sys.executable, "-m", "web.commands", "mine", "rules", "--plan", plan(), "--home", home]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "en_US.UTF-8"})
    end = time.monotonic() + 60
    while not db.execute("SELECT 1 FROM run WHERE state = 'running'").fetchone():
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, "was cancelled" in said) == (5, True)
    assert [(row["kind"], row["state"]) for row in db["run"].rows][-1:] == [("rules", "cancelled")]
    assert db["finding"].count == 0


def test_what_the_plan_says_itself_is_not_said_beside_it(refused, plan, tmp_path):
    assert "--min-support" in refused("mine", "rules", "--plan", plan(), "--min-support", "2")["message"]
    assert "FILE" in refused("mine", "rules", tmp_path / "x.csv", "--plan", plan())["message"]
    assert refused("mine", "rules", "--plan", tmp_path / "none.toml")["file"]
