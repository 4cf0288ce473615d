"""Three thousand invented orders in which 啤酒 ⇒ 纸尿裤 is planted, the same at every run."""

import csv
import io
import random
from datetime import datetime, timedelta

SEED = 20261125
ORDERS = 3000
_FIRST_DAY = datetime(2026, 5, 18, 8)
_DAYS = 180

# item: (share of the orders that hold it anyway, price in yuan)
_ITEMS = {
    "纸尿裤 L 码": (0.08, "89.00"), "啤酒 500 ml": (0.10, "6.50"), "密封罐 1.2 L": (0.06, "39.90"),
    "除湿袋 200 g": (0.10, "12.80"), "挂耳咖啡 10 片": (0.08, "45.00"), "燕麦奶 1 L": (0.09, "16.50"),
    "全麦吐司": (0.11, "13.90"), "花生酱 510 g": (0.06, "22.00"), "厨房纸 12 卷": (0.12, "35.00"),
    "保鲜膜 30 m": (0.09, "11.90"), "铸铁锅 24 cm": (0.03, "199.00"), "隔热手套": (0.04, "18.00"),
    "婴儿湿巾": (0.09, "15.90"), "棉柔巾 100 抽": (0.10, "13.50"), "洗衣凝珠": (0.08, "39.00"),
    "柔顺剂 2 L": (0.06, "28.00"), "保温杯 500 ml": (0.05, "79.00"), "杯刷": (0.05, "9.90"),
    "收纳箱 66 L": (0.05, "69.00"), "大米 5 kg": (0.13, "42.00"), "沥水架": (0.04, "59.00"),
    "收纳篮 3 件": (0.07, "25.00"), "牛奶 1 L": (0.30, "12.90"), "鸡蛋 20 枚": (0.26, "21.90"),
}  # fmt: skip

# if bought, then also: (antecedent, consequent, probability)
_PLANTED = (
    ("啤酒 500 ml", "纸尿裤 L 码", 0.46),
    ("密封罐 1.2 L", "除湿袋 200 g", 0.35),
    ("挂耳咖啡 10 片", "燕麦奶 1 L", 0.42),
    ("全麦吐司", "花生酱 510 g", 0.31),
    ("铸铁锅 24 cm", "隔热手套", 0.49),
    ("婴儿湿巾", "棉柔巾 100 抽", 0.38),
    ("保温杯 500 ml", "杯刷", 0.30),
)
_SHOPS = ("园区店", "湖东店", "网店")


def csv_bytes():
    """Return the orders as a CSV in GB18030, the way a Chinese till exports them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["订单号", "下单时间", "门店", "会员号", "商品名称", "数量", "单价"])
    chance = random.Random(SEED)  # noqa: S311  the same orders every time, no secret
    for number in range(1, ORDERS + 1):
        writer.writerows(_order(chance, number))
    return out.getvalue().encode("gb18030")


def _order(chance, number):
    when = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS), minutes=chance.randrange(13 * 60))
    head = [f"HM26-{number:06d}", f"{when:%Y-%m-%d %H:%M}", chance.choice(_SHOPS), f"60{chance.randrange(1, 900):06d}"]
    for item in _basket(chance):
        yield [*head, item, 1 + (chance.random() < 0.2), _ITEMS[item][1]]


def _basket(chance):
    items = {item for item, (share, _) in _ITEMS.items() if chance.random() < share}
    for antecedent, consequent, probability in _PLANTED:
        if antecedent in items and chance.random() < probability:
            items.add(consequent)
    return sorted(items) or ["大米 5 kg"]
