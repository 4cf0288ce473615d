"""Uploads: files handed in together, looked at, tried and then imported or dropped; until then nothing of them counts.

Each is its owner's alone. Pages import this file, so it imports nothing that reads Parquet.
"""

import json
from dataclasses import dataclass

from kb import access, feed
from kb.errors import Conflict, N_, NotFound
from kb.store import writing
from mining import runs
from mining.ledger import profiles

_BUSY = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file; ``bundle`` is the id of the first of those that came together, ``token`` names it on the disk.

    ``options`` are those chosen so far, as `mining.ledger.options.Options` takes them; ``trial`` is the
    `mining.runs.Run` that tried it as it stands, or None.
    """

    id: int
    bundle: int
    token: str
    file: str
    size: int
    sha256: str
    options: dict
    trial: runs.Run | None
    created_at: str


def add(db, files, *, by, now):
    """Register files that lie in the home already and return the id of their bundle.

    Parameters
    ----------
    files : list of dict
        ``token``, ``file``, ``size``, ``sha256``, ``options``; at least one.
    """
    access.require(by, "purchase.import")
    with writing(db):
        bundle = None
        for each in files:
            row = {**each, "options": json.dumps(each["options"], ensure_ascii=False), "bundle": bundle or 0}
            upload_id = db["upload"].insert({**row, "member_id": by.member_id, "created_at": now}).last_pk
            if bundle is None:
                bundle = upload_id
                db["upload"].update(upload_id, {"bundle": bundle})
            feed.append(db, by=by, did="upload.add", of=upload_id, at=now, after={"sha256": each["sha256"]})
    return bundle


def of_bundle(db, bundle, *, reader):
    """Return the uploads of a bundle that are not imported yet; raises `NotFound` for none, and for somebody else's."""
    access.require(reader, "purchase.import")
    rows = db.query(
        """SELECT * FROM upload
            WHERE bundle = :bundle AND member_id IS :member AND import_id IS NULL ORDER BY id""",
        {"bundle": bundle, "member": reader.member_id},
    )
    found = [_upload(db, row) for row in rows]
    if not found:
        raise NotFound(
            N_("These files are imported or dropped already."), hint=N_("Look at the imports, or hand them in again.")
        )
    return found


def waiting(db, *, reader):
    """Return ``{"bundle", "file", "count", "created_at"}`` of what `reader` handed in and did not import yet."""
    rows = db.query(
        """SELECT bundle, min(file) AS file, count(*) AS count, max(created_at) AS created_at FROM upload
            WHERE member_id IS :member AND import_id IS NULL GROUP BY bundle ORDER BY bundle DESC""",
        {"member": reader.member_id},
    )
    return list(rows)


def choose(db, upload_ids, options, *, by, now):
    """Change how some uploads are read; what was tried with other choices is tried again.

    Parameters
    ----------
    options : dict
        The choices that change; None takes one away.
    """
    access.require(by, "purchase.import")
    with writing(db):
        for upload_id in upload_ids:
            before = json.loads(db["upload"].get(upload_id)["options"])
            after = {name: value for name, value in {**before, **options}.items() if value is not None}
            if after != before:
                text = json.dumps(after, ensure_ascii=False)
                db["upload"].update(upload_id, {"options": text, "trial_id": None})
                feed.append(db, by=by, did="upload.choose", of=upload_id, at=now, before=before, after=after)


def try_out(db, bundle, *, sentences, by, now):
    """Queue a trial of each file of a bundle that has none."""
    with writing(db):
        for each in of_bundle(db, bundle, reader=by):
            if each.trial is None:
                args = {**_args(each, sentences), "dry_run": True}
                run_id = runs.queue(db, kind="import", args=args, by=by, now=now)
                db["upload"].update(each.id, {"trial_id": run_id})


def start(db, bundle, *, sentences, by, now, profile="", header=()):
    """Queue the import of all files of a bundle and return the ids of the runs.

    Parameters
    ----------
    profile : str
        Name under which to remember how the first file, with the columns in `header`, was read; "" for not at all.

    Raises
    ------
    kb.errors.Conflict
        While a file is not tried as it stands, or waits for an answer.
    """
    with writing(db):
        found = of_bundle(db, bundle, reader=by)
        for each in found:
            if not is_ready(each):
                raise Conflict(
                    N_("%(file)s is not tried as it stands, or a question is open. Nothing was written."),
                    hint=N_("Try it out once more and answer what is asked."),
                    file=each.file,
                )
        name = profiles.checked_name(profile) if profile.strip() else None
        if name is not None:
            read = {**found[0].options, "mapping": found[0].trial.result["mapping"]}
            profiles.remember(db, name, options=read, header=list(header), by=by, now=now)
        ids = []
        for each in found:
            args = _args(each, sentences)
            args["options"] = {**args["options"], "profile": name}
            args["replaces"] = [before["id"] for before in each.trial.result["replaced"]]
            run_id = runs.queue(db, kind="import", args=args, by=by, now=now)
            db["upload"].update(each.id, {"import_id": run_id})
            ids.append(run_id)
    return ids


def beside(db, run_id):
    """Return the ids of the imports that other files of the bundle became, one of which a run imports."""
    rows = db.execute(
        """SELECT run.result ->> 'batch' AS batch
             FROM upload AS mine
             JOIN upload AS other ON other.bundle = mine.bundle AND other.id <> mine.id
             JOIN run ON run.id = other.import_id
            WHERE mine.import_id = :run AND batch IS NOT NULL""",
        {"run": run_id},
    )
    return [row[0] for row in rows.fetchall()]


def is_ready(upload):
    """Return whether a file was tried as it stands, can be read, and asks nothing."""
    trial = upload.trial
    return trial is not None and trial.state == "done" and not trial.result["questions"]


def drop(db, home, bundle, *, by, now):
    """Forget files that were not imported, and delete them."""
    with writing(db):
        found = of_bundle(db, bundle, reader=by)
        for each in found:
            _forget(db, each, by, now)
    for each in found:
        (home / "uploads" / each.token).unlink(missing_ok=True)


def forget_file(db, token, *, by, now):
    """Forget that a file waits to be imported, whoever handed it in; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        While it is being imported.
    """
    if runs.is_importing(db, token):
        name = told_of(db)[token][0]
        raise Conflict(N_("%(file)s is being imported."), hint=N_("Wait for it to end, then erase."), file=name)
    asked = "SELECT * FROM upload WHERE token = :token AND import_id IS NULL"
    for row in list(db.query(asked, {"token": token})):
        _forget(db, _upload(db, row), by, now)


def told_of(db):
    """Return ``{token: (name, who handed it in, when)}`` of the files with purchases, as those who did call them."""
    rows = db.execute("""
        SELECT upload.token, upload.file, member.name, upload.created_at
          FROM upload
          LEFT JOIN member ON member.id = upload.member_id""")
    return runs.told_of_files(db) | {token: tuple(told) for token, *told in rows.fetchall()}


def _forget(db, upload, by, now):
    if upload.trial is not None and upload.trial.state in _BUSY:
        runs.request_cancel(db, upload.trial.id, by=by, now=now)
    db["upload"].delete(upload.id)
    feed.append(db, by=by, did="upload.drop", of=upload.id, at=now)


def _args(upload, sentences):
    kept = {"upload": upload.token, "file": upload.file, "sha256": upload.sha256}
    return {**kept, "options": upload.options, "sentences": sentences}


def _upload(db, row):
    trial = None if row["trial_id"] is None else runs.get(db, row["trial_id"], reader=access.OPERATOR)
    taken = {name: row[name] for name in Upload.__slots__ if name in row}
    return Upload(**{**taken, "options": json.loads(row["options"])}, trial=trial)
