"""Links from row to row of one table: a note that is named before it is written has its number before it is."""

from kb import mentions, note_rows
from kb.errors import Invalid
from kb.note_sheet import named_in, plain


def reserve(db, rows, titled, is_taken, *, given, by):
    """Return ``(ids by row, ids by title)`` of the notes that rows become and that others of the table name.

    Only inside ``writing``.

    Parameters
    ----------
    rows : sequence of (int, dict or kb.errors.Invalid)
        As `kb.note_import.add_all` takes them.
    titled : callable
        From the texts of a row to the title of its note; raises `kb.errors.Invalid` for none.
    is_taken : callable
        From the texts of a row to whether it becomes a note at all.
    given : dict of int to int
        Ids by row, as an earlier try that broke off gave them.
    """
    named = {title for texts in _kept(rows) for title in named_in(texts.get("body") or "")}
    by_title = {}
    for number, texts in rows if named else ():
        try:
            title = plain(titled(texts))
        except Invalid:
            continue
        if title in named:
            by_title.setdefault(title, []).append((number, texts))
    # Of two rows of a title nobody knows which one is meant; of one that stands here already the link finds it.
    single = {title: its[0] for title, its in by_title.items() if len(its) == 1}
    new = [
        (title, number)
        for title, (number, texts) in single.items()
        if number not in given and not mentions.of_title(db, title, reader=by) and is_taken(texts)
    ]
    ids = {**given, **dict(zip((number for _, number in new), note_rows.reserve(db, len(new)), strict=True))}
    return ids, {title: ids[number] for title, (number, _) in single.items() if number in ids}


def _kept(rows):
    return (texts for _, texts in rows if isinstance(texts, dict) and texts.get("was_kept"))
