"""Customers out of lists and search, and in again."""

from kb import access, customers
from kb.errors import Invalid, N_
from kb.store import writing


def archive(db, customer_id, *, by, now):
    """Take a customer out of lists and search, and return the seq of the change."""
    return _put(db, customer_id, 1, "customer.archive", N_("“%(title)s” is archived already."), by, now, {})


def bring_back(db, customer_id, *, by, now, known=None):
    """Put an archived customer back in lists and search, and return the seq of the change.

    Parameters
    ----------
    known : dict, optional
        What is known of them by now, by the names of `kb.customers.FIELDS`: what was empty is filled in with it.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    fields = {} if known is None else customers.checked(**known)
    return _put(db, customer_id, 0, "customer.unarchive", N_("“%(title)s” is not archived."), by, now, fields)


def save_again(db, customer_id, *, version, by, now, **fields):
    """Save on top of an archived version as `kb.customers.edit` does, and put the customer back in lists and search."""
    with writing(db):
        theirs = customers.get(db, customer_id, reader=by)
        if theirs.archived:
            bring_back(db, customer_id, by=by, now=now)
            version += version == theirs.version
        return customers.edit(db, customer_id, version=version, by=by, now=now, **fields)


def _put(db, customer_id, archived, did, already, by, now, known):
    access.require(by, "customer.write")
    with writing(db):
        row = customers.stored(db, customer_id)
        if row["archived"] == archived:
            raise Invalid(already, title=row["name"])
        fields = {name: row[name] or known.get(name, row[name]) for name in customers.FIELDS}
        customers.refuse_taken(db, fields["number"], customer_id)
        fields["archived"] = archived
        return customers.update(db, row, fields, did=did, by=by, now=now)
