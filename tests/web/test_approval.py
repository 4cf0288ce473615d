"""A change that waits for the yes of a second person, on every page that would show it."""

import re

from kb import approval, approval_rules, notes, proposals, verification
from kb.access import OPERATOR
from tests.web.test_routes import NOTE


def seen(browser, path):
    answer = browser.get(path)
    return str(answer.json) if path.startswith("/api/") else re.sub("<[^>]+>", "", answer.text)


def words_of(answer):
    return re.sub("<[^>]+>", "", answer.text)


def form_of(answer, door):
    """Return the hidden fields of the form of a page that posts to `door`, with a reason."""
    form = answer.text[answer.text.index(f'action="{door}"') :]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    named = {name: [value for each, value in found if each == name] for name, _ in found if name != "csrf_token"}
    return named | {"readers": "all", "reason": "过时"}


def test_a_proposed_change_is_nowhere_before_the_yes_and_everywhere_after_it(
    signed_in, a_note, indexed, people, db, now
):
    other, note = a_note(title="另一条").id, a_note(title="密封罐的胶圈", body="胶圈半年一换。")
    chen, wang, li = signed_in("chen"), signed_in("wang"), signed_in("li")
    department = people["chen"].department_id
    wang.get("/approval")
    wang.post(f"/approval/{department}", {"dimension": ["from"]})
    verification.doubt(db, note.id, "三个月就硬了", by=people["li"], now=now)
    form = {**NOTE, "title": note.title, "body": "胶圈三个月一换。", "version": "2", "answered": now}
    proposed = chen.post(f"/notes/{note.id}/edit", form)
    page = chen.get(proposed.location).text
    assert "已提交审批，通过后别人才看得到。" in page
    assert "陈小兰提交的改动正在等审批：王雅婷。" in page
    assert "胶圈三个月一换。" in chen.get(f"/notes/{note.id}/edit").text
    assert 'name="version" value="2"' in chen.get(f"/notes/{note.id}/edit").text
    assert f'name="answered" value="{now}" checked' in chen.get(f"/notes/{note.id}/edit").text

    shown = ("/", f"/notes/{note.id}", f"/notes/{note.id}/history", f"/notes/{note.id}/pane", "/notes/list.csv",
             f"/api/v1/notes/{note.id}", "/api/v1/search?q=三个月", "/notes/print")  # fmt: skip
    indexed()
    assert [path for path in shown if "三个月一换" in seen(li, path)] == []
    assert "陈小兰提交的改动" not in li.get(f"/notes/{note.id}").text

    address = re.search(r'href="(/proposals/\d+)"', wang.get("/").text)[1]
    assert address in wang.get("/verification").text or address in wang.get("/proposals").text
    # Before it would go to the archive, who may see what waits is told of it.
    paths = (f"{note.id}/archive", f"{other}/merge?with={note.id}", f"bulk?note={note.id}&act=archive")
    told = "还有 1 处改动在等人通过（陈小兰提交）"
    assert [path for path in paths if told not in seen(wang, f"/notes/{path}")] == []
    assert told not in seen(wang, f"/notes/{note.id}/merge?with={other}")
    assert wang.get(f"/notes/{note.id}").text.count(f'href="/notes/{note.id}/archive"') == 2
    diff = re.sub("<[^>]+>", "", wang.get(address).text)
    assert "半年" in diff
    assert "它回应了有人说过时的地方： 李思远、“三个月就硬了”" in re.sub(r"\s+", " ", diff)
    assert "三个月" in diff
    token = dict(re.findall(r'name="(revision|version)" value="(\d+)"', wang.get(address).text))
    refused = wang.post(f"{address}/return", token)
    assert (refused.status_code, "写清楚要改什么。" in refused.text) == (422, True)
    wang.post(f"{address}/return", {**token, "words": "写明哪种罐"})
    assert "写明哪种罐" in chen.get("/").text
    chen.get(f"/notes/{note.id}/edit")
    chen.post(f"/notes/{note.id}/edit", {**form, "body": "大罐的胶圈三个月一换。"})
    token = dict(re.findall(r'name="(revision|version)" value="(\d+)"', wang.get(address).text))
    assert wang.post(f"{address}/approve", {**token, "words": "可以"}).status_code == 303
    indexed()
    hidden = [path for path in shown if "三个月一换" not in seen(li, path)]
    assert hidden == ["/"]  # a list of titles
    history = re.sub("<[^>]+>", "", li.get(f"/notes/{note.id}/history").text)
    assert "王雅婷审批通过了一处改动" in history
    assert "陈小兰提交" in history
    activity = wang.get("/activity").text
    assert "设置了哪些改动要审批" in activity
    assert "审批通过了改动" in activity


def test_a_note_saved_from_the_drawer_says_that_it_waits(signed_in, people):
    wang, chen = signed_in("wang"), signed_in("chen")
    wang.get("/approval")
    wang.post(f"/approval/{people['chen'].department_id}", {"dimension": ["from"]})
    answer = chen.post("/capture", {**NOTE, "title": "", "topics": "", "body": "换成丁腈胶圈"})
    assert "已提交审批，通过后别人才看得到。" in answer.text
    assert "换成丁腈胶圈" not in signed_in("li").get("/notes").text


def test_two_agree_one_after_the_other_and_the_history_tells_who_took_part_and_who_said_what(signed_in, a_note, people):
    note = a_note(title="密封罐的胶圈", body="胶圈半年一换。")
    chen, wang, ma = signed_in("chen"), signed_in("wang"), signed_in("ma")
    rules = f"/approval/{people['chen'].department_id}"
    wang.get("/approval")
    refused = wang.post(rules, {"dimension": ["from"], "colleague": "没有这人"})
    assert (refused.status_code, "没有这人" in refused.text) == (422, True)
    done = wang.post(rules, {"dimension": ["from"], "second": "manager"})
    assert "已经在等审批的，也还要第二个人同意" in wang.get(done.location).text
    assert '<option value="manager" selected>' in wang.get("/approval").text
    form = {**NOTE, "title": note.title, "body": "胶圈三个月一换。", "version": "1", "participants": "李思远"}
    chen.get(f"/notes/{note.id}/edit")
    chen.post(f"/notes/{note.id}/edit", form)
    page = chen.get(f"/notes/{note.id}").text
    assert "要由另一个人来加或去掉" in page
    assert f'action="/notes/{note.id}/attachments' not in page
    for each, words, why in (
        (wang, "数字对", "他们是这个部门的知识管理员或主管"), (ma, "可以", "部门规定初审之后由他们同意"),
    ):  # fmt: skip
        address = re.search(r'href="(/proposals/\d+)"', each.get("/proposals").text)[1]
        page = each.get(address).text
        assert "李思远" in page
        assert why in page
        token = dict(re.findall(r'name="(revision|version)" value="(\d+)"', page))
        assert each.post(f"{address}/approve", {**token, "words": words}).status_code == 303
    assert "数字对" in page
    assert "初审通过，还差一个人同意" in wang.get("/proposals").text
    history = re.sub("<[^>]+>", "", signed_in("li").get(f"/notes/{note.id}/history").text)
    for words in ("参与的同事： 李思远", "王雅婷", "数字对", "可以", "三个月"):
        assert words in " ".join(history.split())


def test_who_proposed_finds_the_text_again_after_the_note_was_archived(signed_in, world, db, people, now):
    notes.archive(db, world.public, by=people["wang"], now=now, reason="过时")
    chen = signed_in("chen")
    gone = "还没人决定，这条知识就归档了"
    assert gone in chen.get("/").text and gone in chen.get("/proposals").text
    wanted = proposals.get(db, world.proposal, reader=people["chen"]).wanted
    page = chen.get(f"/proposals/{world.proposal}").text
    assert (gone in page, wanted["body"].splitlines()[0] in page, ">修改<" in page) == (True, True, False)


def test_what_is_proposed_while_one_looks_is_told_before_the_note_goes_to_the_archive_through_any_door(
    signed_in, a_note, people, db, now
):
    note, other = a_note(by=people["wang"]), a_note(title="另一条", by=people["wang"])
    wang, li = signed_in("wang"), signed_in("li")
    doors = {
        f"/notes/{note.id}/archive": f"/notes/{note.id}/archive",
        f"/notes/{other.id}/merge?with={note.id}": f"/notes/{other.id}/merge",
        f"/notes/bulk?note={note.id}&act=archive": "/notes/bulk",
        f"/verification/preview?note={note.id}&act=archive": "/verification/bulk",
    }
    opened = {door: form_of(wang.get(path), door) for path, door in doors.items()}
    approval_rules.arrange(db, people["wang"].department_id, ["from"], by=people["wang"], now=now)
    for words in ("改过", "又改过"):
        signed_in("wang").post(f"/notes/{note.id}/edit", {**NOTE, "title": note.title, "body": words, "version": "1"})
        for door in doors.values():
            answer = wang.post(door, opened[door])
            assert answer.status_code in (409, 422), door
            assert "还有 1 处改动在等人通过（王雅婷提交）" in words_of(answer)
            assert not notes.get(db, note.id, reader=OPERATOR).archived
            opened[door] = form_of(answer, door)
    assert wang.post(f"/notes/{note.id}/archive", {"reason": "过时"}).status_code == 409
    assert li.post(f"/notes/{note.id}/archive", {"reason": "过时"}).status_code == 403
    door = doors[f"/notes/bulk?note={note.id}&act=archive"]
    assert wang.post(door, opened[door] | {"reason": "过时"}).status_code == 303
    assert notes.get(db, note.id, reader=OPERATOR).archived


def test_who_neither_proposed_nor_is_asked_is_told_before_the_archive_that_a_change_waits(
    signed_in, a_note, people, db, now
):
    note, other = a_note(), a_note(title="另一条")
    department, second = people["chen"].department_id, ("member", people["li"].member_id)
    approval_rules.arrange(db, department, ["from"], second=second, by=people["zhao"], now=now)
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
    told = {"details": note.details(), "topic_names": ["密封罐"], "by": people["chen"], "now": now}
    notes.edit(db, note.id, version=1, **fields, body="改过", **told)
    (one,) = proposals.waiting(db, reader=people["wang"])
    approval.approve(db, one.id, revision=1, version=1, words="", by=people["wang"], now=now)
    ma = signed_in("ma")
    paths = (f"{note.id}/archive", f"{other.id}/merge?with={note.id}", f"bulk?note={note.id}&act=archive")
    waits = "还有 1 处改动在等人通过；"
    assert [path for path in paths if waits not in seen(ma, f"/notes/{path}")] == []
    page = ma.get(f"/notes/{note.id}").text
    assert page.count(f'href="/notes/{note.id}/archive"') == 2
    assert "陈小兰提交" not in page
    assert waits not in seen(ma, f"/notes/{other.id}/archive")
