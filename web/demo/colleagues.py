"""Who of 禾木生活 is away, who leaves, and who names a colleague under a note."""

# Who, for how many days from today, who answers meanwhile.
AWAY = ("jiang.tao", 6, "chen.xiaolan")
# Who, in how many days, who takes over, and how many of the notes they have by now.
LEAVES = ("pan.yue", 12, "shi.lei", 3)
# Title, who writes, what; a colleague by login.
SAID = (
    ("密封圈清洗与更换", "ye.xin",
     "今天第三位客户问旧圈取不下来。@chen.xiaolan 你跟澄湖酒店说的“先泡温水”是泡几分钟？我想补进来。"),
    ("不粘锅空烧两分钟涂层就伤了，油烟机别等冒烟再开", "chen.xiaolan",
     "@qin.feng 客户问电磁炉的感应温度能不能当提醒，这句能不能对客说？"),
    ("床品交期：常备色 16 天，染色 25 天，绣字另加 5 天", "wu.pei",
     "澄湖酒店在问 1 月 20 日前能不能到。@lin.zhiyuan 官网上还写着 20 天，请一并改掉。"),
)  # fmt: skip
