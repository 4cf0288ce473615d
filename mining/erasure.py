"""Erasing a person from the purchase records and the handed-in files.

The lines of purchases keep their number, and nobody knows whose it was.
"""

from dataclasses import dataclass

from kb import customers, erasure, intake, intake_rows
from kb.store import home_of, writing
from mining import note_intake
from mining.ledger import batches, uploads


@dataclass(frozen=True, slots=True)
class File:
    """A file in which a person may stand: ``place`` is its path in the home, ``name`` what people call it.

    Like ones are told apart by who handed them in, and when; None of what an import refused.
    """

    place: str
    name: str
    by: str | None
    at: str | None


def erase_customer(db, customer_id, *, places=(), by, now, **chosen):
    """Do as `kb.erasure.erase_customer` does, and forget who stands behind their purchases.

    Parameters
    ----------
    places : iterable of str
        Of the files that `files_naming` tells, those to be deleted; whatever waited to be imported of them is dropped.

    Returns
    -------
    int
        The seq of the last change.

    Raises
    ------
    kb.errors.Conflict
        Also while one of the files is being imported.
    """
    home = home_of(db)
    with writing(db):
        erasure.refuse_if_erased(db, customer_id)
        words = erasure.words_of(db, customer_id)
        intake_rows.forget_words(db, words)
        going = [path for path in files_with(home, words) if _place(home, path) in places]
        for path in going:
            if path.parent.name == "uploads":
                note_intake.forget_file(db, path.name, by=by, now=now)
                uploads.forget_file(db, path.name, by=by, now=now)
        names = customers.ledger_names(db, customer_id)
        seq = erasure.erase_customer(db, customer_id, **chosen, by=by, now=now)
        batches.forget_customers(db, names)
    for path in going:
        path.unlink(missing_ok=True)
    return seq


def files_naming(db, words):
    """Return the `File` objects in which one of these words may stand."""
    home, told = home_of(db), uploads.told_of(db) | intake.told_of(db)
    return [File(_place(home, path), *told.get(path.name, (path.name, None, None))) for path in files_with(home, words)]


def _place(home, path):
    return path.relative_to(home).as_posix()


def files_with(home, words):
    """Return the paths of handed-in and refused files that hold one of these words, or cannot be looked into.

    Parameters
    ----------
    home : pathlib.Path
    words : iterable of str
    """
    written = {form for word in words for form in _written(word)}
    found = []
    for path in sorted(each for name in ("uploads", "rejects") for each in (home / name).glob("*") if each.is_file()):
        content = path.read_bytes()
        # A packed file shows its words to nobody who only looks.
        is_packed = content[:2] in (b"PK", b"\x1f\x8b") or content[:4] == b"\xd0\xcf\x11\xe0"
        if is_packed or any(word in content for word in written):
            found.append(path)
    return found


_CODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")


def _written(word):
    """Return the bytes a word may stand as."""
    for coding in _CODINGS:
        try:
            yield word.encode(coding)
        except UnicodeEncodeError:
            continue
