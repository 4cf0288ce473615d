"""The facts of all purchase records, counted after an import and kept: no page has to go through millions of lines.

Pages import this file, so it imports nothing that reads Parquet.
"""

import json

import kb.home
from kb.store import writing
from mining.ledger import batches

# Of `mining.ledger.facts.summary`: to be raised when it counts otherwise or tells more.
_EDITION = 1


def keep(db, home):
    """Count the facts of all imports that count, and keep them unless the records changed meanwhile."""
    from mining.ledger import facts

    state = _state(db, home)
    if _of(db, state) is not None:
        return
    found = json.dumps(facts.summary(db, home), ensure_ascii=False)
    with writing(db):
        if _state(db, home) == state:
            db.execute("DELETE FROM ledger_facts")
            db["ledger_facts"].insert({"state": state, "facts": found})


def of_all(db, home):
    """Return the facts that `mining.ledger.facts.summary` told of all imports, None where they are not counted yet."""
    return _of(db, _state(db, home))


def _of(db, state):
    row = db.execute("SELECT facts FROM ledger_facts WHERE state = :state", {"state": state}).fetchone()
    return None if row is None else json.loads(row[0])


def _state(db, home):
    return json.dumps([_EDITION, kb.home.settings(home).zone, *batches.version(db)])
