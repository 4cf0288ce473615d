"""The staff of 禾木生活, the invented company of the demo."""

# Everybody's password in a demo home; a demo home says so on its sign-in page.
PASSWORD = "demo 禾木生活 2026"

# login, name, department, role
MEMBERS = (
    ("zhao.ming", "赵明", "品控部", "admin"),
    ("wang.yating", "王雅婷", "客服部", "curator"),
    ("chen.xiaolan", "陈晓岚", "客服部", "contributor"),
    ("sun.ke", "孙可", "门店部", "contributor"),
    ("wu.pei", "吴佩", "大客户部", "contributor"),
    ("lin.zhiyuan", "林志远", "营销部", "marketer"),
    ("he.jing", "何静", "营销部", "manager"),
    ("xu.lei", "徐磊", "供应链部", "contributor"),
    ("tang.wen", "唐雯", "供应链部", "viewer"),
    ("luo.hai", "罗海", "品控部", "auditor"),
    ("gu.min", "顾敏", "客服部", "contributor"),
    ("jiang.tao", "蒋涛", "客服部", "contributor"),
    ("ye.xin", "叶欣", "客服部", "contributor"),
    ("shi.lei", "施蕾", "门店部", "contributor"),
    ("du.juan", "杜鹃", "门店部", "contributor"),
    ("pan.yue", "潘越", "门店部", "contributor"),
    ("cao.yu", "曹宇", "大客户部", "contributor"),
    ("shen.lan", "沈岚", "大客户部", "contributor"),
    ("fang.qing", "方青", "营销部", "marketer"),
    ("meng.jia", "孟佳", "营销部", "contributor"),
    ("qin.feng", "秦枫", "品控部", "contributor"),
    ("tian.ye", "田野", "品控部", "contributor"),
    ("lu.ping", "陆平", "供应链部", "contributor"),
    ("bai.xue", "白雪", "供应链部", "contributor"),
    ("fan.yan", "范岩", "大客户部", "contributor"),
)

# Wrote what no colleague knows, and does not work here any more.
LEFT = ("fan.yan",)

# login: (phone, WeCom); who is not here has written down nothing yet
CONTACTS = {
    "zhao.ming": ("0512 6100 8101", "品控赵明"), "wang.yating": ("0512 6100 8201", "客服王雅婷"),
    "chen.xiaolan": ("0512 6100 8203", "客服陈晓岚"), "sun.ke": ("138 5200 4410", "门店孙可"),
    "wu.pei": ("139 6215 7720", "大客户吴佩"), "lin.zhiyuan": ("0512 6100 8302", "营销林志远"),
    "he.jing": ("0512 6100 8301", "营销何静"), "xu.lei": ("137 0620 5518", "采购徐磊"),
    "tang.wen": ("0512 6100 8405", ""), "gu.min": ("0512 6100 8204", "客服顾敏"),
    "jiang.tao": ("0512 6100 8205", "客服蒋涛"), "ye.xin": ("0512 6100 8206", "客服叶欣"),
    "shi.lei": ("138 5200 4420", "湖东店施蕾"), "du.juan": ("138 5200 4411", "园区店杜鹃"),
    "pan.yue": ("138 5200 4421", "湖东店潘越"), "cao.yu": ("139 6215 7721", "大客户曹宇"),
    "shen.lan": ("139 6215 7722", "大客户沈岚"), "fang.qing": ("0512 6100 8303", "营销方青"),
    "meng.jia": ("0512 6100 8304", "营销孟佳"), "qin.feng": ("0512 6100 8102", "品控秦枫"),
    "tian.ye": ("0512 6100 8103", "品控田野"), "lu.ping": ("0512 6100 8404", "物流陆平"),
    "bai.xue": ("137 0620 5519", "采购白雪"),
}  # fmt: skip

# One sign-in button a role.
SHOWN = ("chen.xiaolan", "lin.zhiyuan", "wang.yating", "he.jing", "zhao.ming", "luo.hai", "tang.wen")
