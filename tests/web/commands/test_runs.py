"""`kezhi runs` and `kezhi experts`: what machines and people are told."""

from mining import runs

ARGS = {"min_support": 0.01, "min_confidence": 0.5, "max_length": None, "batches": None}


def test_runs_are_listed_shown_and_cancelled(kezhi, db, people, now):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    listed = kezhi("runs", "list", "--json").json["runs"]
    assert [(each["id"], each["kind"], each["state"], each["error"]) for each in listed] == [
        (run_id, "rules", "queued", None)
    ]
    shown = kezhi("runs", "show", run_id, "--json").json
    assert (shown["args"], shown["findings"], shown["total"]) == (ARGS, [], 0)
    assert kezhi("runs", "cancel", run_id, "--json").json["state"] == "cancelled"
    assert kezhi("runs", "cancel", run_id).code == 1
    again = kezhi("runs", "retry", run_id, "--json").json
    assert (again["id"], again["state"], again["args"]) == (run_id + 1, "queued", ARGS)
    assert kezhi("runs", "retry", run_id + 1).code == 1
    assert "已取消" in kezhi("runs", "list", language="zh_CN.UTF-8").out


def test_who_may_not_read_or_start_runs_is_refused(refused, db, people, now):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    refused("runs", "list", "--as", "vera")
    refused("runs", "cancel", run_id, "--as", "chen")
    refused("runs", "retry", run_id, "--as", "chen")
    refused("runs", "show", 99)
    refused("runs", "show", "x")


def test_experts_come_with_their_phone_and_reasons_that_add_up(kezhi, refused, a_note):
    a_note()
    assert kezhi("members", "contact", "chen", "--phone", "0512 6100-8203", "--json").json["phone"] == "051261008203"
    assert refused("members", "contact", "chen", "--phone", "none")["value"] == "none"
    assert "051261008203" in kezhi("experts", "密封罐").out
    told = kezhi("experts", "密封罐", "--json").json
    assert told["topic"]["name"] == "密封罐"
    (expert,) = told["experts"]
    assert (expert["login"], expert["name"], expert["phone"]) == ("chen", "陈小兰", "051261008203")
    assert expert["score"] == sum(each["weight"] for each in expert["reasons"])
    assert expert["reasons"][0]["text"] == "wrote “密封罐在梅雨季受潮”"
    assert "写了“密封罐在梅雨季受潮”" in kezhi("experts", "密封罐", language="zh_CN.UTF-8").out
    assert refused("experts", "没有的主题")["value"] == "没有的主题"
