import pytest
from hypothesis import given, strategies as st

from kb.folders import front_matter

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
VALUE = (
    TEXT
    | st.lists(TEXT, min_size=1, max_size=3)
    | st.lists(st.dictionaries(TEXT, TEXT, min_size=1, max_size=2), min_size=1)
)


@given(
    st.dictionaries(st.sampled_from(["title", "topics", "customers"]), VALUE),
    st.text(st.characters(exclude_categories=("Cs", "Cc"))),
)
def test_what_is_written_is_read_back(fields, body):
    read, text = front_matter.parted(front_matter.written(fields, body))
    assert (read, text.strip()) == (fields, body.strip())


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ("---\ntitle: 一句话\ntags: [罐, '退 货']\n---\n\n正文", {"title": "一句话", "tags": ["罐", "退 货"]}, "正文"),
        ('---\ntitle: "一\u2028二"\n---\n正文', {"title": "一\u2028二"}, "正文"),
        ("---\ntags:\n  - 罐\n  - \"退货\"\nnot a line\n---\n正文", {"tags": ["罐", "退货"]}, "正文"),
        ("---\ntitle: 'it''s' # why\n...\n正文", {"title": "it's"}, "正文"),
        ("---\n正文没有结束", {}, "---\n正文没有结束"),
        ("正文", {}, "正文"),
        ("---", {}, "---"),
        ("---\na: [" + "[" * 3000 + "\n---\n正文", {"a": "[" * 3001}, "正文"),
    ],
)  # fmt: skip
def test_what_people_write_by_hand_is_read(text, fields, body):
    assert front_matter.parted(text) == (fields, body)
