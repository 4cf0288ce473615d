"""Quotes of notes and files, notes and figures as evidence: what they say today, to whom, and what a change does."""

import io
import sqlite3

import pytest
from hypothesis import given, strategies as st

from kb import (
    anchors,
    attachments,
    check,
    citing,
    deeds,
    evidence,
    feed,
    file_reader,
    files,
    note_history,
    note_merge,
    notes,
    proof_tables,
    proofs,
    quote_tables,
    quotes,
    verification,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_merge import Wish
from kb.store import writing
from tests import made_files

BODY = "第一段。\n\n1. 盖子**先擦干**,再扣上\n2. 圈子一年一换"
LATER = "2099-01-01T00:00:00.000000Z"


@pytest.fixture
def source(a_note):
    return a_note(title="密封罐怎么防潮", body=BODY, readers="department")


@pytest.fixture
def quoted(db, people, source, now):
    return quotes.add(db, "note", source.id, part="", text="盖子先擦干,再扣上\n圈子一年", topic_names=[],
                      by=people["li"], now=now)  # fmt: skip


@pytest.fixture
def filed(db, home, people, a_note, now):
    """A contract on a note of chen's for her department, read."""
    note = a_note(title="澄湖合同", readers="department")
    given = [("合同.docx", io.BytesIO(made_files.docx("甲方每季付款", "违约金千分之三")))]
    attachments.add(db, note.id, given, most_megabytes=5, by=people["chen"], now=now)
    while file_reader.read_next(db, home):
        pass
    return notes.get(db, note.id, reader=OPERATOR)


def stand(db, note):
    return notes.get(db, note.id, reader=OPERATOR)


def asks(db, note):
    return [(each["kind"], each["cause"]) for each in stand(db, note).asks]


def edit(db, note, by, now, **fields):
    it = stand(db, note)
    texts = {name: getattr(it, name) for name in ("title", "summary", "body", "dimension", "readers")}
    topics = [each["name"] for each in it.topics]
    return notes.edit(db, note.id, version=it.version, **{**texts, **fields}, topic_names=topics, details=it.details(),
                      by=by, now=now)  # fmt: skip


def only(db, note, reader):
    (quote,) = quotes.of_note(db, note.id, reader=reader)
    return quote


def test_words_of_a_note_as_people_see_them_become_a_note_of_its_type_and_readers(db, people, source, quoted):
    assert (quoted.dimension, quoted.channel, quoted.readers) == ("from", "电话", "department")
    assert [each["name"] for each in quoted.topics] == ["密封罐"]
    quote = only(db, quoted, people["chen"])
    assert (quote.state, quote.name) == ("there", "密封罐怎么防潮")
    assert anchors.whole(source)[slice(*quote.span)] == "盖子**先擦干**,再扣上\n2. 圈子一年"
    assert [note.id for note in proofs.on_note(db, source.id, reader=people["chen"])] == [quoted.id]
    assert [note.id for _, note in quotes.of_source(db, "note", source.id, reader=people["chen"])] == [quoted.id]


def test_a_changed_source_is_told_apart_from_moved_words_and_gone_ones(db, people, source, quoted, now):
    chen = people["chen"]
    edit(db, source, chen, now, body=BODY + "\n\n别的。")
    assert (only(db, quoted, chen).state, asks(db, quoted)) == ("changed", [])
    edit(db, source, chen, now, body="新的一段。\n\n" + BODY)
    assert (only(db, quoted, chen).state, asks(db, quoted)) == ("moved", [])
    edit(db, source, chen, now, body="都改了")
    quote = only(db, quoted, chen)
    assert (quote.state, quote.span, quote.text) == ("gone", None, "盖子先擦干,再扣上\n圈子一年")
    assert asks(db, quoted) == [("source", f"quote {quote.id}")]
    assert stand(db, quoted).due_at == now
    edit(db, source, chen, now, body=BODY)
    assert (only(db, quoted, chen).state, asks(db, quoted)) == ("there", [])


def test_a_change_in_the_line_of_the_words_asks_once_and_not_again_once_verified(db, people, source, quoted, now):
    edit(db, source, people["chen"], now, body=BODY.replace("圈子一年一换", "圈子一年一换,夏天除外"))
    cause = [("source", f"quote {only(db, quoted, people['li']).id}")]
    assert asks(db, quoted) == cause
    version = stand(db, quoted).version
    edit(db, source, people["chen"], now, body=BODY.replace("圈子一年一换", "圈子一年一换,冬天除外"))
    assert (asks(db, quoted), stand(db, quoted).version) == (cause, version)
    verification.verify(db, quoted.id, by=people["li"], now=now)
    edit(db, source, people["chen"], now, summary="另一句")
    assert asks(db, quoted) == []


def test_an_archived_source_asks_for_a_check_and_its_return_takes_that_back(db, people, source, quoted, now):
    seq = notes.archive(db, source.id, by=people["chen"], now=now)
    quote = only(db, quoted, people["li"])
    assert (quote.state, asks(db, quoted)) == ("archived", [("gone", f"quote {quote.id}")])
    line = feed.changes(db, "note", quoted.id)[0]
    assert (line["action"], line["member_name"]) == ("gone", "陈小兰")
    notes.undo(db, seq, by=people["chen"], now=now)
    assert (only(db, quoted, people["li"]).state, asks(db, quoted)) == ("there", [])


@pytest.mark.parametrize("way", ["bring back", "undo"])
def test_a_note_that_comes_back_is_to_be_checked_where_what_it_rests_on_changed_meanwhile(
    db, home, people, source, quoted, filed, a_note, now, way
):
    chen, wang = people["chen"], people["wang"]
    (file,) = filed.attachments
    words = {"part": "", "text": "违约金千分之三", "topic_names": []}
    of_file = quotes.add(db, "file", file["id"], **words, by=people["li"], now=now)
    citing_it = a_note(title="用它作依据")
    citing.note(db, citing_it.id, source.id, why="里面写了怎么擦", by=chen, now=now)
    resting = (quoted, of_file, citing_it)

    def away_and_back(meanwhile):
        seqs = [notes.archive(db, each.id, by=wang, now=now) for each in resting]
        meanwhile()
        for each, seq in zip(resting, seqs, strict=True):
            if way == "undo":
                notes.undo(db, seq, by=wang, now=now)
            else:
                note_history.bring_back(db, each.id, by=wang, now=now)
        return [[kind for kind, _ in asks(db, each)] for each in resting]

    assert away_and_back(lambda: edit(db, source, chen, now, body=f"前言。\n\n{BODY}")) == [[], [], ["source"]]
    assert away_and_back(lambda: None) == [[], [], ["source"]]  # what asked goes on

    def changed():
        edit(db, source, chen, now, body=BODY.replace("圈子一年一换", "圈子一年一换,夏天除外"))
        attachments.remove(db, file["id"], by=chen, now=now)

    assert away_and_back(changed) == [["source"], ["gone"], ["source"]]
    seq = feed.changes(db, "note", quoted.id)[0]["seq"]
    notes.undo(db, seq, by=wang, now=now)
    assert stand(db, quoted).archived
    note_history.bring_back(db, quoted.id, by=wang, now=now)
    for each in (quoted, citing_it):
        verification.verify(db, each.id, by=wang, now=now)
    gone = away_and_back(lambda: note_history.erase(db, source.id, by=OPERATOR, now=now, reason="本人要求"))
    assert gone == [["gone"], ["gone"], ["gone"]]


def test_many_sources_archived_at_once_ask_and_come_back_at_once(db, people, source, quoted, now):
    seqs = verification.do_to_all(db, [source.id], "archive", by=people["chen"], now=now)
    assert [kind for kind, _ in asks(db, quoted)] == ["gone"]
    deeds.undo(db, seqs[-1], by=people["chen"], now=LATER)
    assert asks(db, quoted) == []
    both = verification.do_to_all(db, [source.id, quoted.id], "archive", by=people["wang"], now=LATER)
    count, _ = deeds.undo(db, both[-1], by=people["wang"], now=LATER.replace("01-01", "01-02"))
    assert (count, stand(db, quoted).archived, asks(db, quoted)) == (2, 0, [])


def test_who_may_not_see_a_source_sees_no_word_of_it_and_no_count(db, people, source, quoted, a_note, now):
    edit(db, quoted, people["li"], now, readers="all")
    quote = only(db, quoted, people["lin"])
    assert (quote.text, quote.name, quote.span, quote.state) == (None, None, None, "closed")
    open_note = a_note(title="公开的一条")
    citing.note(db, open_note.id, source.id, why="密封罐怎么防潮写了", by=people["chen"], now=now)
    (proof,) = proofs.of_note(db, stand(db, open_note), reader=people["lin"])
    assert (proof.words, proof.state, proof.thing["note"]) == (None, "closed", None)
    edit(db, quoted, people["li"], now, readers="owner")
    assert quotes.of_source(db, "note", source.id, reader=people["chen"]) == []
    assert [note.id for note in proofs.on_note(db, source.id, reader=people["chen"])] == [open_note.id]


def test_words_a_department_may_see_do_not_reach_another_one(db, people, source, now):
    with writing(db):
        db["note"].update(source.id, {"owner_id": people["lin"].member_id})
    made = quotes.add(db, "note", source.id, part="", text="第一段", topic_names=[], by=people["lin"], now=now)
    assert made.readers == "owner"


def test_words_that_do_not_stand_there_are_refused_and_nothing_is_written(db, people, source, filed, now):
    before = (db["note"].count, db["quote"].count, feed.last_seq(db))
    for kind, number in (("note", source.id), ("file", filed.attachments[0]["id"])):
        for text in ("没有的话", "**", " "):
            with pytest.raises(Invalid) as refused:
                quotes.add(db, kind, number, part="", text=text, topic_names=[], by=people["li"], now=now)
            assert refused.value.field == "quote", text
        with pytest.raises(NotFound):
            quotes.add(db, kind, number, part="", text="盖子", topic_names=[], by=people["lin"], now=now)
        with pytest.raises(Forbidden):
            quotes.add(db, kind, number, part="", text="盖子", topic_names=[], by=people["vera"], now=now)
    assert (db["note"].count, db["quote"].count, feed.last_seq(db)) == before


def test_words_of_a_file_are_quoted_by_their_place_until_it_is_taken_off(db, people, filed, now):
    (file,) = filed.attachments
    made = quotes.add(db, "file", file["id"], part="", text="违约金千分之三", topic_names=["合同"], by=people["li"],
                      now=now)  # fmt: skip
    quote = only(db, made, people["chen"])
    piece = files.piece(db, file["file_id"], quote.part)
    assert (piece["text"][slice(*quote.span)], quote.state, quote.name) == ("违约金千分之三", "there", "合同.docx")
    assert only(db, made, people["chen"]).source_id == file["id"]
    seq = attachments.remove(db, file["id"], by=people["chen"], now=now)
    assert (only(db, made, people["chen"]).state, asks(db, made)) == ("archived", [("gone", f"quote {quote.id}")])
    notes.undo(db, seq, by=people["chen"], now=now)
    assert (only(db, made, people["chen"]).state, asks(db, made)) == ("there", [])


def test_a_file_gone_for_good_takes_its_words_along(db, home, people, filed, now):
    (file,) = filed.attachments
    words = {"part": "", "text": "违约金千分之三", "topic_names": []}
    made = quotes.add(db, "file", file["id"], **words, by=people["li"], now=now)
    attachments.remove(db, file["id"], by=people["chen"], now=now)
    files.sweep(db, home, now=LATER)
    assert (only(db, made, people["chen"]).state, next(db["quote"].rows)["text"]) == ("erased", "")


def test_an_erased_source_leaves_no_word_in_quotes_and_asks(db, people, source, quoted, a_note, now):
    other = a_note(title="另一条")
    citing.note(db, other.id, source.id, why="那里写了", by=people["chen"], now=now)
    note_history.erase(db, source.id, by=OPERATOR, now=now, reason="本人要求")
    quote = only(db, quoted, people["chen"])
    assert (quote.state, next(db["quote"].rows)["text"]) == ("erased", "")
    (proof,) = proofs.of_note(db, stand(db, other), reader=people["chen"])
    assert (proof.state, proof.words) == ("erased", "那里写了")
    assert [[kind for kind, _ in asks(db, each)] for each in (quoted, other)] == [["gone"], ["gone"]]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_check_names_a_quote_that_lost_its_source_and_kept_its_words(db, quoted, migration_sets):
    def wrong():
        found = {each.name: each for each in check.check(db, *migration_sets)}
        return found["quotes"].checked, [each.values["id"] for each in found["quotes"].problems]

    assert wrong() == (1, [])
    db.execute("UPDATE quote SET source_note_id = NULL")
    assert wrong() == (1, [1])


def test_a_note_is_named_as_evidence_and_taken_off_and_each_is_undone(db, people, source, a_note, now):
    note = a_note(title="用它作依据")
    chen = people["chen"]

    def said():
        return [proof.words for proof in proofs.of_note(db, stand(db, note), reader=chen)]

    seq = citing.note(db, note.id, source.id, why="里面写了怎么擦", by=chen, now=now)
    assert said() == ["里面写了怎么擦"]
    edit(db, source, chen, now, body="改了")
    cause = f"evidence {proofs.of_note(db, stand(db, note), reader=chen)[0].thing['id']}"
    assert asks(db, note) == [("source", cause)]
    removed = citing.remove(db, note.id, *cause.split(), by=chen, now=now)
    assert (said(), asks(db, note)) == ([], [])
    notes.undo(db, removed, by=chen, now=now)
    assert (said(), asks(db, note)) == (["里面写了怎么擦"], [("source", cause)])
    with pytest.raises(Conflict):
        notes.undo(db, seq, by=chen, now=now)


def test_evidence_that_is_none_is_refused_with_the_field_that_lacks(db, people, source, a_note, now):
    note = a_note(title="用它作依据")
    chen = people["chen"]
    wrong = ((note.id, "自己", "source"), (987654, "没有", "source"), (source.id, " ", "why"))
    for number, why, field in wrong:
        with pytest.raises(Invalid) as refused:
            citing.note(db, note.id, number, why=why, by=chen, now=now)
        assert refused.value.field == field
    with pytest.raises(Invalid):
        citing.note(db, note.id, source.id, why="看不到的", by=people["wang"].__class__(99, "x", "x", "curator", None),
                    now=now)  # fmt: skip
    citing.note(db, note.id, source.id, why="一次", by=chen, now=now)
    with pytest.raises(Invalid):
        citing.note(db, note.id, source.id, why="两次", by=chen, now=now)
    with pytest.raises(Forbidden):
        citing.remove(db, note.id, "evidence", 1, by=people["lin"], now=now)
    for table, number in (("evidence", 99), ("note", 1), ("quote", 1)):
        with pytest.raises(NotFound):
            citing.remove(db, note.id, table, number, by=chen, now=now)


def test_what_was_taken_off_for_long_is_gone_for_good(db, people, source, quoted, now):
    number = only(db, quoted, people["li"]).id
    seq = citing.remove(db, quoted.id, "quote", number, by=people["li"], now=now)
    evidence.sweep(db, now=LATER)
    assert db["quote"].count == 0
    with pytest.raises(Conflict, match="30 days"):
        notes.undo(db, seq, by=people["li"], now=LATER)


def test_evidence_of_both_notes_stays_through_a_merge_and_parts_again(db, people, source, quoted, a_note, now):
    kept = a_note(title="留下的", readers="department")
    citing.note(db, kept.id, source.id, why="里面写了", by=people["chen"], now=now)

    def merged(one, other):
        versions = tuple(stand(db, each).version for each in (one, other))
        wish = Wish("department")
        return note_merge.merge(db, one.id, other.id, wish, versions=versions, say=lambda text, values: text % values,
                                by=people["wang"], now=now)  # fmt: skip

    seq = merged(kept, quoted)
    assert [each.kind for each in proofs.of_note(db, stand(db, kept), reader=people["chen"])] == ["quote", "note"]
    assert proofs.of_note(db, stand(db, quoted), reader=people["chen"]) == []
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert [each.kind for each in proofs.of_note(db, stand(db, kept), reader=people["chen"])] == ["note"]
    assert only(db, quoted, people["chen"]).state == "there"
    # Its source may become another note, where its words still stand: nobody has to look.
    merged(kept, source)
    assert (asks(db, quoted), only(db, quoted, people["chen"]).state) == ([], "archived")


MARKS = st.sampled_from(["", "**", "*", "`", "> ", "\n- ", "\n2. ", "\n## ", " ", "\n\n"])
MARKED = st.lists(st.tuples(MARKS, st.text("甲乙丙1a", max_size=4)), max_size=8)


@given(MARKED, MARKED, MARKED, st.integers(0, 40))
def test_words_are_found_whatever_marks_of_markdown_stand_between_them(before, inside, after, near):
    texts = ["".join(mark + word for mark, word in part) for part in (before, inside, after)]
    words = "".join(word for _, word in inside)
    found = anchors.find("".join(texts), words, near)
    assert (found is None) == (not words)
    if words:
        said = "".join(texts)[slice(*found)]
        assert [each for each in said if each in "甲乙丙a"] == [each for each in words if each in "甲乙丙a"]


def test_quotes_keep_their_words_and_their_numbers_when_they_may_be_of_files_of_interactions(tmp_path):
    db = sqlite3.connect(tmp_path / "old.db")
    db.execute(next(each for each in proof_tables._STATEMENTS if each.startswith("CREATE TABLE quote (")))
    one = "INSERT INTO quote (note_id, kind, part, start, text, created_at) VALUES (1, 'file', '0', 0, ?, '2026')"
    for text in ("甲", "乙", "丙"):
        db.execute(one, [text])
    db.execute("DELETE FROM quote WHERE id = 3")
    for statement in quote_tables.STATEMENTS:
        db.execute(statement)
    db.execute(one, ["丁"])
    # The feed tells of quote 3 still.
    assert db.execute("SELECT id, text FROM quote").fetchall() == [(1, "甲"), (2, "乙"), (4, "丁")]
