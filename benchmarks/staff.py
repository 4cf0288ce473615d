"""Invented people of a large company: its members beside those of the demo, and its customers."""

from web.demo import people

_FAMILIES = (
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"), ("黄", "huang"),
    ("赵", "zhao"), ("吴", "wu"), ("周", "zhou"), ("徐", "xu"), ("孙", "sun"), ("马", "ma"), ("朱", "zhu"),
    ("胡", "hu"), ("郭", "guo"), ("何", "he"), ("高", "gao"), ("林", "lin"), ("罗", "luo"),
)  # fmt: skip
_GIVEN = (
    ("芳", "fang"), ("伟", "wei"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("强", "qiang"), ("磊", "lei"),
    ("洋", "yang"), ("艳", "yan"), ("勇", "yong"), ("杰", "jie"), ("娟", "juan"), ("涛", "tao"), ("明", "ming"),
    ("超", "chao"), ("秀兰", "xiulan"), ("晓雪", "xiaoxue"), ("建国", "jianguo"), ("子轩", "zixuan"),
    ("雨桐", "yutong"),
)  # fmt: skip
_DEPARTMENTS = (
    "客服部", "门店部", "大客户部", "营销部", "品控部", "供应链部", "研发部", "电商部", "华东区", "华南区", "西南区",
    "培训部",
)  # fmt: skip
_ROLES = ("contributor",) * 16 + ("marketer", "curator", "manager", "viewer")
_FIRST = (
    "澄湖",
    "海棠",
    "青禾",
    "鹿溪",
    "半坡",
    "云栖",
    "松间",
    "望江",
    "南浔",
    "同里",
    "锦溪",
    "木渎",
    "东山",
    "静安",
    "天目",
)
_KINDS = ("酒店", "民宿", "餐厅", "幼儿园", "书店", "超市", "茶馆", "咖啡", "食堂", "团购")


def members(wanted, chance):
    """Yield login, name, department and role: all of the demo, then as many more as are wanted."""
    yield from people.MEMBERS
    for number in range(wanted - len(people.MEMBERS)):
        (family, read), (given, also) = (
            _FAMILIES[number % len(_FAMILIES)],
            _GIVEN[number // len(_FAMILIES) % len(_GIVEN)],
        )
        login = f"{also}.{read}{number // (len(_FAMILIES) * len(_GIVEN)) or ''}"
        yield login, family + given, chance.choice(_DEPARTMENTS), chance.choice(_ROLES)


def customer(number, chance):
    """Return the name of a customer: every second one a company."""
    if number % 2:
        return f"{chance.choice(_FIRST)}{chance.choice(_KINDS)}{number // 2 + 1}号店"
    return chance.choice(_FAMILIES)[0] + chance.choice(_GIVEN)[0]
