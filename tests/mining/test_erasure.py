"""Erasing a person: nothing of them is found anywhere, and the chain still says that and why."""

import io
import sqlite3
from contextlib import closing

import pytest

from kb import (
    approval_rules,
    attachments,
    check,
    comments,
    customers,
    drafts,
    earlier_versions,
    erasure,
    feed,
    files,
    gates,
    held_pictures,
    intake,
    interaction_attachments,
    interactions,
    leftovers,
    maturity,
    note_details,
    note_history,
    note_rows,
    notes,
    quotes,
    saved_views,
    unmerged,
    uses,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details
from kb.note_import import Defaults
from kb.search import indexer
from kb.store import backup, writing
from mining import erasure as of_all, runs
from mining.ledger import batches, uploads
from tests import made_files

WORDS = ("龘靐女士", "13911112222", "yanyan@token.example", "TOKEN-7781", "独角镇", "沟通暗语", "知识暗语")
REASON = "本人请求，个人信息保护法第四十七条"


@pytest.fixture
def person(db, people, now):
    name, phone, mail, number, city, _, _ = WORDS
    fields = {"name": name, "phone": phone, "mail": mail, "number": number, "city": city}
    return customers.add(db, **fields, by=people["chen"], now=now)


@pytest.fixture
def about(a_note, person, people):
    """Return a function that writes a note about that person, or about others too."""

    def write(*others, **fields):
        named = tuple((each, "") for each in (person.id, *others))
        return a_note(details=Details(named, channel="电话", experience="complaint"), **fields)

    return write


@pytest.fixture
def talk(db, person, people, now):
    fields = {"customer_id": person.id, "contact": WORDS[0], "channel": "电话", "method": "talk", "told": "",
              "happened_at": "2026-05-01T08:00:00.000000Z", "said": WORDS[5], "readers": "owner"}  # fmt: skip
    seq = interactions.add(db, **fields, by=people["chen"], now=now)
    return int(feed.change(db, seq)["noun_id"])


@pytest.fixture
def erase(db, person, people, now):
    def do(*note_ids, by="zhao", reason=REASON, with_closed=False, **more):
        chosen = {"note_ids": note_ids, "with_closed": with_closed, "reason": reason, **more}
        return of_all.erase_customer(db, person.id, **chosen, by=people[by], now=now)

    return do


def everywhere(home):
    """Return everything that lies in a home, as one text of bytes."""
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def test_no_word_of_an_erased_person_is_left_in_store_log_index_or_files(
    db, home, people, person, about, talk, erase, migration_sets, now
):
    note = about(title=f"{WORDS[0]}要知识暗语", body=WORDS[6])
    quoted = quotes.add(db, "interaction", talk, part="said", text=WORDS[5], topic_names=["密封罐"],
                        experience="complaint", by=people["chen"], now=now)  # fmt: skip
    comments.add(db, note.id, body=f"她住{WORDS[4]}", by=people["li"], now=now)
    fields = {name: getattr(person, name) or "" for name in customers.FIELDS} | {"phone": WORDS[1], "mail": WORDS[2]}
    customers.edit(db, person.id, version=1, **{**fields, "segment": "老客"}, by=people["chen"], now=now)
    with_keys = {WORDS[3]: 7, WORDS[1]: 8}
    batches.add_customers(db, with_keys)
    indexer.catch_up(db, home)
    assert [word for word in WORDS if word.encode() not in everywhere(home)] == []

    seq = erase(note.id, quoted.id, with_closed=True)
    indexer.catch_up(db, home)
    assert leftovers.of_customer(db, person.id, by=people["zhao"]) == []

    assert [word for word in WORDS if word.encode() in everywhere(home)] == []
    assert [each.problems for each in check.check(db, *migration_sets) if each.problems] == []
    assert feed.change(db, seq)["reason"] == REASON
    assert (db["interaction"].count, db["quote"].count, db["ledger_customer"].count) == (0, 0, 0)


def test_what_was_done_to_an_erased_customer_is_neither_taken_back_nor_gone_on_with(db, people, person, erase, now):
    made = feed.changes(db, "customer", person.id)[0]["seq"]
    erase()
    for call in (
        lambda: customers.undo(db, made, by=people["chen"], now=now),
        lambda: customers.edit(
            db,
            person.id,
            version=1,
            name="又写上",
            by=people["chen"],
            now=now,
            **dict.fromkeys(("number", "phone", "mail", "city", "segment"), ""),
        ),
        lambda: erase(),
    ):
        with pytest.raises((Conflict, Invalid)):
            call()
    with pytest.raises(Conflict) as problem:
        customers.undo(db, made, by=people["chen"], now=now)
    assert problem.value.values["reason"] == REASON
    blank = customers.get(db, person.id, reader=people["chen"])
    assert (blank.name, blank.phone, blank.number, bool(blank.erased_at)) == (f"#{person.id}", "", None, True)


def test_notes_about_others_too_stay_and_those_that_name_the_person_are_told(db, people, person, about, a_note, erase):
    other = customers.add(db, name="青禾幼儿园", by=people["chen"], now="2026-05-01T08:00:00.000000Z")
    alone, both = about(title="只有一位"), about(other.id, title="两位")
    shut = about(title="马丽的备忘", readers="owner", by=people["ma"])
    naming = a_note(title="别的事", body=f"像{WORDS[0]}那样")
    told = erasure.plan(db, person.id, by=people["zhao"])
    assert ([note.id for note in told.about], told.closed) == ([alone.id], 1)
    assert [note.id for note in told.named] == [naming.id]
    erase(alone.id, both.id, naming.id)
    left = {row[0] for row in db.execute("SELECT id FROM note")}
    assert left == {both.id, shut.id, naming.id}
    assert {each["name"] for each in notes.get(db, both.id, reader=OPERATOR).customers} == {
        "青禾幼儿园", f"#{person.id}"}  # fmt: skip


@pytest.mark.parametrize(("login", "reason", "refused"), [("wang", REASON, Forbidden), ("zhao", " ", Invalid)])
def test_without_right_or_reason_nothing_is_erased(db, person, erase, login, reason, refused):
    before = feed.last_seq(db)
    with pytest.raises(refused):
        erase(by=login, reason=reason)
    assert feed.last_seq(db) == before
    assert customers.get(db, person.id, reader=OPERATOR).name == WORDS[0]


def test_a_note_is_erased_with_the_interaction_it_was_made_of_only_if_asked(db, people, person, now):
    fields = {"customer_id": person.id, "contact": "", "channel": "电话", "method": "talk", "told": "",
              "kept": ("said",),
              "happened_at": "2026-05-01T08:00:00.000000Z", "said": WORDS[5], "readers": "all", "topic_names": ["罐"],
              "experience": "complaint"}  # fmt: skip
    for with_interactions, left in ((False, 1), (True, 1)):
        interactions.add(db, **fields, by=people["chen"], now=now)
        note_id = db.execute("SELECT max(id) FROM note").fetchone()[0]
        chosen = {"with_interactions": with_interactions, "by": people["zhao"], "now": now, "reason": REASON}
        note_history.erase(db, note_id, **chosen)
        assert db["interaction"].count == left
    assert feed.verify(db) == []


def edited(db, note, by, now, **fields):
    kept = {name: getattr(note, name) for name in ("title", "summary", "body", "dimension", "readers")}
    topics = [each["name"] for each in note.topics]
    details = note_details.of_state(note_rows.state(note))
    return notes.edit(db, note.id, version=note.version, **{**kept, **fields}, topic_names=topics, details=details,
                      by=by, now=now)  # fmt: skip


def test_versions_that_name_a_person_go_from_the_history_of_a_note_that_stays(
    db, home, people, person, a_note, erase, now
):
    note = a_note(title="罐子的事", body=f"像{WORDS[0]}那样")
    mended = edited(db, note, people["chen"], now, body="像一位客户那样")
    last = edited(db, mended, people["chen"], now, summary="再改一次")
    left_alone = a_note(title="别的事", body=f"也像{WORDS[0]}")
    shut = edited(
        db, a_note(title="马丽的", body=WORDS[1], by=people["ma"], readers="owner"), people["ma"], now, body="没有了"
    )
    planned = erasure.plan(db, person.id, by=people["zhao"])
    assert [(each.id, count) for each, count in planned.versions] == [(note.id, 2), (left_alone.id, 1)]
    assert planned.versions_closed == 1
    erase(version_ids=[note.id, shut.id])
    rows = note_history.history(db, note.id, reader=people["zhao"])
    assert [row["action"] for row in rows] == ["forget", "edit", "edit", "add"]
    assert [bool(row["erased"]) for row in rows] == [False, False, True, True]
    assert rows[2]["erased"]["reason"] == REASON
    assert notes.get(db, note.id, reader=OPERATOR).body == last.body
    assert [row["erased"] for row in feed.changes(db, "note", shut.id)] == [None, None]
    assert feed.verify(db) == []
    for row in (rows[0], rows[2], rows[3]):
        with pytest.raises(Conflict):
            notes.undo(db, row["seq"], by=people["chen"], now=now)
    restored = note_history.restore(db, note.id, rows[1]["seq"], by=people["chen"], now=now)
    assert restored == feed.last_seq(db)
    with pytest.raises(NotFound):
        note_history.restore(db, note.id, rows[3]["seq"], by=people["chen"], now=now)


def test_versions_of_notes_closed_to_who_erases_go_only_with_all_of_them(db, people, person, a_note, erase, now):
    shut = edited(
        db, a_note(title="马丽的", body=WORDS[1], by=people["ma"], readers="owner"), people["ma"], now, body="没有了"
    )
    erase(with_closed_versions=True)
    assert earlier_versions.naming(db, WORDS) == {}
    assert notes.get(db, shut.id, reader=OPERATOR).body == "没有了"


def test_a_word_is_found_as_the_record_of_changes_writes_it(db, a_note):
    odd = '王"芳\\'
    note = a_note(title=f"{odd}说的")
    assert list(earlier_versions.naming(db, [odd])) == [note.id]
    assert earlier_versions.naming(db, ["王芳"]) == {}


def test_what_else_names_a_person_is_counted_without_what_goes(db, people, person, about, a_note, talk, now):
    alone, other = about(title="只有一位"), a_note(title="别的事")
    comments.add(db, alone.id, body=WORDS[0], by=people["li"], now=now)
    comments.add(db, other.id, body=WORDS[0], by=people["li"], now=now)
    saved_views.add(db, name="她的", address={"q": WORDS[0]}, readers="owner", by=people["li"], now=now)
    planned = erasure.plan(db, person.id, by=people["zhao"])
    # The comment that stays, and the saving of the view.
    assert (planned.views, planned.traces, planned.fixed) == (1, 2, 0)


def test_comments_uses_and_names_of_files_go_where_they_are_ticked(db, home, people, person, a_note, erase, now):
    note, other = a_note(title="别的事"), a_note(title="也是别的事")
    kept = comments.add(db, note.id, body="没有提到谁", by=people["li"], now=now)
    taken_back = comments.add(db, note.id, body=f"{WORDS[0]}说过", by=people["li"], now=now)
    comments.undo(db, taken_back, by=people["li"], now=now)
    comments.add(db, note.id, body=f"打 {WORDS[1]}", by=people["li"], now=now)
    used = uses.add(db, note.id, result="worked", outcome=f"给{WORDS[0]}用了", by=people["li"], now=now)
    attachments.add(
        db, other.id, [(f"{WORDS[0]}合同.txt", io.BytesIO(b"x"))], most_megabytes=1, by=people["chen"], now=now
    )
    planned = erasure.plan(db, person.id, by=people["zhao"])
    assert (planned.traces, planned.fixed, planned.file_names) == (4, 0, 1)
    erase(with_traces=True, with_file_names=True)
    assert leftovers.of_customer(db, person.id, by=people["zhao"]) == []  # the log is cleared by it
    assert [word for word in WORDS[:2] if word.encode() in everywhere(home)] == []
    assert [each.body for each, _ in comments.of_note(db, note.id)] == ["没有提到谁"]
    assert uses.of_note(db, note.id) == []
    (file,) = notes.get(db, other.id, reader=OPERATOR).attachments
    assert file["name"] == f"#{person.id}合同.txt"
    assert feed.verify(db) == []
    comments.undo(db, kept, by=people["li"], now=now)
    newest = feed.changes(db, "note", other.id)[:2]
    assert [row["action"] for row in newest] == ["forget", "rename"]
    for take_back, seq in ((comments.undo, taken_back), (uses.undo, used), (notes.undo, newest[1]["seq"])):
        with pytest.raises(Conflict):
            take_back(db, seq, by=people["chen" if take_back is notes.undo else "li"], now=now)


def test_a_picture_called_like_the_person_is_renamed_in_the_text_that_shows_it_and_in_those_that_wait(
    db, home, people, person, a_note, unsaved, erase, now
):
    spaced = "龘靐 女士"
    customers.edit(
        db, person.id, version=1, **dict.fromkeys(customers.FIELDS, "") | {"name": spaced}, by=people["chen"], now=now
    )
    li = people["li"]
    _, name = unsaved(1, picture=f"{spaced}.png")
    assert name.startswith("龘靐_女士-")
    body = f"见 ![罐子]({name})，`![罐子]({name})` 是代码。"
    note = a_note(title="罐子", body=body, by=li)
    held_pictures.drop(db, "d1", by=li)
    maturity.record(
        db,
        home,
        note.id,
        verdict="yes",
        person="周园长",
        channel="电话",
        words="对",
        said_on="2026-05-01",
        by=li,
        now=now,
    )
    unmerged.keep(db, note.id, 1, {"body": f"另写 ![罐子]({name})"}, by=li, now=now)
    told = {"form": f"edit-{note.id}", "path": f"/notes/{note.id}/edit", "title": "罐子", "note_id": note.id}
    drafts.keep(db, "3:edit:9", **told, fields={"body": f"![罐子]({name})"}, by=li, now=now)
    erase(with_file_names=True)
    kept = notes.get(db, note.id, reader=OPERATOR)
    (file,) = kept.attachments
    assert file["name"] == name.replace("龘靐_女士", f"#{person.id}")
    assert kept.body == f"见 ![罐子]({file['name']})，`![罐子]({name})` 是代码。"
    assert gates.digest(kept) == kept.answers[0]["digest"]
    waiting = [unmerged.of_note(db, note.id, reader=li)[0].wanted]
    waiting += [each.fields for each in drafts.of_writer(db, reader=li) if each.key == "3:edit:9"]
    assert [held_pictures.named_in(each["body"]) for each in waiting] == [[file["name"]]] * 2


def test_the_name_goes_from_files_on_interactions_with_others_from_what_these_say_and_from_what_was_kept(
    db, home, people, person, talk, unsaved, erase, now
):
    _, picture = unsaved(1, picture=f"{WORDS[0]}.png")
    other = customers.add(db, name="鹿溪民宿", by=people["chen"], now=now)
    fields = {"customer_id": other.id, "contact": "", "channel": "电话", "method": "talk", "readers": "all",
              "happened_at": "2026-05-01T08:00:00.000000Z", "told": "", "said": f"见 ![罐子]({picture})"}  # fmt: skip
    seq = interactions.add(db, **fields, by=people["li"], now=now)
    number = int(feed.change(db, seq)["noun_id"])
    given = [(f"{WORDS[0]}的保单.txt", io.BytesIO(b"x"))]
    interaction_attachments.add(db, number, given, most_megabytes=5, by=people["li"], now=now)
    form = {"form": f"interaction-{number}", "path": f"/interactions/{number}/edit", "title": "罐子"}
    drafts.keep(db, "3:talk:9", **form, fields={"said": f"![罐子]({picture})"}, by=people["li"], now=now)
    planned = erasure.plan(db, person.id, by=people["zhao"])
    assert (planned.file_names, planned.talks) == (2, 1)

    erase(with_file_names=True)
    found = interactions.get(db, number, reader=OPERATOR)
    names = {each["name"] for each in found.attachments}
    assert f"#{person.id}的保单.txt" in names and not any(WORDS[0] in each for each in names)
    (called,) = held_pictures.named_in(found.said)
    assert called in names
    (draft,) = [each for each in drafts.of_writer(db, reader=people["li"]) if each.key == "3:talk:9"]
    assert held_pictures.named_in(draft.fields["said"]) == [called]
    rows = interactions.history(db, number, reader=people["li"])
    assert [row["action"] for row in rows] == ["forget", "rename", "attach", "add"]
    assert not any(WORDS[0] in str(row) for row in db["change_text"].rows)
    with pytest.raises(Conflict):
        interactions.undo(db, rows[1]["seq"], by=people["li"], now=now)
    assert feed.verify(db) == []


@pytest.fixture
def unsaved(db, people, a_note, now):
    """Return a function that keeps a draft and a picture of li's, and returns the key and the name."""

    def keep(n, body="别的", picture="截图.png"):
        by = {"by": people["li"], "now": now}
        content = io.BytesIO(made_files.picture(size=(8, n + 8)))
        name = held_pictures.hold(db, content, name=picture, draft=f"d{n}", most_megabytes=5, **by)
        told = {"form": "new", "path": "/notes/new", "title": "半条", "fields": {"body": body, "pictures_of": f"d{n}"}}
        drafts.keep(db, f"3:new:{n}", **told, **by)
        return f"3:new:{n}", name

    return keep


def test_texts_and_pictures_that_nobody_saved_go_where_they_name_the_person_and_are_ticked(
    db, home, people, person, unsaved, erase
):
    keys, pictures = zip(
        unsaved(1, f"打过 {WORDS[1]}"), unsaved(2), unsaved(3, picture=f"{WORDS[2]}.png"), unsaved(4), strict=True
    )
    li = people["li"]
    # Two of the text that says the phone, and the picture that is called by the mail.
    assert erasure.plan(db, person.id, by=people["zhao"]).unsaved == 3
    erase(with_unsaved=True)
    assert {each.key for each in drafts.of_writer(db, reader=li)} == {*keys} - {keys[0]}
    assert set(held_pictures.of_writer(db, reader=li)) == {pictures[1], pictures[3]}
    assert (db["file"].count, {path.name for path in files.stored(home)}) == (2, files.named(db))
    assert leftovers.of_customer(db, person.id, by=people["zhao"]) == []
    assert [word for word in WORDS[:4] if word.encode() in everywhere(home)] == []


def test_what_waits_for_a_yes_keeps_its_picture_and_a_draft_about_an_erased_talk_goes_unasked(
    db, people, person, talk, unsaved, a_note, erase, now
):
    key, name = unsaved(1, picture=f"{WORDS[0]}.png")
    note = a_note(by=people["li"])
    approval_rules.arrange(db, people["li"].department_id, ["from"], by=people["wang"], now=now)
    edited(db, note, people["li"], now, body=f"![]({name})")
    told = {
        "form": f"interaction-{talk}",
        "path": f"/interactions/{talk}/edit",
        "title": "",
        "fields": {"said": "她说", "pictures_of": "d7"},
    }
    content = io.BytesIO(made_files.picture(size=(8, 7)))
    held_pictures.hold(db, content, name="截图.png", draft="d7", most_megabytes=5, by=people["li"], now=now)
    assert erasure.plan(db, person.id, by=people["zhao"]).unsaved == 0
    drafts.keep(db, "3:talk:1", **told, by=people["li"], now=now)
    erase(with_unsaved=True)
    assert [each.key for each in drafts.of_writer(db, reader=people["li"])] == [key]
    assert list(held_pictures.of_writer(db, reader=people["li"])) == [name]


def test_a_text_that_was_not_merged_goes_where_it_names_the_person_as_json_writes_them(
    db, people, person, a_note, erase, now
):
    customers.edit(
        db,
        person.id,
        version=1,
        **dict.fromkeys(customers.FIELDS, "") | {"name": '小"龘"'},
        by=people["chen"],
        now=now,
    )
    note, li = a_note(), people["li"]
    kept, other = (
        unmerged.keep(db, note.id, 1, {"body": body}, by=li, now=now) for body in ('给小"龘"的话', "给别人的话")
    )
    assert erasure.plan(db, person.id, by=people["zhao"]).traces == 1
    erase(with_traces=True)
    assert [each.id for each in unmerged.of_note(db, note.id, reader=li)] == [other]


def test_what_is_not_ticked_stays(db, people, person, a_note, erase, now):
    note = a_note(title="别的事")
    comments.add(db, note.id, body=f"{WORDS[0]}说过", by=people["li"], now=now)
    erase()
    assert [each.body for each, _ in comments.of_note(db, note.id)] == [f"{WORDS[0]}说过"]


def test_notes_made_of_the_words_of_the_person_are_told_and_go_if_ticked(db, people, person, talk, erase, now):
    made = []
    for login, text in (("chen", WORDS[5]), ("chen", WORDS[5][:2])):
        note = quotes.add(db, "interaction", talk, part="said", text=text, topic_names=["密封罐"],
                          experience="complaint", by=people[login], now=now)  # fmt: skip
        with writing(db):  # it is not about them any more
            note_details.unlink(db, note.id)
        made.append(note.id)
    planned = erasure.plan(db, person.id, by=people["zhao"])
    assert (planned.about, planned.quoting, planned.closed) == ([], [], 2)  # as the interaction is its author's only
    with writing(db):
        db["note"].update(made[0], {"readers": "all"})
    planned = erasure.plan(db, person.id, by=people["zhao"])
    assert ([note.id for note in planned.quoting], planned.closed) == (made[:1], 1)
    erase(made[0])
    assert [row["id"] for row in db["note"].rows] == made[1:]
    assert feed.verify(db) == []


def test_backups_are_named_while_they_hold_the_person(db, home, people, person, erase, now):
    (home / "backups").mkdir(exist_ok=True)
    backup(db, home / "backups" / "before.db")
    erase()
    backup(db, home / "backups" / "after.db")
    with closing(sqlite3.connect(home / "backups" / "earlier.db")) as earlier:
        earlier.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    (home / "backups" / "broken.db").write_bytes(b"no store at all")
    (left,) = leftovers.of_customer(db, person.id, by=people["zhao"])
    assert (left.values["count"], left.values["names"]) == (2, "before.db, broken.db")
    with pytest.raises(Forbidden):
        leftovers.of_customer(db, person.id, by=people["wang"])


def test_the_log_of_the_store_is_told_of_while_somebody_reads_it(db, home, people, person, erase):
    reading = sqlite3.connect(home / "kezhi.db")
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM change").fetchone()
    erase()
    (left,) = leftovers.of_customer(db, person.id, by=people["zhao"])
    assert "log of the store" in str(left.template)
    reading.close()
    assert leftovers.of_customer(db, person.id, by=people["zhao"]) == []


def test_ticked_files_are_deleted_and_what_waited_of_them_is_dropped(db, home, people, person, erase, now):
    for name in ("uploads", "rejects"):
        (home / name).mkdir(exist_ok=True)
    for token in ("waits", "notes", "kept"):
        (home / "uploads" / token).write_text(WORDS[0], "utf-8")
    (home / "uploads" / "others").write_text("别人", "utf-8")
    (home / "rejects" / "7.csv").write_text(WORDS[1], "utf-8")
    row = {"token": "waits", "file": "六月.csv", "size": 1, "sha256": "0", "options": {}}
    uploads.add(db, [row], by=people["lin"], now=now)
    intake.add(db, "notes", file="笔记.zip", defaults=Defaults("from"), as_topics=False, by=people["chen"], now=now)
    runs.queue(db, kind="import", args={"upload": "kept", "file": "五月.csv"}, by=people["lin"], now=now)
    told = of_all.files_naming(db, [WORDS[0], WORDS[1]])
    lin, chen = people["lin"].name, people["chen"].name
    assert [(each.place, each.name, each.by, each.at) for each in told] == [
        ("rejects/7.csv", "7.csv", None, None), ("uploads/kept", "五月.csv", lin, now),
        ("uploads/notes", "笔记.zip", chen, now), ("uploads/waits", "六月.csv", lin, now)]  # fmt: skip
    erase(places=("uploads/waits", "uploads/notes", "uploads/others", "rejects/7.csv", "../kezhi.db"))
    assert sorted(path.name for path in (home / "uploads").iterdir()) == ["kept", "others"]
    assert list((home / "rejects").iterdir()) == []
    assert (db["upload"].count, db["intake"].count) == (0, 0)
    assert (home / "kezhi.db").exists()


def test_a_file_that_is_being_imported_is_waited_for_and_nothing_goes(db, home, people, person, erase, now):
    (home / "uploads").mkdir(exist_ok=True)
    (home / "uploads" / "t").write_text(WORDS[0], "utf-8")
    row = {"token": "t", "file": "六月.csv", "size": 1, "sha256": "0", "options": {}}
    bundle = uploads.add(db, [row], by=people["lin"], now=now)
    run_id = runs.queue(db, kind="import", args={"upload": "t", "file": "六月.csv"}, by=people["lin"], now=now)
    db["upload"].update(bundle, {"import_id": run_id})
    before = feed.last_seq(db)
    with pytest.raises(Conflict):
        erase(places=("uploads/t",))
    assert (home / "uploads" / "t").exists()
    assert feed.last_seq(db) == before
    assert customers.get(db, person.id, reader=OPERATOR).name == WORDS[0]


def test_files_in_which_a_person_stands_are_named(home):
    for name in ("uploads", "rejects"):
        (home / name).mkdir(exist_ok=True)
    (home / "uploads" / "plain").write_text(f"会员号\n{WORDS[3]}\n", "gb18030")
    (home / "uploads" / "name").write_text(f"姓名\n{WORDS[0]}\n", "gb18030")
    (home / "uploads" / "other").write_text("别人", "utf-8")
    (home / "rejects" / "1.csv").write_bytes(b"PK\x03\x04 packed")
    assert [path.name for path in of_all.files_with(home, WORDS[:4])] == ["1.csv", "name", "plain"]
