"""Which notes for customers words name, and what is said of one that should not have been told."""

import pytest

from kb import customers, interactions, told_notes
from kb.errors import Invalid
from kb.note_details import Details


@pytest.fixture
def answer(a_note, details_of):
    """Return a function that writes a note for customers."""

    def write(title, **fields):
        return a_note(title=title, dimension="for", **{"details": details_of("for"), **fields})

    return write


def test_words_name_the_one_note_of_that_title_or_are_refused(db, people, answer, a_note):
    pot, soup = answer("铸铁锅怎么开锅"), answer("炖汤，先焯水")
    assert told_notes.named(db, "铸铁锅怎么开锅", reader=people["li"]) == [pot.id]
    assert told_notes.named(db, "炖汤，先焯水", reader=people["li"]) == [soup.id]
    field = f"铸铁锅怎么开锅，随便什么 #{soup.id}；"
    assert told_notes.named(db, field, reader=people["li"]) == [pot.id, soup.id]
    answer("退换", readers="owner")
    a_note(title="客户嫌重")
    for _ in range(2):
        answer("保养")
    for words in ("铸铁锅", "退换", "客户嫌重", "保养", "没有这条 #99", f"保养 #{pot.id}，铸铁锅"):
        with pytest.raises(Invalid) as refused:
            told_notes.named(db, words, reader=people["li"])
        assert refused.value.field == "told_notes", words
        assert refused.value.values["words"] == words.rsplit("，", 1)[-1]


def test_one_out_of_date_or_for_another_customer_is_taken_with_a_warning(db, people, answer, now):
    whom, other = (customers.add(db, name=name, by=people["chen"], now=now).id for name in ("澄湖酒店", "和光餐厅"))
    usual = {"valid_from": "2026-01-01", "origin": "培训手册"}
    fine, mine, stale, others = (
        answer(title, details=Details(**{**usual, **its})).id
        for title, its in (
            ("照旧", {"audience": "all", "valid_until": "2026-11-20"}),
            ("给他", {"audience": "customer", "customers": ((whom, ""),)}),
            ("过期", {"audience": "all", "valid_until": "2026-11-19"}),
            ("给别人", {"audience": "customer", "customers": ((other, ""),)}),
        )
    )
    told = {"told_note_ids": [fine, mine, stale, others], "method": "talk", "happened_at": now, "said": "", "told": "",
            "contact": "", "channel": "", "readers": "all", "customer_id": whom}  # fmt: skip
    seq = interactions.add(db, **told, by=people["chen"], now=now)
    found = told_notes.warnings(db, seq, reader=people["chen"], today="2026-11-20")
    assert [each["values"]["title"] for each in found] == ["过期", "给别人"]
    assert "until" in found[0]["template"] and "another" in found[1]["template"]
