"""What one does about a run that found nothing: the nearest that fits by one click, the same again, another."""

import re

import pytest

from kb.access import OPERATOR
from mining import runs
from mining.errors import Refused

ARGS = {"min_support": 1, "min_confidence": 0.25, "max_length": None, "batches": [1], "without": ["牛奶"]}


@pytest.fixture
def lin(signed_in):
    """A marketer who reads English."""
    browser = signed_in("lin")
    browser.post("/language", {"lang": "en", "next": "/"})
    return browser


@pytest.fixture
def failed(db, people, now):
    """Return a function that makes a run that ended with a refusal."""

    def call(problem):
        run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
        runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
        runs.fail(db, run_id, "lease", problem, now=now)
        return run_id

    return call


def offers(page):
    return re.findall(r'name="(min_support|max_length)" value="(\d+)"', page.text)


def test_of_too_many_rules_the_setting_that_fits_is_offered_by_one_click(lin, db, failed):
    run_id = failed(Refused("Too many.", field="min_support", min_support=7, max_length=3))
    page = lin.get(f"/runs/{run_id}")
    assert offers(page) == [("min_support", "7"), ("max_length", "3")]
    answer = lin.post(f"/runs/{run_id}/again", {"min_support": "7"})
    newest = runs.listing(db, reader=OPERATOR)[0]
    assert answer.location.endswith(f"/runs/{newest.id}")
    assert newest.args == {**ARGS, "min_support": 7}


def test_what_no_support_and_no_length_mends_can_be_tried_again(lin, failed):
    page = lin.get(f"/runs/{failed(Refused('Too many.', field='min_support', min_support=None, max_length=1))}")
    assert offers(page) == []
    assert "Ask otherwise" in page.text


def test_who_may_not_start_runs_is_offered_none(signed_in, failed):
    run_id = failed(Refused("Too many.", field="min_support", min_support=7, max_length=3))
    assert offers(signed_in("chen").get(f"/runs/{run_id}")) == []
