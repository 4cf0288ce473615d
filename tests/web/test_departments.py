"""The page of a department: who looks after it, what is new and due, its notes by type."""

import re
from datetime import datetime, timedelta

from kb.store import writing

OLD, LATER = "2024-01-01T08:00:00.000000Z", "2026-11-22T08:00:00.000000Z"


def part(page, title):
    """Return the titles that stand in one sheet of a page."""
    sheet = re.search(
        rf'<section class="sheet"[^>]*>\s*<div class="sheet__head"><h2[^>]*>{title}.*?</section>', page, re.DOTALL
    )
    return [] if sheet is None else re.findall(r"data-row-link><bdi>([^<]+)</bdi>", sheet[0])


def test_a_department_shows_who_looks_after_it_what_is_new_what_is_due_and_its_notes_by_type(
    signed_in, a_note, people, db, details_of, now
):
    a_note(title="别的部门的", by=people["lin"], now=OLD)
    for number in range(7):
        a_note(title=f"旧{number}", now=OLD)
    a_note(title="价目", dimension="for", details=details_of("for"), by=people["li"], now=now)
    a_note(title="私下", by=people["li"], readers="owner", now=now)
    address = f"/departments/{people['chen'].department_id}"
    lin = signed_in("lin")
    page = lin.get(address).text
    assert re.search(r'知识管理员：\s*<a href="/people/\d+"><bdi>王雅婷</bdi></a>', page)
    assert part(page, ".*以来有更新") == ["价目"]
    assert part(page, "待核实") == [f"旧{number}" for number in range(5)]
    assert (
        '<span class="sheet__count">7</span><a class="sheet__right" href="/verification?department=1&amp;state=due">'
        in page
    )
    assert len(part(page, "知识库<")) == 8
    assert part(lin.get(f"{address}?dimension=for").text, "知识库<") == ["价目"]
    assert len(part(lin.get(f"{address}?dimension=x").text, "知识库<")) == 8
    # What one changed oneself is no news.
    assert part(signed_in("li").get(address).text, ".*以来有更新") == []


def test_news_are_those_since_the_last_visit_or_of_the_week_where_nothing_is(signed_in, a_note, people, now):
    def ago(**time):
        return (datetime.fromisoformat(now) - timedelta(**time)).isoformat().replace("+00:00", "Z")

    address = f"/departments/{people['chen'].department_id}"
    a_note(title="看过的", by=people["chen"], now=ago(days=4))
    a_note(title="来过", by=people["lin"], now=ago(days=2))
    lin = signed_in("lin")
    assert part(lin.get(address).text, ".*以来有更新") == ["看过的"]
    for number in range(6):
        a_note(title=f"没看过的{number}", by=people["chen"], now=ago(days=1, minutes=number))
    page = lin.get(address).text
    assert part(page, ".*以来有更新") == [f"没看过的{number}" for number in range(5)]
    assert 'href="#notes"' in page
    a_note(title="回来过", by=people["lin"], now=ago(days=1, minutes=4))
    page = lin.get(address).text
    assert part(page, ".*以来有更新") == [f"没看过的{number}" for number in range(4)]
    assert 'href="#notes"' not in page


def test_where_nobody_of_a_department_manages_its_knowledge_the_others_of_the_company_do(signed_in, people, db):
    address = f"/departments/{people['lin'].department_id}"
    chen = signed_in("chen")
    assert "本部门没有知识管理员，由他们负责" in chen.get(address).text
    with writing(db):
        db.execute("UPDATE member SET role = 'viewer' WHERE role = 'curator'")
    assert "还没有知识管理员" in chen.get(address).text
