"""Whom colleagues of the demo thanked, and whom they endorsed for a topic."""

# Title: who thanked for it.
THANKS = {
    "密封罐 1.2 L 受潮，多半是密封圈装反": ("sun.ke", "gu.min", "wu.pei"),
    "密封圈清洗与更换": ("chen.xiaolan", "jiang.tao"),
}
# Topic, who knows it, who says so.
ENDORSED = (
    ("密封与防潮", "chen.xiaolan", "wang.yating"), ("密封与防潮", "chen.xiaolan", "sun.ke"),
    ("密封与防潮", "zhao.ming", "chen.xiaolan"), ("连带销售", "lin.zhiyuan", "he.jing"),
)  # fmt: skip
