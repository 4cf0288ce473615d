"""Batches: one import each, as pages show them; undone as a whole.

Pages import this file, so it imports nothing that reads Parquet.
"""

import json
from dataclasses import dataclass

from kb import access, feed
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing


@dataclass(frozen=True, slots=True)
class Batch:
    """One import.

    ``series`` is the id of the first import whose order numbers mean the same orders (`mining.ledger.numbering`).
    ``rows`` counts read, loaded, merged, set_aside, rejected; ``facts`` are orders, customers, products, period and
    amount of the lines loaded; ``run_id`` is the job that made it, None from the command line; ``replaced_by`` the
    import that took its place.
    """

    id: int
    file: str
    sha256: str
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    mapping: dict
    rows: dict
    by_reason: dict
    facts: dict
    state: str
    created_at: str
    undone_at: str | None
    member_name: str | None
    run_id: int | None
    series: int
    replaced_by: int | None


def add(db, fields, parts, *, by, now):
    """Register a batch and its files, and return its id; only inside ``writing``.

    Parameters
    ----------
    fields : dict
        ``file``, ``sha256``, ``encoding``, ``delimiter``, ``header_row``, ``mapping``, ``rows``, ``by_reason``,
        ``facts``, ``profile``, ``series``: None for one of its own.
    parts : list of dict
        ``path``, ``sha256``, ``rows``, as `mining.ledger.parts.write` returns.
    """
    access.require(by, "purchase.import")
    kept = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in fields.items()}
    batch_id = db["batch"].insert({**kept, "member_id": by.member_id, "created_at": now}).last_pk
    if fields["series"] is None:
        db["batch"].update(batch_id, {"series": batch_id})
    db["ledger_part"].insert_all({**part, "batch_id": batch_id} for part in parts)
    told = {name: fields[name] for name in ("sha256", "rows")}
    feed.append(db, by=by, did="batch.add", of=batch_id, at=now, after={"file": fields["file"], **told})
    return batch_id


def listing(db, *, reader, limit=50, offset=0):
    """Return ``(batches, total)``, newest first."""
    access.require(reader, "purchase.read")
    total = db.execute("SELECT count(*) FROM batch").fetchone()[0]
    rows = db.query(f"{_SELECT} ORDER BY batch.id DESC LIMIT :limit OFFSET :offset", {"limit": limit, "offset": offset})
    return [_batch(row) for row in rows], total


def get(db, batch_id, *, reader):
    """Return one batch.

    Raises
    ------
    kb.errors.NotFound
    """
    access.require(reader, "purchase.read")
    row = next(iter(db.query(f"{_SELECT} WHERE batch.id = :id", {"id": batch_id})), None)
    if row is None:
        raise NotFound(N_("There is no import %(value)s."), hint=N_("Look for it in the list."), value=str(batch_id))
    return _batch(row)


def of_ids(db, batch_ids):
    """Return the batches of these ids, in the order of id, for whoever may see what was found in them."""
    ids = {"ids": json.dumps(list(batch_ids))}
    rows = db.query(f"{_SELECT} WHERE batch.id IN (SELECT value FROM json_each(:ids)) ORDER BY batch.id", ids)
    return [_batch(row) for row in rows]


def undo(db, batch_id, *, by, now):
    """Take all lines of a batch out of the ledger; they can be imported again. What it replaced counts once more.

    Raises
    ------
    kb.errors.Conflict
        When it is undone already, or replaced others and an import of the same system came after it.
    """
    access.require(by, "purchase.import")
    with writing(db):
        batch = get(db, batch_id, reader=by)
        if batch.state == "undone":
            raise Conflict(
                N_("Import %(id)d is undone already."), hint=N_("Import the file again to bring it back."), id=batch_id
            )
        before = _brought_back(db, batch)
        _set(db, batch_id, "undone", by=by, now=now, did="batch.undo")
        for each in before:
            _set(db, each, "loaded", by=by, now=now, did="batch.restore")


def replace(db, batch_ids, by_batch, *, by, now):
    """Take the lines of some imports out, because another has come in their place; only inside ``writing``."""
    for each in batch_ids:
        _set(db, each, "undone", by=by, now=now, did="batch.replace", replaced_by=by_batch)


def replaced_by(db, batch_id):
    """Return the ids of the imports whose place an import took; they count once more when it is undone."""
    rows = db.execute("SELECT id FROM batch WHERE replaced_by = :id ORDER BY id", {"id": batch_id}).fetchall()
    return [row[0] for row in rows]


def _set(db, batch_id, state, *, by, now, did, replaced_by=None):
    before = {"state": "loaded" if state == "undone" else "undone"}
    undone_at = now if state == "undone" else None
    db["batch"].update(batch_id, {"state": state, "undone_at": undone_at, "replaced_by": replaced_by})
    feed.append(db, by=by, did=did, of=batch_id, at=now, before=before, after={"state": state})


def _brought_back(db, batch):
    """Return the ids of the imports that came to count no more because of this one.

    Raises
    ------
    kb.errors.Conflict
        When an import of the same system came after it: of that, only what was new then was loaded.
    """
    found = replaced_by(db, batch.id)
    later = db.execute(
        # Without order numbers each is compared with all others.
        "SELECT max(id) FROM batch WHERE id > :id AND (series = :series OR NOT :is_numbered) AND state = 'loaded'",
        {"id": batch.id, "series": batch.series, "is_numbered": bool(batch.facts["orders"])},
    ).fetchone()[0]
    if found and later:
        raise Conflict(
            N_("Import %(id)d took the place of import %(other)d, and import %(later)d came after it."),
            hint=N_("Undo the later ones first, the newest before the others."),
            id=batch.id,
            other=found[0],
            later=later,
        )
    return found


def live(db, reader):
    """Return ``{"id", "file", "created_at"}`` of the imports that count, newest first."""
    access.require(reader, "purchase.read")
    return list(db.query("SELECT id, file, created_at FROM batch WHERE state = 'loaded' ORDER BY id DESC"))


def refuse_others(db, batch_ids):
    """Refuse the number of an import that is not there, or does not count any more.

    Raises
    ------
    kb.errors.Invalid
    """
    known = set(totals(db)["ids"])
    for batch_id in batch_ids:
        if batch_id not in known:
            raise Invalid(
                N_("Import %(value)s is not in the purchase records."),
                hint=N_("Choose among: %(choices)s."),
                field="batch",
                value=str(batch_id),
                choices=", ".join(map(str, sorted(known))) or "—",
            )


def totals(db, batch_ids=None):
    """Return what the imports that count say of their lines, or those of them that are named.

    Returns
    -------
    dict
        ``ids`` of the imports, ``rows``; ``orders`` and ``customers`` (each counted once an import), ``first`` and
        ``last`` instant, all None where no file names them.
    """
    row = next(
        iter(
            db.query(
                """SELECT json_group_array(id) AS ids,
                          coalesce(sum(rows ->> 'loaded'), 0) AS rows,
                          sum(facts ->> 'orders') AS orders,
                          sum(facts ->> 'customers') AS customers,
                          min(facts ->> '$.period[0]') AS first,
                          max(facts ->> '$.period[1]') AS last
                     FROM batch
                    WHERE state = 'loaded' AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))""",
                {"ids": None if batch_ids is None else json.dumps(list(batch_ids))},
            )
        )
    )
    return {**row, "ids": json.loads(row["ids"])}


def columns(db):
    """Return which of the fields of a purchase record some import that counts has."""
    rows = db.execute("""SELECT DISTINCT named.key FROM batch, json_each(batch.mapping) AS named
                          WHERE batch.state = 'loaded' AND named.value IS NOT NULL""")
    return {row[0] for row in rows}


def live_parts(db, batch_ids=None):
    """Return ``[{"batch_id", "path", "sha256"}]`` of the lines that count, or of these batches whatever their state."""
    if batch_ids is None:
        where, values = "batch.state = 'loaded'", {}
    else:
        where, values = "batch.id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(batch_ids))}
    return list(
        db.query(
            f"""SELECT ledger_part.batch_id, ledger_part.path, ledger_part.sha256
                  FROM ledger_part JOIN batch ON batch.id = ledger_part.batch_id
                 WHERE {where}
                 ORDER BY ledger_part.id""",
            values,
        )
    )


def live_paths(db, batch_ids=None):
    """Return ``{batch id: [paths]}`` of the parts that `live_parts` returns."""
    found = {}
    for part in live_parts(db, batch_ids):
        found.setdefault(part["batch_id"], []).append(part["path"])
    return found


def series(db):
    """Return the series of order numbers among the imports that count, newest first.

    Returns
    -------
    list of dict
        ``id``, ``batches``: the paths of the parts of each by its id, and ``read``: ``mapping`` and ``profile`` of
        each import.
    """
    rows = db.query(
        """SELECT batch.id, batch.series, batch.mapping, batch.profile, ledger_part.path
             FROM ledger_part JOIN batch ON batch.id = ledger_part.batch_id
            WHERE batch.state = 'loaded' ORDER BY batch.id DESC"""
    )
    found = {}
    for row in rows:
        each = found.setdefault(row["series"], {"id": row["series"], "batches": {}, "read": []})
        each["batches"].setdefault(row["id"], []).append(row["path"])
        each["read"].append({"mapping": json.loads(row["mapping"]), "profile": row["profile"]})
    return list(found.values())


def paths_of(series):
    """Return the paths of all parts of a series, as `series` returns it."""
    return [path for paths in series["batches"].values() for path in paths]


def of_file(db, sha256):
    """Return the newest batch that a file became, if it still counts, as `get` does; else None."""
    rows = db.query(
        f"{_SELECT} WHERE batch.sha256 = :sha256 AND batch.state = 'loaded' ORDER BY batch.id DESC LIMIT 1",
        {"sha256": sha256},
    )
    return next(map(_batch, rows), None)


def version(db):
    """Return what differs as soon as an import or an undo has come in between: which imports there are and count."""
    return db.execute("SELECT count(*), group_concat(id) FILTER (WHERE state = 'loaded') FROM batch").fetchone()


def customer_keys(db, identities):
    """Return ``{identity: customer_key}`` of the customers that are known."""
    rows = db.execute(
        # Crossed in this order, so that strangers, as all are in a first import, are not sorted before they are missed.
        """SELECT identity, customer_key
             FROM json_each(:names) AS name
            CROSS JOIN ledger_customer ON identity = name.value""",
        {"names": json.dumps(list(identities))},
    )
    return dict(rows.fetchall())


def add_customers(db, keys):
    """Remember who the customers behind new random keys are; only inside ``writing``."""
    # In the order of the one index, and with the pages of the other at hand: three times as fast for 200,000 of them,
    # and nobody else may write meanwhile.
    db.execute("PRAGMA cache_size = -64000")
    db.execute(
        "INSERT INTO ledger_customer (customer_key, identity) SELECT value, key FROM json_each(:keys) ORDER BY key",
        {"keys": json.dumps(keys)},
    )


def forget_customers(db, identities):
    """Forget who is behind a key; its lines keep the number. Only inside ``writing``."""
    db.execute(
        "DELETE FROM ledger_customer WHERE identity IN (SELECT value FROM json_each(:names))",
        {"names": json.dumps(list(identities))},
    )


_SELECT = """SELECT batch.*, member.name AS member_name,
                    (SELECT run.id FROM run
                      WHERE run.kind = 'import' AND run.result ->> 'batch' = batch.id) AS run_id
               FROM batch
               LEFT JOIN member ON member.id = batch.member_id"""


def _batch(row):
    parsed = {name: json.loads(row[name]) for name in ("mapping", "rows", "by_reason", "facts")}
    return Batch(**{name: parsed.get(name, row[name]) for name in Batch.__slots__})
