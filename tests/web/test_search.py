"""The search page: the caller before the notes, and somebody to ask where the very words are in none."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest

from kb import customers, members
from kb.search import indexer


@pytest.fixture
def hotel(db, people, now):
    return customers.add(db, name="澄湖酒店", phone="13812345678", by=people["chen"], now=now)


@pytest.mark.parametrize("typed", ["5678", "５６７８", "138 1234 5678", "chjd", "澄湖酒店"])
def test_what_names_one_customer_and_nothing_else_opens_that_customer(signed_in, hotel, typed):
    answer = signed_in("chen").get("/search", query_string={"q": typed})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/customers/{hotel.id}"


def test_customers_and_colleagues_are_the_first_rows_where_notes_answer_too(signed_in, hotel, db, home, a_note):
    a_note(title="澄湖酒店要分批交货")
    indexer.catch_up(db, home)
    page = signed_in("chen").get("/search?q=澄湖酒店").text
    rows = page[page.index('class="named"') :]
    assert rows.index(f"/customers/{hotel.id}") < rows.index("分批交货")
    assert "138****5678" in rows
    assert "data-row-link><bdi>陈小兰" in signed_in("vera").get("/search?q=陈小兰 类型:用于").text


def test_two_customers_of_one_tail_are_both_offered(signed_in, hotel, db, people, now):
    customers.add(db, name="郑敏", phone="13900005678", by=people["chen"], now=now)
    page = signed_in("chen").get("/search?q=5678").text
    for shown in ("澄湖酒店", "138****5678", "郑敏", "139****5678"):
        assert shown in page, shown


def test_a_caller_nobody_knows_is_told_and_can_be_added(signed_in, hotel):
    chen = signed_in("chen")
    assert "没有手机号或会员号像 0000 的客户" in chen.get("/search?q=0000").text
    page = chen.get("/search?q=139 0000 1111").text
    assert "/customers/new?phone=13900001111" in page
    assert 'value="13900001111"' in chen.get("/customers/new?phone=13900001111").text
    assert "没有手机号" not in chen.get("/search?q=没有").text
    assert "新建客户" not in signed_in("vera").get("/search?q=0000").text


def test_where_no_note_holds_the_words_a_colleague_is_named_beside_the_near_ones(signed_in, db, home, a_note):
    a_note(title="密封圈怎么洗", topic_names=["密封圈"])
    indexer.catch_up(db, home)
    vera = signed_in("vera")
    near = vera.get("/search?q=密封圈发霉").text
    assert "<mark>密封圈</mark>怎么洗" in near
    assert "问同事" in near
    assert "问同事" not in vera.get("/search?q=密封圈怎么洗").text
    assert "问同事" not in vera.get("/search?q=类型:来自").text


@pytest.mark.parametrize("typed", ["澄湖酒店 密封圈", "密封圈 澄湖", "周女士 5678"])
def test_a_caller_named_beside_the_question_is_the_first_row(signed_in, hotel, db, home, a_note, typed):
    a_note(title="密封圈怎么洗", topic_names=["密封圈"])
    indexer.catch_up(db, home)
    chen = signed_in("chen")
    page = chen.get("/search", query_string={"q": typed}).text
    assert f'href="/customers/{hotel.id}" data-row-link' in page
    assert f'href="/customers/{hotel.id}"' in chen.get("/suggest/box", query_string={"q": typed}).text
    assert "澄湖酒店" not in chen.get("/search", query_string={"q": "密封圈 怎么洗"}).text


def test_a_word_that_many_customers_begin_with_names_none_of_them(signed_in, hotel, db, people, now):
    customers.add(db, name="澄湖幼儿园", by=people["chen"], now=now)
    page = signed_in("chen").get("/search", query_string={"q": "澄湖 交货"}).text
    assert "/customers/" not in page[page.index('class="hits"') :]


def test_a_question_nobody_answers_says_so_and_whom_to_ask_before_stray_notes(signed_in, db, home, people, a_note):
    a_note(title="东西寄到哪里", dimension="for", body="写在单子上。", topic_names=["密封圈"])
    for number in range(3):
        a_note(title=f"密封圈第 {number} 次", body="在的就当场换，的东西不多。", topic_names=["密封圈"])
    indexer.catch_up(db, home)
    page = signed_in("vera").get("/search", query_string={"q": "zzqq不存在的东西"}).text
    said, asked, stray = (page.index(text) for text in ("没有知识回答", "问同事", "<mark>东西</mark>寄到哪里"))
    assert said < asked < stray
    assert "复制给客户" not in page


def test_a_name_nothing_is_written_of_shows_the_callers_and_no_empty_filters(signed_in, hotel, db, people, now):
    customers.add(db, name="澄湖幼儿园", by=people["chen"], now=now)
    page = signed_in("chen").get("/search?q=澄湖").text
    assert "没有知识写到“澄湖”" in page
    assert 'class="facets"' not in page
    assert "问同事" not in page


def test_a_filter_that_does_not_exist_is_named_beside_those_that_do(signed_in, a_note, indexed):
    a_note(title="红色的密封罐")
    indexed()
    page = signed_in("chen").get("/search", query_string={"q": "颜色:红色 类型:来自"}).text
    assert "没有“颜色”这个筛选条件，已当作普通的词来搜。" in page
    assert "可用的有：类型、主题、作者、进展、分群、可信、客户、产品、部门、日期、匹配、偏好、竞品、趋势。" in page
    assert "这个筛选条件" not in signed_in("chen").get("/search", query_string={"q": "红色 类型:来自"}).text


def test_who_has_left_is_named_with_the_way_to_whom_to_ask_now(signed_in, db, people, a_note, indexed, now):
    reader = signed_in("vera")
    members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)
    card = f"/people/{people['chen'].member_id}"
    assert reader.get("/search?q=陈小兰").location == card
    a_note(title="陈小兰说过的")
    indexed()
    page = reader.get("/search?q=陈小兰").text
    assert f'href="{card}" data-row-link><bdi>陈小兰</bdi></a><span class="badge">已离开' in page
    assert "/people/" not in reader.get("/suggest/box?q=陈小兰").text


def test_a_filter_that_nothing_meets_is_what_is_to_be_taken_away(signed_in, a_note, indexed):
    a_note(title="红色的密封罐")
    indexed()
    page = signed_in("chen").get("/search", query_string={"q": "主题:没有这个"}).text
    assert "没有知识符合“主题:没有这个”" in page
    assert "已试过" not in page
    assert "已试过" in signed_in("chen").get("/search", query_string={"q": "主题:没有这个 螺丝"}).text


@pytest.mark.parametrize("address", ["/notes", "/search?q=密封罐", "/customers", "/notes?dimension=from"])
def test_a_page_behind_the_last_leads_to_the_last(signed_in, hotel, a_note, indexed, address):
    a_note(title="红色的密封罐")
    indexed()
    mark = "&" if "?" in address else "?"
    answer = signed_in("chen").get(f"{address}{mark}page=99")
    assert answer.status_code == 302
    assert "page=1" in answer.location
    assert "data-row" in signed_in("chen").get(answer.location).text


def test_every_topic_that_was_found_can_be_chosen(signed_in, a_note, indexed):
    for number in range(12):
        a_note(title=f"红色的密封罐{number}", topic_names=[f"主题{number:02d}"])
    indexed()
    page = signed_in("chen").get("/search?q=密封罐").text
    assert page.count('class="cut"><bdi>主题') == 12
    assert page.index("<details") < page.index("<bdi>主题08")


def test_each_part_of_a_question_is_a_chip_that_can_be_taken_away(signed_in, a_note, indexed):
    a_note(title="密封罐受潮", body="竹盖")
    a_note(title="铸铁锅生锈", body="塑料盖")
    indexed()
    chen = signed_in("chen")
    page = chen.get("/search", query_string={"q": "受潮 OR 生锈 -竹盖 类型:来自 近30天"}).text
    chips = re.findall(r'class="chip"><bdi>(.+?)</bdi><a class="chip__off" href="(.+?)"', page)
    left = {text: parse_qs(urlsplit(unescape(address)).query)["q"] for text, address in chips}
    assert left == {
        "受潮": ["生锈 -竹盖 类型:来自 近30天"],
        "生锈": ["受潮 -竹盖 类型:来自 近30天"],
        "-竹盖": ["受潮 OR 生锈 类型:来自 近30天"],
        "类型:来自": ["受潮 OR 生锈 -竹盖 近30天"],
        "近30天": ["受潮 OR 生锈 -竹盖 类型:来自"],
    }
    assert "<bdi>类型:来自 近30天" not in chen.get("/search", query_string={"q": "类型:来自 近30天"}).text
    page = chen.get("/search", query_string={"q": "受潮 竹盖"}).text
    assert 'q=受潮 竹盖 匹配:全部词"' in unquote_plus(page)
    assert "全部词</a>" not in chen.get("/search", query_string={"q": "受潮"}).text


def test_the_rules_that_name_a_product_are_found_by_whoever_may_read_them(world, signed_in):
    assert '<a class="list__link" href="/findings/1"' in signed_in("lin").get("/search?q=啤酒").text
    vera = signed_in("vera").get("/search?q=啤酒")
    assert (vera.status_code, "/findings/1" in vera.text) == (200, False)
