"""Writing down a call: what the clerk sees, and what becomes of it."""

import io
import re

from kb import customers, feed, interactions, notes, quotes
from kb.access import OPERATOR
from kb.store import utc_now
from tests import made_files
from web.interaction_words import words

TALK = {"customer": "澄湖酒店", "day": "2026-11-20", "time": "09:30", "channel": "电话", "contact": "周经理",
        "method": "talk", "said": "盖子受潮", "told": "", "experience": "", "topics": "", "readers": "all"}  # fmt: skip


def test_a_call_stands_on_the_timeline_and_is_taken_back(signed_in, world, db):
    browser = signed_in("chen")
    page = browser.get(f"/interactions/new?customer={world.customer}&note={world.for_customer}").text
    assert f"澄湖酒店 #{world.customer}" in page
    told = re.search(r'name="told_notes"[^>]* value="([^"]+)"', page)[1]
    db["note"].update(world.for_customer, {"valid_from": "", "valid_until": "2026-01-01", "customer_text": "您好"})
    answer = browser.post("/interactions/new", {**TALK, "told_notes": told})
    assert answer.location == f"/customers/{world.customer}/timeline?saved=interaction"
    page = browser.get(answer.location).text
    assert ("盖子受潮" in page, "沟通记录已记下" in page, "2026-01-01 有效，已经过期" in page) == (True, True, True)
    # The note that was told says so, at the time the company's clock showed; and that it is told to nobody any more.
    page_of_note = browser.get(f"/notes/{world.for_customer}").text
    assert "11月20日 09:30" in page_of_note
    for its in (page_of_note, browser.get(f"/notes/{world.for_customer}/pane").text):
        assert ("已在 2026-01-01 到期，不要再告诉客户" in its, "现在怎么说，请问" in its) == (True, True)
    assert "data-copy " not in page_of_note
    refused = browser.get(f"/notes/{world.for_customer}/customer")
    assert (refused.status_code, "已在 2026-01-01 到期" in refused.text) == (409, True)
    assert "这次没有存上" not in refused.text
    # Who copies by script gets the sentence alone, for a toast; the key that copies says it on every page.
    refused = browser.get(f"/notes/{world.for_customer}/customer", headers={"Accept": "text/plain"})
    assert (refused.status_code, refused.text[:16], refused.mimetype) == (409, "已在 2026-01-01 到期", "text/plain")
    for place in (f"/{world.for_customer}", f"/{world.for_customer}/pane", "?dimension=for"):
        assert 'data-no-copy="已在 2026-01-01 到期' in browser.get(f"/notes{place}").text
    undo = re.search(r'action="(/changes/\d+/undo)"', page)[1]
    browser.post(undo)
    assert "盖子受潮" not in browser.get(answer.location).text
    assert "告诉过的客户" not in browser.get(f"/notes/{world.for_customer}").text


def test_an_undo_that_closes_a_call_says_which_notes_of_it_stay_open(signed_in, world, db, people, now):
    chen = people["chen"]
    told = {"customer_id": world.customer, "said": "盖子受潮", "told": "", "channel": "", "contact": "",
            "method": "talk", "happened_at": now, "named_readers": (), "by": chen, "now": now}  # fmt: skip
    number = int(feed.change(db, interactions.add(db, **told, readers="owner"))["noun_id"])
    seq = interactions.edit(db, number, version=1, **told, readers="all")
    quoted = {"part": "said", "text": "盖子受潮", "topic_names": ["密封罐"], "experience": "complaint"}
    note = quotes.add(db, "interaction", number, **quoted, by=people["li"], now=now)
    browser, stays = signed_in("chen"), "由它写成的知识还有 1 条，看不到这条记录的人照样看得到"
    assert stays not in browser.get(f"/interactions/{number}").text
    page = browser.get(browser.post(f"/changes/{seq}/undo").location).text
    # In the toast, and above the page.
    assert page.count(stays) == 2
    assert re.search(rf'class="notice__acts">\s*<a [^>]*href="/notes/{note.id}"', page)


def test_a_refusal_keeps_what_was_written_and_names_the_field(signed_in, world, db):
    browser = signed_in("chen")
    browser.get("/interactions/new")
    before = db["interaction"].count
    for wrong, sentence in (
        ({"customer": "没有这位"}, "没有客户“没有这位”"),
        ({"customer": ""}, "是和哪位客户沟通的？"),
        ({"customer": "澄湖酒店、澄湖酒店"}, "是和哪位客户沟通的？"),
        ({"day": "昨天"}, "“昨天 09:30”不是一个时间"),
        ({"day": "2999-01-01"}, "这个时间还没到"),
        ({"said": ""}, "客户说了什么，或者您告诉了他什么？"),
        ({"keep_told": "1"}, "我们告诉客户的还是空的"),
        ({"keep_said": "1", "experience": "furious"}, "客户的感受是哪一种？"),
        ({"told_notes": f"盖子受潮 #{world.public}"}, "不是“用于客户”的知识"),
        ({"told_notes": "铸铁锅"}, "没有一条用于客户的知识叫“铸铁锅”"),
    ):
        answer = browser.post("/interactions/new", {**TALK, **wrong})
        assert (answer.status_code, sentence in answer.text, "周经理" in answer.text) == (422, True, True), wrong
        assert re.search('aria-invalid="true"|class="field__error"', answer.text), wrong
    assert db["interaction"].count == before


def test_who_was_overtaken_sees_both_by_field_and_saves_knowing_it(signed_in, world, db, people):
    chen, wang = signed_in("chen"), signed_in("wang")
    path = f"/interactions/{world.interaction}/edit"
    its = interactions.get(db, world.interaction, reader=OPERATOR)
    page = chen.get(path).text
    same = {"customer": f"x #{its.customer_id}", "said": its.said, "contact": its.contact, "channel": its.channel,
            "day": re.search(r'name="day"[^>]*value="([^"]+)', page)[1],
            "time": re.search(r'name="time"[^>]*value="([^"]+)', page)[1]}  # fmt: skip
    tab = f"{people['chen'].member_id}:interaction-{world.interaction}:7"
    sent = {**TALK, **same, "version": "1", "draft": tab}
    other = str(customers.add(db, name="和光<餐厅>", by=OPERATOR, now=utc_now()).id)
    theirs = {
        "said": "急着要",
        "channel": "微<信>",
        "method": "observe",
        "customer": f"x #{other}",
        "day": "2026-11-01",
    }
    assert wang.post(path, {**sent, **theirs}).status_code == 303
    mine = {"said": "明天来", "contact": "吴经理", "method": "mine", "day": "2026-11-02", "readers": "department"}
    mine["seen_readers"] = "department"
    answer = chen.post(path, {**sent, **mine})
    versus, form = re.search(
        r'class="versus">(.*?)</section>.*?(<form class="split.*)', answer.text, re.DOTALL
    ).groups()
    assert answer.status_code == 409
    # What could not be saved is there for them alone, also if they close the page now.
    (kept,) = chen.get("/drafts").json
    assert (kept["title"], kept["path"], kept["fields"]["contact"]) == ("明天来", path, "吴经理")
    assert (kept["key"], wang.get("/drafts").json) == (sent["draft"], [])
    for each in ("急着要", "明天来", "2026-11-01", "2026-11-02", "观察", "挖掘", "怎么知道的"):
        assert each in versus, each
    assert "data-unsaved-offer" not in answer.text and "data-unsaved-offer" in page
    # What only one of the two changed is in the form, and in no one's way.
    assert "联系人" not in versus and "微&lt;信&gt;" not in versus
    for each in ("明天来", "吴经理", "微&lt;信&gt;", f"和光&lt;餐厅&gt; #{other}", "2026-11-02"):
        assert each in form, each
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    again = {**sent, **mine, "customer": f"x #{other}", "channel": "微<信>", "version": version}
    assert (chen.post(path, again).status_code, chen.get("/drafts").json) == (303, [])
    history = wang.get(f"/interactions/{world.interaction}").text.rpartition("改动")[2]
    for each in ("微&lt;信&gt;", "吴经理", "和光&lt;餐厅&gt;", "挖掘", "11月1日", "作者所在部门"):
        assert each in history, each
    assert "&amp;lt;" not in history


def test_a_call_without_a_feeling_is_saved_its_toast_names_the_note_and_a_box_left_out_becomes_one_later(
    signed_in, world, db
):
    browser = signed_in("chen")
    browser.get("/interactions/new")
    answer = browser.post("/interactions/new", {**TALK, "said": "圈掉了。要换。", "told": "寄了新的", "keep_said": "1"})
    page = browser.get(answer.location).text
    assert "沟通记录已记下，并存成知识：“圈掉了”。" in page
    talk = re.search(r"/interactions/(\d+)\"[^>]*data-row-link[^>]*><bdi>圈掉了", page)[1]
    page = browser.get(f"/interactions/{talk}").text
    assert ('name="keep_said"' in page, "已经存成知识：" in page, 'name="keep_told"' in page) == (False, True, True)
    # It rests on the talk, which does not name it twice.
    assert "摘录成的知识" not in page
    assert (browser.post(f"/interactions/{talk}/notes", {}).status_code, db["note"].count) == (422, db["note"].count)
    browser.post(f"/interactions/{talk}/notes", {"keep_told": "1"})
    page = browser.get(f"/interactions/{talk}/edit").text
    assert ("已存成知识：“寄了新的”。" in page, page.count("已经存成知识："), 'name="keep_' in page) == (True, 2, False)
    said = re.search(r'/notes/(\d+)"><bdi>圈掉了', page)[1]
    for path in (f"/notes/{said}", f"/notes/{said}/pane"):
        text = browser.get(path).text
        assert ("同一次沟通的其他知识" in text, "寄了新的" in text) == (True, True), path
    assert f'href="/interactions/{talk}?quote=' in browser.get(f"/notes/{said}").text


def test_nobody_else_finds_what_is_for_its_owner_only(signed_in, world):
    browser = signed_in("chen")
    for path in ("/interactions", f"/customers/{world.customer}", f"/customers/{world.customer}/timeline",
                 "/activity?who=all"):  # fmt: skip
        text = browser.get(path).text
        assert f"/interactions/{world.interaction}" in text, path
        assert f"/interactions/{world.private_interaction}" not in text, path
    # Not even that there is one, beside chen's and the archived one.
    assert browser.get("/activity?who=all").text.count("记下了沟通：") == 2
    assert f"/interactions/{world.private_interaction}" in signed_in("wang").get("/activity?who=all").text


def test_a_list_does_not_tell_that_an_interaction_has_a_note_that_is_closed_to_the_reader(signed_in, world, a_note):
    hidden = a_note(title="内部价", dimension="for", readers="owner")
    browser = signed_in("chen")
    browser.get("/interactions/new")
    browser.post("/interactions/new", {**TALK, "said": "问价", "told_notes": f"内部价 #{hidden.id}"})
    page = signed_in("li").get("/interactions").text
    assert ("问价" in page, "1 条<" in page, "内部价" in page) == (True, False, False)


def test_pictures_and_files_of_the_form_hang_on_the_interaction_and_stand_in_its_words(signed_in, world, db):
    browser = signed_in("chen")
    browser.get("/interactions/new")
    sent = {"picture": (io.BytesIO(made_files.picture(size=(9, 9))), "登记表.png"), "draft": "d1"}
    name = browser.post("/pictures", sent).json["name"]
    form = {**TALK, "said": f"请看\n![登记表]({name})<b>", "keep_said": "1", "pictures_of": "d1"}
    files = [(io.BytesIO(b"ID3 sound"), "录音.mp3"), (io.BytesIO(b""), "空.txt")]
    answer = browser.post("/interactions/new", {**form, "files": files})
    talk = db.execute("SELECT max(id) FROM interaction").fetchone()[0]
    page = browser.get(answer.location).text
    picture = re.search(r'<a href="(/interactions/files/\d+)"><img src="(\1/file)" alt="登记表"', page)
    assert browser.get(picture[2]).mimetype == "image/png"
    assert ("&lt;b&gt;" in page, ">录音.mp3<" in page, "“空.txt”是空文件" in page) == (True, True, True)
    assert db["held_picture"].count == 0
    row = browser.get("/interactions").text
    assert ("请看\n登记表" in row, "![" in row) == (True, False)
    edit = browser.get(f"/interactions/{talk}/edit").text
    assert edit.count(f'data-at="interaction={talk}"') == 2
    assert browser.get(f"/pictures/{name}?interaction={talk}").status_code == 200
    assert signed_in("lin").get(f"/pictures/{name}?interaction={world.private_interaction}").status_code == 404
    (note,) = db["note"].rows_where("title = '请看'")
    assert 'alt="" loading="lazy"' in browser.get(f"/notes/{note['id']}").text


def test_a_file_is_added_on_the_page_of_an_interaction_and_a_refusal_says_why(signed_in, world):
    browser = signed_in("chen")
    path = f"/interactions/{world.interaction}"
    browser.get(path)
    answer = browser.post(f"{path}/files", {"files": (io.BytesIO("一套".encode()), "清单.txt")})
    page = browser.get(answer.location).text
    assert (">清单.txt<" in page, "添加了附件" in page, "正在读取" in page) == (True, True, True)
    answer = browser.post(f"{path}/files", {"files": (io.BytesIO(b""), "空.txt")})
    assert (answer.status_code, "“空.txt”是空文件" in answer.text) == (422, True)
    answer = browser.post(f"/interactions/files/{world.talk_file}/remove")
    page = browser.get(answer.location).text
    assert (">登记表.png<" in page, ">清单.txt<" in page) == (False, True)


def test_a_table_in_what_was_said_stands_as_one_and_a_quote_is_marked_in_its_cells(app):
    text = "订货单如下。\n\n| 商品 | 价\\|格 |\n| --- | --- |\n| 密封罐<b> | 39 |\n\n| 没有表头 |"
    at = text.index("密封罐")
    with app.test_request_context():
        shown = words(text, [(at, at + 10)], ())
    assert shown == (
        "订货单如下。\n\n<table><tr><th> 商品 </th><th> 价|格 </th></tr>"
        "<tr><td> <mark>密封罐&lt;b&gt; </mark></td><td><mark> 3</mark>9 </td></tr></table>\n\n| 没有表头 |"
    )


def test_who_loses_an_interaction_and_what_stays_open_is_told_before_and_goes_back_with_it(signed_in, world, db):
    chen = signed_in("chen")
    chen.get("/interactions/new")
    sent = {**TALK, "said": "圈掉了。要换。", "keep_said": "1"}
    page = chen.get(chen.post("/interactions/new", sent).location).text
    talk = re.search(r"/interactions/(\d+)\"[^>]*data-row-link[^>]*><bdi>圈掉了", page)[1]
    page = chen.get(f"/interactions/{talk}").text
    assert ("为什么我能看到？" in page, "全公司都能看" in page) == (True, True)
    made = re.search(r'href="(/notes/\d+)"[^>]*data-row-link', page)[1]
    narrower = {**sent, "keep_said": "", "version": "1", "readers": "list", "named_readers": "林志强"}
    refused = chen.post(f"/interactions/{talk}/edit", narrower)
    assert refused.status_code == 422
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", refused.text))
    for each in (
        "人会看不到",
        "由它写成的知识还有 1 条，看不到这条记录的人照样看得到",
        "圈掉了 全公司",
        "把这 1 条知识也一起收窄",
    ):
        assert each in told, each
    assert "由它写成的知识还有 1 条" in chen.get(f"/interactions/{talk}/audience", query_string=narrower).text
    seen = re.search(r'name="seen_readers" value="([^"]+)"', refused.text)[1]
    answer = chen.post(f"/interactions/{talk}/edit", {**narrower, "seen_readers": seen, "narrow": "1"})
    assert (answer.status_code, signed_in("li").get(made).status_code) == (303, 404)
    page = chen.get(answer.location).text
    assert "指定的人和部门" in page.rpartition("改动")[2]
    assert signed_in("lin").get(made).status_code == 200
    chen.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
    assert signed_in("li").get(made).status_code == 200


def test_what_an_interaction_names_leads_there_and_is_quoted_as_it_is_shown(signed_in, world, people, db):
    chen = signed_in("chen")
    page = chen.get("/interactions/new").text
    assert re.findall(r'name="(\w+)"[^>]*data-mention=""', page) == ["said", "told"]
    said = (
        f"| 谁 | 什么 |\n| --- | --- |\n| @li | 圈 |\n\n@li 说见 [[{world.for_customer}]]，#密封罐 又漏，@nobody 也在"
    )
    row = chen.get(chen.post("/interactions/new", {**TALK, "said": said}).location).text
    assert "@李思远 说见" in re.sub(r"\s+", " ", row) and "@li " not in row
    talk = db.execute("SELECT max(id) FROM interaction").fetchone()[0]
    page = chen.get(f"/interactions/{talk}").text
    words = page[page.index('data-quotable="said"') : page.index("</div>", page.index('data-quotable="said"'))]
    title = notes.get(db, world.for_customer, reader=OPERATOR).title
    shown = re.sub(r"<[^>]+>", "", words)
    assert words.count(f'<a href="/people/{people["li"].member_id}">@李思远</a>') == 2
    assert f"@李思远 说见 {title}，#密封罐 又漏，@nobody 也在" in shown
    quote = {"quote": f"李思远 说见 {title}，#密封罐", "part": "said", "experience": "complaint", "topics": "密封罐"}
    refused = chen.post(f"/interactions/{talk}/quotes", {**quote, "quote": "李思远 没说"})
    assert refused.status_code == 422
    quote["quote"] = "@" + quote["quote"]
    made = chen.post(f"/interactions/{talk}/quotes", quote)
    assert made.status_code == 303
    marked = chen.get(f"/interactions/{talk}?quote={db.execute('SELECT max(id) FROM quote').fetchone()[0]}").text
    assert f'<mark><a href="/people/{people["li"].member_id}">@李思远</a></mark>' in marked
