"""The history of a note: each change says what it changed, of what is no text too."""

import re

from kb import citing, notes
from kb.access import OPERATOR


def test_a_doubt_a_check_and_evidence_say_in_the_history_what_they_were_and_an_undo_is_told(
    signed_in, world, db, people, a_note, now
):
    note, source = a_note(title="主张"), a_note(title="凭据")
    private = a_note(title="私下的", readers="owner")
    chen = signed_in("chen")
    chen.get(f"/notes/{note.id}")
    chen.post(f"/notes/{note.id}/doubts", {"doubt": "价格早就变了"})
    chen.post(f"/notes/{note.id}/verify", {})
    for each, why in ((source, "凭据里写着"), (private, "只有我知道")):
        citing.note(db, note.id, each.id, why=why, by=people["chen"], now=now)
    number = notes.get(db, note.id, reader=OPERATOR).proofs[0][1]
    chen.post(f"/notes/{note.id}/evidence/remove", {"part": f"evidence {number}"})
    page = chen.get(f"/notes/{note.id}/history").text
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for words in ("指出内容过时： “价格早就变了”", "核实的是第 ", "添加的依据： “只有我知道”", "去掉的依据："):
        assert words in told, words
    assert "只有我知道" not in signed_in("li").get(f"/notes/{note.id}/history").text
    undo = re.search(r'action="(/changes/\d+/undo)"', page)[1]
    assert "已撤销。" in chen.get(chen.post(undo).location).text
