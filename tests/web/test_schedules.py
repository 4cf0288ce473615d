"""Runs that begin by themselves, arranged on pages."""

import re

import pytest

from kb import members
from kb.access import OPERATOR
from mining import runs, schedules
from mining.rhythm import Rhythm


@pytest.fixture
def lin(world, signed_in):
    """A marketer who reads English."""
    browser = signed_in("lin")
    browser.post("/language", {"lang": "en", "next": "/"})
    return browser


def test_a_run_is_repeated_changed_and_taken_back(world, lin, db):
    form = {"every": "week", "days": ["1", "5"], "at": "06:00", "period": "days", "count": "30", "working": "1"}
    assert "Repeat run" in lin.get(f"/runs/{world.run}/repeat").text
    refused = lin.post(f"/runs/{world.run}/repeat", {**form, "count": "x"})
    assert (refused.status_code, "“x” is no number of days or months" in refused.text) == (422, True)
    lin.post(f"/runs/{world.run}/repeat", form)
    made = schedules.listing(db, reader=OPERATOR)[-1]
    assert (made.args["last_days"], made.args["batches"], made.rhythm.days) == (30, None, (1, 5))
    page = lin.get("/schedules").text
    assert "every Monday, Friday at 06:00, else on the next working day" in page
    assert "the 30 days before" in page
    seq = re.search(r"/changes/(\d+)/undo", page)[1]
    lin.post(f"/schedules/{made.id}", {**form, "version": 1, "every": "day", "period": "same"})
    assert schedules.get(db, made.id, reader=OPERATOR).args["last_days"] == 30
    assert lin.post(f"/changes/{seq}/undo").status_code == 409
    assert "had a run repeated" in lin.get("/activity").text


def test_one_of_somebody_who_left_says_so_and_is_taken_over(world, lin, db, people, now):
    shown = schedules.get(db, world.schedule, reader=OPERATOR)
    asked = {"version": shown.version, "args": shown.args, "when": shown.rhythm}
    schedules.arrange(db, world.schedule, **asked, by=people["ma"], now=now)
    members.leave(db, people["ma"].member_id, by=OPERATOR, now=now)
    assert "马丽, for whom it ran, has left" in lin.get("/schedules").text
    lin.post(f"/schedules/{world.schedule}/take-over")
    assert "has left" not in lin.get("/schedules").text


def test_what_is_started_at_once_is_a_run_of_who_did(world, lin, db):
    answer = lin.post(f"/schedules/{world.schedule}/run")
    newest = runs.listing(db, reader=OPERATOR)[0]
    assert answer.location.endswith(f"/runs/{newest.id}")
    assert newest.member_name == "林志强"


def test_a_save_over_a_colleagues_shows_theirs_beside_ones_own_and_then_goes_through(world, lin, db, people, now):
    shown = schedules.get(db, world.schedule, reader=OPERATOR)
    theirs = {"version": shown.version, "args": shown.args, "when": Rhythm("month", "09:15", day=3)}
    schedules.arrange(db, world.schedule, **theirs, by=people["ma"], now=now)
    mine = {"every": "week", "days": ["5"], "at": "07:00", "period": "same", "version": shown.version}
    answer = lin.post(f"/schedules/{world.schedule}", mine)
    assert answer.status_code == 409
    assert "Nothing of yours is lost" in answer.text
    assert "every month on day 3 at 09:15" in answer.text
    assert 'value="07:00"' in answer.text
    assert schedules.get(db, world.schedule, reader=OPERATOR).rhythm == theirs["when"]
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert lin.post(f"/schedules/{world.schedule}", {**mine, "version": version}).status_code == 303
    assert schedules.get(db, world.schedule, reader=OPERATOR).rhythm == Rhythm("week", "07:00", days=(5,))


def test_the_page_of_who_leaves_names_what_runs_for_them_and_gives_it_to_a_colleague(world, lin, db, people):
    member_id = people["lin"].member_id
    page = lin.get(f"/people/{member_id}/leaving").text
    assert "Repeated runs" in page
    assert "every day at 06:00" in page
    lin.post(f"/people/{member_id}/leaving/give", {"kind": "schedules", "member": "zhao", "all": "1"})
    assert schedules.get(db, world.schedule, reader=OPERATOR).member == "赵明"
