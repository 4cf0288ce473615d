"""Which imports a file takes the place of: the corrected export of a month stands for the one that came before."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from kb.errors import Invalid, N_
from mining.ledger import batches, keys, parts

# Which share of its orders an import has in common with what takes its place, at least. Without days nothing else tells
# that a file is only a part.
_SHARED_FROM, _SHARED_WITHOUT_DAYS_FROM = 0.5, 0.9


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
        When an import has days that the file does not have, or too many of its orders: they would be lost.
    """
    mine = stage.keys()
    orders = stage.orders()
    paths, found = batches.live_paths(db, batch_ids), []
    for batch in batches.of_ids(db, paths):
        frames = parts.frames(home, paths[batch.id], keys.IDENTITY)
        there, known = [], []
        for frame in frames:
            there.append(keys.of_lines(frame))
            known.append(frame["order"].drop_nulls().unique())
        there, known = np.concatenate(there), pl.concat(known).unique()
        n_shared = int(known.is_in(orders.implode()).sum())
        is_shared = n_shared or batch.sha256 == lines.sha256
        gone = int(keys.are_new(there, mine).sum())
        if batch.sha256 == lines.sha256 and not gone and len(there) == len(mine):
            continue  # the same file, read the same way: nothing changes
        if is_shared or (orders.is_empty() and gone < len(there)):
            _refuse_lost_days(batch, stage.period(), lines.file, options.zone)
            # The same file, its orders read from another column, has other numbers and loses none.
            if batch.sha256 != lines.sha256:
                _refuse_lost_orders(batch, len(known), n_shared, lines.file)
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


def _refuse_lost_orders(batch, n_orders, n_shared, file):
    # A correction takes out an order here and there. Two files that share a few numbers are two files.
    if n_shared >= n_orders * (_SHARED_FROM if batch.facts["period"] else _SHARED_WITHOUT_DAYS_FROM):
        return
    raise Invalid(
        N_("Import %(id)d has %(count)d orders that %(file)s does not have; they would be lost."),
        hint=N_("Export the whole period and hand that in, or take only what is new."),
        field="overlap",
        id=batch.id,
        count=n_orders - n_shared,
        file=file,
    )


def _day(moment, zone):
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date().isoformat()
