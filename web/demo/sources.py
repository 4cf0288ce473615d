"""The register of sources of 禾木生活: (name, kind, owner's login, place, topics)."""

SOURCES = (
    ("密封测试台", "equipment", "zhao.ming", "品控部实验室，2 号台", ("密封与防潮",)),
    ("来电登记表 2026", "file", "chen.xiaolan", "客服部共享盘 / 来电登记", ("退换货", "密封与防潮")),
    ("供应商报价库", "database", "xu.lei", "采购系统，“毛巾与床品”目录", ("采购", "毛巾", "床品")),
    ("破损照片比对工具", "tool", "tang.wen", "物流部内网首页", ("包装破损", "物流")),
    ("会员短信平台", "application", "lin.zhiyuan", "营销部，登录名向林志远要", ("会员",)),
    ("铸铁锅养护小册子（纸本）", "paper", "sun.ke", "园区店仓库 B 架第 3 层", ("铸铁锅",)),
    ("海关税则摘录", "paper", "xu.lei", "采购部文件柜 1", ("进口税费",)),
)
