"""What each note of the demo says beside its text, by its title; customers by their name."""

DETAILS = {
    "密封罐 1.2 L 受潮，多半是密封圈装反": {"channel": "电话", "experience": "complaint"},
    "梅雨天饼干变软，客户以为是罐子受潮": {"channel": "门店", "experience": "dissatisfied"},
    "密封圈清洗与更换": {"audience": "all", "valid_from": "2026-01-01"},
    "双开口密封盖试用：12 户中 9 户愿意加 6 元": {
        "customers": (("青禾幼儿园", "2 间班试用四周，写了记录"), ("海棠里团购", "6 户试用，提出可拆内圈")),
        "our_part": "30 个样品，每周一次上门看",
    },
    "雨季来店的客户，密封罐和除湿袋常放进同一单": {
        "product": "密封罐、除湿袋", "observation": "园区店、湖东店收银员看到，5 至 8 月",
    },
    "铸铁锅开锅三步，首次用油不超过 5 g": {"audience": "all", "valid_from": "2026-03-01"},
    "铸铁锅生锈来退的，八成是洗后没烘干": {"channel": "电话", "experience": "complaint"},
    "燕麦奶生产线与花生不共线": {"audience": "all", "valid_from": "2026-06-01", "valid_until": "2027-05-31"},
    "民宿客户要能过水洗 200 次的床品": {
        "customers": (("鹿溪民宿", ""), ("半坡民宿", "")), "channel": "拜访", "experience": "suggestion",
    },
    "澄湖酒店：首批毛巾掉毛，客房部不愿再下单": {
        "customers": (("澄湖酒店", ""),), "channel": "拜访", "experience": "dissatisfied",
    },
    "毛巾出厂前预洗一次，掉毛少七成": {"audience": "segment", "segment": "酒店与民宿", "valid_from": "2026-09-01"},
    "玻璃罐到货破损，先赔后查，不要客户拍三遍": {"channel": "客服", "experience": "complaint"},
    "玻璃制品用蜂窝纸托，破损率从 2.1% 降到 0.6%": {"audience": "all", "valid_from": "2026-10-01"},
    "改用乐存的客户，说的是“按一下就真空”": {"channel": "门店", "experience": "suggestion"},
    "客户生气时的前三句话": {"audience": "all", "valid_from": "2026-02-01"},
    "周末晚上下单的会员，多是给家里补货": {"segment": "会员", "observation": "营销部看短信打开率，10 月"},
    "买挂耳咖啡的人常一起买燕麦奶": {"product": "挂耳咖啡、燕麦奶", "observation": "营销部看组合装销量，8 至 10 月"},
    "会员一起改说明书：图比字先看懂": {
        "customers": (("顾晓雯", "改了三版图"), ("何一鸣", "试装并录像")), "our_part": "打样和印刷",
    },
    "毛巾供应商分批交货的最小批量是 200 条": {
        "audience": "customer", "customers": (("澄湖酒店", ""),), "valid_from": "2026-11-01",
    },
    "郑女士希望圈上印一个“上”字": {"customers": (("郑敏", ""),), "channel": "电话", "experience": "suggestion"},
}  # fmt: skip
