"""What somebody may not see changes no byte of what search tells them: answers before secrets were kept and after."""

import re

import pytest

from kb import customers, interactions, questions
from kb.note_details import Details
from kb.search import indexer
from web import searchable

ASKED = (
    "密封罐", "罐", "机密", "机密配方", "mifengguan", "mfg", "jimi", "密封罐 竹盖", "竹盖 OR 机密", "密封罐 -机密",
    "主题:内情", "主题:密封罐", "作者:zhao", "产品:机密罐", "客户:澄湖", "部门:客服部", "近30天", "类型:来自",
    "密封罐 匹配:全部词", '"机密配方"', "蜜封罐", "积密", "secrt", "secret", "密封罐机密", "没有的词",
)  # fmt: skip


NOUNS = [each.name for each in searchable.NOUNS]


@pytest.fixture
def without_and_with(signed_in, db, home, people, a_note, now):
    """Return a function that gives the answers of an address before and after zhao kept secrets."""
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now).id
    said = {"channel": "电话", "experience": "complaint"}
    for at in range(3):
        a_note(
            title=f"密封罐受潮 {at}", body="竹盖", details=Details(**said, customers=((hotel, ""),), product="密封罐")
        )
    a_note(title="铸铁锅生锈", topic_names=["锅具"])
    indexer.catch_up(db, home)
    talk = {"customer_id": hotel, "contact": "周经理", "channel": "电话", "method": "talk", "happened_at": now}
    interactions.add(db, **talk, said="密封罐盖不紧", told="", readers="all", by=people["chen"], now=now)

    def answers(client, addresses):
        return {each: _told(client.get(each)) for each in addresses}

    def call(login, addresses):
        client = signed_in(login)
        before = answers(client, addresses)
        for at in range(4):
            a_note(
                title=f"密封罐机密配方 secret {at}",
                body="竹盖 机密配方 secret",
                topic_names=["密封罐", "内情"],
                details=Details(**said, customers=((hotel, ""),), product="机密罐"),
                readers="owner",
                by=people["zhao"],
            )
        secret = {"told": "机密配方", "readers": "owner", "by": people["zhao"], "now": now}
        interactions.add(db, **talk, said="密封罐机密 secret", **secret)
        asked = {"title": "密封罐机密配方怎么定", "body": "", "topic_names": ["密封罐"], "readers": "list"}
        asked["named_readers"] = [("member", people["zhao"].member_id)]
        questions.add(db, **asked, by=people["zhao"], now=now)
        indexer.catch_up(db, home)
        return before, answers(client, addresses)

    return call


def _told(answer):
    text = re.sub(r'name="csrf[^>]*>|content="[^"]*csrf[^>]*>|value="[\w.-]{40,}"', "", answer.text)
    return answer.status_code, re.sub(r"\d+(?= *(?:秒|分钟)前)", "", text)


@pytest.mark.parametrize("login", ["vera", "li", "lin", "ma", "wang", "shen"])
def test_pages_suggestions_and_answers_are_the_same_bytes_with_and_without_secrets(without_and_with, login):
    paths = ["/search?q={}", "/suggest/box?q={}", "/api/v1/search?q={}", "/suggest/similar?body={}这样的问题"]
    paths += [f"/search?scope={noun}&q={{}}" for noun in NOUNS] if login == "li" else []
    asked = {path: ASKED if login == "li" and "scope" not in path else ASKED[::3] for path in paths}
    before, after = without_and_with(login, [path.format(each) for path, its in asked.items() for each in its])
    for address, told in before.items():
        assert after[address] == told, address
