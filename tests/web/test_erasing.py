"""The page that erases a customer: what would go is told first, and nothing goes by a slip."""

import re

import pytest

from kb import customers, drafts, feed, notes
from kb.access import OPERATOR
from kb.errors import NotFound
from kb.note_details import Details


@pytest.fixture
def customer(db, people, now):
    return customers.add(db, name="郑敏之", phone="13812345678", number="H2201", by=people["chen"], now=now)


def test_a_customer_is_erased_from_their_page_after_a_look_and_a_tick(signed_in, customer, a_note, db, people):
    details = Details(((customer.id, ""),), channel="电话", experience="complaint")
    note = a_note(title="只关于她", details=details)
    naming = a_note(title="顺口提到", body="像郑敏之那样")
    zhao = signed_in("zhao")
    assert f"/customers/{customer.id}/erase" in zhao.get(f"/customers/{customer.id}").text
    page = zhao.get(f"/customers/{customer.id}/erase").text
    assert "只关于她" in page.split("会留下")[0]
    assert "顺口提到" in page.split("会留下")[1]
    form = {"note": str(note.id), "reason": "本人请求", "sure": "1"}
    before = feed.last_seq(db)
    for wrong, field in (({"sure": None}, "sure"), ({"reason": " "}, "reason")):
        sent = {name: value for name, value in {**form, **wrong}.items() if value is not None}
        refused = zhao.post(f"/customers/{customer.id}/erase", sent)
        assert refused.status_code == 422
        assert f'id="{field}-help"' in refused.text
    assert feed.last_seq(db) == before
    done = zhao.post(f"/customers/{customer.id}/erase", form)
    assert done.status_code == 303
    assert done.location.endswith(f"/customers/{customer.id}/erased")
    page = zhao.get(f"/customers/{customer.id}").text
    assert re.search(r"资料已于 .* 按“本人请求”清除", page)
    assert "郑敏之" not in page
    assert f"已清除的客户 #{customer.id}</bdi>" in page
    assert ("写一条" in page, "data-customer=" in page, 'data-caller=""' in page) == (False, False, True)
    assert f"#{customer.id}" not in zhao.get(f"/capture?customer={customer.id}").text
    assert zhao.get(f"/customers/{customer.id}/erase").status_code == 409
    assert "清除了客户的资料" in zhao.get("/activity").text
    assert notes.get(db, naming.id, reader=OPERATOR).title == "顺口提到"
    with pytest.raises(NotFound):
        notes.get(db, note.id, reader=OPERATOR)


def test_versions_and_files_are_ticked_and_what_is_left_is_told(signed_in, customer, a_note, db, home, people):
    note = a_note(title="罐子的事", body="像郑敏之那样")
    still = a_note(title="今天也写着", body="郑敏之")
    notes.edit(
        db, note.id, version=note.version, title=note.title, summary="", body="像一位客户", dimension="from",
        readers="all", topic_names=["密封罐"], details=Details(channel="电话", experience="complaint"),
        by=people["chen"], now="2026-11-20T08:00:00.000000Z",
    )  # fmt: skip
    about = {"form": "new", "path": "/notes/new", "title": "", "fields": {"body": "郑敏之说"}}
    drafts.keep(db, "2:new:1", **about, by=people["chen"], now="2026-11-20T08:00:00.000000Z")
    for name, text in (("uploads", "郑敏之"), ("backups", "")):
        (home / name).mkdir(exist_ok=True)
        (home / name / "old.db").write_text(text, "utf-8")
    zhao = signed_in("zhao")
    page = zhao.get(f"/customers/{customer.id}/erase").text
    assert f'name="version" value="{note.id}" checked' in page
    assert f'name="version" value="{still.id}">' in page
    assert 'name="file" value="uploads/old.db">' in page
    assert "还没保存的文字和图片里提到这位客户的 1 份" in page
    form = {"version": str(note.id), "file": "uploads/old.db", "unsaved": "1", "reason": "本人请求", "sure": "1"}
    refused = zhao.post(f"/customers/{customer.id}/erase", {**form, "reason": ""})
    assert 'value="uploads/old.db" checked' in refused.text
    assert (home / "uploads" / "old.db").exists()
    done = zhao.post(f"/customers/{customer.id}/erase", form)
    assert "old.db" in zhao.get(done.location).text
    assert not (home / "uploads" / "old.db").exists()
    assert drafts.of_writer(db, reader=people["chen"]) == []
    history = zhao.get(f"/notes/{note.id}/history").text
    assert "清除了提到某人的版本" in history
    assert "郑敏之" not in history
    assert "郑敏之" in zhao.get(f"/notes/{still.id}/history").text
    activity = zhao.get("/activity?who=all").text
    assert "清除了提到某人的版本" in activity
    forget = feed.changes(db, "note", note.id)[0]["seq"]
    assert f"/changes/{forget}/undo" not in activity + history
    assert zhao.post(f"/changes/{forget}/undo").status_code == 409
    (home / "backups" / "old.db").unlink()
    assert "old.db" not in zhao.get(done.location).text
    assert zhao.get(f"/customers/{customer.id + 1}/erased").status_code == 404


def test_only_an_administrator_sees_the_page(signed_in, customer):
    assert signed_in("ma").get(f"/customers/{customer.id}/erase").status_code == 403
    assert "/erase" not in signed_in("ma").get(f"/customers/{customer.id}").text
