"""Customers from a table: each row becomes one, completes one that is known, or is refused with a reason."""

from kb import access, archived, customer_archive, customers, feed, imported
from kb.errors import Invalid, N_, Problem
from kb.store import write_in_parts

# How the columns are usually called; compared in lower case, without blanks.
COLUMNS = {
    "name": """name customername customer company 客户名称 客户名 客户姓名 客户 姓名 名称 会员姓名 会员 公司名称 公司
        单位""",
    "number": """membernumber memberid memberno customernumber customerid customerno number no id 会员号 会员编号
        会员卡号 卡号 客户编号 客户号 编号""",
    "phone": "phone mobile phonenumber telephone tel 手机号码 手机号 手机 联系电话 电话号码 电话 联系方式",
    "mail": "mail email 邮箱 电子邮箱 邮件地址 邮件",
    "city": "city place address 城市 地区 所在地 地址",
    "segment": "segment group level 分群 客户类型 客户级别 级别 等级 类别 分类",
}


def add_all(db, rows, *, bring_back=False, by, now):
    """Take in customers; the good rows are kept, the others told of.

    A row whose member number is known, or without one whose name and phone are, is the same customer: what was empty
    is filled in, what was written stays. One who is archived is left alone, and told of.

    Parameters
    ----------
    bring_back : bool
        Whether archived customers that a row names are brought back, and completed like the others.
    rows : iterable of (int, dict or kb.errors.Invalid)
        Number of the row, and texts by the names of `kb.customers.FIELDS`, what is left out being empty; or why the
        row cannot be read.

    Returns
    -------
    dict
        ``rows``: ``read``, ``loaded``, ``merged`` (known already), of these ``completed``, ``left`` (archived) and
        ``rejected``; ``ids`` of the loaded and merged, in the order of the rows; ``rejects``: pairs of row and
        `kb.errors.Invalid`; ``left``: pairs of row and `kb.errors.Problem`; ``notices``: likewise, what somebody
        should look at though the row was taken;
        ``seq`` of the newest change, which `kb.imported.undo` takes, or None when nothing was written.
    """
    access.require(by, "customer.write")
    counts = dict.fromkeys(("read", "loaded", "merged", "completed", "left", "rejected"), 0)
    ids, rejects, left, notices = [], [], [], []
    seq = None

    def write(row):
        nonlocal seq
        number, texts = row
        counts["read"] += 1
        try:
            fields = _fields(texts)
        except Invalid as problem:
            counts["rejected"] += 1
            rejects.append((number, problem))
            return
        known = _known(db, fields)
        if known is None:
            counts["loaded"] += 1
            alike = (*_same_name(db, fields["name"]), *_same_phone(db, fields), *_away(db, fields))
            notices.extend((number, each) for each in alike)
            ids.append(customers.insert(db, fields, by=by, now=now))
            seq = feed.last_seq(db)
        elif known["archived"] and not bring_back:
            counts["left"] += 1
            left.append((number, _is_archived(known)))
        else:
            counts["merged"] += 1
            if known["archived"]:
                seq = customer_archive.bring_back(db, known["id"], by=by, now=now)
                known = customers.stored(db, known["id"])
            completed = _complete(db, known, fields, by, now)
            counts["completed"] += completed is not None
            seq = completed or seq
            notices.extend((number, each) for each in _differing(known, fields))
            ids.append(known["id"])

    write_in_parts(db, rows, write)
    return {"rows": counts, "ids": ids, "rejects": rejects, "left": left, "notices": notices, "seq": seq}


def _fields(texts):
    if isinstance(texts, Invalid):
        raise texts
    return customers.checked(**{name: texts.get(name, "") for name in customers.FIELDS})


def _known(db, fields):
    if fields["number"] is not None:
        where, values = "number = :number", {"number": fields["number"]}
    elif fields["phone"] is not None:
        where = "folded = :folded AND name = :name AND phone = :phone"
        values = {"folded": customers.folded(fields["name"]), "name": fields["name"], "phone": fields["phone"]}
    else:
        return None
    return next(iter(db.query(f"SELECT * FROM customer WHERE {where} ORDER BY archived, id LIMIT 1", values)), None)


def _complete(db, row, fields, by, now):
    """Fill in what was empty; returns the seq of the change, or None when nothing was."""
    stands = {name: row[name] for name in customers.FIELDS}
    completed = {name: stands[name] or fields[name] for name in customers.FIELDS}
    if completed == stands:
        return None
    return customers.update(db, row, completed, did="customer.edit", by=by, now=now)


def _is_archived(row):
    return Problem(
        N_("%(name)s is archived; nothing of the row was taken."),
        hint=N_("Import the file again and have archived customers brought back, or bring back this one."),
        name=row["name"],
        customer_id=row["id"],
    )


def _differing(row, fields):
    """Yield for each field what the table says otherwise: the label alone, as the texts are personal data."""
    for name in customers.FIELDS:
        if row[name] and fields[name] and fields[name] != row[name]:
            yield Problem(
                N_("%(name)s is known already; the table differs in “%(label)s”, which was not changed."),
                hint=N_("Open the customer and write what is right."),
                name=row["name"],
                label=customers.LABELS[name],
            )


def _same_phone(db, fields):
    rows = db.query(
        """SELECT name FROM customer
            WHERE substr(phone, -4) = substr(:phone, -4) AND phone = :phone AND name <> :name AND +archived = 0
            ORDER BY id LIMIT 1""",
        {"phone": fields["phone"], "name": fields["name"]},
    )
    for row in rows:
        yield Problem(
            N_("There was a customer with this phone already, of another name: %(name)s."),
            hint=N_("If both are one, archive one of them."),
            name=row["name"],
        )


def _same_name(db, name):
    # By its folded form the name has an index.
    asked = {"folded": customers.folded(name), "name": name}
    if db["customer"].count_where("folded = :folded AND name = :name AND +archived = 0", asked):
        yield Problem(
            N_("There was a %(name)s already; this is a new customer of the same name."),
            hint=N_("If both are one, archive one of them."),
            name=name,
        )


def _away(db, fields):
    """Yield who of the same name or phone is archived; without a number that is theirs the row made another one."""
    for row in archived.namesakes(db, {**fields, "folded": customers.folded(fields["name"])})[:1]:
        yield Problem(
            N_("%(name)s is archived; this is a new customer of the same name or phone."),
            hint=N_("If both are one, bring that one back and archive the new one."),
            name=row["name"],
            customer_id=row["id"],
        )


def _put_back(db, customer_id, states, *, by, now):
    row = customers.stored(db, customer_id)
    # Who was added is archived, what was completed is as it was before its first change.
    earlier = states[0][0] or {**row, "archived": 1}
    fields = {name: earlier[name] for name in (*customers.FIELDS, "archived")}
    customers.update(db, row, fields, did="customer.undo", by=by, now=now)


# What is taken back so is brought back the same way.
KIND = imported.Kind(
    noun="customer",
    actions=("add", "edit", "unarchive", "undo"),
    undone="undo",
    needs="customer.write",
    standing=imported.of_same_version("customer"),
    put_back=_put_back,
    name=lambda db, customer_id: customers.stored(db, customer_id)["name"],
    sentence=N_("%(count)d of these customers changed again since. Nothing was taken back."),
)
