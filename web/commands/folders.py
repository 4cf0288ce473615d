"""Folders of notes at the terminal: taking one in, writing one."""

from kb import note_conditions
from kb.errors import N_, Problem
from kb.folders import archive, export, taking
from kb.store import utc_now
from web import answers
from web.commands.files import unreadable

_SHOWN = 20
_ALL = -1


def take(terminal, path, defaults, *, by, as_topics, is_dry):
    """Import a folder, a zip or a page, or with `is_dry` only say what would become of it."""
    db, translate = terminal.db, terminal.translate

    done = 0

    def tell(rows):
        nonlocal done
        done += sum(each.state == "loaded" for each in rows)
        if done:
            terminal.progress(N_("%(count)d notes written."), count=done)

    with archive.opened(path) as opened:
        planned = taking.plan(db, opened, defaults, by=by, as_topics=as_topics)
        outcomes = [_outcome(each, translate) for each in planned.outcomes]
        skipped = [{"path": place, **why.details(translate)} for place, why in planned.skipped]
        told = {"file": opened.name, "kind": planned.found.kind, "skipped": skipped}
        if is_dry:
            counts = {"loaded": "new", "merged": "known", "rejected": "refused"}
            rows = {"read": len(outcomes), **{name: planned.count(state) for name, state in counts.items()}}
            return {**told, "rows": rows, "pages": outcomes, "ids": [], "rejects": [], "scrubbed": 0, "files": 0}
        most = terminal.settings.attachment_megabytes
        answer = taking.take(db, terminal.home, opened, planned, most_megabytes=most, by=by, now=utc_now(), keep=tell)
    return {**told, **answer, "rejects": [answers.reject(row, why, translate) for row, why in answer["rejects"]]}


def lines(terminal, told):
    """Yield what is to be said of a folder beside its count of rows; nothing of a table."""
    if "skipped" not in told:
        return
    if told["files"]:
        yield terminal.sentence(N_("%(count)d files were attached."), count=told["files"])
    for each in told.get("pages", ()):
        yield f"{each['path']}: {each['message'] or each['title']}"
    for each in told["skipped"][:_SHOWN]:
        yield terminal.sentence(N_("Left out: %(path)s. %(why)s"), path=each["path"], why=each["message"])
    if len(told["skipped"]) > _SHOWN:
        yield terminal.sentence(N_("And %(count)d more; --json tells all."), count=len(told["skipped"]) - _SHOWN)


def write(terminal, path, reader):
    """Write all notes that `reader` may see as a folder of Markdown files, packed."""
    ids = note_conditions.ids_of_list(terminal.db, reader=reader, limit=_ALL)
    try:
        with path.open("xb") as file:
            for part in export.zipped(terminal.db, terminal.home, ids, reader=reader):
                file.write(part)
    except FileExistsError as problem:
        raise Problem(
            N_("%(file)s is there already."), hint=N_("Choose another name, or move it away."), file=str(path)
        ) from problem
    except OSError as problem:
        raise unreadable(path, problem) from problem
    terminal.answer(
        {"file": str(path), "notes": len(ids)},
        [terminal.sentence(N_("%(count)d notes are in %(file)s."), count=len(ids), file=str(path))],
    )


def _outcome(outcome, translate):
    page, why = outcome.page, outcome.why
    told = {"path": page.path, "title": page.title, "state": outcome.state, "note": outcome.note_id}
    return {**told, "message": why.details(translate)["message"] if why else ""}
