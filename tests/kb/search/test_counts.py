"""Every count of a facet is that of the list which a click on it gives."""

from itertools import product

import pytest

from kb import customers, topic_tree
from kb.note_details import Details
from kb.search import find, indexer, language
from kb.store import writing

QUERIES = ("密封罐", "竹盖 OR 塑料", "类型:来自", "密封罐 类型:来自 主题:厨房", "密封罐 -竹盖", "近365天 -作者:li",
           "客户:建州", "产品:气泡水 进展:待整理", "密封罐 部门:客服部 trust:unverified")  # fmt: skip


@pytest.fixture
def search(db, home, people, a_note, now):
    """Twelve notes of several people, customers, products, days and topics, one of them under another."""
    pair = [customers.add(db, name="建州置业", number=each, by=people["chen"], now=now).id for each in ("1001", "1002")]
    alone = customers.add(db, name="澄湖酒店", by=people["chen"], now=now).id
    for at, (login, named, body) in enumerate(product(("chen", "li", "lin"), ((pair[0],), (pair[1], alone)), "ab")):
        details = Details(
            channel="电话",
            experience="complaint",
            customers=tuple((each, "") for each in named),
            product=("气泡水", "气泡水、密封罐 大号")[at % 2],
        )
        a_note(
            title=f"密封罐 {at}",
            body={"a": "竹盖", "b": "塑料盖"}[body],
            topic_names=[["厨房"], ["锅具", "盖子"], ["盖子"]][at % 3],
            details=details,
            by=people[login],
            readers=("all", "department", "owner")[at % 3],
        )
    a_note(title="密封罐清洗", dimension="for", topic_names=["厨房", "锅具"])
    ids = {row["name"]: row["id"] for row in db["topic"].rows}
    with writing(db):
        topic_tree.link(db, ids["盖子"], [ids["锅具"]], reader=people["wang"])
        topic_tree.link(db, ids["锅具"], [ids["厨房"]], reader=people["wang"])
        for days, note_id in ((5, 1), (20, 2), (80, 3), (200, 4), (900, 5)):
            db.execute(
                "UPDATE note SET updated_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', ?) WHERE id = ?",
                (f"-{days} days", note_id),
            )
    indexer.catch_up(db, home)

    def call(query, login):
        return find.search(db, home, query, reader=people[login])

    return call


def without_field(query, field):
    kept = [
        each.text
        for each in language.pieces(query)
        if each.condition is None or each.condition.field != field or each.condition.is_not
    ]
    return " ".join(kept)


@pytest.mark.parametrize("login", ["chen", "lin"])
def test_every_count_is_that_of_the_list_its_filter_gives(search, login):
    seen = set()
    for query in QUERIES:
        for field, rows in search(query, login).facets.items():
            for each in rows:
                asked = f"{without_field(query, field)} {language.written(field, each['value'], name=str)}"
                assert search(asked, login).total == each["count"], (query, asked)
                seen |= {field} if each["count"] else set()
    assert seen == {"dimension", "maturity", "trust", "topic", "customer", "product", "department", "author", "date"}
