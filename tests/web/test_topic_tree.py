"""Topics on their pages: what is arranged, merged, split and imported there can be taken back where it stands."""

import io
import re


def test_a_merge_is_made_told_and_taken_back_from_the_activity_page(signed_in, world, db):
    browser = signed_in("wang")
    page = browser.get(f"/topics/{world.topic}/edit").text
    assert "合并到另一个主题" in page
    answer = browser.post(f"/topics/{world.other_topic}/merge", {"into": "密封罐"})
    assert answer.location.endswith(f"/topics/{world.topic}")
    shown = browser.get(answer.location).text
    assert "“炉灶”已合并到“密封罐”" in shown
    assert "也叫 <bdi>炉灶</bdi>" in shown
    assert browser.get(f"/topics/{world.other_topic}").location.endswith(f"/topics/{world.topic}")
    told = browser.get("/activity").text
    assert "把一个主题合并到" in told
    assert browser.post(re.search(r"/changes/\d+/undo(?!/)", told)[0]).status_code == 303
    assert browser.get(f"/topics/{world.other_topic}").status_code == 200
    assert "撤销了合并" in browser.get("/activity").text


def test_a_topic_that_cannot_stand_where_it_is_put_is_refused_with_what_was_typed(signed_in, world):
    browser = signed_in("wang")
    form = {"name": "密封罐", "aliases": "罐", "parents": "炉灶", "facet": "repair", "owner_id": "3", "version": "1"}
    assert browser.post(f"/topics/{world.topic}/edit", form).status_code == 303
    shown = browser.get(f"/topics/{world.topic}").text
    assert all(word in shown for word in ("归在：", "炉灶", "维护人", "李思远"))
    # Who had it open before keeps what they wrote, sees what stands, and saves on top of that.
    changed = {**form, "parents": "", "aliases": "玻璃罐"}
    answer = browser.post(f"/topics/{world.topic}/edit", changed)
    assert (answer.status_code, "现在的内容：密封罐，又叫 罐，上级 炉灶" in answer.text) == (409, True)
    assert "玻璃罐" in answer.text
    assert 'name="parents" value="炉灶"' in re.sub(r" (id|aria-\w+)=\"[^\"]*\"", "", answer.text)
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    saved = browser.post(f"/topics/{world.topic}/edit", {**form, "aliases": "罐、玻璃罐", "version": version})
    assert (saved.status_code, "玻璃罐" in browser.get(f"/topics/{world.topic}").text) == (303, True)
    answer = browser.post(f"/topics/{world.other_topic}/edit", {"name": "炉灶", "parents": "罐", "version": "2"})
    assert answer.status_code == 422
    assert "路线是 密封罐 → 炉灶" in answer.text
    assert browser.post(f"/topics/{world.topic}/merge", {"into": "没有"}).status_code == 422
    assert browser.post(f"/topics/{world.topic}/split", {"name": "新", "note": "999"}).status_code == 422


def test_what_is_exported_as_a_table_is_taken_in_again_unchanged_in_both_languages(signed_in, world):
    browser = signed_in("wang")
    form = {
        "name": "密封罐",
        "aliases": "罐\njar",
        "parents": "炉灶",
        "facet": "repair",
        "owner_id": "3",
        "version": "1",
    }
    browser.post(f"/topics/{world.topic}/edit", form)
    for language in ("en", "zh_CN"):
        browser.post("/language", {"lang": language, "next": "/"})
        for noun in ("topics", "sources"):
            table = browser.get(f"/{noun}/list.csv").data
            told = browser.post(f"/{noun}/import", {"file": (io.BytesIO(table), "a.csv")}).text
            known = len(table.splitlines()) - 1
            assert re.search(rf"(?:新增 |read: )0\D+{known}\D+0", told), (noun, language)
            assert "/undo/all" not in told, "nothing changed, so nothing is to be taken back"
    assert browser.post("/topics/import", {}).status_code == 422


def test_a_source_is_found_by_the_search_and_said_to_be_still_right(signed_in, world, indexed, db):
    browser = signed_in("vera")
    assert "测试台" in browser.get("/search?q=密封罐 实验室").text
    browser = signed_in("chen")
    form = {"name": "测试台", "kind": "equipment", "place": "实验室", "access": "找赵明", "topics": "密封罐",
            "owner_id": "5", "months": "1", "version": "1"}  # fmt: skip
    assert browser.post(f"/sources/{world.source}/edit", form).status_code == 303
    # Who had it open before keeps what they wrote, with what others changed beside it.
    opened = {**form, "access": "", "months": ""}
    assert browser.post(f"/sources/{world.source}/edit", {**opened, "place": "二楼"}).status_code == 303
    shown = browser.get(f"/sources/{world.source}").text
    assert ("二楼" in shown, "找赵明" in shown) == (True, True)
    answer = browser.post(f"/sources/{world.source}/edit", {**opened, "place": "三楼"})
    assert (answer.status_code, "现在的内容：测试台，设备，二楼" in answer.text) == (409, True)
    assert [each in answer.text for each in ('value="三楼"', 'value="找赵明"')] == [True, True]
    db.execute("UPDATE source SET checked_at = '2026-01-01T00:00:00.000000Z'")
    assert "仍然正确" in browser.get("/sources?due=1").text
    answer = browser.post(f"/sources/{world.source}/check", headers={"HX-Request": "true"})
    assert (answer.status_code, "仍然正确，下次" in answer.text) == (200, True)
    assert "没有要看的资料" in browser.get("/sources?due=1").text
    assert "找赵明" in browser.get(f"/topics/{world.topic}").text
    for act, archived in (("archive", 1), ("restore", 0)):
        version = str(db["source"].get(world.source)["version"])
        page = browser.get(browser.post(f"/sources/{world.source}/{act}", {"version": version}).location).text
        assert db["source"].get(world.source)["archived"] == archived
        browser.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
        assert db["source"].get(world.source)["archived"] == 1 - archived
        db["source"].update(world.source, {"archived": archived})


def test_a_list_taken_along_and_back_opens_no_topic_to_others(signed_in, world):
    browser = signed_in("wang")
    table = browser.get("/topics/list.csv").data
    assert "私事" in table.decode()
    browser.post("/topics/import", {"file": (io.BytesIO(table), "a.csv")})
    assert signed_in("li").get(f"/topics/{world.private_topic}").status_code == 404
