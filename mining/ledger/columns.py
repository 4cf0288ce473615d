"""Which column holds which field: as a person says, else by the names columns usually have."""

import re
import unicodedata

from kb.errors import Invalid, N_

# The more telling name first.
NAMES = {
    "order": """订单号 订单编号 单号 销售单号 交易号 流水号 小票号 单据号 单据编号 订单id 订单号码 订单 票号
        order_id orderid order_no order_number order invoiceno invoice_no invoice transaction transaction_id
        receipt receipt_no basket_id basket bill_no bill id""",
    "item": """stockcode 商品名称 商品名 商品 品名 货品名称 货品 产品名称 产品 菜品名称 菜品 菜名 dishes_name 物料名称
        goods item item_name product product_name productname article description 商品编码 商品代码 货号 sku
        product_id item_id""",
    "customer": """会员号 会员卡号 会员编号 会员id 会员 客户编号 客户号 客户名称 客户 顾客 买家 买家昵称 手机号 电话
        customerid customer_id customer household_id member_id member user_id emp_id 姓名""",
    "time": """下单时间 订单时间 交易时间 购买时间 销售时间 销售日期 交易日期 订单日期 付款时间 日期 时间
        invoicedate place_order_time order_time order_date transaction_timestamp datetime timestamp date time""",
    "quantity": "数量 购买数量 销售数量 件数 销量 counts quantity qty number_of_cds count units",
    "price": "单价 售价 销售单价 unitprice unit_price price",
    "amount": "金额 销售金额 实付金额 实收金额 小计 总价 合计 amount amounts total sales_value sales dollar_value",
    "shop": "门店 门店名称 店铺 店铺名称 商店 分店 store store_id shop",
    "category": "品类 商品类别 类别 分类 类目 大类 category department parent_class_name",
    "cost": "成本 成本价 进价 cost unit_cost",
}
# Of a table with a column for each product, more would be no sentence.
_MOST_LISTED = 50
_IGNORED = re.compile(r"[\s_\-.:：*]|\(.*?\)|（.*?）|\[.*?\]")
# What stands in the names above, as it is written in Taiwan and Hong Kong.
_SIMPLIFIED = str.maketrans(
    "訂單號編銷貨產會員戶買購時間數價額實總計門鋪舖類別進顧機電話稱碼據暱",
    "订单号编销货产会员户买购时间数价额实总计门铺铺类别进顾机电话称码据昵",
)


def plain_name(text):
    """Return a column's name without what varies: case, width, script, blanks, underscores, units in brackets."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", str(text)).lower()).translate(_SIMPLIFIED)


_FIELDS = {field: [plain_name(name) for name in names.split()] for field, names in NAMES.items()}
_KNOWN = frozenset(name for names in _FIELDS.values() for name in names)


def is_known(cell):
    """Return whether a cell is the usual name of a column."""
    return not _KNOWN.isdisjoint(_spellings(cell))


def _spellings(cell):
    """Return what a name of a column may be known by: of one on two levels, as 客户/名称, both or the lower."""
    name = plain_name(cell)
    return (name.replace("/", ""), name.rsplit("/", 1)[-1]) if "/" in name else (name, name)


def refuse_nothing(header, positions, file):
    """Refuse a table in which nothing says what was bought.

    Raises
    ------
    kb.errors.Invalid
    """
    if {"item", "amount", "quantity", "time"}.isdisjoint(positions):
        raise Invalid(
            N_("%(file)s: no column says what was bought, how much or when. Its columns: %(columns)s."),
            hint=N_("Name one with --map, for example --map item=%(example)s."),
            field="mapping",
            file=file,
            columns=_listed(header),
            example=next(filter(None, header), "商品"),
        )


def texts(header, positions):
    """Return ``{field: name of the column}``."""
    return {field: "+".join(header[at] for at in found) for field, found in positions.items()}


def named(header, options, file):
    """Return ``{field: [positions]}`` of the fields that a person or the names of the columns tell.

    A field that a person maps as ``Date+Time`` has two positions. One column serves one field.

    Raises
    ------
    kb.errors.Invalid
        For a column that is not there.
    """
    positions = {}
    for field, column in options.mapping.items():
        if column:
            positions[field] = _positions(header, column, file)
    taken = {at for found in positions.values() for at in found}
    plain, lower = ([_spellings(name)[at] for name in header] for at in (0, 1))
    for spelled in (plain, lower):
        for field, names in _FIELDS.items():
            if field in options.mapping or field in positions:
                continue
            at = next(
                (spelled.index(name) for name in names if name in spelled and spelled.index(name) not in taken), None
            )
            if at is not None:
                positions[field] = [at]
                taken.add(at)
    _add_companions(positions, plain, taken, options.mapping)
    return positions


def _add_companions(positions, plain, taken, mapping):
    """A day in one column and the hour in the next are one time; beside a product's code stands its name."""
    if "time" not in mapping and [plain[at] for at in positions.get("time", ())] in (["date"], ["日期"]):
        hour = next((at for at, name in enumerate(plain) if name in ("time", "时间") and at not in taken), None)
        if hour is not None:
            positions["time"].append(hour)
            taken.add(hour)
    codes = ("stockcode", "商品编码", "商品代码", "货号", "sku", "productid", "itemid")
    if "name" not in mapping and [plain[at] for at in positions.get("item", ())] in [[code] for code in codes]:
        name = next(
            (at for at, each in enumerate(plain) if each in ("description", "商品名称") and at not in taken), None
        )
        if name is not None:
            positions["name"] = [name]
            taken.add(name)


def _positions(header, column, file):
    names = [column] if column in header else [name.strip() for name in column.split("+")]
    found = []
    for name in names:
        if name not in header:
            raise Invalid(
                N_("%(file)s has no column “%(column)s”. Its columns: %(columns)s."),
                hint=N_("Write the name as it stands in the file."),
                field="mapping",
                file=file,
                column=name,
                columns=_listed(header),
            )
        found.append(header.index(name))
    return found


def _listed(header):
    named = list(filter(None, header))
    return ", ".join([*named[:_MOST_LISTED], *(["…"] if len(named) > _MOST_LISTED else [])])
