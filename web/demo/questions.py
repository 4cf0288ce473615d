"""What colleagues of 禾木生活 asked each other, and what came of it."""

from typing import NamedTuple


class Asked(NamedTuple):
    """A question of the demo; ``replies`` are pairs of a login and a text, ``declined`` why the first one passed it on.

    ``accepted`` is whether its last reply was accepted.
    """

    hours_ago: int
    login: str
    title: str
    body: str
    topics: tuple
    replies: tuple = ()
    accepted: bool = False
    anonymous: bool = False
    declined: str = ""


QUESTIONS = (
    Asked(
        126, "gu.min", "铸铁锅放在电磁炉上，能不能开大火？", "客户的电磁炉是 2200 瓦，怕崩瓷，问了两次。", ("铸铁锅",),
        (("sun.ke", "店里试过，先小火两分钟再加，没有崩过。"),
         ("qin.feng", "先用小火预热两分钟，再开到中火，够炒菜了。不要空锅开到 1800 瓦以上，锅底受热不匀，珐琅会崩。"
                      "火力写在锅底的标签上。")),
        accepted=True,
    ),
    Asked(
        52, "pan.yue", "团购自提晚到了三天，退还的运费由谁出？", "团长已经先垫了，等我们回话。", ("自提", "团购"),
        declined="运费归物流结算，请问陆平",
    ),
    Asked(
        30, "sun.ke", "客户拿旧滤芯来，门店能不能代收？",
        "今天有人拎来一袋，店里没有地方放，也不知道能不能当垃圾扔。", (),
    ),
    Asked(
        27, "chen.xiaolan", "企业客户一张单有两种税率，发票怎么开？",
        "启帆软件的行政在催，里面有食品也有日用品。", ("发票",),
        (("ye.xin", "按税率分两张开，备注里写同一个订单号。上个月润禾会计事务所就是这么要的，财务收了。"),),
    ),
    Asked(
        20, "ye.xin", "客户退货只说“不喜欢”，要不要再问原因？",
        "问多了怕人烦，不问又总被说写得太少。", ("退换货",), anonymous=True,
    ),
    Asked(
        3, "chen.xiaolan", "澄湖酒店的货要 1 月 20 日前到，最晚哪天下单？",
        "四件套和毛巾各两百，要分两批送。周敏等我今天回她。",
        ("酒店与民宿", "物流"),
    ),
)  # fmt: skip
