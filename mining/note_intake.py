"""Files of notes as a worker takes them in: a few hundred rows at a time, and after a kill from where it broke off."""

from dataclasses import replace

import kb.home
from kb import intake, intake_rows, mentions, note_import, note_sheet
from kb.errors import Conflict, N_
from kb.folders import archive, reading, taking
from kb.store import write_in_parts, writing
from mining import json_lines, runs, table_file

_STAGE = N_("Writing notes")


def queue(db, intake_id, *, by, now):
    """Have a worker take a file in, or go on with it, and return the id of the run; the same one while it goes on.

    Raises
    ------
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        found = intake.get(db, intake_id, reader=by)
        last = None if found.run_id is None else runs.get(db, found.run_id, reader=by)
        if last is not None and last.state in ("queued", "running", "done"):
            return last.id
        # What was begun goes on as the same deed, which is taken back as a whole.
        at = now if last is None else last.args["at"]
        run_id = runs.queue(db, kind="notes", args={"intake": intake_id, "at": at}, by=by, now=now)
        intake.work_by(db, intake_id, run_id)
        return run_id


def forget_file(db, token, *, by, now):
    """Forget a file and its rows, whoever handed it in; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        While it is being imported.
    """
    asked = """SELECT intake.file FROM intake JOIN run ON run.id = intake.run_id
                WHERE intake.token = :token AND run.state IN ('queued', 'running')"""
    row = db.execute(asked, {"token": token}).fetchone()
    if row is not None:
        raise Conflict(N_("%(file)s is being imported."), hint=N_("Wait for it to end, then erase."), file=row[0])
    intake.forget_file(db, token, by=by, now=now)


def take(db, home, run, lease, *, by, finish):
    """Take the file of a run in, as `by`, and call `finish` when all of it is in.

    Raises
    ------
    mining.runs.LeaseLost
        When another took it over; what it kept until then stays.
    kb.errors.Invalid
    """
    found = intake.get(db, run.args["intake"], reader=by)
    path = intake.path_of(home, found.token)
    kept = intake_rows.listing(db, found.id)
    work = _take_pages if reading.is_folder(path, found.file) else _take_rows
    work(db, home, path, found, kept, by=by, now=run.args["at"], tell=_Teller(db, found.id, run.id, lease))
    finish()
    path.unlink(missing_ok=True)


def table(path, *, name=None, mapping=None, encoding=None):
    """Return the `mining.table_file.TableFile` of notes at `path`, be it a table or lines of JSON."""
    told = {"mapping": mapping, "encoding": encoding}
    if json_lines.are_in(path, encoding):
        found = json_lines.read(path, note_import.COLUMNS, **told)
    else:
        found = table_file.read(path, note_import.COLUMNS, needed="body", name=name, **told)
    return replace(found, rows=[(number, note_sheet.of_row(row)) for number, row in found.rows])


def _take_rows(db, home, path, found, kept, *, by, now, tell):
    its = table(path, name=found.file)
    given = {row.number: row.note_id for row in kept if row.state == "reserved"}
    done = [row for row in kept if row.state != "reserved"]
    tell.start(len(done), len(its.rows))
    told = {"columns": its.mapping, "keep": tell.rows, "given": given}
    note_import.add_all(db, its.rows[len(done) :], found.defaults, by=by, now=now, **told)
    if given:
        # What an earlier try wrote names some that are there only now.
        ids = [row.note_id for row in done if row.state == "loaded"]
        write_in_parts(db, ids, lambda note_id: mentions.store_again(db, note_id))


def _take_pages(db, home, path, found, kept, *, by, now, tell):
    most = kb.home.settings(home).attachment_megabytes
    with archive.opened(path, found.file) as opened:
        planned = taking.plan(db, opened, found.defaults, by=by, as_topics=found.as_topics)
        tell.start(0, len(planned.outcomes))
        taking.take(db, home, opened, planned, most_megabytes=most, by=by, now=now, keep=tell.rows, kept=kept)


class _Teller:
    """Keeps what became of rows and shows how far a run is, in the transaction that wrote them."""

    def __init__(self, db, intake_id, run_id, lease):
        self._db, self._intake_id, self._run = db, intake_id, (db, run_id, lease)
        self._done, self._total = 0, None

    def start(self, done, total):
        self._done, self._total = done, total
        runs.progress(*self._run, stage=_STAGE, done=done, total=total)

    def rows(self, rows):
        intake_rows.keep(self._db, self._intake_id, rows)
        self._done += sum(each.state != "reserved" for each in rows)
        # Of a lost lease nothing is kept: this ends the transaction.
        runs.progress(*self._run, stage=_STAGE, done=self._done, total=self._total)
