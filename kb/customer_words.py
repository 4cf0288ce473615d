"""Customers as tables name them: by name, and by the member number where others are called so too; as questions do."""

import json
import re
import unicodedata

from kb import access, archived, customers, listed, text_spans
from kb.errors import Invalid, N_
from kb.text import fold_name

_BEGINS = 4
_MOST_WORDS = 8
_MOST_MEANT = 1000
# Less stands in too many texts that mean nobody: 20 in 20升.
_SHORTEST_NAME, _SHORTEST_NUMBER, _LONGEST = 2, 4, 60
# Asked at every word while somebody types: each condition has an index of its own, which + keeps the planner to.
_MENTIONED = f"""SELECT * FROM (
    SELECT *, {customers.RANK_SQL} AS rank FROM customer
     WHERE +archived = 0 AND (number = :text OR substr(phone, -4) = substr(:digits, -4) OR folded = :folded
                             OR (folded > :folded AND folded < :folded || char(0x10ffff))))
     WHERE rank <= {_BEGINS} ORDER BY rank, sorts_as, id LIMIT 50"""
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


def mentioned(db, question, *, reader, limit=5):
    """Return the customers whom words of a question name, those of the most words first: 郑敏 密封圈, 郑女士 1199.

    A word names whoever is called so, has that number, phone or last four digits of one, or alone begins so.
    """
    access.require(reader, "customer.read")
    found = {}
    words = dict.fromkeys(question.split()[:_MOST_WORDS])
    for word in words if len(words) > 1 else ():
        rows = list(db.query(_MENTIONED, customers.asked_for(word)))
        sure = [row for row in rows if row["rank"] < _BEGINS] or (rows if len(rows) == 1 and len(word) > 1 else [])
        for row in sure:
            found.setdefault(row["id"], []).append(row)
    ranked = sorted(found.values(), key=lambda each: (-len(each), each[0]["sorts_as"], each[0]["id"]))
    return [customers.of_row(each[0]) for each in ranked[:limit]]


def begun(db, text, *, reader, limit):
    """Return the customers whose number, phone, last four digits of it, name or beginning of a name a text is."""
    access.require(reader, "customer.read")
    rows = db.query(_MENTIONED, customers.asked_for(text)) if text.strip() else ()
    return [customers.of_row(row) for row in rows][:limit]


def stand_in(db, text):
    """Return whether the whole name or number of any customer stands in a text, also of one in the archive."""
    for column, shortest, spelled in (
        ("folded", _SHORTEST_NAME, (fold_name(text), customers.folded(text))),
        ("number", _SHORTEST_NUMBER, (unicodedata.normalize("NFKC", text),)),
    ):
        parts = {part for each in spelled for part in text_spans.of(each, shortest=shortest, longest=_LONGEST)}
        row = db.execute(
            f"SELECT 1 FROM customer WHERE {column} IN (SELECT value FROM json_each(:parts)) LIMIT 1",
            {"parts": json.dumps(list(parts))},
        ).fetchone()
        if row:
            return True
    return False


def meant(db, text, *, reader):
    """Return the ids of the customers whom a filter of a question means: who is called so, else whoever answers to it.

    Called so: by name, number, or as `written` writes it.
    """
    access.require(reader, "customer.read")
    numbered = _NUMBERED.match(text)
    exact = _exact(db, text) or (_of_number(db, numbered[2]) if numbered else [])
    if exact:
        return exact
    return [each.id for each in customers.listing(db, reader=reader, query=text, limit=_MOST_MEANT)[0]]


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
