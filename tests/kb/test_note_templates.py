"""Templates: what a note by one has to say before it is explicit, and whose words they are."""

import re

import pytest
from hypothesis import given, strategies as st

from kb import feed, maturity, note_templates, notes
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details

FOR = {"audience": "all", "valid_from": "2026-01-01", "origin": "培训手册第 3 页"}
FIELDS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def write(a_note):
    """Return a function that writes a note by a template."""

    def call(template, body, **details):
        its = Details(**{**FOR, "template": template, **details})
        return a_note(dimension="for", summary="一句话", body=body, details=its)

    return call


@pytest.mark.parametrize("language", note_templates.LANGUAGES)
def test_ten_are_built_in_in_each_language_for_the_same_types_with_the_same_needs(db, language):
    found = note_templates.listing(db, language)
    keys = [each.id.removesuffix(f".{language}") for each in found]
    assert keys == ["visit", "need", "script", "case", "incident", "lesson", "feedback", "proposal", "objection",
                    "testimonial"]  # fmt: skip
    twins = note_templates.listing(db, "zh")
    for each, twin in zip(found, twins, strict=True):
        assert each.is_builtin
        assert (each.dimension, bool(each.end)) == (twin.dimension, bool(twin.end))
        assert [one.is_needed for one in each.headings()] == [other.is_needed for other in twin.headings()]
        assert each.lacking(each.body(), "") == (
            *(heading.text for heading in each.headings() if heading.is_needed), *([each.end] if each.end else ()),
        )  # fmt: skip


def test_the_five_steps_of_a_visit_stand_in_their_order(db):
    assert [each.text for each in note_templates.get(db, "visit.zh").headings()] == [
        "介绍", "需求", "价值", "成交", "转介绍",
    ]  # fmt: skip


def test_a_note_goes_on_only_when_its_headings_have_text_whoever_asks(db, people, now, write):
    body = note_templates.get(db, "script.zh").body()
    note = write("script.zh", body.replace("## 怎么说", "## 怎么说\n先认错。"))
    for login in ("chen", "zhao"):
        with pytest.raises(Invalid) as refused:
            maturity.advance(db, note.id, by=people[login], now=now)
        assert refused.value.values["name"] == "话术"
        assert refused.value.values["headings"] == "什么时候用、异议怎么答"
    text = "## 什么时候用\n嫌贵时。\n## 怎么说\n先认错。\n## 异议怎么答：\n- 退差价"
    fields = {name: getattr(note, name) for name in FIELDS} | {"body": text, "topic_names": ["密封罐"]}
    note = notes.edit(db, note.id, version=1, **fields, details=note.details(), by=people["chen"], now=now)
    maturity.advance(db, note.id, by=people["chen"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).maturity == "explicit"
    # Emptied again, it goes back.
    fields["body"] = "## 怎么说\n先认错。"
    its = {"details": note.details(), "reason": "重写", "by": people["chen"], "now": now}
    note = notes.edit(db, note.id, version=3, **fields, **its)
    assert (note.maturity, note.unfilled) == ("raw", ("什么时候用", "异议怎么答"))


def test_a_note_by_no_template_is_asked_for_nothing_of_it(db, people, now, a_note):
    note = a_note(summary="装反了就漏")
    assert note.unfilled == ()
    maturity.advance(db, note.id, by=people["chen"], now=now)


def test_a_testimonial_has_a_permission_and_its_end(db, write):
    body = "## 客户的原话\n好用。\n## 是谁\n周园长\n## 许可\n周园长 11 月 20 日电话里说可以用在店里。"
    assert write("testimonial.zh", body).unfilled == ("有效期至（许可到哪天）",)
    assert write("testimonial.zh", body, valid_until="2027-11-20").unfilled == ()
    assert write("testimonial.zh", body.split("## 许可")[0], valid_until="2027-11-20").unfilled == ("许可",)


def test_a_note_by_a_template_that_is_none_is_refused_and_an_about_note_has_none(db, write, a_note):
    with pytest.raises(Invalid) as refused:
        write("poem.zh", "")
    assert refused.value.field == "template"
    about = a_note(dimension="about", details=Details(product="罐", observation="店里", template="need.zh"))
    assert about.template == ""


def test_undo_brings_back_by_which_template_a_note_was_written(db, people, now, write):
    note = write("script.zh", "")
    fields = {name: getattr(note, name) for name in FIELDS} | {"topic_names": ["密封罐"]}
    notes.edit(db, note.id, version=1, **fields, details=Details(**FOR), by=people["chen"], now=now)
    assert notes.undo(db, feed.last_seq(db), by=people["chen"], now=now).template == "script.zh"


@pytest.mark.parametrize(
    ("body", "is_filled"),
    [("## 怎么说\n一句", True), ("### 怎么说：\n一句", True), ("## 怎么说 ##\n\n\n一句", True),
     ("## 怎么说\n---\n>\n- \n", False),
     ("## 怎么说\n## 别的\n一句", False), ("## 怎么说\n### 小节\n一句", True), ("怎么说\n一句", False),
     ("```\n## 怎么说\n一句\n```", False), ("## 怎么说\n```\n代码\n```", True),
     ("# 别的\n## 怎么说\n# 再一个\n一句", False)],
)  # fmt: skip
def test_a_heading_has_text_when_words_stand_below_it(body, is_filled):
    template = note_templates.Template("", "", "for", "## 怎么说 *\n提示", "", is_builtin=False)
    assert template.lacking(body, "") == (() if is_filled else ("怎么说",))


headings = st.lists(st.text("甲乙丙丁", min_size=1, max_size=3), min_size=1, max_size=5, unique=True)


@given(headings, st.data())
def test_what_lacks_is_exactly_what_was_left_empty(names, data):
    needed = [data.draw(st.booleans()) for _ in names]
    filled = [data.draw(st.booleans()) for _ in names]
    outline = "\n".join(f"## {name}{' *' if star else ''}\n提示" for name, star in zip(names, needed, strict=True))
    body = "\n".join(f"## {name}\n{'写了' if its else ''}" for name, its in zip(names, filled, strict=True))
    template = note_templates.Template("", "", "for", outline, "", is_builtin=False)
    rows = zip(names, needed, filled, strict=True)
    assert template.lacking(body, "") == tuple(name for name, star, its in rows if star and not its)


def test_an_administrator_changes_the_words_resets_them_and_takes_both_back(db, people, now):
    by = people["zhao"]
    old = note_templates.get(db, "script.zh")
    first = note_templates.edit(
        db, "script.zh", name=" 店里话术 ", outline="## 开头 *\n怎么开口", version=0, by=by, now=now
    )
    changed = note_templates.get(db, "script.zh")
    assert (changed.name, [each.text for each in changed.headings()]) == ("店里话术", ["开头"])
    assert (changed.is_builtin, changed.dimension) == (False, "for")
    assert note_templates.listing(db, "zh")[2] == changed
    assert note_templates.get(db, "script.en").is_builtin
    second = note_templates.reset(db, "script.zh", by=by, now=now)
    assert note_templates.get(db, "script.zh") == old
    with pytest.raises(Conflict):
        note_templates.undo(db, first, by=by, now=now)
    note_templates.undo(db, second, by=by, now=now)
    assert note_templates.get(db, "script.zh") == changed
    # On top of what stood before any of this nothing is saved.
    for stale in (0, first, second):
        with pytest.raises(Conflict):
            note_templates.edit(db, "script.zh", name="话术", outline="## 一", version=stale, by=by, now=now)
    assert note_templates.get(db, "script.zh") == changed
    latest = note_templates.version_of(db, "script.zh")
    note_templates.edit(db, "script.zh", name="话术", outline="## 一", version=latest, by=by, now=now)
    assert feed.verify(db) == []
    with pytest.raises(Invalid):
        note_templates.reset(db, "need.zh", by=by, now=now)


def test_notes_written_before_are_asked_for_the_new_headings(db, people, now, write):
    note = write("script.zh", "## 什么时候用\n甲\n## 怎么说\n乙\n## 异议怎么答\n丙")
    assert note.unfilled == ()
    note_templates.edit(db, "script.zh", name="话术", outline="## 开头 *", version=0, by=people["zhao"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).unfilled == ("开头",)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"name": "长" * 31}, "name"), ({"outline": ""}, "outline"),
     ({"outline": "没有标题"}, "outline"), ({"outline": "## 一\n## 一 *"}, "outline"), ({"outline": "## *"}, "outline"),
     ({"outline": "## " + "长" * 61}, "outline"), ({"outline": "\n".join(f"## {n}" for n in range(21))}, "outline")],
)  # fmt: skip
def test_what_is_no_template_is_refused_by_its_field(db, people, now, change, field):
    with pytest.raises(Invalid) as refused:
        words = {"name": "需求", "outline": "## 一", **change}
        note_templates.edit(db, "need.zh", **words, version=0, by=people["zhao"], now=now)
    assert refused.value.field == field
    assert db["template"].count == 0


def test_only_an_administrator_changes_them_and_only_those_there_are(db, people, now):
    for login in ("chen", "wang", "ma"):
        with pytest.raises(Forbidden):
            note_templates.edit(db, "need.zh", name="x", outline="## x", version=0, by=people[login], now=now)
        with pytest.raises(Forbidden):
            note_templates.reset(db, "need.zh", by=people[login], now=now)
    with pytest.raises(NotFound):
        note_templates.edit(db, "poem.zh", name="x", outline="## x", version=0, by=people["zhao"], now=now)
    with pytest.raises(NotFound):
        note_templates.undo(db, 1, by=people["zhao"], now=now)


def test_no_built_in_hint_is_a_sentence_without_its_end(db):
    for language, end in (("zh", "。"), ("en", ".")):
        for each in note_templates.listing(db, language):
            hints = [heading.hint for heading in each.headings() if heading.hint]
            assert [hint for hint in hints if not re.search(rf"{re.escape(end)}$", hint)] == [], each.id
