"""The files of interactions: put there and taken off again, open to whoever sees the interaction."""

import json

from kb import access, attachments, interactions
from kb.errors import N_, NotFound
from kb.store import writing


def add(db, interaction_id, sent, *, most_megabytes, by, now):
    """Put files on an interaction; those that cannot be taken do not keep the others away.

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
    interactions.require_editable(interactions.get(db, interaction_id, reader=by), by)
    with attachments.taking_some(db, sent, most_megabytes=most_megabytes) as (taken, refused):
        return interactions.attach(db, interaction_id, taken, by=by, now=now), refused


def get(db, number, *, reader):
    """Return ``(interaction, file)``; raises `NotFound` alike when it is absent and when `reader` may not see it."""
    row = next(db.query("SELECT interaction_id FROM interaction_file WHERE id = :id", {"id": number}), None)
    found = interactions.of_ids(db, [row["interaction_id"]] if row else [], reader=reader)
    for talk in found.values():
        for each in talk.attachments:
            if each["id"] == number:
                return talk, each
    raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))


def of_ids(db, numbers, *, reader):
    """Return ``{id: (file, is_there)}`` as `kb.attachments.of_ids` does, where `reader` may see the interaction."""
    clause, values = access.visible(reader, "interaction")
    rows = db.query(
        f"""SELECT its.id, its.file_id, its.name, file.kind,
                   its.removed_at IS NULL AND interaction.archived = 0 AS is_there
              FROM interaction_file AS its
              JOIN interaction ON interaction.id = its.interaction_id JOIN file ON file.id = its.file_id
             WHERE its.id IN (SELECT value FROM json_each(:ids)) AND {clause}""",
        {**values, "ids": json.dumps(list(numbers))},
    )
    return {row["id"]: (row, bool(row["is_there"])) for row in rows}


def remove(db, number, *, by, now):
    """Take a file off its interaction and return the seq of the change.

    Raises
    ------
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        talk, _ = get(db, number, reader=by)
        return interactions.detach(db, talk.id, number, by=by, now=now)
