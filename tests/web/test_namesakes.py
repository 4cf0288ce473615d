"""Two colleagues of one name on the pages: which is which, and a form that was not touched means the same one."""

import re


def test_of_two_of_one_name_every_page_says_who_is_meant_and_takes_the_same_one_again(signed_in, db, people, a_note):
    note, li = a_note(), people["li"].member_id
    topic = db.execute("SELECT id FROM topic").fetchone()[0]
    wang = signed_in("wang")
    wang.post(f"/gaps/sole/{topic}", {"member": "陈小兰", "due_on": "2099-01-01"})
    assert 'value="陈小兰"' in wang.get("/gaps").text
    db["member"].update(li, {"name": "陈小兰"})
    page = wang.get("/gaps").text
    assert "陈小兰（chen）负责" in page
    member = re.search(r'name="member"[^>]*value="([^"]*)"', page)[1]
    assert wang.post(f"/gaps/sole/{topic}", {"member": member, "due_on": "2099-02-01"}).status_code == 303
    assert db.execute("SELECT member_id, due_on FROM gap").fetchall() == [(people["chen"].member_id, "2099-02-01")]
    for page in ("/map?q=陈小兰", "/map/path?to=陈小兰"):
        its = re.findall(r"<bdi>客服部</bdi> <bdi>(\w+)</bdi> 同事", wang.get(page).text)
        assert sorted(its) == ["chen", "li"], page
    assert "<bdi>客服部</bdi> 同事" in wang.get("/map?q=王雅婷").text
    way = wang.get(f"/map/path?to=member-{li}").text
    assert re.search(r'<input[^>]*name="to"[^>]*value="li"', way)
    assert "王雅婷在客服部工作" in wang.get("/map/path?to=li").text
    for page in (f"/notes/{note.id}/verifier", f"/topics/{topic}/edit", "/sources/new"):
        options = re.findall(r"<option[^>]*>(陈小兰 [^<]*|马丽 [^<]*)</option>", wang.get(page).text)
        assert set(options) == {"陈小兰 客服部 chen", "陈小兰 客服部 li", "马丽 市场部"}, page
