"""Customers as tables name them: by name, and by the member number where others are called so too."""

import json
import re
import unicodedata

from kb import archived, customers, listed
from kb.errors import Invalid, N_

_NUMBERED = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]$")


def written(db, customer_ids):
    """Return ``{id: word}`` such that `found` finds each again here; who shares a name has the number behind it."""
    rows = db.query(
        """SELECT id, name, number,
                  EXISTS (SELECT 1 FROM customer AS other
                           WHERE other.folded = customer.folded AND other.id <> customer.id AND NOT other.archived)
                  OR EXISTS (SELECT 1 FROM customer AS other
                              WHERE other.number = replace(customer.name, ' ', '')) AS is_shared
             FROM customer WHERE id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(list(customer_ids))},
    )
    return {
        row["id"]: f"{row['name']} ({row['number']})" if row["is_shared"] and row["number"] else row["name"]
        for row in rows
    }


def found(db, text, *, reader, was_kept):
    """Return the ids of the customers in a cell: each a name or a number, or a name with the number in brackets.

    Parameters
    ----------
    was_kept : bool
        Whether a home wrote the cell: then nobody is taken whose name is only like it.

    Raises
    ------
    kb.errors.Invalid
        For one who is not here, or of whom there are several.
    """
    names = listed.parted(text)
    # 甲,乙公司 may be one of them.
    whole = _exact(db, text) if len(names) > 1 else []
    if len(whole) == 1:
        return whole
    return [_one(db, name, reader, was_kept) for name in names]


def _one(db, name, reader, was_kept):
    numbered = _NUMBERED.match(name)
    ids = _exact(db, name)
    if not ids and numbered:
        ids = _of_number(db, numbered[2]) or _exact(db, numbered[1])
    if len(ids) == 1:
        return ids[0]
    if len(ids) > 1:
        raise Invalid(
            N_("%(count)d customers answer to “%(value)s”."),
            hint=N_("Write the member number behind the name, as in: %(value)s (60000123)."),
            field="customers",
            count=len(ids),
            value=name,
        )
    if was_kept:
        archived.refuse_customer(db, customers.asked_for(name))
        raise Invalid(
            N_("There is no customer “%(value)s”."),
            hint=N_("Import the customers first, or correct the name."),
            field="customers",
            value=name,
        )
    return customers.named(db, name, reader=reader).id


def _exact(db, text):
    return _of_number(db, text) or _ids(db, "folded = :asked", customers.folded(text))


def _of_number(db, text):
    return _ids(db, "number = :asked", "".join(unicodedata.normalize("NFKC", text).split()))


def _ids(db, where, asked):
    rows = db.execute(f"SELECT id FROM customer WHERE NOT archived AND {where} ORDER BY id", {"asked": asked})
    return [row[0] for row in rows.fetchall()]
