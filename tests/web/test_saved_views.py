"""Saved views on the list: chips that lead to an address, never to a count."""

import re

from kb import saved_views


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
