"""The pages on customers: masked until one asks, joined to orders and notes, found from every field."""

import io
import re

import pytest

from kb import bulk, customers, notes
from kb.access import OPERATOR
from kb.note_details import Details


@pytest.fixture
def hotel(db, people, now):
    fields = {"number": "60000123", "phone": "13812345678", "mail": "zhou@chenghu.example", "segment": "重点客户"}
    return customers.add(db, name="澄湖酒店", **fields, by=people["chen"], now=now)


def test_a_whole_number_is_on_no_page_until_who_may_asks_for_it(signed_in, hotel, db, app):
    pages = ["/customers", "/customers?name=5678", f"/customers/{hotel.id}", "/search?q=5678&dimension=for",
             "/suggest/box?q=5678", "/suggest/customers?q=chjd"]  # fmt: skip
    for login in ("vera", "chen", "zhao"):
        browser = signed_in(login)
        for page in pages:
            text = browser.get(page, follow_redirects=True).text
            assert "12345678" not in text, page
            assert "zhou@" not in text, page
            assert "138****5678" in text, page
    chen = signed_in("chen")
    page = chen.post(f"/customers/{hotel.id}/contact").text
    assert 'href="tel:13812345678"' in page
    app.extensions["access_log"].flush()
    looked = [row["action"] for row in db["access_log"].rows if row["noun"] == "customer"]
    assert looked.count("identify") == 1
    assert looked.count("read") == 3


def test_a_customer_page_shows_the_notes_one_may_see_in_four_blocks(signed_in, hotel, a_note, people):
    named = ((hotel.id, "试用"),)
    a_note(title="毛巾掉毛", details=Details(customers=named, experience="complaint"))
    a_note(
        title="分批交货",
        dimension="for",
        details=Details(customers=named, audience="customer", valid_from="2026-01-01"),
    )
    a_note(
        title="私下说的", readers="owner", by=people["wang"], details=Details(customers=named, experience="complaint")
    )
    page = signed_in("vera").get(f"/customers/{hotel.id}").text
    counts = re.findall(r'sheet__title">.*?</h2><span class="sheet__count">(\d+)', page, re.DOTALL)
    # What is known about, for, from and with them, and interactions.
    assert counts == ["0", "1", "1", "0", "0"]
    assert "毛巾掉毛" in page
    assert "私下说的" not in page
    assert "私下说的" in signed_in("wang").get(f"/customers/{hotel.id}").text


def test_the_orders_of_a_member_number_are_on_the_page(signed_in, world, db, home, people, now, tmp_path):
    from mining.ledger import load
    from mining.ledger.options import Options

    path = tmp_path / "o.csv"
    path.write_text("单号,商品,会员号,下单时间,数量,单价\nA7,啤酒,60000123,2026-05-01 09:00,2,3.5\n", "utf-8")
    load.import_file(db, home, path, Options(), by=people["lin"], now=now)
    page = signed_in("vera").get(f"/customers/{world.customer}").text
    assert "A7" in page
    assert "¥7.00" in page


def test_two_customers_of_one_name_are_told_apart_in_a_note(signed_in, db, people, now):
    first, second = (
        customers.add(db, name="王芳", phone=phone, by=people["chen"], now=now)
        for phone in ("13900000001", "13900000002")
    )
    form = {"title": "标题", "body": "", "summary": "", "dimension": "from", "topics": "主题", "readers": "all",
            "experience": "complaint", "channel": ""}  # fmt: skip
    chen = signed_in("chen")
    chen.get("/notes/new")
    refused = chen.post("/notes/new", {**form, "customers": "王芳"})
    assert refused.status_code == 422
    assert "叫“王芳”的客户有 2 位" in refused.text
    assert "没有客户“赵六”" in chen.post("/notes/new", {**form, "customers": "赵六"}).text
    options = chen.get("/suggest/customers?q=wf").text
    value = re.findall(r'data-value="([^"]+)"', options)[1]
    assert value == f"王芳 #{second.id}"
    for asked, meant in ((value, second), (f"王芳 #{first.id}、", first), ("0002", second)):
        where = chen.post("/notes/new", {**form, "customers": asked}).location
        assert f'href="/customers/{meant.id}"' in chen.get(where.split("?")[0]).text


def test_a_save_on_top_of_a_newer_one_shows_both_and_then_saves(signed_in, hotel, db):
    form = {"name": "澄湖酒店", "number": "", "phone": "138 1234 5678", "mail": "", "segment": ""}
    chen, wang = signed_in("chen"), signed_in("wang")
    for browser in (chen, wang):
        browser.get(f"/customers/{hotel.id}/edit")
    theirs = {"phone": "13711112222", "segment": "普通", "city": "上海"}
    assert chen.post(f"/customers/{hotel.id}/edit", {**form, **theirs, "version": "1"}).status_code == 303
    mine = {"phone": "13912340000", "segment": "重点客户", "city": "北京", "version": "1"}
    clash = wang.post(f"/customers/{hotel.id}/edit", {**form, **mine})
    assert clash.status_code == 409
    sides = [each.split("</div>\n  </div>")[0] for each in clash.text.split('class="versus__side"')[1:]]
    assert [re.findall(r'versus__name">(.*?)</h3>', each) for each in sides] == [["所在地", "电话"]] * 2
    assert "北京" in sides[0]
    assert "139****0000" in re.sub("<.*?>", "", sides[0])
    assert "陈小兰" in sides[1]
    assert "上海" in sides[1]
    assert "13711112222" not in clash.text
    assert 'value="普通"' in re.search(r'<input[^>]* name="segment"[^>]*>', clash.text)[0]
    form["segment"] = "普通"
    version = re.search(r'name="version" value="(\d+)"', clash.text)[1]
    assert wang.post(f"/customers/{hotel.id}/edit", {**form, "version": version, "city": "北京"}).status_code == 303
    assert db["customer"].get(hotel.id)["city"] == "北京"


def test_an_archived_customer_comes_back_by_undo(signed_in, hotel):
    chen = signed_in("chen")
    chen.get(f"/customers/{hotel.id}")
    chen.post(f"/customers/{hotel.id}/archive")
    page = chen.get("/customers").text
    assert "澄湖酒店" not in page
    told = {
        "customer": "澄湖酒店",
        "day": "2026-11-20",
        "time": "09:30",
        "said": "受潮",
        "method": "talk",
        "readers": "all",
    }
    refused = chen.post("/interactions/new", told).text
    assert "客户“澄湖酒店”已归档。" in refused
    assert f'<a href="/customers/{hotel.id}">打开客户页</a>' in refused
    undo = re.search(r'action="(/changes/\d+/undo)"', page)[1]
    assert chen.post(undo).location.endswith(f"/customers/{hotel.id}")
    assert "澄湖酒店" in chen.get("/customers").text


def test_a_new_customer_who_is_archived_already_is_told_of_and_brought_back_with_what_was_written(signed_in, hotel, db):
    chen = signed_in("chen")
    chen.get(f"/customers/{hotel.id}")
    chen.post(f"/customers/{hotel.id}/archive")
    form = {**dict.fromkeys(customers.FIELDS, ""), "name": "澄湖酒店", "city": "苏州"}
    assert 'name="is_another"' not in chen.get("/customers/new").text
    refused = chen.post("/customers/new", form)
    assert (refused.status_code, "客户“澄湖酒店”已归档。" in refused.text, 'value="苏州"' in refused.text) == (
        422,
        True,
        True,
    )
    assert f'<a href="/customers/{hotel.id}">打开客户页</a>' in refused.text
    back = re.search(r'formaction="([^"]+)"', refused.text)[1]
    assert 'name="is_another"' in refused.text
    assert chen.post(back, form).location == f"/customers/{hotel.id}"
    row = db["customer"].get(hotel.id)
    assert (row["archived"], row["city"], row["number"]) == (0, "苏州", "60000123")
    chen.post(f"/customers/{hotel.id}/archive")
    assert chen.post("/customers/new", {**form, "is_another": "1"}).status_code == 303
    assert customers.listing(db, reader=OPERATOR)[1] == 1


def test_a_form_open_while_it_was_archived_keeps_its_text_and_saves_it_with_bringing_back(signed_in, hotel, db):
    form = {"name": "澄湖酒店", "number": "", "phone": "", "mail": "", "segment": "", "city": "北京"}
    chen, wang = signed_in("chen"), signed_in("wang")
    chen.get(f"/customers/{hotel.id}/edit")
    wang.get(f"/customers/{hotel.id}")
    wang.post(f"/customers/{hotel.id}/archive")
    assert f'action="/customers/{hotel.id}/unarchive"' in chen.get(f"/customers/{hotel.id}").text
    refused = chen.post(f"/customers/{hotel.id}/edit", {**form, "version": "1"})
    assert (refused.status_code, "王雅婷已经归档了这位客户" in refused.text, "北京" in refused.text) == (
        409,
        True,
        True,
    )
    told = dict(re.findall(r'<input type="hidden" name="(version|bring_back)" value="(\d+)"', refused.text))
    assert chen.post(f"/customers/{hotel.id}/edit", {**form, **told}).status_code == 303
    assert (db["customer"].get(hotel.id)["city"], db["customer"].get(hotel.id)["archived"]) == ("北京", 0)


def test_a_refused_import_says_why_in_chinese_and_keeps_the_good_rows(signed_in, db):
    import io

    chen = signed_in("chen")
    chen.get("/customers/import")
    table = "客户,手机\n王芳,13900000088\n甲,见备注\n".encode("gb18030")
    page = chen.post("/customers/import", {"file": (io.BytesIO(table), "客户.csv")}, content_type="multipart/form-data")
    assert "gb18030" in page.text
    assert "“见备注”不是电话号码" in page.text
    assert db["customer"].count == 1
    table = "客户,会员号,手机\n王芳,7,13900000088\n王芳大姐,7,\n".encode()
    page = chen.post("/customers/import", {"file": (io.BytesIO(table), "客户.csv")}, content_type="multipart/form-data")
    assert "已经有王芳了" in page.text
    assert "“客户名称”与表里不同，没有改动" in page.text
    none = chen.post(
        "/customers/import",
        {"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n\x00"), "x.csv")},
        content_type="multipart/form-data",
    )
    assert none.status_code == 422
    assert "x.csv" in none.text


def test_a_note_out_of_force_is_marked_where_it_is_found_and_read(signed_in, a_note, indexed):
    over = Details(audience="all", valid_from="2020-01-01", valid_until="2020-12-31")
    old = a_note(title="旧报价", dimension="for", details=over)
    a_note(title="新报价", dimension="for")
    indexed()
    vera = signed_in("vera")
    for page in (f"/notes/{old.id}", "/search?q=旧报价", "/notes?dimension=for"):
        assert "2020-12-31 已失效" in vera.get(page).text, page
    assert "已失效" not in vera.get('/search?q="新报价"').text


def test_a_question_without_an_answer_names_whom_to_ask(signed_in, a_note, indexed, db, people):
    a_note(topic_names=["海关税费"])
    db["member"].update(people["chen"].member_id, {"phone": "051261008203"})
    indexed()
    page = signed_in("vera").get("/search?q=类型:用于 海关多久").text
    assert "陈小兰" in page
    assert 'href="tel:051261008203"' in page


def test_a_topic_only_one_knows_says_so_in_the_list_and_on_its_page(signed_in, a_note):
    note = a_note(topic_names=["海关税费"])
    vera = signed_in("vera")
    assert "只有陈小兰" in vera.get("/topics").text
    assert "只有陈小兰懂" in vera.get(f"/topics/{note.topics[0]['id']}").text


def test_the_note_beside_the_list_is_one_the_reader_may_see(signed_in, world):
    browser = signed_in("chen")

    def beside(number):
        text = browser.get(f"/search?q=密封&open={number}").text
        return re.sub(r'name="csrf_token" value="[^"]+"|open=\d+', "", text)

    assert "data-pane-note" in beside(world.public)
    assert "data-pane-note" not in beside(world.private)
    assert beside(world.private) == beside(987654)


def test_the_history_of_a_note_shows_what_changed_beside_its_text(signed_in, a_note, people, hotel, db, now):
    note = a_note()
    later = Details(customers=((hotel.id, "试用"),), our_part="样品")
    fields = {"title": note.title, "summary": "", "body": note.body, "topic_names": ["密封罐"], "readers": "all"}
    notes.edit(db, note.id, version=1, by=people["chen"], now=now, dimension="with", details=later, **fields)
    page = signed_in("vera").get(f"/notes/{note.id}/history").text
    newest = page.split("sheet__head")[1]
    text = re.sub(r"<[^>]+>", "", newest)
    for shown in ("澄湖酒店: 试用", "样品", "电话", "投诉"):
        assert shown in text, shown


def test_a_customer_of_a_name_that_others_have_shows_them(signed_in, hotel, db, people, now):
    second = customers.add(db, name="澄湖酒店", phone="13900001199", by=people["chen"], now=now)
    customers.add(db, name="澄湖酒店二分店", by=people["chen"], now=now)
    page = signed_in("chen").get(f"/customers/{hotel.id}").text
    line = page[page.index("同名或同电话的还有") :]
    assert f'href="/customers/{second.id}"><bdi>澄湖酒店</bdi> <span class="weak">139****1199</span></a>' in line
    assert "二分店" not in line


def test_an_import_is_taken_back_as_a_whole_from_the_activity_page(signed_in, db, people, monkeypatch):
    chen = signed_in("chen")
    chen.get("/customers/import")
    table = "客户,会员号\n王芳,1\n青禾,2\n石径,3\n".encode()
    page = chen.post("/customers/import", {"file": (io.BytesIO(table), "客户.csv")}, content_type="multipart/form-data")
    found = re.search(r'action="(/changes/\d+/undo/all)"', page.text)
    assert found[1] in chen.get("/activity").text
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    place = chen.post(found[1]).location
    assert "撤销 · 3 位客户" in chen.get(place).text
    assert "一次导入的 3 条还在后台撤回" in chen.get("/activity").text
    chen.post(f"{place}/stop")
    assert "去看客户" not in chen.get(place).text
    monkeypatch.undo()
    assert chen.post(found[1]).status_code == 303
    assert customers.listing(db, reader=people["chen"])[1] == 0
    page = chen.get("/activity").text
    assert "已撤销 3 条" in page
    undo = re.search(r'action="(/changes/\d+/undo/all)"', page)[1]
    with monkeypatch.context() as small:
        small.setattr(bulk, "AT_ONCE", 2)
        place = chen.post(undo).location
    assert "恢复 · 3 位客户" in chen.get(place).text
    assert "一次导入的 3 条还在后台恢复" in chen.get("/activity").text
    chen.post(f"{place}/stop")
    assert "已恢复</dt><dd><b>0" in chen.get(place).text
    # Who is archived by that is left alone, and told of by row, until a tick brings them back.
    for ticked, count in (({}, 0), ({"bring_back": "1"}, 3)):
        sent = {"file": (io.BytesIO(table), "客户.csv"), **ticked}
        page = chen.post("/customers/import", sent, content_type="multipart/form-data").text
        assert ("另有 3 行是已归档的客户" in page, "石径已归档" in page) == (not ticked, not ticked)
        assert customers.listing(db, reader=people["chen"])[1] == count
