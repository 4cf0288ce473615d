"""Products that notes name, as the map and the list of notes know them."""

import pytest

from kb import check, notes, products
from kb.map import around, ego, path
from kb.map.things import Thing, by_key, find, of_key
from kb.note_details import Details

SAID = {"channel": "电话", "experience": "complaint"}


@pytest.fixture
def of_product(a_note):
    """Return a function that writes a note from a customer about a product."""
    return lambda product, **more: a_note(details=Details(product=product, **SAID), **more)


def test_a_product_is_one_however_it_is_spelled_and_a_note_may_name_several():
    assert products.of("挂耳咖啡、ＯＡＴ Milk；挂耳咖啡") == {"挂耳咖啡": "挂耳咖啡", "oat milk": "ＯＡＴ Milk"}
    assert products.of("Mug, red;  oat   MILK") == {"mug, red": "Mug, red", "oat milk": "oat   MILK"}
    assert products.of(" 、；") == {}


@pytest.mark.parametrize("name", ["挂耳咖啡 10 片", "a/b", "3.5寸.svg", "50% 棉", "a%2Fb", "..", "\\", "a?b#c&d"])
def test_the_address_of_a_product_leads_to_it_whatever_its_name(name, db, people, of_product):
    of_product(name)
    thing = Thing("product", products.folded(name))
    assert of_key(thing.key) == thing
    assert not set("/.\\") & set(thing.key)
    assert by_key(db, thing.key, reader=people["vera"]) == (thing, name)


def test_a_product_has_its_notes_topics_customers_and_writers_around_it(db, people, of_product, now):
    of_product("挂耳咖啡", topic_names=["早餐"])
    of_product("挂耳咖啡、燕麦奶", title="第二条", topic_names=["早餐", "断货"], by=people["li"])
    found = ego.of(db, Thing("product", "挂耳咖啡"), reader=people["vera"], now=now)
    told = {(node.name, node.why % node.values) for node in found.nodes if node.thing.kind != "note"}
    assert told == {("陈小兰", "1 note"), ("李思远", "1 note"), ("早餐", "2 notes"), ("断货", "1 note"),
                    ("燕麦奶", "1 note on both")}  # fmt: skip
    assert {node.name for node in found.nodes if node.thing.kind == "note"} == {"密封罐在梅雨季受潮", "第二条"}
    assert "“第二条” is about the product 挂耳咖啡" in {edge.why % edge.values for edge in found.edges}
    breakfast = next(node.thing for node in found.nodes if node.name == "早餐")
    its = around.around(db, breakfast, reader=people["vera"], now=now)["product"]
    assert [(near.thing.id, near.weight) for near in its.strongest] == [("挂耳咖啡", 2), ("燕麦奶", 1)]


def test_a_way_leads_over_a_product_and_a_word_finds_it(db, people, of_product):
    of_product("挂耳咖啡", topic_names=["早餐"])
    of_product("挂耳咖啡", topic_names=["断货"], by=people["lin"])
    of_product("", title="别的", topic_names=["早餐"])
    start, end = Thing("member", people["chen"].member_id), Thing("member", people["lin"].member_id)
    ways = path.between(db, start, end, reader=people["vera"]).ways
    assert "product" in {step.thing.kind for way in ways for step in way}
    for word in ("咖啡", "guaer", "gekf", "茶"):
        named = [each for each in find(db, word, reader=people["vera"]) if each[0].kind == "product"]
        assert named == ([] if word == "茶" else [(Thing("product", "挂耳咖啡"), "挂耳咖啡")]), word


def test_a_product_is_there_for_those_alone_who_may_see_a_note_of_it_and_as_that_spells_it(db, people, of_product):
    of_product("Oat Milk")
    of_product("OAT MILK、机密", readers="owner", by=people["wang"])
    vera, wang = people["vera"], people["wang"]
    assert products.names(db, ["oat milk", "机密"], reader=vera) == {"oat milk": "Oat Milk"}
    assert products.names(db, ["oat milk", "机密"], reader=wang) == {"oat milk": "OAT MILK", "机密": "机密"}
    assert products.find(db, "机密", reader=vera, limit=5) == {}


def test_a_product_is_found_behind_many_that_the_reader_may_not_see(db, people, of_product):
    for ten in range(4):
        named = "、".join(f"密{ten}{number:02}" for number in range(30))
        of_product(named, readers="owner", by=people["wang"])
    of_product("密9、密8")
    assert list(products.find(db, "密", reader=people["vera"], limit=5)) == ["密8", "密9"]
    assert list(products.find(db, "密", reader=people["wang"], limit=2)) == ["密000", "密001"]


def test_what_a_note_names_follows_every_change_of_it_and_the_check_says_where_it_did_not(
    db, people, of_product, now, migration_sets
):
    chen = people["chen"]
    note = of_product("挂耳咖啡")
    fields = {"title": note.title, "summary": "", "body": note.body, "dimension": "from", "readers": "all"}
    notes.edit(db, note.id, version=note.version, **fields, topic_names=["密封罐"],
               details=Details(product="燕麦奶", **SAID), by=chen, now=now)  # fmt: skip
    listed = {name: notes.listing(db, reader=chen, product=name)[1] for name in ("挂耳咖啡", "燕麦奶")}
    assert listed == {"挂耳咖啡": 0, "燕麦奶": 1}
    notes.archive(db, note.id, by=chen, now=now)
    assert products.names(db, ["燕麦奶"], reader=chen) == {}

    def damage():
        return [each.problems for each in check.check(db, *migration_sets) if each.name == "products"][0]

    assert damage() == []
    db.execute("UPDATE note_product SET folded = '别的'")
    assert [problem.values["id"] for problem in damage()] == [note.id]
