"""The map on its pages: around one thing, topics against departments, how two are connected, and for whom."""

import html
import re
from xml.etree import ElementTree

import pytest

from kb import citing, customers, interactions, notes, topic_merge, topic_tree, topics, uses
from kb.map import experts
from kb.note_details import Details
from kb.store import writing
from mining.ledger.load import import_file
from mining.ledger.options import Options
from tests.web.conftest import TALK

ONE = "密封罐"


def test_the_map_begins_with_a_search_and_leads_on_and_back(signed_in, world, indexed):
    chen = signed_in("chen")
    assert f'href="/map/topic-{world.topic}"' in chen.get("/map?q=密封").text
    assert f'href="/map/note-{world.public}"' in chen.get("/map?q=密封").text
    assert "地图上没有叫“飞船”的" in chen.get("/map?q=飞船").text
    page = chen.get(f"/map/topic-{world.topic}").text
    onward = re.search(r'class="button button--small button--plain" href="(/map/member-\d+\?way=topic-\d+)"', page)[1]
    there = chen.get(onward).text
    # Back on the way, the way is as it was.
    assert f'href="/map/topic-{world.topic}"><bdi>密封罐</bdi></a>' in there
    opening = re.search(r'href="([^"]*open=[^"]*)" aria-label="展开', page)[1].replace("&amp;", "&")
    opened = chen.get(opening)
    assert opened.status_code == 200
    assert "收起“" in opened.text


def test_who_is_away_is_marked_with_who_answers_in_picture_list_and_file(signed_in, db, people, a_note):
    chen, here = people["chen"].member_id, signed_in("li")
    topic = db.execute("SELECT topic_id FROM note_topic WHERE note_id = ?", [a_note().id]).fetchone()[0]
    place = f"/map/topic-{topic}"
    before = here.get(place).text
    db["absence"].insert(
        {"member_id": chen, "from_day": "2026-01-05", "until_day": "2999-01-01", "deputy_id": people["lin"].member_id}
    )
    after = here.get(place).text
    assert [page.count("休假至") for page in (before, after)] == [0, 3]
    assert re.search(r'aria-label="陈小兰[^"]*休假至[^"]*林志强"', after)
    assert f'href="/people/{people["lin"].member_id}"' in after
    assert after.count("stroke-dasharray") == before.count("stroke-dasharray") + 1
    assert here.get(f"{place}.svg").text.count("stroke-dasharray") == 1
    assert "休假至" in here.get(f"/map/member-{chen}").text


def test_every_page_leads_to_its_place_on_the_map(signed_in, world):
    chen = signed_in("chen")
    pages = {
        f"/topics/{world.topic}": f"/map/topic-{world.topic}",
        f"/notes/{world.public}": f"/map/note-{world.public}",
        f"/customers/{world.customer}": f"/map/customer-{world.customer}",
        f"/people/{world.member}": f"/map/member-{world.member}",
        f"/sources/{world.source}": f"/map/source-{world.source}",
        f"/departments/{world.department}": f"/map/department-{world.department}",
        "/search?q=密封": "/map?q=",
    }
    for page, address in pages.items():
        assert f'href="{address}' in chen.get(page).text, page
        if "?" not in address:
            assert chen.get(address).status_code == 200


def test_the_list_says_what_the_picture_shows(signed_in, world):
    page = signed_in("chen").get(f"/map/topic-{world.topic}").text
    drawn = re.findall(r'class="map__node" href="(?P<to>[^"]+)"', page)
    listed = re.findall(r'button--plain" href="([^"]+)" aria-label="以“', page)
    assert sorted(drawn) == sorted(listed)
    assert len(drawn) > 3
    fewer = signed_in("chen").get(f"/map/topic-{world.topic}?kind=note&kind=member").text
    assert set(re.findall(r'class="map__node" href="/map/(\w+)-', fewer)) == {"note", "member"}


def test_a_picture_leaves_the_page_as_a_file_with_its_own_colours(signed_in, world, people):
    chen = signed_in("chen")
    answer = chen.get(f"/map/topic-{world.topic}.svg")
    assert (answer.mimetype, answer.status_code) == ("image/svg+xml", 200)
    assert "attachment" in answer.headers["Content-Disposition"]
    texts = [each.text for each in ElementTree.fromstring(answer.text).iter("{http://www.w3.org/2000/svg}text")]
    assert ONE in texts
    # How many more lie next to a thing is drawn as on the page; that one may hide what is open is not.
    key = f"member-{people['chen'].member_id}"
    place = f"/map/topic-{world.topic}"
    for opened in ("", f"?open={key}"):
        page, file = (
            re.findall(r">(\+\d+|99\+|−)</text>", chen.get(place + end + opened).text) for end in ("", ".svg")
        )
        assert file == [each for each in page if each != "−"] != []
    assert "−" in page
    assert "var(" not in answer.text and "href" not in answer.text


def test_a_product_leads_from_its_note_to_the_map_and_from_there_to_all_its_notes(signed_in, world, a_note):
    chen = signed_in("chen")
    note = a_note(title="盖子", topic_names=[ONE], details=_of(world, "3/4 寸.svg；密封罐 A"))
    a_note(title="胶圈", topic_names=[ONE], details=_of(world, "密封罐 Ａ"))
    facts = re.search(r"<dt>商品</dt><dd>(.*?)</dd>", chen.get(f"/notes/{note.id}").text)[1]
    places = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', facts)]
    odd, lid = (chen.get(place).text for place in places)
    assert ("盖子" in odd, "胶圈" in odd, "胶圈" in lid) == (True, False, True)
    assert f'href="/map/customer-{world.customer}' in lid
    drawn = chen.get(f"{places[0]}.svg")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert f'href="{places[1]}' in chen.get("/map?q=密封罐a").text
    listing = html.unescape(re.search(r'href="(/notes\?product=[^"]+)".{,300}看全部相关知识', lid)[1])
    page = chen.get(listing).text
    assert ("盖子" in page, "胶圈" in page, "密封罐在梅雨季受潮" in page) == (True, True, False)


@pytest.mark.parametrize(
    "path",
    [
        "/map/product-",
        "/map/product-没有",
        "/map/topic-0",
        "/map/user-1",
        "/map/note-1e3",
        "/map/path?from=topic-99999",
        "/map/customer-99.svg",
    ],
)
def test_what_is_not_on_the_map_is_not_found(signed_in, path):
    assert signed_in("chen").get(path).status_code == 404


def test_an_address_that_says_nonsense_shows_the_map_as_at_first(signed_in, world):
    chen, plain = signed_in("chen"), f"/map/topic-{world.topic}"
    assert chen.get(f"{plain}?kind=x&open=topic&open=member-99999999999999999999&way=7").status_code == 200
    odd = chen.get(f"{plain}?kind=&way=note-{world.private}&open=note-{world.private}").text
    assert "王的私人备忘" not in odd


def test_a_merge_breaks_no_address_of_the_map(signed_in, world, a_note, people, db, now):
    note = a_note(title="只说气味", topic_names=["气味"])
    gone = topics.by_name(db, "气味", reader=people["chen"]).id
    topic_merge.merge(db, gone, world.topic, by=people["wang"], now=now)
    chen = signed_in("chen")
    for part in ("", "/beside", ".svg"):
        assert ONE in chen.get(f"/map/topic-{gone}{part}").text
    assert f'href="/topics/{world.topic}"' in chen.get(f"/map/path?from=topic-{gone}&to=note-{note.id}").text
    led = chen.get(f"/map/note-{note.id}?way=topic-{gone}&open=topic-{gone}").text
    assert f'href="/map/topic-{world.topic}"><bdi>{ONE}</bdi></a>' in led
    assert f"收起“{ONE}”" in led
    led = chen.get(f"/topics/{gone}")
    assert (led.status_code, led.location) == (302, f"/topics/{world.topic}")


def test_the_matrix_shows_gaps_and_risks_in_words_and_as_a_sheet(signed_in, world, a_note, people):
    for login in ("chen", "li"):
        a_note(title="两人懂的", topic_names=["两人懂的"], by=people[login])
    for number in range(5):
        a_note(title=f"换圈 {number}", topic_names=["换圈"])
    chen = signed_in("chen")
    page = chen.get("/map/matrix").text
    assert re.search(r'matrix__cell--risk"><a href="[^"]*department=1[^"]*"[^>]*>5 条</a>.*?只有陈小兰', page, re.S)
    address = re.search(r'matrix__cell--risk"><a href="([^"]*)"[^>]*>5 条</a>', page)[1]
    found = chen.get(html.unescape(address)).text
    assert len(re.findall(r">换圈 \d</", found)) == 5
    assert '<td class="matrix__gap">缺</td>' in page
    assert "两人懂的" in page
    risky = chen.get("/map/matrix?only=risk").text
    assert "换圈" in risky and "两人懂的" not in risky
    lines = chen.get("/map/matrix.csv").text.lstrip("\ufeff").splitlines()
    head = lines[0].split(",")
    row = next(line.split(",") for line in lines if line.startswith("换圈,"))
    assert dict(zip(head, row, strict=True))["客服部: 懂的人数"] == "1"


def test_how_i_am_connected_with_a_customer_and_who_can_introduce_me(signed_in, world, people):
    page = signed_in("li").get(f"/map/path?to=customer-{world.customer}").text
    assert "李思远在客服部工作" in page
    assert "陈小兰和澄湖酒店沟通过 1 次" in page
    assert re.search(r"谁能引荐.*陈小兰.*最近一次", page, re.S)
    lin = signed_in("lin")
    assert "没有您能看到的路" in lin.get(f"/map/path?to=customer-{world.customer}").text
    assert "陈小兰和澄湖酒店沟通过 1 次" in lin.get("/map/path?from=陈小兰&to=澄湖酒店").text
    assert re.search(rf'href="/map/path\?[^"]*to=topic-{world.topic}', lin.get("/map/path?to=密封").text)
    assert "地图上没有叫“飞船”的" in lin.get("/map/path?to=飞船").text
    assert "两头是同一个" in lin.get(f"/map/path?from=topic-{world.topic}&to=topic-{world.topic}").text


def test_no_page_of_the_map_differs_by_what_is_closed(signed_in, world, db, people, a_note, now):
    logins = ("vera", "chen", "lin", "zhao", "shen")
    readers = {login: signed_in(login) for login in logins}
    a_note(title="盖子", topic_names=[ONE], details=_of(world, "密封罐 A"))
    things = [f"topic-{world.topic}", f"note-{world.public}", f"customer-{world.customer}", f"source-{world.source}",
              "product-密封罐 a", "product-机密商品", f"member-{people['wang'].member_id}",
              f"department-{world.department}"]  # fmt: skip
    pages = ["/map", "/map?q=密封", "/map/matrix", "/map/matrix?only=risk", "/map/matrix.csv", "/topics", "/scores"]
    pages += [f"/topics/{world.topic}", f"/people/{people['wang'].member_id}", f"/departments/{world.department}"]
    pages += ["/gaps", "/gaps.csv", "/search?q=密封", "/search?q=机密", "/map?q=机密"]
    pages += [f"/suggest/{kind}?q={word}" for kind in ("box", "topics", "notes") for word in ("密", "机密", "mifeng")]
    pages += [f"/map/{thing}" for thing in things]
    pages += [f"/map/{thing}?open=member-{people['wang'].member_id}&open={things[0]}" for thing in things]
    pages += [f"/map/{thing}{part}" for thing in things for part in (".svg", "/beside")]
    pages += [f"/map/path?from={one}&to={other}" for one in things for other in things if one < other]
    before = {(login, page): _shown(readers[login].get(page)) for login in logins for page in pages}
    scores = {login: _scores(db, people[login], now) for login in logins}
    _secrets(world, db, people, a_note, now)
    differing = [key for key in before if _shown(readers[key[0]].get(key[1])) != before[key]]
    assert differing == []
    assert {login: _scores(db, people[login], now) for login in logins} == scores
    # Who may see them is shown them: the pages are none that never change.
    wang = signed_in("wang")
    assert "机密" in wang.get(f"/map/topic-{world.topic}").text
    assert "机密" in wang.get("/map/matrix").text
    assert "密封罐 Ａ" in wang.get("/map/product-机密商品").text
    for page in (f"/topics/{world.topic}", f"/people/{people['wang'].member_id}"):
        fetched = re.search(r'hx-get="(/map/[\w-]+/beside)"', wang.get(page).text)[1]
        assert "机密" in wang.get(fetched).text


def _of(world, product):
    return Details(customers=((world.customer, ""),), product=product, channel="电话", experience="complaint")


def _secrets(world, db, people, a_note, now):
    """Write of everything that the map goes by something that only wang may see."""
    wang = people["wang"]
    about = _of(world, "密封罐 Ａ、机密商品")
    for number in range(6):
        note = a_note(title=f"机密 {number}", topic_names=[ONE, "机密"], readers="owner", by=wang, details=about)
    named = [("member", wang.member_id)]
    a_note(title="机密名单", topic_names=[ONE], readers="list", named_readers=named, by=wang, details=about)
    citing.note(db, note.id, world.public, why="写了", by=wang, now=now)
    uses.add(db, note.id, result="worked", by=wang, now=now)
    private = notes.get(db, world.private, reader=wang)
    topic = topics.by_name(db, "机密", reader=wang)
    with writing(db):
        topic_tree.put(
            db, topic.id, {"parents": [topics.by_name(db, ONE, reader=wang).id]}, did="topic.arrange", by=wang, now=now
        )
    interactions.add(db, customer_id=world.customer, **TALK, readers="owner", by=wang, now=now)
    assert private.readers == "owner"


def _scores(db, reader, now):
    """Return who knows which topic, how well and why, of all topics a reader may know of, at one instant."""
    asked = {"reader": reader, "now": now}
    return {each.name: experts.experts(db, each.id, **asked) for each in topics.listing(db, reader=reader)}


def _shown(answer):
    """Return the status and text of an answer without what time changes: a score fades."""
    text = re.sub(r'name="csrf_token" value="[^"]+"|(?<=>)[^<>]*(?=</time>)', "", answer.text)
    return answer.status_code, re.sub(r"\d\.\d{3}\b", "", text)


def test_what_a_customer_buys_again_and_again_leads_to_what_is_known_of_it(
    signed_in, db, home, people, a_note, now, tmp_path
):
    number = customers.add(db, name="澄湖酒店", number="M1", by=people["chen"], now=now).id
    lines = [
        "订单号,商品,客户,日期",
        *(f"{each},{item},M1,2026-05-0{each}" for each in (1, 2) for item in ("浴巾", "牙刷")),
    ]
    (tmp_path / "orders.csv").write_text("\n".join(lines), "utf-8")
    import_file(db, home, tmp_path / "orders.csv", Options(), by=people["lin"], now=now)
    a_note(topic_names=[ONE], details=Details(product="浴巾", channel="电话", experience="complaint"))
    a_note(readers="owner", details=Details(product="牙刷", channel="电话", experience="complaint"), by=people["wang"])
    usual = re.search(r"常买商品</h2>(.*?)</section>", signed_in("chen").get(f"/customers/{number}").text, re.S)[1]
    assert re.findall(r"<bdi>(.*?)</bdi>", usual) == ["浴巾", "牙刷"]
    (place,) = re.findall(r'href="([^"]+)"', usual)
    assert ONE in signed_in("chen").get(html.unescape(place)).text
