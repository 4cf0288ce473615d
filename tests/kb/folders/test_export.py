"""The Markdown folder: what it holds, who sees what of it, and how much of it is in memory at once."""

import io
import tracemalloc
import zipfile

from kb import attachments, customers, notes
from kb.access import OPERATOR
from kb.folders import export, front_matter
from kb.note_details import Details
from tests import made_files


def packed(db, home, ids, reader):
    return zipfile.ZipFile(io.BytesIO(b"".join(export.zipped(db, home, ids, reader=reader))))


def text_of(archive, name):
    return front_matter.parted(archive.read(name).decode())


def test_a_note_is_a_file_with_all_it_says_and_its_attachments_beside_it(db, home, people, a_note, now):
    hotel = customers.add(db, name="澄湖酒店", number="60000123", by=people["chen"], now=now)
    said = Details(
        customers=((hotel.id, ""),), channel="电话", experience="complaint", lang="zh",
        traits=(("preference.colour", "米白"),),
    )  # fmt: skip
    note = a_note(
        title="盖子:受潮?",
        summary="胶圈变硬",
        body="第一行\n\n| a | b |\n|---|---|",
        topic_names=["密封罐", "退货"],
        details=said,
    )
    picture = made_files.picture()
    sent = [
        ("胶圈.png", io.BytesIO(picture)),
        ("胶圈.PNG", io.BytesIO(picture)),
        ("说明.txt", io.BytesIO("换圈".encode())),
    ]
    attachments.add(db, note.id, sent, most_megabytes=1, by=people["chen"], now=now)
    archive = packed(db, home, [note.id], people["vera"])
    beside = ["盖子_受潮_/胶圈.png", "盖子_受潮_/胶圈 (2).PNG", "盖子_受潮_/说明.txt"]
    assert archive.namelist() == ["盖子_受潮_.md", *beside]
    fields, body = text_of(archive, "盖子_受潮_.md")
    kept = {
        "title": "盖子:受潮?", "summary": "胶圈变硬", "dimension": "from", "readers": "all",
        "topics": ["密封罐", "退货"],
        "channel": "电话", "experience": "complaint", "lang": "zh", "traits": ["preference.colour:米白"],
        "customers": [{"name": "澄湖酒店", "number": "60000123"}], "attachments": beside, "progress": "raw",
        "author": "陈小兰", "department": "客服部",
    }  # fmt: skip
    assert {name: fields[name] for name in kept} == kept
    assert body.strip() == note.body
    assert archive.read(beside[2]).decode() == "换圈"
    assert archive.testzip() is None


def test_links_lead_to_the_files_of_notes_that_came_along_and_to_no_other_note_elsewhere(db, home, people, a_note):
    first = a_note(title="换圈 [周期]")
    left_out = a_note(title="没有带上的")
    hidden = a_note(title="王的私事", readers="owner", by=people["wang"])
    body = f"见 [[{first.id}]]、[[{left_out.id}]] 和 [[{hidden.id}]]，不是 `[[{first.id}]]`"
    second = a_note(title="另一条", body=body)
    archive = packed(db, home, [second.id, first.id, hidden.id], people["chen"])
    assert archive.namelist() == ["换圈 _周期_.md", "另一条.md"]
    assert text_of(archive, "另一条.md")[1].strip() == (
        f"见 [换圈 \\[周期\\]](<换圈 _周期_.md>)、没有带上的 和 [[ {hidden.id} ]]，不是 `[[{first.id}]]`"
    )


def test_a_large_attachment_is_never_whole_in_memory(db, home, people, a_note, now):
    note = a_note()
    large = io.BytesIO(bytes(range(256)) * 4096 * 30)
    attachments.add(db, note.id, [("大.bin", large)], most_megabytes=100, by=people["chen"], now=now)
    del large
    tracemalloc.start()
    size = sum(map(len, export.zipped(db, home, [note.id], reader=OPERATOR)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 100_000
    assert most < 8_000_000


def test_thousands_of_notes_are_read_a_few_at_a_time(db, home, people, a_note, monkeypatch):
    ids = [a_note(title=f"第 {n} 条").id for n in range(5)]
    monkeypatch.setattr(export, "_NOTES_AT_ONCE", 2)
    asked = []
    of_ids = notes.of_ids
    monkeypatch.setattr(
        export.notes, "of_ids", lambda db, few, **more: asked.append(len(few)) or of_ids(db, few, **more)
    )
    assert len(packed(db, home, ids, OPERATOR).namelist()) == 5
    assert asked == [2, 2, 1]
