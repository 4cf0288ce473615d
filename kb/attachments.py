"""Attachments: putting files on a note, taking them off, and naming them as its evidence."""

import json
from contextlib import contextmanager

from kb import access, approval_rules, attached, files, gates, notes
from kb.errors import Invalid, N_, NotFound
from kb.file_kinds import shown_name
from kb.store import home_of, writing
from kb.text import clean

_MOST_AT_ONCE = 300
# To make one picture anew takes a third of a second or more; nobody waits for hundreds.
PICTURES_AT_ONCE = 5


def add(db, note_id, sent, *, most_megabytes, by, now):
    """Put files on a note; those that cannot be taken do not keep the others away.

    More than `PICTURES_AT_ONCE` pictures are made anew afterwards, by the reader of files.

    Parameters
    ----------
    sent : list of (str, file)
        What the browser calls each, and the file open for reading.
    most_megabytes : int
        The largest one.

    Returns
    -------
    tuple of (int, list of kb.errors.Invalid)
        The seq of the change, and why some were not taken.

    Raises
    ------
    kb.errors.Invalid
        When none was taken.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    notes.require_editable(notes.get(db, note_id, reader=by), by)
    with taking_some(db, sent, most_megabytes=most_megabytes) as (taken, refused), writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        attached.add(db, note_id, taken, by=by, now=now)
        return _save(db, before, "note.attach", by, now), refused


@contextmanager
def taking_some(db, sent, *, most_megabytes):
    """Do as `taking`, and refuse where no file is sent or none of them can be taken."""
    if not sent:
        raise Invalid(N_("No file was chosen."), hint=N_("Choose one, or several at once."), field="files")
    with taking(db, sent, most_megabytes=most_megabytes) as (taken, refused):
        if not taken:
            raise refused[0]
        yield taken, refused


@contextmanager
def taking(db, sent, *, most_megabytes):
    """Bring files to their places as a context, in which they get their rows: ``(taken, refused)``.

    Parameters
    ----------
    sent : list of (str, file)
        As `add` takes them.

    Raises
    ------
    kb.errors.Invalid
        When there are too many.
    """
    if len(sent) > _MOST_AT_ONCE:
        raise Invalid(
            N_("%(count)d files are too many at once; %(limit)d are possible."),
            hint=N_("Hand in some of them first."),
            field="files",
            count=len(sent),
            limit=_MOST_AT_ONCE,
        )
    home = home_of(db)
    with files.holding(home):
        taken, refused = [], []
        for name, stream in sent:
            try:
                made = sum(each.thumbnail is not None for _, each in taken)
                told = {"name": shown_name(name, ""), "most_megabytes": most_megabytes}
                kept = files.take(home, stream, **told, later=made >= PICTURES_AT_ONCE)
            except Invalid as problem:
                refused.append(problem)
            else:
                taken.append((shown_name(name, kept.kind), kept))
        yield taken, refused


def remove(db, attachment_id, *, by, now, reason=""):
    """Take a file off its note and return the seq of the change; off one that others build on not without a reason.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before, _ = get(db, attachment_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        reason = gates.reason_to_take_off(before, reason)
        db["attachment"].update(attachment_id, {"removed_at": now})
        return _save(db, before, "note.detach", by, now, reason)


def prove(db, attachment_id, place, *, by, now):
    """Name a file as evidence of its note, at a page or sheet or as a whole, or no longer; return the seq.

    Parameters
    ----------
    place : str or None
        None for no longer.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    if place is not None:
        place = clean(place, field="proof", label=N_("Page"), limit=60, lines=False)
    with writing(db):
        before, _ = get(db, attachment_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        db["attachment"].update(attachment_id, {"proof": place})
        return _save(db, before, "note.prove", by, now)


def get(db, attachment_id, *, reader):
    """Return ``(note, attachment)``; raises `NotFound` alike when it is absent and when `reader` may not see it."""
    row = next(db.query("SELECT note_id FROM attachment WHERE id = :id", {"id": attachment_id}), None)
    for note in notes.of_ids(db, [row["note_id"]] if row else [], reader=reader):
        for each in note.attachments:
            if each["id"] == attachment_id:
                return note, each
    raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))


def of_ids(db, attachment_ids, *, reader):
    """Return ``{id: (file, is_there)}`` of those whose note `reader` may see, also of what was taken off its note.

    A file is a dict of ``note_id``, ``file_id``, ``name`` and ``kind``; one in the archive with its note is not there.
    """
    clause, values = access.visible(reader)
    rows = db.query(
        f"""SELECT attachment.id, attachment.note_id, attachment.file_id, attachment.name, file.kind,
                   attachment.removed_at IS NULL AND note.archived = 0 AS is_there
              FROM attachment JOIN note ON note.id = attachment.note_id JOIN file ON file.id = attachment.file_id
             WHERE attachment.id IN (SELECT value FROM json_each(:ids)) AND {clause}""",
        {**values, "ids": json.dumps(list(attachment_ids))},
    )
    return {row["id"]: (row, bool(row["is_there"])) for row in rows}


def _save(db, before, did, by, now, reason=""):
    db["note"].update(before.id, {"version": before.version + 1, "updated_at": now})
    after = notes.get(db, before.id, reader=access.OPERATOR)
    return notes.log(db, did, before, after, by, now, reason)
