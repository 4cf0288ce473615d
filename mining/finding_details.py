"""What a rule looks like from near, as pages show it: by month, shop and buyers, with example orders.

Pages import this file, so it imports nothing that mines: what is not there yet a process of its own works out.
"""

import json

from kb import child
from kb.errors import N_, Problem
from mining import findings

_SECONDS = 60
_LEFT_OPEN = 2


def put(db, told, *, now):
    """Store ``{finding id: details}``; only inside ``writing``."""
    db["finding_detail"].insert_all(
        ({"finding_id": number, "data": json.dumps(data), "made_at": now} for number, data in told.items()),
        replace=True,
    )


def of(db, finding_id):
    """Return the details of a finding as `mining.rule_detail.details` gives them, or None where nobody asked yet."""
    row = db.execute("SELECT data FROM finding_detail WHERE finding_id = :id", {"id": finding_id}).fetchone()
    return None if row is None else json.loads(row[0])


def months(db, finding_ids):
    """Return ``{finding id: months}`` of those whose details are known."""
    rows = db.execute(
        """SELECT finding_id, data -> '$.months' FROM finding_detail
            WHERE finding_id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(list(finding_ids))},
    )
    return {number: json.loads(text) for number, text in rows.fetchall()}


def work_out(db, home, finding_id, *, reader):
    """Have the details of a finding worked out, and wait for it.

    Raises
    ------
    kb.errors.Problem
        When it took too long, or its orders are not there any more.
    kb.errors.NotFound
    """
    findings.get(db, finding_id, reader=reader)
    try:
        child.run("mining.rule_detail", home, finding_id, seconds=_SECONDS)
    except child.Failed as failed:
        raise Problem(
            N_("The orders behind this rule could not be looked through."),
            hint=N_("If their import was undone, ask for the rules anew; else try again."),
        ) from failed


def customers(db, details):
    """Return ``{customer key: how to call them}`` of the customers of the examples: the ends of what names them."""
    keys = [each["customer"] for each in details["examples"] if each["customer"] is not None]
    rows = db.execute(
        """SELECT customer_key, identity FROM ledger_customer
            WHERE customer_key IN (SELECT value FROM json_each(:keys))""",
        {"keys": json.dumps(keys)},
    )
    return {key: _masked(identity) for key, identity in rows.fetchall()}


def _masked(identity):
    """Return a member number, phone or name with its middle hidden."""
    shown = 1 if len(identity) < 3 * _LEFT_OPEN else _LEFT_OPEN
    return f"{identity[:shown]}****{identity[-_LEFT_OPEN:] if shown > 1 else ''}"
