import pytest

from kb import customers, feed, notes, pinyin
from kb.access import OPERATOR
from kb.note_details import Details
from kb.search import suggest
from kb.search.product_names import ProductNames


@pytest.fixture
def titles(db, people):
    """Return a function from a text and a login to the titles that are offered."""
    names = suggest.note_names()

    def call(query, login=None, limit=20):
        reader = OPERATOR if login is None else people[login]
        return [each["title"] for each in suggest.of_notes(db, names, query, reader=reader, limit=limit)]

    return call


@pytest.mark.parametrize(
    "typed",
    [
        "密封罐在",
        "封罐",
        "密封",
        "罐",
        "密封罐 1.2L",
        "１.２l",
        "mifengguan",
        "mfg",
        "mifg",
        "mfengg",
        "MFG",
        "zaimeiyuji",
    ],
)
def test_a_title_is_offered_by_its_beginning_any_part_of_it_and_pinyin(a_note, titles, typed):
    a_note(title="密封罐 1.2L 在梅雨季受潮")
    a_note(title="密封罐在梅雨季受潮")
    a_note(title="铸铁锅生锈")
    found = titles(typed)
    assert found
    assert "铸铁锅生锈" not in found


def test_a_character_is_read_as_in_its_word(a_note, titles):
    a_note(title="银行转账怎么开票")
    a_note(title="出行用的水杯")
    assert titles("yinhang") == titles("yhzz") == ["银行转账怎么开票"]
    assert titles("chuxing") == ["出行用的水杯"]
    assert titles("ng") == titles("zz zz") == []


def test_what_begins_so_comes_first_and_of_these_the_newest(a_note, titles):
    for title in ("退货运费", "怎么退货", "退货时间"):
        a_note(title=title)
    assert titles("退货") == ["退货时间", "退货运费", "怎么退货"]
    assert titles("退货", limit=1) == ["退货时间"]


def test_titles_follow_what_is_saved_renamed_and_archived(db, people, now, a_note, titles):
    note = a_note(title="密封罐受潮")
    assert titles("密封") == ["密封罐受潮"]
    later = a_note(title="密封圈")
    notes.archive(db, note.id, by=people["chen"], now=now)
    assert titles("密封") == ["密封圈"]
    notes.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    notes.archive(db, later.id, by=people["chen"], now=now)
    assert titles("密封") == ["密封罐受潮"]


def test_whoever_may_see_few_of_many_is_offered_all_they_may_see(a_note, people, titles):
    seen = [a_note(title=f"密封罐 公开 {at}").title for at in range(2)]
    for at in range(150):
        a_note(title=f"密封罐 {at}", readers="owner", by=people["wang"])
    assert titles("密封罐", "li") == titles("mfg", "li") == seen[::-1]


@pytest.mark.parametrize("text", ["", " ", "\n", "\0", ".*", "[", "(?", "\\", "“", "A" * 90, "a1" * 40, "👍", "\ud800"])
def test_any_text_can_be_typed(a_note, titles, text):
    a_note(title="密封罐")
    assert titles(text) == []


def test_customers_are_offered_by_number_tail_name_and_pinyin(db, people, now):
    names = suggest.customer_names()
    for name, number, phone in (
        ("澄湖酒店", "1001", "13812345678"),
        ("建州置业", "1002", ""),
        ("新建州府", "5678", ""),
    ):
        customers.add(db, name=name, number=number, phone=phone, by=people["chen"], now=now)

    def offered(query):
        found = suggest.of_customers(db, names, query, reader=people["li"], limit=4)
        return [each.name for each in found]

    assert offered("建州") == offered("jianz") == ["建州置业", "新建州府"]
    assert sorted(offered("5678")) == ["新建州府", "澄湖酒店"]
    assert offered("chjd") == offered("chenghu") == offered("湖酒") == ["澄湖酒店"]
    assert offered("1002") == ["建州置业"]
    assert offered("9999") == offered(" ") == []


def test_a_text_is_spelled_as_its_words_are_read():
    assert pinyin.spelled("绿茶 A4 重庆的银行") == "LvCha A4 ChongQingDeYinHang"


def test_products_are_offered_as_the_newest_note_the_reader_sees_spells_them(db, home, people, now, a_note):
    names = ProductNames()

    def note_of(product, **fields):
        details = Details(channel="电话", experience="complaint", product=product)
        return a_note(details=details, **fields)

    def offered(query, login="li", limit=9):
        return names.of_products(db, home, query, reader=people[login], limit=limit)

    # Hidden ones first: they would come first by their numbers.
    note_of("密封罐 0.5L 机密", readers="owner", by=people["wang"])
    note_of("密封罐 大号、保温杯", readers="owner", by=people["wang"])
    note_of("小密封罐、密封罐 大号、Oat Milk")
    assert offered("密封罐", limit=1) == ["密封罐 大号"]
    last = note_of("密封罐 1.2L、oat milk")
    assert offered("密封罐") == ["密封罐 1.2L", "密封罐 大号", "小密封罐"]
    assert offered("密封罐", limit=2) == ["密封罐 1.2L", "密封罐 大号"]
    assert offered("mfg") == ["密封罐 1.2L", "密封罐 大号", "小密封罐"]
    assert offered("OAT") == ["oat milk"]
    assert offered("保温") == offered("机密") == offered("") == []
    assert offered("保温", "wang") == ["保温杯"]
    notes.archive(db, last.id, by=people["chen"], now=now)
    assert offered("oat") == ["Oat Milk"]
    assert offered("1.2") == []
    note_of("保温壶")
    assert offered("bwh") == ["保温壶"]
