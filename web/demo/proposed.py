"""What in the demo needs the yes of a second person, what waits for one, and a list that is saved as a view."""

# Department and types.
RULE = ("供应链部", ("for",))
# Title of the note, who proposes, the new summary and text, why.
PROPOSAL = (
    "燕麦奶生产线与花生不共线", "xu.lei",
    "供应商 2026 年 11 月再次书面确认；坚果与大豆已分到两个车间。",
    "有客户问花生过敏，可以照此回答。牛奶过敏的客户请提醒：同厂有乳制品。新批次从包装喷码 M2 起。",
    "供应商来函更新了车间安排",
)  # fmt: skip
# Name, who saved it, whom for, the conditions.
VIEW = ("对客口径，按最新排", "lin.zhiyuan", "department", {"dimension": "for"})
