"""`kezhi runs schedule`: runs that begin by themselves, arranged at a terminal."""

from mining import runs

ARGS = {"min_support": 20, "min_confidence": 0.5, "max_length": None, "since": "2020-01-01", "until": None,
        "batches": [1]}  # fmt: skip


def test_a_run_is_repeated_paused_run_now_and_deleted(kezhi, db, people, now):
    first = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    made = kezhi("runs", "schedule", "add", first, "--every", "month", "--on", "last", "--at", "7:30", "--working-days",
                 "--last-months", "1", "--as", "lin", "--json").json  # fmt: skip
    assert (made["member"], made["paused"], made["why_not"]) == ("林志强", 0, None)
    # What has come since is read too, in a period that goes with the day.
    assert (made["args"]["batches"], made["args"]["since"], made["args"]["last_months"]) == (None, None, 1)
    assert "on the last working day of every month at 07:30" in kezhi("runs", "schedule", "list").out
    assert kezhi("runs", "schedule", "pause", made["id"], "--json").json["paused"] == 1
    assert "已暂停" in kezhi("runs", "schedule", "list", language="zh_CN.UTF-8").out
    assert kezhi("runs", "schedule", "resume", made["id"]).code == 0
    again = kezhi("runs", "schedule", "run", made["id"], "--json").json["run"]
    assert kezhi("runs", "show", again, "--json").json["args"]["since"].endswith("-01")
    assert kezhi("runs", "schedule", "delete", made["id"]).code == 0
    assert kezhi("runs", "schedule", "list", "--json").json == {"schedules": []}


def test_what_is_no_schedule_is_refused(refused, db, people, now):
    first = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    assert refused("runs", "schedule", "add", first, "--on", "mon,fry")["value"] == "fry"
    refused("runs", "schedule", "add", first, "--at", "25:00")
    refused("runs", "schedule", "add", first, "--last-days", "1", "--last-months", "1")
    refused("runs", "schedule", "add", first, "--as", "chen")
    refused("runs", "schedule", "pause", 9)
