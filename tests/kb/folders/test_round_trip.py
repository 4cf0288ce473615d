"""A folder of notes taken into another home is the same folder again, with why its notes are believed."""

import io
import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import attachments, citing, evidence, maturity, members, named_readers, note_import, notes, quotes
from kb.access import OPERATOR
from kb.evidence import Evidence
from kb.folders import archive, export, front_matter, taking
from kb.note_details import Details
from kb.store import close_store, open_store, utc_now
from tests import made_files

NOW = "2026-11-20T08:00:00.000000Z"
DEFAULTS = note_import.Defaults(
    "for", topic_names=("搬来的",), details=Details(audience="all", valid_from="2026-01-01")
)
# What only the history of a home can prove, and the number a finding has there.
TOLD_ONLY = ("progress", "author", "department", "written", "changed")
FIGURE = {"orders": 3, "lines": 4, "amount": "12.50"}
QUESTION = {"since": "2026-01-01", "until": None, "item": "密封罐", "category": None, "customer": None}


@pytest.fixture
def a_home(_peopled, tmp_path):
    """Return a function that gives another home with the eight members, and its store."""
    made = []

    def call():
        home = tmp_path / f"home-{len(made)}"
        shutil.copytree(_peopled, home)
        made.append(home)
        db = open_store(home)
        return home, db, members.by_login(db, "chen").reader()

    yield call
    for home in made:
        close_store(home)


def packed(db, home):
    ids = [note.id for note in notes.listing(db, reader=OPERATOR, limit=500)[0]]
    return b"".join(export.zipped(db, home, sorted(ids), reader=OPERATOR))


def taken(db, home, content, by):
    path = home / "folder.zip"
    path.write_bytes(content)
    with archive.opened(path) as opened:
        planned = taking.plan(db, opened, DEFAULTS, by=by)
        return taking.take(db, home, opened, planned, most_megabytes=5, by=by, now=utc_now())


def told(content):
    """Return ``{path: what stands in it}`` of a folder, without what only its home can tell."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        for name in folder.namelist():
            found[name] = folder.read(name)
            if name.endswith(".md"):
                fields, body = front_matter.parted(found[name].decode())
                proofs = [{key: value for key, value in each.items() if key != "finding"}
                          for each in fields.get("evidence", [])]  # fmt: skip
                kept = {key: value for key, value in fields.items() if key not in TOLD_ONLY}
                found[name] = ({**kept, "evidence": proofs}, body)
    return found


def written(db, number, kind, rests_on, by):
    """Write a note of a kind that names, cites and quotes an earlier one, and return its id."""
    said = {
        "about": Details(product="密封罐"),
        "for": Details(audience="all", valid_from="2026-01-01", lang="zh"),
        "from": Details(channel="电话", experience="complaint"),
        # As a call leaves it: how the customer felt is told later.
        "unfelt": Details(channel="电话"),
        # Of before there were details.
        "bare": Details(channel="电话", experience="complaint"),
    }[kind]
    found = [Evidence("finding", 70 + number, f"买了密封罐的人有 {number} 成也买胶圈")] if kind == "about" else []
    if number % 2:
        found.append(Evidence("purchases", None, "去年卖了三单", question=QUESTION, figure=FIGURE))
    body = f"第 {number} 条：盖子的**胶圈**会变硬。"
    body += "".join(f"\n\n见 [[{each}]]。" for each in rests_on)
    # What others rest on comes after them in the folder.
    fields = {
        "title": f"胶圈 {9 - number}",
        "body": body,
        "dimension": kind if kind in ("about", "for") else "from",
        "topic_names": ["密封罐"],
        "details": said,
        "felt_later": kind == "unfelt",
        **({"readers": "list", "named_readers": named_readers.parsed(db, ["市场部", "li"])} if number % 3 else {}),
    }
    note = notes.add(db, **fields, proofs=found, by=by, now=NOW)
    if kind == "bare":
        db["note"].update(note.id, {"channel": "", "experience": ""})
    for source in rests_on:
        citing.note(db, note.id, source, why=f"第 {source} 条说的一样", by=by, now=NOW)
    return note.id


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["about", "for", "from", "unfelt", "bare"]), st.sets(st.integers(0, 4), max_size=2)),
        max_size=5,
    )
)
def test_a_folder_taken_into_an_empty_home_is_the_same_folder_again(a_home, drawn):
    home, db, chen = a_home()
    ids = []
    for number, (kind, rests_on) in enumerate(drawn):
        ids.append(written(db, number, kind, [ids[each] for each in sorted(rests_on) if each < number], chen))
    content = packed(db, home)
    there, other, by = a_home()
    answer = taken(other, there, content, by) if drawn else {"rejects": []}
    assert answer["rejects"] == []
    assert told(packed(other, there)) == told(content)


def test_quotes_of_notes_and_files_a_named_file_and_a_customers_answer_come_back(a_home):
    home, db, chen = a_home()
    source = notes.add(
        db, title="合同", body="违约金是千分之三，每天算。", dimension="for", topic_names=["合同"],
        details=DEFAULTS.details, by=chen, now=NOW,
    )  # fmt: skip
    sent = [("附页.txt", io.BytesIO("逾期从第二天算起".encode())), ("扫描.png", io.BytesIO(made_files.picture()))]
    attachments.add(db, source.id, sent, most_megabytes=1, by=chen, now=NOW)
    words, scan = (each["id"] for each in notes.get(db, source.id, reader=chen).attachments)
    attachments.prove(db, words, "1", by=chen, now=NOW)
    said = {"verdict": "yes", "person": "周经理", "channel": "电话", "words": "对", "said_on": "2026-11-01"}
    maturity.record(db, home, source.id, **said, scan=str(scan), by=chen, now=NOW)
    quotes.add(db, "note", source.id, part="", text="违约金是千分之三", topic_names=[], by=chen, now=NOW)
    content = packed(db, home)
    there, other, by = a_home()
    assert taken(other, there, content, by)["rejects"] == []
    assert told(packed(other, there)) == told(content)
    found = {note.title: note for note in notes.listing(other, reader=OPERATOR)[0]}
    (quote,) = quotes.of_note(other, found["违约金是千分之三"].id, reader=OPERATOR)
    assert (quote.source_id, quote.state, quote.span) == (found["合同"].id, "there", (4, 12))
    assert found["合同"].answers[0]["person"] == "周经理"
    # The feed tells of all of it with the note, so that undo and history know it.
    assert found["合同"].version == 1


def test_a_reader_who_is_not_here_is_told_and_opens_the_note_to_nobody_else(a_home):
    home, db, chen = a_home()
    written(db, 1, "from", [], chen)
    content = packed(db, home)
    there, other, by = a_home()
    other["department"].update(members.by_login(other, "lin").reader().department_id, {"name": "渠道部"})
    other["member"].update(members.by_login(other, "li").id, {"login": "sun", "name": "孙正"})
    told_of = taken(other, there, content, by)["rejects"]
    assert [why.values["value"] for _, why in told_of if why.field == "named_readers"] == ["市场部", "李思远"]
    assert notes.listing(other, reader=OPERATOR)[0][0].readers == "owner"


def test_what_is_not_in_the_folder_is_told_and_not_rested_on(a_home):
    home, db, chen = a_home()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        lines = [
            '{"kind": "note", "why": "见旧稿", "path": "没有.md"}',
            '{"kind": "quote", "of": "interaction", "text": "他说贵"}',
            '{"kind": "file", "path": "../a.png"}',
            '{"kind": "answer", "verdict": "maybe", "said_on": 3}',
            '"x"',
            '{"kind": 3}',
        ]
        folder.writestr("甲.md", "---\nevidence: [" + ", ".join(lines) + "]\n---\n\n正文")
    answer = taken(db, home, content.getvalue(), chen)
    assert answer["rows"]["loaded"] == 1
    assert [why.values["value"] for _, why in answer["rejects"]] == ["见旧稿", "他说贵", "file", "answer", "", ""]
    (note,) = notes.listing(db, reader=OPERATOR)[0]
    assert (note.proofs, note.answers) == ((), ())


def test_a_finding_is_rested_on_again_only_where_the_same_sentence_stands_at_its_number(a_home):
    home, db, chen = a_home()
    note_id = written(db, 0, "about", [], chen)
    content = packed(db, home)
    notes.archive(db, note_id, by=chen, now=NOW)
    taken(db, home, content, chen)
    there, other, by = a_home()
    said = {"dimension": "about", "topic_names": ["罐"], "details": Details(product="罐")}
    notes.add(other, title="别的规则", **said, proofs=[Evidence("finding", 70, "别的规则")], by=by, now=NOW)
    taken(other, there, content, by)
    for store, numbers in ((db, [70, 70]), (other, [70, None])):
        assert [row["finding_id"] for row in store.query("SELECT finding_id FROM evidence ORDER BY id")] == numbers
        assert evidence.has_finding(store, max(row["note_id"] for row in store.query("SELECT note_id FROM evidence")))
