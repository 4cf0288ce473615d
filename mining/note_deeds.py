"""What is done to more things than one waits for: by a worker, in parts, as one deed that is taken back as a whole.

After a stop or a kill it goes on with what is not done yet, at the instant it was asked for, which makes it one deed.
"""

import json
from dataclasses import asdict

from kb import bulk, customer_import, deeds, feed, imported, source_import, topic_import, verification
from kb.bulk import Act
from kb.errors import N_
from kb.intake_rows import as_kept
from kb.store import utc_now, writing
from mining import runs

# What comes in otherwise than notes, of which more is done at once.
IMPORTS = {each.noun: each for each in (customer_import.KIND, topic_import.KIND, source_import.KIND)}
_PART = 200
_CHANGING, _UNDOING, _BRINGING = N_("Changing notes"), N_("Taking back"), N_("Bringing back")
# So many of those that stay as they are are told with why.
_TOLD = 200
_OVER = ("done", "failed", "cancelled")


def queue(db, act, note_ids, *, digest, by, now, reason):
    """Have a worker do an `Act` to many notes, and return the id of the run; what is refused is told at `kb.bulk`."""
    with writing(db):
        _, reason = bulk.agreed(db, act, note_ids, digest=digest, by=by, reason=reason)
        args = {"act": asdict(act), "ids": list(note_ids), "count": len(note_ids), "reason": reason, "at": now}
        return runs.queue(db, kind="notes", args=args, by=by, now=now)


def queue_queued(db, act, note_ids, *, by, now, reason, shown=""):
    """Have a worker do an act of `kb.verification.ACTS` to many notes, and return the id of the run.

    What is refused is told at `kb.verification.do_to_all`.
    """
    with writing(db):
        reason = verification.agreed(db, note_ids, act, by=by, reason=reason, shown=shown)
        args = {"act": {"kind": act}, "ids": list(note_ids), "count": len(note_ids), "reason": reason, "at": now}
        return runs.queue(db, kind="notes", args=args, by=by, now=now)


def queue_undo(db, seqs, kind=None, *, by, now):
    """Have a worker take back changes that `kb.deeds.agreed` gave, and return the id of the run.

    Those of an import that brought in no notes, but things of a `kb.imported.Kind`, are given by `kb.imported.agreed`.
    """
    args = {"undo": list(seqs), "noun": kind.noun if kind else "note", "count": len(seqs), "at": now}
    # What was taken back is so brought back.
    (first, *_) = next(iter(seqs)) if kind else seqs
    args["brings_back"] = feed.change(db, first)["action"] == did(args).split(".")[1]
    return runs.queue(db, kind="notes", args=args, by=by, now=now)


def go_on(db, run_id, *, by, now):
    """Have a worker go on with what was stopped, and return the id of the run; the same one while it goes on."""
    with writing(db):
        run = runs.get(db, run_id, reader=by)
        if run.state not in _OVER or run.state == "done":
            return run.id
        return runs.queue(db, kind="notes", args=run.args, by=by, now=now)


def newest(db, run):
    """Return the id of the run that went on last with what a run asked for: its own where nobody went on."""
    rows = db.execute(
        "SELECT max(id) FROM run WHERE kind = 'notes' AND member_id IS :member AND args ->> 'at' = :at",
        {"member": run.member_id, "at": run.args["at"]},
    )
    return rows.fetchone()[0]


def is_deed(run):
    """Return whether a run is of this file."""
    return run.kind == "notes" and ("act" in run.args or "undo" in run.args)


def take(db, run, lease, *, by):
    """Do what a run asks, a few hundred notes at a time.

    Raises
    ------
    mining.runs.LeaseLost
        When another took it over; what it did until then stays.
    """
    told = (_undo if "undo" in run.args else _change)(db, run, lease, by)
    with writing(db):
        # The feed tells which notes they were and why, and there it can be erased.
        runs.forget(db, run.id, lease, ("ids", "reason"))
        runs.finish(db, run.id, lease, told, now=utc_now())


def _change(db, run, lease, by):
    args = run.args
    done = _done(db, args, by)
    ids = sorted(set(args["ids"]) - done)
    changed, same, refused = len(done), 0, []
    for at in range(0, len(ids), _PART):
        with writing(db):
            # Of what is left: how long it still takes follows from the pace of this run.
            runs.progress(db, run.id, lease, stage=_CHANGING, done=at, total=len(ids))
            part = _part(db, args, ids[at : at + _PART], by)
        changed, same = changed + part[0], same + part[1]
        refused += [[note_id, as_kept(why)] for note_id, why in part[2]]
    return {"changed": changed, "same": same, "refused": len(refused), "why": refused[:_TOLD]}


def _part(db, args, ids, by):
    """Return how many of a part changed, how many were so already, and pairs of an id and why not of the others."""
    told = {"by": by, "now": args["at"], "reason": args["reason"]}
    if "value" not in args["act"]:
        changed, refused = verification.do_to_part(db, ids, args["act"]["kind"], **told)
        return changed, 0, refused
    act = Act(**{**args["act"], "named": tuple(args["act"]["named"]), "value": _value(args["act"]["value"])})
    part = bulk.apply_part(db, act, ids, **told)
    return len(part.changes), len(part.same), [(note.id, why) for note, why in part.refused]


def _undo(db, run, lease, by):
    args = run.args
    # Of a run that was broken off: what went back then is left out by itself, it is another version now.
    changed, stage = len(_done(db, args, by)), _BRINGING if args.get("brings_back") else _UNDOING
    for at in range(0, len(args["undo"]), _PART):
        with writing(db):
            runs.progress(db, run.id, lease, stage=stage, done=at, total=args["count"])
            changed += _undo_part(db, args, args["undo"][at : at + _PART], by)
    return {"changed": changed, "same": 0, "refused": args["count"] - changed, "why": []}


def _undo_part(db, args, seqs, by):
    kind = IMPORTS.get(noun(args))
    if kind is None:
        return deeds.undo_part(db, seqs, by=by, now=args["at"])
    return imported.undo_part(db, seqs, kind, by=by, now=args["at"])


def noun(args):
    """Return what the arguments of a run are about, as the feed calls it."""
    return args.get("noun", "note")


def did(args):
    """Return what the feed calls that which the arguments of a run ask for."""
    if "undo" in args:
        kind = IMPORTS.get(noun(args))
        return f"{kind.noun}.{kind.undone}" if kind else "note.undo"
    # What is asked in the queue has no value.
    return f"note.{bulk.action_of(args['act']['kind']) if 'value' in args['act'] else args['act']['kind']}"


def _done(db, args, by):
    """Return the ids of the things that a deed has changed so far."""
    named, action = did(args).split(".")
    undo = [seq for each in args.get("undo", ()) for seq in (each if isinstance(each, list) else [each])]
    rows = db.execute(
        """SELECT noun_id FROM change
            WHERE at = :at AND member_id IS :me AND noun = :noun AND action = :action
              AND noun_id IN (SELECT value FROM json_each(:ids)
                               UNION ALL
                              SELECT noun_id FROM change WHERE seq IN (SELECT value FROM json_each(:undo)))""",
        {
            "at": args["at"],
            "me": by.member_id,
            "noun": named,
            "action": action,
            "ids": json.dumps([str(each) for each in args.get("ids", ())]),
            "undo": json.dumps(undo),
        },
    )
    return {int(row[0]) for row in rows}


def _value(value):
    return tuple(value) if isinstance(value, list) else value
