"""What in the demo needs the yes of two people, what waits for one, and a list that is saved as a view."""

# Department, types, who says yes after the first did.
RULE = ("供应链部", ("for",), "zhao.ming")
# Title of the note, who proposes, the new summary and text, why; who said yes already and their words.
PROPOSALS = (
    (
        "燕麦奶生产线与花生不共线", "xu.lei",
        "供应商 2026 年 11 月再次书面确认；坚果与大豆已分到两个车间。",
        "有客户问花生过敏，可以照此回答。牛奶过敏的客户请提醒：同厂有乳制品。新批次从包装喷码 M2 起。",
        "供应商来函更新了车间安排", None,
    ),
    (
        "年货礼盒 12 月 20 日截单，过了只有现货", "bai.xue",
        "纸盒厂今年 24 日放假，刻字和贺卡最晚 12 月 15 日定。",
        "超过 200 盒的，要在 12 月 3 日前定。刻字和贺卡另计三天，不加钱。20 日以后客户来问，直接看现货表。",
        "纸盒厂来函，今年提前一天放假", ("wang.yating", "客服这边记下了，话术今天改。"),
    ),
)  # fmt: skip
# Name, who saved it, whom for, the conditions.
VIEW = ("对客口径，按最新排", "lin.zhiyuan", "department", {"dimension": "for"})
