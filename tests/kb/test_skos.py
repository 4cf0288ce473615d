import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from kb import skos, topic_import, topic_tree
from kb.errors import Invalid

# As PoolParty writes it: RDF/XML, labels in several languages, narrower only.
POOLPARTY = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
  xmlns:dcterms="http://purl.org/dc/terms/">
<skos:ConceptScheme rdf:about="https://v.poolparty.biz/kitchen/1"><dcterms:title xml:lang="en">Kitchen</dcterms:title>
  <skos:hasTopConcept rdf:resource="https://v.poolparty.biz/kitchen/2"/></skos:ConceptScheme>
<skos:Concept rdf:about="https://v.poolparty.biz/kitchen/2"><skos:prefLabel xml:lang="en">Kitchen</skos:prefLabel>
  <skos:prefLabel xml:lang="zh">厨具</skos:prefLabel><skos:narrower rdf:resource="https://v.poolparty.biz/kitchen/3"/>
</skos:Concept>
<skos:Concept rdf:about="https://v.poolparty.biz/kitchen/3"><skos:prefLabel xml:lang="zh-Hans">密封圈</skos:prefLabel>
  <skos:altLabel xml:lang="zh-Hans">胶圈</skos:altLabel><skos:hiddenLabel xml:lang="zh-Hans">蜜封圈</skos:hiddenLabel>
</skos:Concept>
</rdf:RDF>"""
# As VocBench writes it: Turtle with SKOS-XL.
VOCBENCH = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix : <http://example.org/k#> .
:c1 a skos:Concept ; skosxl:prefLabel :l1 ; skos:inScheme :s .
:l1 a skosxl:Label ; skosxl:literalForm "厨具"@zh .
:c2 a skos:Concept ; skosxl:prefLabel [ a skosxl:Label ; skosxl:literalForm "密封圈"@zh ] ;
   skosxl:altLabel [ skosxl:literalForm "胶圈"@zh ] ; skos:broader :c1 .
"""


def rows_of(tmp_path, text, name):
    path = tmp_path / "taken"
    path.write_text(text, "utf-8")
    return [row for _, row in skos.read(path, name)]


def test_what_thesaurus_tools_write_is_read(tmp_path):
    found = {"name": "密封圈", "aliases": ["胶圈", "蜜封圈"], "parents": ["厨具"]}
    kitchen = {"name": "厨具", "aliases": ["Kitchen"], "parents": []}
    assert rows_of(tmp_path, POOLPARTY, "kitchen.rdf") == [kitchen, found]
    found, kitchen = {**found, "aliases": ["胶圈"]}, {**kitchen, "aliases": []}
    assert rows_of(tmp_path, VOCBENCH, "kitchen.ttl") == [kitchen, found]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("这不是词表", "a.ttl"),
        (POOLPARTY[:-40], "a.rdf"),
        ("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "a.ttl"),
        ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>', "a.xml"),
    ],
)
def test_what_is_none_is_refused_by_the_file(tmp_path, text, name):
    with pytest.raises(Invalid) as refused:
        rows_of(tmp_path, text, name)
    assert refused.value.field == "file"


def test_an_entity_that_names_a_file_of_this_machine_brings_nothing_of_it(tmp_path):
    (tmp_path / "secret").write_text("机密", "utf-8")
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    found = rows_of(tmp_path, entity + POOLPARTY.split("?>")[1].replace("胶圈", "&a;"), "a.rdf")
    assert "机密" not in str(found)
    assert found[1]["name"] == "密封圈"


def _export(db, reader, kind):
    found = skos.concepts(db, reader=reader)
    written = {"ttl": skos.turtle, "rdf": skos.rdf_xml}[kind]
    return written(found, address=lambda number: f"https://kb.example/topics/{number}", scheme="https://kb.example/topics",
                   title="主题")  # fmt: skip


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just('"') | st.just("\\"), min_size=1, max_size=9
)


@pytest.mark.parametrize("kind", ["ttl", "rdf"])
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=4, max_size=4, unique_by=str.casefold))
@example(names=['"圈"', "a\\", "<b>&amp;", "c"])
def test_what_is_exported_is_what_another_tool_reads(db, people, now, tmp_path, kind, names):
    top, below, alias, other = names
    db.conn.execute("SAVEPOINT world")
    try:
        rows = [(1, {"name": top}), (2, {"name": other, "parents": [top]}),
                (3, {"name": below, "aliases": [alias], "parents": [top, other]})]  # fmt: skip
        told = topic_import.take_in(db, rows, by=people["wang"], now=now)
        meant = [
            {
                "name": each.name,
                "aliases": sorted(place.aliases),
                "parents": sorted(above.name for above in place.parents),
            }
            for each, place in skos.concepts(db, reader=people["wang"])
        ]
        assert rows_of(tmp_path, _export(db, people["wang"], kind), f"topics.{kind}") == meant
        assert told["rows"]["read"] == 3
    finally:
        db.conn.execute("ROLLBACK TO world")
        db.conn.execute("RELEASE world")


def test_nobody_exports_what_they_may_not_know_of(db, people, a_note, now):
    a_note(topic_names=["公开"])
    a_note(topic_names=["私事"], readers="owner", by=people["wang"])
    parent = {"version": 1, "name": "公开", "aliases": (), "parents": ["私事"], "facet": "", "owner_id": None}
    topic_tree.edit(db, 1, **parent, by=people["wang"], now=now)
    assert "/topics/2" in _export(db, people["wang"], "ttl")
    for kind in ("ttl", "rdf"):
        written = _export(db, people["li"], kind)
        assert "公开" in written
        assert "私事" not in written
        assert "/topics/2" not in written
