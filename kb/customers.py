"""Customers: the organisations and persons the company serves.

A `Customer` carries phone and mail masked, so that no list, page or answer shows them by mistake; `identify` alone
gives them out, to whom may see them, and writes down that it did.
"""

import unicodedata
from dataclasses import dataclass

from kb import access, access_log, archived, feed, overtaken, personal, pinyin
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean, fold_name

FIELDS = ("name", "number", "phone", "mail", "city", "segment")
_LONGEST = {"name": 100, "number": 40, "city": 60, "segment": 60}
LABELS = {
    "name": N_("Customer name"),
    "number": N_("Member number"),
    "phone": N_("Phone"),
    "mail": N_("Mail"),
    "city": N_("Place"),
    "segment": N_("Segment"),
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as everybody may see it: `phone` and `mail` are masked."""

    id: int
    version: int
    name: str
    number: str | None
    phone: str
    mail: str
    city: str
    segment: str
    archived: int
    erased_at: str | None
    created_at: str
    updated_at: str


def add(db, *, name, by, now, number="", phone="", mail="", city="", segment="", is_another=False):
    """Write a customer and return it; two customers may have one name, but not one number.

    Parameters
    ----------
    is_another : bool
        Whether it was said that one who is archived under the same name or phone is another.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden
    """
    access.require(by, "customer.write")
    fields = checked(name=name, number=number, phone=phone, mail=mail, city=city, segment=segment)
    with writing(db):
        if not is_another:
            archived.refuse_namesake(db, {**fields, "folded": folded(fields["name"])})
        refuse_taken(db, fields["number"], None)
        return get(db, insert(db, fields, by=by, now=now), reader=by)


def insert(db, fields, *, by, now):
    """Store what `checked` returned and return the id; only inside ``writing``."""
    row = {**fields, **_derived(fields["name"]), "version": 1, "created_by": by.member_id}
    customer_id = db["customer"].insert({**row, "created_at": now, "updated_at": now}).last_pk
    feed.append(db, by=by, did="customer.add", of=customer_id, at=now, after=_state(fields, 1))
    return customer_id


def get(db, customer_id, *, reader):
    """Return one customer; raises `NotFound`."""
    access.require(reader, "customer.read")
    return of_row(stored(db, customer_id))


def identify(db, customer_id, *, by, now):
    """Return ``{"phone", "mail"}`` unmasked, and write down who looked.

    Raises
    ------
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "customer.identify")
    with writing(db):
        row = stored(db, customer_id)
        access_log.record(db, member_id=by.member_id, action="identify", noun="customer", noun_id=customer_id, at=now)
    return {"phone": row["phone"] or "", "mail": row["mail"] or ""}


def edit(db, customer_id, *, version, by, now, name, number, phone, mail, city, segment):
    """Save a customer on top of `version`, put together with what others saved since, and return it.

    Raises
    ------
    kb.overtaken.Overtaken
        When both changed the same.
    kb.errors.Conflict, kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "customer.write")
    fields = checked(name=name, number=number, phone=phone, mail=mail, city=city, segment=segment)
    with writing(db):
        row = stored(db, customer_id)
        if not row["erased_at"]:
            archived.refuse_change(db, "customer", row, N_("%(name)s archived this customer, so it was not saved."))
        if row["version"] != version and not row["erased_at"]:
            sentence = N_("Somebody saved this customer after you opened it. Nothing of yours is lost.")
            saves = {"mine": fields, "theirs": _fields(row), "sentence": sentence}
            base = overtaken.of_version(db, "customer", customer_id, version)
            fields = overtaken.together(base, **saves)
        refuse_taken(db, fields["number"], customer_id)
        update(db, row, fields, did="customer.edit", by=by, now=now)
        return get(db, customer_id, reader=by)


def update(db, row, fields, *, did, by, now):
    """Store `fields` in place of a row and append the change; only inside ``writing``. Returns its seq."""
    if row["erased_at"]:
        raise Conflict(N_("This customer was erased on %(day)s."), day=row["erased_at"][:10])
    version = row["version"] + 1
    fields = {"archived": row["archived"], **fields}
    kept = {**fields, "version": version, "updated_at": now}
    kept |= {} if fields["name"] == row["name"] else _derived(fields["name"])
    db.execute(f"UPDATE customer SET {', '.join(f'{each} = :{each}' for each in kept)} WHERE id = :id", {**row, **kept})
    before, after = _state(row, row["version"]), _state(fields, version)
    return feed.append(db, by=by, did=did, of=row["id"], at=now, before=before, after=after)


def undo(db, seq, *, by, now):
    """Take back one change of a customer as a new change and return the customer."""
    access.require(by, "customer.write")
    with writing(db):
        change = feed.to_undo(db, seq, "customer", hint=N_("Look at the history of the customer."))
        row = stored(db, int(change["noun_id"]))
        feed.refuse_if_erased(change)
        if change["after"]["version"] != row["version"]:
            raise Conflict(
                N_("“%(title)s” was changed again since, so this change cannot be undone."),
                hint=N_("Open it and write what should stand."),
                title=row["name"],
            )
        earlier = change["before"] or {**_fields(row), "archived": 1}  # undo of making the customer
        fields = {name: earlier[name] for name in (*FIELDS, "archived")}
        refuse_taken(db, fields["number"], row["id"])
        update(db, row, fields, did="customer.undo", by=by, now=now)
        return get(db, row["id"], reader=by)


def history(db, customer_id, *, reader, limit=5):
    """Return the newest changes of a customer: seq, at, action, member_name, reason, and which ``fields`` changed.

    What stood in the fields is left out: it holds personal data.
    """
    get(db, customer_id, reader=reader)
    found = []
    for row in feed.changes(db, "customer", customer_id)[:limit]:
        before, after = row["before"] or {}, row["after"] or {}
        changed = [LABELS[name] for name in FIELDS if before and before.get(name) != after.get(name)]
        kept = {name: row[name] for name in ("seq", "at", "action", "member_name", "reason")}
        found.append({**kept, "fields": changed})
    return found


def listing(db, *, reader, query="", segment=None, limit=50, offset=0):
    """Return ``(customers, total)``: all by name, or those that `query` finds, best first.

    Parameters
    ----------
    query : str
        Part of a name, its pinyin or initials, a member number, a phone number or its last four digits.
    segment : str, optional
    """
    access.require(reader, "customer.read")
    where, values = "archived = 0", {}
    if segment is not None:
        where, values = f"{where} AND segment = :segment", {"segment": segment}
    if query.strip():
        values |= asked_for(query)
        source = f"(SELECT *, {RANK_SQL} AS rank FROM customer WHERE {where}) WHERE rank IS NOT NULL"
        # Ranking each customer once: to count them first would take as long again.
        columns, order = "*, count(*) OVER () AS total", "rank, sorts_as, id"
    else:
        source, columns, order = f"customer WHERE {where}", "*", "sorts_as, id"
    rows = list(
        db.query(
            f"SELECT {columns} FROM {source} ORDER BY {order} LIMIT :limit OFFSET :offset",
            {**values, "limit": limit, "offset": offset},
        )
    )
    total = rows[0].get("total") if rows else None
    if not (rows or offset):
        total = 0
    elif total is None:
        total = db.execute(f"SELECT count(*) FROM {source}", values).fetchone()[0]
    return [of_row(row) for row in rows], total


def named(db, text, *, reader):
    """Return the one customer of this name, member number or phone.

    Raises
    ------
    kb.errors.Invalid
        When there is none, or more than one, or it is archived.
    """
    found, _ = listing(db, reader=reader, query=text, limit=1000)
    asked = asked_for(text)
    exact = [each for each in found if asked["text"].casefold() == (each.number or "").casefold()]
    exact = exact or [each for each in found if folded(each.name) == asked["folded"]]
    if not exact:
        archived.refuse_customer(db, asked)
    if len(exact) == 1 or (not exact and len(found) == 1):
        return (exact or found)[0]
    if not found:
        raise Invalid(
            N_("There is no customer “%(value)s”."),
            hint=N_("Look by name, member number or the last four digits of the phone; or add them first."),
            field="customers",
            value=text,
        )
    raise Invalid(
        N_("%(count)d customers answer to “%(value)s”."),
        hint=N_("Choose one of the list that appears, or write the member number."),
        field="customers",
        count=len(exact or found),
        value=text,
    )


def doubles(db, customer, *, reader, limit=5):
    """Return the others who have the name or the phone of this customer, the oldest first."""
    access.require(reader, "customer.read")
    phone = stored(db, customer.id)["phone"]
    rows = db.query(
        """SELECT * FROM customer
            WHERE (folded = :folded OR (substr(phone, -4) = substr(:phone, -4) AND phone = :phone))
              AND +archived = 0 AND id <> :id
            ORDER BY id LIMIT :limit""",
        {"folded": folded(customer.name), "phone": phone, "id": customer.id, "limit": limit},
    )
    return [of_row(row) for row in rows]


def of_ids(db, customer_ids, *, reader):
    """Return ``{id: Customer}`` of these ids, archived ones too."""
    access.require(reader, "customer.read")
    marks = ",".join("?" * len(customer_ids))
    rows = db.query(f"SELECT * FROM customer WHERE id IN ({marks})", list(customer_ids))
    return {row["id"]: of_row(row) for row in rows}


def segments(db, *, reader):
    """Return ``{"segment", "count"}`` of each segment that is in use, the largest first."""
    access.require(reader, "customer.read")
    rows = db.query(
        """SELECT segment, count(*) AS count FROM customer
            WHERE archived = 0 AND segment <> '' GROUP BY segment ORDER BY count DESC, segment"""
    )
    return list(rows)


def ledger_names(db, customer_id):
    """Return the texts under which a customer may stand in a purchase record: the number, and the phone."""
    row = stored(db, customer_id)
    return [row[name] for name in ("number", "phone") if row[name]]


def checked(*, name, number, phone, mail, city, segment):
    """Return the fields as they are stored; refuses them with a sentence."""
    texts = {"name": name, "number": number, "city": city, "segment": segment}
    fields = {
        field: clean(text, field=field, label=LABELS[field], limit=_LONGEST[field], lines=False)
        for field, text in texts.items()
    }
    if not fields["name"]:
        raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field="name", label=LABELS["name"])
    number = "".join(unicodedata.normalize("NFKC", fields["number"]).split())
    return {
        **fields,
        "number": number or None,
        "phone": personal.phone(phone) or None,
        "mail": personal.mail(mail) or None,
    }


# Best first. Only the tail of a phone number counts: more than the mask shows must not be found out by asking.
RANK_SQL = """CASE
    WHEN number = :text THEN 0
    WHEN phone = :digits THEN 1
    WHEN substr(phone, -4) = :digits THEN 2
    WHEN folded = :folded THEN 3
    WHEN substr(folded, 1, length(:folded)) = :folded THEN 4
    WHEN instr(initials || ' ', ' ' || :letters || ' ') THEN 5
    WHEN instr(initials, ' ' || :letters) THEN 6
    WHEN instr(pinyin, ' ' || :letters) THEN 7
    WHEN instr(folded, :folded) THEN 8
    WHEN length(:text) > 2 AND substr(number, 1, length(:text)) = :text COLLATE NOCASE THEN 9
    WHEN instr(initials, '~' || :letters) OR instr(pinyin, '~' || :letters) THEN 10
END"""


def asked_for(query):
    """Return what a text is looked for as among customers."""
    name = folded(query)
    is_typed = name.isascii() and name.isalnum() and not name.isdigit()
    return {
        "text": "".join(unicodedata.normalize("NFKC", query).split()),
        "digits": _digits(query),
        "folded": name,
        # Nothing else can stand between two blanks of pinyin or initials.
        "letters": name if is_typed else "\n",
    }


def _digits(query):
    digits = personal.plain_digits(query)
    try:
        return personal.phone(digits) or digits
    except Invalid:
        return digits


def derive_again(db):
    """Compute anew what is looked for instead of the name; only inside ``writing``."""
    for row in list(db.query("SELECT id, name FROM customer")):
        db["customer"].update(row["id"], _derived(row["name"]))


def _derived(name):
    name = folded(name)
    full, initials = pinyin.keys(name)
    return {
        "folded": name,
        "pinyin": full,
        "initials": initials,
        "sorts_as": full.split(" ")[1] if full else name,
    }


def folded(name):
    """Return a name as it is compared."""
    return "".join(fold_name(name).split())


def refuse_taken(db, number, own_id):
    """Refuse a member number that is another customer's."""
    if number is None:
        return
    row = db.execute("SELECT id, name FROM customer WHERE number = :number", {"number": number}).fetchone()
    if row is not None and row[0] != own_id:
        raise Invalid(
            N_("The member number “%(value)s” is that of %(name)s already."),
            hint=N_("Open that customer, or correct the number."),
            field="number",
            value=number,
            name=row[1],
            customer_id=row[0],
        )


def stored(db, customer_id):
    """Return the whole row of a customer, for who changes it; raises `NotFound`."""
    row = next(iter(db.query("SELECT * FROM customer WHERE id = :id", {"id": customer_id})), None)
    if row is None:
        raise NotFound(
            N_("There is no customer %(value)s."),
            hint=N_("Look by name, member number or the last four digits of the phone."),
            value=str(customer_id),
        )
    return row


def _fields(row):
    return {name: row[name] for name in FIELDS}


def _state(fields, version):
    return {**_fields(fields), "archived": fields.get("archived", 0), "version": version}


def of_row(row):
    """Return the customer of a row, phone and mail masked."""
    masked = {"phone": personal.masked_phone(row["phone"]), "mail": personal.masked_mail(row["mail"])}
    return Customer(**{name: masked.get(name, row[name]) for name in Customer.__slots__})
