"""The same number everywhere: what home counts is what the list holds and what a search finds, for each reader."""

import re

import pytest

from kb import notes
from kb.dimensions import DIMENSIONS

WORDS = {"about": "关于", "for": "用于", "from": "来自", "with": "共创"}


@pytest.fixture
def company(db, a_note, people, now, indexed):
    """Notes of every type and every circle of readers, and one that is archived."""
    for at, dimension in enumerate(DIMENSIONS):
        for login in ("chen", "wang", "lin"):
            for readers in ("all", "department", "owner")[: 1 + at % 3]:
                a_note(title=f"{dimension} {login} {readers}", dimension=dimension, readers=readers, by=people[login])
    notes.archive(db, a_note(title="归档的").id, by=people["chen"], now=now)
    indexed()


@pytest.mark.parametrize("login", ["chen", "lin", "vera"])
def test_home_lists_and_search_count_alike(company, signed_in, kezhi, login):
    browser = signed_in(login)
    home = browser.get("/").text
    for dimension in DIMENSIONS:
        row = rf'href="/notes\?dimension={dimension}"[^>]*>.*?</progress></dd>\s*<dd class="num">([\d,]+)'
        counted = re.search(row, home, re.DOTALL)
        listed = browser.get(f"/notes?dimension={dimension}").text
        total = re.search(r"共 ([\d,]+) 条", listed)[1]
        told = kezhi("search", f"类型:{WORDS[dimension]}", "--as", login, "--json").json["total"]
        assert int(counted[1]) == int(total) == told, dimension
        assert kezhi("notes", "balance", "--as", login, "--json").json["counts"][dimension] == told


@pytest.mark.parametrize("count", [2, 12, 40, 400])
def test_forty_facets_are_answered_or_refused_in_a_sentence(company, signed_in, kezhi, count):
    browser = signed_in("chen")
    query = " ".join(f"主题:主题{number}" for number in range(count))
    page = browser.get("/search", query_string={"q": query})
    told = kezhi("search", query, "--as", "chen", "--json")
    if page.status_code == 200:
        assert told.json["total"] == 0
    else:
        assert (page.status_code, told.code) == (422, 1)
        assert told.error["message"]
        assert "没有" in page.text or "个" in page.text
