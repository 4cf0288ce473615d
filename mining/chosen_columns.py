"""The columns of figures a member looks at rules by, kept from one run to the next.

Pages import this file, so it imports nothing that mines.
"""

import json

from kb import access, feed
from kb.store import writing


def of(db, *, reader):
    """Return the columns a member chose, as a list of their names, or None."""
    row = db.execute("SELECT columns FROM member_columns WHERE member_id = :id", {"id": reader.member_id}).fetchone()
    return None if row is None else json.loads(row[0])


def choose(db, columns, *, by, now):
    """Keep the columns a member chose; None takes the usual ones again."""
    access.require(by, "run.read")
    with writing(db):
        before = of(db, reader=by)
        if columns is None:
            db["member_columns"].delete_where("member_id = :id", {"id": by.member_id})
        else:
            row = {"member_id": by.member_id, "columns": json.dumps(list(columns))}
            db["member_columns"].upsert(row, pk="member_id")
        feed.append(
            db, by=by, did="member.columns", of=by.member_id, at=now, before={"columns": before},
            after={"columns": columns},
        )  # fmt: skip
