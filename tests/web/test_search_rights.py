"""What somebody may not see changes no byte of what search tells them: answers before secrets were kept and after."""

import re

import pytest

from kb import customers
from kb.note_details import Details
from kb.search import indexer

ASKED = (
    "密封罐", "罐", "机密", "机密配方", "mifengguan", "mfg", "jimi", "密封罐 竹盖", "竹盖 OR 机密", "密封罐 -机密",
    "主题:内情", "主题:密封罐", "作者:wang", "产品:机密罐", "客户:澄湖", "部门:客服部", "近30天", "类型:来自",
    "密封罐 匹配:全部词", '"机密配方"', "蜜封罐", "积密", "secrt", "secret", "密封罐机密", "没有的词",
)  # fmt: skip


@pytest.fixture
def without_and_with(signed_in, db, home, people, a_note, now):
    """Return a function that gives the answers of an address before and after wang kept secrets."""
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now).id
    said = {"channel": "电话", "experience": "complaint"}
    for at in range(3):
        a_note(
            title=f"密封罐受潮 {at}", body="竹盖", details=Details(**said, customers=((hotel, ""),), product="密封罐")
        )
    a_note(title="铸铁锅生锈", topic_names=["锅具"])
    indexer.catch_up(db, home)
    client = signed_in("li")

    def answers(addresses):
        return {each: _told(client.get(each)) for each in addresses}

    def call(addresses):
        before = answers(addresses)
        for at in range(4):
            a_note(
                title=f"密封罐机密配方 secret {at}",
                body="竹盖 机密配方 secret",
                topic_names=["密封罐", "内情"],
                details=Details(**said, customers=((hotel, ""),), product="机密罐"),
                readers="owner",
                by=people["wang"],
            )
        indexer.catch_up(db, home)
        return before, answers(addresses)

    return call


def _told(answer):
    text = re.sub(r'name="csrf[^>]*>|content="[^"]*csrf[^>]*>|value="[\w.-]{40,}"', "", answer.text)
    return answer.status_code, re.sub(r"\d+(?= *(?:秒|分钟)前)", "", text)


def test_pages_suggestions_and_answers_are_the_same_bytes_with_and_without_secrets(without_and_with):
    paths = ("/search?q={}", "/suggest/box?q={}", "/api/v1/search?q={}", "/suggest/similar?body={}这样的问题")
    before, after = without_and_with([path.format(each) for path in paths for each in ASKED])
    for address, told in before.items():
        assert after[address] == told, address
