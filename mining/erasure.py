"""Erasing a person from the purchase records: lines keep their number, and nobody knows whose it was."""

from kb import customers, erasure
from kb.store import writing
from mining.ledger import batches


def erase_customer(db, customer_id, **chosen):
    """Do as `kb.erasure.erase_customer` does, and forget who stands behind their purchases.

    Returns
    -------
    int
        The seq of the last change.
    """
    with writing(db):
        names = customers.ledger_names(db, customer_id)
        seq = erasure.erase_customer(db, customer_id, **chosen)
        batches.forget_customers(db, names)
    return seq


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
