"""Today: who sees which work, with what there is and with nothing."""

import re

import pytest

from kb import notes, verification
from kb.note_details import Details
from kb.store import writing
from mining import runs

SECTIONS = {"buying": "购买记录和规则", "sorting": "等您整理和分类", "little_known": "懂的人太少的主题"}
EVERYBODYS = ("本部门的改动", "我今天的客户", "最近的知识", "四类知识")


def section(page, title):
    """Return one sheet of a page without its tags."""
    sheets = [part[: part.index("</section>")] for part in page.split('<section class="sheet"')[1:]]
    sheet = next(each for each in sheets if re.search(rf"<h2[^>]*>(?:<bdi>)?{title}<", each))
    return " ".join(re.sub("<[^>]+>", " ", sheet[sheet.index(">") + 1 :]).split())


def heads(page):
    return [
        " ".join(re.sub("<[^>]+>", "", each).split())
        for each in re.findall(r"<h2 class=\"sheet__title\">.*?</h2>", page)
    ]


@pytest.mark.parametrize(
    ("login", "works", "department"),
    [
        ("vera", (), None),
        ("chen", (), None),
        ("lin", ("buying",), None),
        ("wang", ("sorting", "little_known"), None),
        ("ma", ("buying", "sorting", "little_known"), "市场部"),
        ("zhao", ("buying", "sorting", "little_known"), "总经办"),
        ("shen", (), "总经办"),
    ],
)
def test_each_role_sees_its_own_work_beside_what_everybody_sees(signed_in, world, login, works, department):
    seen = heads(signed_in(login).get("/").text)
    assert set(EVERYBODYS) <= set(seen)
    assert {name for name, title in SECTIONS.items() if title in seen} == set(works)
    assert {each for each in ("市场部", "总经办", "客服部") if each in seen} == {department} - {None}


def test_a_marketer_sees_the_last_three_imports_the_jobs_at_work_and_the_way_in(signed_in, world, db, people, now):
    for number in range(2, 6):
        row = {**db["batch"].get(world.batch), "id": number, "file": f"第{number}批.csv"}
        db["batch"].insert({**row, "rows": '{"loaded": 62037}', "state": "undone" if number == 4 else "loaded"})
    page = signed_in("lin").get("/").text
    told = section(page, SECTIONS["buying"])
    assert "导入 5 次" in told
    assert re.findall(r"第\d批", told) == ["第5批", "第4批", "第3批"]
    assert told.count("已撤销") == 1
    assert "写入 62,037 行" in told
    assert f"关联规则 #{world.waiting_run}" in told
    assert f"#{world.run} " not in told
    assert re.search(r'href="/purchases">[^<]*<svg.*?</svg>导入购买记录', page, re.DOTALL)


def test_without_imports_and_jobs_a_marketer_is_told_how_to_begin(signed_in, people):
    told = section(signed_in("lin").get("/").text, SECTIONS["buying"])
    assert "还没有购买记录" in told
    assert "没有正在跑的任务" in told
    assert "导入购买记录" in told


def test_while_the_first_import_is_at_work_nobody_is_told_to_import(signed_in, db, people, now):
    run_id = runs.queue(db, kind="import", args={"upload": "x", "file": "a.csv"}, by=people["lin"], now=now)
    told = section(signed_in("lin").get("/").text, SECTIONS["buying"])
    assert f"导入任务 #{run_id}" in told
    assert "还没有购买记录" not in told


def test_rules_to_judge_and_files_not_imported_yet_wait_on_the_page(signed_in, world, db):
    with writing(db):
        db["finding"].update(world.finding, {"orders": 40, "base_rate": 0.1, "q_value": 0.01, "cause": None})
    browser = signed_in("lin")
    page = browser.get("/").text
    told = section(page, SECTIONS["buying"])
    assert "1 条规则等您判断" in told
    assert "五月.csv" in told
    assert f"/runs/{world.run}?judged=no" in page
    browser.post(f"/findings/{world.finding}/judge", {"verdict": "known"})
    assert "等您判断" not in browser.get("/").text
    assert "五月.csv" not in signed_in("ma").get("/").text


def test_a_job_that_is_over_is_not_at_work(signed_in, world, db, people, now):
    runs.request_cancel(db, world.waiting_run, by=people["lin"], now=now)
    told = section(signed_in("lin").get("/").text, SECTIONS["buying"])
    assert "没有正在跑的任务" in told
    assert f"#{world.waiting_run}" not in told


def test_a_curator_sees_what_waits_longest_and_opens_it_to_sort(signed_in, a_note, db, people, indexed):
    made = [
        a_note(title=f"第{number}条待整理", now=f"2026-01-0{number}T08:00:00.000000Z", topic_names=["排队"])
        for number in range(1, 8)
    ]
    db["note"].update(made[1].id, {"maturity": "explicit"})
    db["note"].update(made[2].id, {"maturity": "classified"})
    a_note(title="门店观察", dimension="about")
    a_note(title="别人的备忘", readers="owner", by=people["ma"])
    indexed()
    browser = signed_in("wang")
    page = browser.get("/").text
    told = section(page, SECTIONS["sorting"])
    assert told.startswith(f"{SECTIONS['sorting']} 6 ")
    assert re.findall(r"第(\d)条待整理 ", told) == ["1", "2", "4", "5", "6"]
    assert f'href="/notes/{made[0].id}/edit"' in page
    assert browser.get(f"/notes/{made[0].id}/edit").status_code == 200
    link = re.search(r'href="(/search\?q=[^"]+)">全部待整理', page)[1]
    assert len(set(re.findall(r"/notes/\d+(?=[\"?])", browser.get(link).text))) == 6


def test_a_curator_with_nothing_to_sort_reads_so(signed_in, people):
    page = signed_in("wang").get("/").text
    assert "没有等您整理的知识" in section(page, SECTIONS["sorting"])
    assert "每个主题都有两位以上同事懂" in section(page, SECTIONS["little_known"])


def test_topics_nobody_or_one_alone_knows_stand_first_and_well_known_ones_do_not(signed_in, a_note, db, people, now):
    a_note(title="只有一个人写", topic_names=["铸铁锅"])
    a_note(title="一个人写", topic_names=["毛巾"])
    a_note(title="另一个人也写", topic_names=["毛巾"], by=people["li"])
    gone = a_note(title="走了的人写", topic_names=["海关"], by=people["lin"])
    db["member"].update(gone.owner_id, {"state": "left"})
    told = section(signed_in("wang").get("/").text, SECTIONS["little_known"])
    assert re.search(r"海关 没有人懂.*铸铁锅 只有陈小兰", told), told
    assert "毛巾" not in told


def test_a_manager_sees_how_the_own_department_writes(signed_in, a_note, db, people, now):
    told = section(signed_in("ma").get("/").text, "市场部")
    assert "3 人" in told
    assert "您部门还没有写过知识" in told
    fields = {"summary": "", "body": "", "details": Details(channel="门店", experience="satisfied"), "now": now}
    notes.add(db, title="会员说好", dimension="from", topic_names=["会员"], by=people["lin"], **fields)
    a_note(title="客服部的一条")
    told = section(signed_in("ma").get("/").text, "市场部")
    assert "来自 1 100%" in told
    assert "您部门还没有写过知识" not in told


def test_what_does_not_hold_today_is_marked_in_every_list(signed_in, a_note, people):
    over = Details(audience="all", valid_from="2020-01-01", valid_until="2020-12-31")
    later = Details(audience="all", valid_from="2999-01-01")
    for title, details in (
        ("旧报价", over),
        ("明年的报价", later),
        ("今年的报价", Details(audience="all", valid_from="2020-01-01")),
    ):
        a_note(title=title, dimension="for", details=details, topic_names=["报价"], by=people["chen"])
    for address in ("/", "/notes", "/topics/1", f"/people/{people['chen'].member_id}"):
        page = signed_in("li").get(address).text
        assert "2020-12-31已失效" in re.sub(r"\s", "", page), address


def test_a_note_that_is_said_to_be_out_of_date_stands_once_with_the_words_and_is_due_today(
    signed_in, a_note, people, db, now
):
    note = a_note(title="换圈周期")
    verification.doubt(db, note.id, "改成六个月了", by=people["li"], now=now)
    browser = signed_in("chen")
    page = browser.get("/").text
    assert page.count("改成六个月了") == 1
    assert page.index("换圈周期") < page.index("改成六个月了") < page.index("最近的知识")
    assert "今天到期" in browser.get("/verification").text
