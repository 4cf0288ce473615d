"""Which imports a file takes the place of: the corrected export of a month stands for the one that came before."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from kb.errors import Invalid, N_
from mining.ledger import batches, keys, parts


def replaced(db, home, stage, lines, options, *, batch_ids):
    """Return the imports that a file takes the place of: those with an order, or without numbers a line, of its own.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    stage : mining.ledger.stage.Stage
        Holds the lines of the file.
    lines : mining.ledger.lines.Lines
    options : mining.ledger.options.Options
    batch_ids : iterable of int
        The imports to look among.

    Returns
    -------
    list of dict
        ``id`` and ``file`` of each, its ``lines``, and how many of them are ``gone``: not in this file.

    Raises
    ------
    kb.errors.Invalid
        When an import has days that the file does not have: they would be lost.
    """
    mine = stage.keys()
    orders = stage.lines().select("order").drop_nulls().unique().collect()["order"]
    paths, found = batches.live_paths(db, batch_ids), []
    for batch in batches.of_ids(db, paths):
        frames = parts.frames(home, paths[batch.id], keys.IDENTITY)
        there, is_shared = [], batch.sha256 == lines.sha256
        for frame in frames:
            there.append(keys.of_lines(frame))
            is_shared = is_shared or bool(frame["order"].is_in(orders.implode()).any())
        there = np.concatenate(there)
        gone = int(keys.are_new(there, mine).sum())
        if batch.sha256 == lines.sha256 and not gone and len(there) == len(mine):
            continue  # the same file, read the same way: nothing changes
        if is_shared or (orders.is_empty() and gone < len(there)):
            _refuse_lost_days(batch, stage.figures.told(lines.mapping)["period"], lines.file, options.zone)
            found.append({"id": batch.id, "file": batch.file, "lines": len(there), "gone": gone})
    return found


def _refuse_lost_days(batch, period, file, zone):
    if not batch.facts["period"]:
        return
    first, last = (_day(moment, zone) for moment in batch.facts["period"])
    if period and _day(period[0], zone) <= first and last <= _day(period[1], zone):
        return
    raise Invalid(
        N_("Import %(id)d (%(first)s to %(last)s) has days that %(file)s does not have; they would be lost."),
        hint=N_("Export the whole period and hand that in, or take only what is new."),
        field="overlap",
        id=batch.id,
        first=first,
        last=last,
        file=file,
    )


def _day(moment, zone):
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date().isoformat()
