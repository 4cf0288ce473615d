"""What is like a text that somebody is writing."""

import pytest

from kb.access import OPERATOR
from kb.search import indexer
from kb.search.similar import similar


@pytest.fixture
def like(db, home, people):
    def call(text, login=None, **options):
        indexer.catch_up(db, home)
        reader = people[login] if login else OPERATOR
        return [hit.title for hit in similar(db, home, text, reader=reader, **options)]

    return call


def test_half_of_the_words_are_like_and_one_stray_word_is_not(like, a_note):
    a_note(title="毛巾掉毛", body="客房部说新毛巾洗了三次还在掉毛。")
    a_note(title="密封罐受潮", body="客房部不要")
    assert like("新毛巾掉毛，很多") == ["毛巾掉毛"]
    assert like("毛巾的包装太大，占仓库，运费也贵，客户抱怨") == []


@pytest.mark.parametrize("text", ["", "。。。", "类型:来自", "作者：", '"', "a" * 5000, "毛 " * 200])
def test_whatever_is_being_typed_is_no_error(like, a_note, text):
    a_note(title="毛巾掉毛")
    like(text)


def test_what_looks_like_a_filter_is_mere_words(like, a_note):
    a_note(title="毛巾掉毛", body="洗了三次")
    assert like('作者：毛巾掉毛 "洗了三次') == ["毛巾掉毛"]


def test_another_persons_private_note_is_like_nothing(like, a_note):
    a_note(title="毛巾掉毛", readers="owner")
    assert (like("毛巾掉毛", "li"), like("毛巾掉毛", "chen")) == ([], ["毛巾掉毛"])
