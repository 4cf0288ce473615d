"""Saved views on the list: chips that lead to an address, never to a count."""

import re

from kb import notes, saved_views, view_news
from kb.note_details import Details
from kb.store import utc_now


def test_a_list_is_saved_shared_renamed_deleted_and_brought_back(signed_in, db, people, a_note):
    a_note(title="只给王", readers="owner", by=people["wang"])
    chen, li = signed_in("chen"), signed_in("li")
    chen.get("/notes?dimension=from")
    form = {"name": "投诉", "readers": "all", "dimension": "from", "page": "3", "evil": "1"}
    answer = chen.post("/notes/views", form)
    assert (answer.status_code, answer.location) == (303, "/notes?dimension=from")
    (view,) = saved_views.listing(db, reader=people["li"])
    assert view.address == {"dimension": "from"}
    page = li.get("/notes?dimension=from").text
    chip = re.search(r'<a class="chip" href="([^"]+)"([^>]*)>.*?<bdi>投诉</bdi></a>', page)
    assert (chip[1], 'aria-current="true"' in chip[2], "陈小兰共享" in chip[2]) == ("/notes?dimension=from", True, True)
    assert "只给王" not in page
    assert f"/notes/views/{view.id}" not in page
    chen.get("/notes?dimension=from")
    chen.post(f"/notes/views/{view.id}", {"name": "抱怨", "readers": "owner"})
    assert "抱怨" not in li.get("/notes").text
    chen.post(f"/notes/views/{view.id}/delete")
    page = chen.get("/activity").text
    assert "删除了视图" in page
    undo = re.search(r'action="(/changes/\d+/undo)"', page)[1]
    assert chen.post(undo).location == "/notes?dimension=from"
    assert "抱怨" in chen.get("/notes").text
    assert "视图" not in re.sub("<nav.*?</nav>", "", li.get("/activity?who=all").text, flags=re.DOTALL)


def test_what_is_refused_is_said_beside_its_field(signed_in, people):
    chen = signed_in("chen")
    chen.get("/notes")
    answer = chen.post("/notes/views", {"name": " ", "readers": "owner", "dimension": "from"})
    assert answer.status_code == 422
    assert "缺少视图名称" in answer.text or "视图名称" in re.sub("<[^>]+>", "", answer.text)
    assert 'name="dimension" value="from"' in answer.text


def test_a_list_is_narrowed_by_what_its_address_says_and_all_that_is_done_with_it_keeps_to_that(
    signed_in, db, people, a_note, now
):
    def said(title, channel="电话", login="chen", **more):
        details = Details(channel=channel, experience="complaint")
        return a_note(title=title, dimension="from", details=details, by=people[login], **more)

    wanted = said("盖子漏气", topic_names=["密封罐"])
    said("另一个主题", topic_names=["运输"])
    said("另一个渠道", "微信", topic_names=["密封罐"])
    said("另一位同事", login="lin", topic_names=["密封罐"])
    said("看不到的", login="wang", readers="owner", topic_names=["密封罐"])
    gone = said("归档了的", topic_names=["密封罐"])
    notes.archive(db, gone.id, by=people["chen"], now=now)
    chen = signed_in("chen")
    query = "topic=密封罐&owner=chen&channel=电话&state=raw&trust=unverified"
    page = chen.get(f"/notes?{query}").text
    assert "盖子漏气" in page
    for other in ("另一个主题", "另一个渠道", "另一位同事", "看不到的", "归档了的"):
        assert other not in page
    assert page.count('class="chip__off"') == 5
    assert "整个列表：1 条" in page
    sheet = chen.get(f"/notes/list.csv?{query}").text
    assert (sheet.count("盖子漏气"), sheet.count("另一")) == (1, 0)
    assert "已选 1 条" in chen.get(f"/notes/bulk?act=archive&all=1&{query}").text
    form = dict(each.split("=") for each in query.split("&"))
    place = chen.post("/notes/views", {**form, "name": "电话里的", "readers": "owner"}).location
    assert "盖子漏气" in chen.get(place).text
    assert "另一个渠道" not in chen.get(place).text
    assert "归档了的" in chen.get("/notes?archived=1").text
    assert "没有符合的知识" in chen.get("/notes?topic=没有这个").text
    assert wanted.title not in chen.get("/notes?owner=nobody").text
    # A topic that only a closed note carries is none.
    said("藏起来的", login="wang", readers="owner", topic_names=["只有王知道"])
    assert "藏起来的" not in chen.get("/notes?topic=只有王知道").text


def test_a_search_is_saved_and_what_is_new_in_it_waits_on_today_until_it_was_seen(
    signed_in, db, home, people, a_note, indexed
):
    li = signed_in("li")
    page = li.get("/search?q=胶圈 类型:来自").text
    assert "有新的放到" not in page
    answer = li.post("/search/views", {"q": "胶圈 类型:来自", "name": "胶圈的事", "readers": "owner"})
    assert answer.status_code == 303
    page = li.get(answer.location).text
    assert re.search(r'class="chip" href="/search\?[^"]+" aria-current="true"[^>]*>.*?<bdi>胶圈的事</bdi>', page)
    action = re.search(r'action="(/search/views/\d+/news)"', page)[1]
    assert li.post(action, {"every": "day"}).status_code == 303
    assert '<option value="day" selected>每天告诉我' in li.get(answer.location).text
    a_note(title="胶圈又涨价", now=utc_now())
    a_note(title="胶圈机密", readers="owner", by=people["wang"], now=utc_now())
    indexed()
    view_news.gather(db, home, now="2099-01-01T00:00:00.000000Z")
    today = li.get("/").text
    assert "保存的搜索里有新的" in today
    assert "胶圈又涨价" in today[today.index("保存的搜索里有新的") :]
    assert "胶圈机密" not in today
    assert "保存的搜索里有新的" not in signed_in("chen").get("/").text
    li.get("/")
    assert li.post(re.search(r'action="(/search/views/\d+/seen)"', today)[1]).location == "/"
    assert "保存的搜索里有新的" not in li.get("/").text


def test_a_search_that_cannot_be_saved_is_refused_on_its_page(signed_in):
    li = signed_in("li")
    li.get("/search?q=罐")
    answer = li.post("/search/views", {"q": "罐", "name": " ", "readers": "owner"})
    assert answer.status_code == 422
    assert "视图名称" in re.sub("<[^>]+>", "", answer.text)
    assert li.post("/search/views", {"q": "类型:没有", "name": "错", "readers": "owner"}).status_code == 422
