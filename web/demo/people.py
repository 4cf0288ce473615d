"""The staff of 禾木生活, the invented company of the demo."""

# Everybody's password in a demo home; a demo home says so on its sign-in page.
PASSWORD = "demo 禾木生活 2026"

# login, name, department, role
MEMBERS = (
    ("zhao.ming", "赵明", "品控部", "admin"),
    ("wang.yating", "王雅婷", "客服部", "curator"),
    ("chen.xiaolan", "陈晓岚", "客服部", "contributor"),
    ("sun.ke", "孙可", "园区店", "contributor"),
    ("wu.pei", "吴佩", "华东大客户部", "contributor"),
    ("lin.zhiyuan", "林志远", "营销部", "marketer"),
    ("he.jing", "何静", "营销部", "manager"),
    ("xu.lei", "徐磊", "采购部", "contributor"),
    ("tang.wen", "唐雯", "物流部", "viewer"),
    ("luo.hai", "罗海", "总经办", "auditor"),
)

# login: (phone, WeCom); who is not here has written down nothing yet
CONTACTS = {
    "zhao.ming": ("0512 6100 8101", "品控赵明"), "wang.yating": ("0512 6100 8201", "客服王雅婷"),
    "chen.xiaolan": ("0512 6100 8203", "客服陈晓岚"), "sun.ke": ("138 5200 4410", "园区店孙可"),
    "wu.pei": ("139 6215 7720", "华东吴佩"), "lin.zhiyuan": ("0512 6100 8302", "营销林志远"),
    "he.jing": ("0512 6100 8301", "营销何静"), "xu.lei": ("137 0620 5518", "采购徐磊"),
    "tang.wen": ("0512 6100 8405", ""),
}  # fmt: skip

# One sign-in button a role.
SHOWN = ("chen.xiaolan", "lin.zhiyuan", "wang.yating", "he.jing", "zhao.ming", "luo.hai", "tang.wen")
