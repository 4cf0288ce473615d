"""What is archived is not changed: who saves it hears that, and from whom, and brings it back first."""

from kb import feed
from kb.errors import Conflict, Invalid, N_


def refuse_change(db, noun, row, sentence):
    """Refuse to change an archived customer or interaction.

    Parameters
    ----------
    noun : str
    row : dict
        Its ``id`` and whether it is ``archived``.
    sentence : str
        A template with a place for ``name``: who archived it.

    Raises
    ------
    kb.errors.Conflict
    """
    if row["archived"]:
        put_away = (each["member_name"] for each in feed.changes(db, noun, row["id"]) if _puts_away(each))
        name = next(put_away, None) or N_("the operator")
        raise Conflict(sentence, hint=N_("Bring it back first. Nothing of yours is lost."), name=name)


def refuse_customer(db, asked):
    """Refuse what names an archived customer, who is in no list: nobody is to write them down a second time.

    Parameters
    ----------
    asked : dict
        The ``text``, ``digits`` and ``folded`` name to look by, as `kb.customers` compares them.

    Raises
    ------
    kb.errors.Invalid
        It tells their ``customer_id``.
    """
    rows = db.query(
        """SELECT id, name FROM customer
            WHERE archived AND erased_at IS NULL AND (number = :text OR phone = :digits OR folded = :folded)
            ORDER BY id LIMIT 1""",
        asked,
    )
    for row in rows:
        raise Invalid(
            N_("The customer “%(value)s” is archived."),
            hint=N_("Bring them back on their page, then write this; a second one is not needed."),
            field="customers",
            value=row["name"],
            customer_id=row["id"],
        )


def refuse_namesake(db, fields):
    """Refuse to write down anew who is archived under the same name, phone or member number.

    Parameters
    ----------
    fields : dict
        As for `namesakes`.

    Raises
    ------
    kb.errors.Invalid
        It tells their ``customer_id``.
    """
    for row in namesakes(db, fields):
        raise Invalid(
            N_("The customer “%(value)s” is archived."),
            hint=N_("Bring them back; or say that yours is another customer."),
            field="name",
            value=row["name"],
            customer_id=row["id"],
        )


def namesakes(db, fields):
    """Return ``{"id", "name"}`` of the archived customers of the same name, phone or member number, the oldest first.

    Parameters
    ----------
    fields : dict
        The ``folded`` name, as `kb.customers` compares it; the ``phone`` and the ``number`` or None.
    """
    rows = db.query(
        """SELECT id, name FROM customer
            WHERE archived AND erased_at IS NULL
              AND (folded = :folded OR number = :number
                   OR (substr(phone, -4) = substr(:phone, -4) AND phone = :phone))
            ORDER BY id""",
        fields,
    )
    return list(rows)


def _puts_away(change):
    return bool(change["after"]) and change["after"]["archived"] and not (change["before"] or {}).get("archived")
