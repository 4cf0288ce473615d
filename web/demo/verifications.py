"""What of the demo was verified, doubted and proposed for the archive, and how often it is looked at again."""

# What customers do changes faster here than elsewhere; the other types keep the months they come with.
ABOUT_MONTHS = 2
# Every so many notes its author looked again, so many days after writing.
EVERY = 3
DAYS_AFTER = (4, 9, 15, 21, 30)
# Title: who says so, their words.
DOUBTS = {
    "寄回的不粘锅，划痕集中在锅底偏右": ("shi.lei", "9 月起锅底换了纹路，寄回的划痕在正中。"),
    "周一上午的退货来电是周五的两倍": ("ye.xin", "改成自助退货以后，周三最多。"),
}
# Title: who proposes it.
PROPOSED = {"结账台放杯刷，三个月只带来 0.4% 的加购": "he.jing"}
