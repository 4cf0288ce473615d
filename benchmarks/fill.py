"""Fill a home with years of knowledge, written from the shared texts the way staff would write it.

Needs ``KEZHI_TEST_DATA``. The accounts of the demo can sign in, beside many more. Everything goes through the functions
that pages call, so the feed tells of all of it and ``kezhi store check`` finds nothing. One seed gives one company: who
wrote what about whom, and how long before today.
"""

import argparse
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import staff, texts
from kb import (
    comments,
    customers,
    home as homes,
    maturity,
    members,
    notes,
    topic_tree,
    topics,
    uses,
    verification,
)
from kb.access import OPERATOR, may
from kb.first_sentence import title_of
from kb.migrations import migrations as kb_migrations
from kb.note_details import Details
from kb.search import indexer
from kb.store import create_store, open_store, writing
from mining.migrations import migrations as mining_migrations
from web.demo import people

YEARS = 3
_PART = 1000
_READERS = (("all", 80), ("department", 15), ("owner", 5))
_DIMENSIONS = (("from", 55), ("for", 20), ("about", 15), ("with", 10))
_CHANNELS = ("网店", "电话", "微信", "门店", "拜访", "展会")
_SEGMENTS = ("酒店与民宿", "餐饮", "团购", "机构", "零售会员", "经销商")
_CITIES = ("苏州", "上海", "杭州", "南京", "宁波", "合肥", "成都", "广州", "武汉", "青岛")
# What a review speaks of, by the words in it.
_ASPECTS = {
    "物流": "物流 快递 发货 送货 送餐",
    "包装": "包装 盒子 破损 漏",
    "客服态度": "客服 态度 服务员 老板",
    "价格": "价格 便宜 贵 性价比 优惠",
    "退换": "退货 换货 退款 售后",
    "质量": "质量 做工 坏 掉色 异味",
    "口味": "味道 好吃 难吃 新鲜 甜",
    "尺寸": "尺寸 大小 尺码 偏小 偏大",
    "安装": "安装 师傅",
}
_TREE = {
    "服务": ("物流", "客服态度", "退换", "安装", "使用帮助"),
    "产品": ("质量", "包装", "口味", "尺寸", "书籍", "平板", "手机", "水果", "洗发水", "热水器", "蒙牛", "衣服",
             "计算机"),
    "生意": ("价格", "酒店", "外卖", "客户偏好", "共同改进", "背景资料"),
}  # fmt: skip
_GOODS_AS_TOPICS = 200


def fill(home, source, *, notes_wanted, members_wanted, customers_wanted, seed, say):
    """Make a home and fill it.

    Parameters
    ----------
    home : pathlib.Path
        Holds no home yet.
    source : benchmarks.texts.Texts
    notes_wanted, members_wanted, customers_wanted : int
    seed : int
    say : callable
        Takes a line about how far it is.
    """
    chance = random.Random(seed)
    homes.create(home, homes.Settings(name="禾木生活", demo=True))
    create_store(home, kb_migrations, mining_migrations)
    db = open_store(home)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    began = today - timedelta(days=365 * YEARS)
    writers = [each for each in _members(db, members_wanted, chance, _stamp(began)) if may(each, "note.write")]
    say(f"{members_wanted} members")
    customer_ids = _customers(db, customers_wanted, chance, writers, _stamp(began))
    say(f"{len(customer_ids)} customers")
    company = _Company(db, home, source, chance, writers, customer_ids, today)
    interval = (today - began) / notes_wanted
    for first in range(0, notes_wanted, _PART):
        with writing(db):
            for n in range(first, min(first + _PART, notes_wanted)):
                company.live(began + interval * n, interval)
        say(f"{min(first + _PART, notes_wanted)} notes")
    _arrange(db, company.curator, _stamp(today))
    indexer.catch_up(db, home)
    say("the index")


class _Company:
    """Writes one note after the other, and between them what becomes of earlier ones."""

    def __init__(self, db, home, source, chance, writers, customer_ids, today):
        self._db, self._home, self._chance, self._today = db, home, chance, today
        self._writers, self._customer_ids = writers, customer_ids
        # A few write most, as everywhere.
        self._diligence = [1 / (1 + rank) ** 0.7 for rank in range(len(writers))]
        self.curator = next(each for each in writers if each.role == "curator")
        self._reviews = chance.sample(source.reviews, len(source.reviews))
        self._passages, self._goods = source.passages, source.goods
        self._written = []

    def live(self, moment, interval):
        """Write a note at `moment`, and do one thing with an earlier one before the next."""
        note = self._write(_stamp(moment))
        self._written.append(note.id)
        earlier, later = self._chance.choice(self._written), _stamp(moment + interval / 2)
        what = self._chance.random()
        if note.summary and note.maturity and what < 0.5:
            self._bring_on(note, later)
        elif what < 0.60:
            self._edit(earlier, later)
        elif what < 0.64:
            self._archive(earlier, later)
        elif what < 0.70:
            self._use(earlier, later)
        elif what < 0.72:
            self._doubt(earlier, later)

    def _write(self, now):
        by = self._chance.choices(self._writers, self._diligence)[0]
        dimension = _one_of(_DIMENSIONS, self._chance)
        fields = _BY_DIMENSION[dimension](self, now)
        readers = _one_of(_READERS, self._chance)
        return notes.add(self._db, **fields, dimension=dimension, readers=readers, by=by, now=now)

    def _heard(self):
        """Return a review and what it speaks of."""
        category, label, text = self._reviews[len(self._written) % len(self._reviews)]
        aspects = [name for name, words in _ASPECTS.items() if any(word in text for word in words.split())]
        return label, text, [category, *aspects[:2]]

    def _from_customer(self, now):
        label, text, names = self._heard()
        experience = "satisfied" if label == "1" else self._chance.choice(("dissatisfied", "complaint", "suggestion"))
        details = Details(self._some(self._chance.choice((0, 1, 1))), channel=self._chance.choice(_CHANNELS),
                          experience=experience, lang="zh")  # fmt: skip
        summary = f"{names[0]}:{names[-1]},客户{'满意' if label == '1' else '不满意'}。"
        return _fields(title_of("", text), text, names, details, summary if len(names) > 1 else "")

    def _for_customers(self, now):
        lang, topic, title, text = self._chance.choice(self._passages)
        goods = self._chance.choice(self._goods)
        begins = (datetime.fromisoformat(now) + timedelta(days=self._chance.randrange(30))).date()
        ends = begins + timedelta(days=self._chance.choice((90, 365, 1500))) if self._chance.random() < 0.4 else ""
        said = {"valid_from": str(begins), "lang": lang, "origin": f"产品资料第 {self._chance.randrange(1, 400)} 页"}
        if self._chance.random() < 0.2:
            details = Details(self._some(1), audience="customer", **said)
        else:
            details = Details(audience="all", valid_until=str(ends), **said)
        names = [topic, self._topic_of(goods)]
        return _fields(f"{goods}:{title}", text, names, details, f"{goods}的客户常问:{title}"[:200])

    def _about_customers(self, now):
        label, text, names = self._heard()
        named = self._some(1)
        segment, city = self._chance.choice(_SEGMENTS), self._chance.choice(_CITIES)
        product = self._chance.choice(self._goods)
        title = f"{city}的{segment}{'喜欢' if label == '1' else '不喜欢'}{product},多半因为{names[-1]}"
        details = Details(
            named, segment=segment, product=product, observation=f"{now[:7]} 回访{city}客户时听到", lang="zh"
        )
        return _fields(title, f"原话是这样说的:\n\n> {text}", ["客户偏好", *names], details)

    def _with_customers(self, now):
        _, text, names = self._heard()
        product = self._chance.choice(self._goods)
        parts = tuple(
            (each, self._chance.choice(("试用两周并写反馈", "出主意", "提供样品对比"))) for each, _ in self._some(2)
        )
        details = Details(parts, our_part=f"送{product}样品,每周回访", lang="zh")
        body = f"和客户一起改进{product}。\n\n## 客户的话\n\n{text}\n\n## 下一步\n\n- 改一版{names[-1]}\n- 两周后再看"
        return _fields(f"和客户一起改进{product}的{names[-1]}", body, ["共同改进", *names], details)

    def _topic_of(self, goods):
        return goods if goods in self._goods[:_GOODS_AS_TOPICS] else "产品"

    def _some(self, count):
        return tuple((each, "") for each in self._chance.sample(self._customer_ids, count))

    def _bring_on(self, note, now):
        owner = members.get(self._db, note.owner_id).reader()
        maturity.advance(self._db, note.id, by=owner, now=now)
        if len(note.topics) > 1 and self._chance.random() < 0.6:
            maturity.advance(self._db, note.id, by=owner, now=now)
            if self._chance.random() < 0.3:
                said = {"person": "客户本人", "channel": "电话", "words": "是这样的", "said_on": now[:10]}
                maturity.record(self._db, self._home, note.id, verdict="yes", **said, by=owner, now=now)

    def _edit(self, note_id, now):
        note = notes.get(self._db, note_id, reader=OPERATOR)
        kept = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
        body = f"{note.body}\n\n补充({now[:10]}):后来又有客户这样说。"
        names = [topic["name"] for topic in note.topics]
        notes.edit(
            self._db,
            note_id,
            version=note.version,
            **kept,
            body=body,
            topic_names=names,
            details=note.details(),
            reason="补充",
            by=self._answering(note),
            now=now,
        )

    def _archive(self, note_id, now):
        note = notes.get(self._db, note_id, reader=OPERATOR)
        if not note.archived:
            notes.archive(self._db, note_id, by=self._answering(note), now=now, reason="不再生产")

    def _use(self, note_id, now):
        note, by = notes.get(self._db, note_id, reader=OPERATOR), self._chance.choice(self._writers)
        if note.readers != "all" or note.archived or note.owner_id == by.member_id:
            return
        place = self._chance.choice(_CHANNELS)
        uses.add(
            self._db,
            note_id,
            result=self._chance.choice(tuple(uses.RESULTS)),
            place=place,
            outcome="照着说的",
            by=by,
            now=now,
        )
        comments.add(self._db, note_id, body="这条很有用,谢谢。", by=by, now=now)

    def _doubt(self, note_id, now):
        note, by = notes.get(self._db, note_id, reader=OPERATOR), self._chance.choice(self._writers)
        if note.readers == "all" and not note.archived and not note.doubts:
            verification.doubt(self._db, note_id, "价格和现在的不一样了", by=by, now=now)

    def _answering(self, note):
        """Return who changes a note: a curator who sees it, else its author."""
        near = note.readers == "department" and note.department_id == self.curator.department_id
        return self.curator if note.readers == "all" or near else members.get(self._db, note.owner_id).reader()


_BY_DIMENSION = {
    "from": _Company._from_customer,
    "for": _Company._for_customers,
    "about": _Company._about_customers,
    "with": _Company._with_customers,
}


def _fields(title, body, names, details, summary=""):
    return {"title": title[:200], "summary": summary, "body": body, "topic_names": names, "details": details}


def _members(db, wanted, chance, now):
    """Make the accounts, those of the demo first, and return their readers."""
    found = []
    for login, name, department, role in staff.members(wanted, chance):
        made = members.add(db, login=login, name=name, department=department, role=role, password=people.PASSWORD,
                           by=OPERATOR, now=now)  # fmt: skip
        found.append(made.reader())
    return found


def _customers(db, wanted, chance, writers, now):
    with writing(db):
        return [
            customers.add(
                db,
                name=staff.customer(number, chance),
                number=f"9{number:07d}",
                phone=f"1390000{number:04d}",
                city=chance.choice(_CITIES),
                segment=chance.choice(_SEGMENTS),
                by=chance.choice(writers),
                now=now,
            ).id
            for number in range(wanted)
        ]


def _arrange(db, by, now):
    """Put the topics that came up under those above them."""
    known = {topic.name: topic.id for topic in topics.listing(db, reader=OPERATOR)}
    with writing(db):
        above = dict(zip(_TREE, topics.named(db, _TREE, by=by, now=now), strict=True))
        for name, children in _TREE.items():
            for child in children:
                if child in known and above[name] in known.values():
                    parents = {"parents": [above[name]]}
                    topic_tree.put(db, known[child], parents, did="topic.arrange", by=by, now=now)


def _one_of(weighted, chance):
    values, weights = zip(*weighted, strict=True)
    return chance.choices(values, weights)[0]


def _stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def main():
    """Fill the home that is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--notes", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    start = time.monotonic()
    fill(
        asked.home,
        texts.read(Path(os.environ["KEZHI_TEST_DATA"])),
        notes_wanted=asked.notes,
        members_wanted=asked.members,
        customers_wanted=asked.customers,
        seed=asked.seed,
        say=lambda line: print(f"{time.monotonic() - start:7.1f} s  {line}", flush=True),
    )


if __name__ == "__main__":
    main()
