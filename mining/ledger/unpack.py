"""Open what a person hands in: a table as text or a workbook, in a gz or zip or bare, told by content, never by name.

Every limit of an archive is checked while it is unpacked, not by what the archive says of itself.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kb import packed
from kb.errors import Invalid, N_
from mining.ledger import old_workbook
from mining.ledger.sheet_guard import SheetGuard, refuse_far

MAX_ENTRIES = 1_000
_HEAD = 8192
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")

_PDF, _PARQUET = b"%PDF", b"PAR1"
_FOREIGN = (
    (_PDF, N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"Rar!", N_("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", N_("a 7z archive")),
    (b"BZh", N_("a bzip2 archive")),
    (b"SQLite format 3", N_("a database")),
    (b"\x7fELF", N_("a program")),
    (b"MZ", N_("a program")),
)
# Excel until 2003; also what a workbook with a password is wrapped in.
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
# Within so many bytes a page or an XML shows what it is.
_TELLING = 1 << 20
_TABLE = re.compile(rb"<table[\s>]", re.IGNORECASE)
_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|meta|style|\?xml|svg)", re.IGNORECASE)
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose content is known to be a table as text, or a workbook.

    Attributes
    ----------
    name : str
        What the person calls the file.
    sha256 : str
        Of the file as it was handed in, archive and all.
    kind : {"text", "workbook", "page", "spreadsheet", "parquet"}
        ``page`` is a table in HTML, ``spreadsheet`` the XML of Excel 2003.
    open : callable
        Opens the unpacked content as a binary stream.
    size : int or None
        Bytes of the content; None where it has to be unpacked first.
    seen : tuple
        Bytes and last change of the file when it was opened.
    hidden : int
        Rows of a workbook that a filter or a person hid.
    """

    path: Path
    name: str
    sha256: str
    kind: str
    open: Callable
    size: int | None = None
    seen: tuple | None = None
    hidden: int = 0


def open_source(path, *, name=None, encoding=None):
    """Return the `Source` behind `path`; refuses what is no table, and archives that could do harm.

    Parameters
    ----------
    path : Path or str
    name : str, optional
        What the person calls the file, where it is stored under another name.
    encoding : str, optional
        What the person says the encoding is: zeros are usual in UTF-16.

    Raises
    ------
    kb.errors.Invalid
    """
    path = Path(path)
    name = name or path.name
    try:
        seen = _seen(path)
        with path.open("rb") as file:
            head = file.read(_HEAD)
            sha256 = _sha256(file, head)
    except OSError as problem:
        raise Invalid(
            N_("%(file)s cannot be opened."), hint=N_("Check the name and that you may read it."), file=name
        ) from problem
    kind, opener, *hidden = _plain(path, name, head, encoding)
    is_packed = head.startswith((_GZIP, *_ZIP))
    return Source(path, name, sha256, kind, opener, None if is_packed else seen[0], seen, sum(hidden))


def tables(path, name):
    """Return ``[(name, open)]`` of the files in a zip that holds several; nothing for any other file.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        What the person calls the file.

    Raises
    ------
    kb.errors.Invalid
        For a zip that is damaged, or holds too many files or too much.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith(_ZIP):
            return []
    entries = packed.entries(path, name)
    _refuse_large(name, entries)
    found = _tables(entries)
    if len(found) < 2 or "[Content_Types].xml" in {entry.filename for entry in entries}:
        return []
    return [(packed.name_of(entry), partial(packed.open_entry, path, name, entry)) for entry in found]


def refuse_changed(source):
    """Refuse a file that somebody wrote to while it was read: what was read of it is neither the one nor the other.

    Raises
    ------
    kb.errors.Invalid
    """
    if _seen(source.path) != source.seen:
        raise Invalid(
            N_("%(file)s is not the file it was when you looked at it. Nothing was written."),
            hint=N_("Hand it in again and look at its first rows."),
            field="file",
            file=source.name,
        )


def _seen(path):
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _plain(path, name, head, encoding):
    if head.startswith(_GZIP):
        return _unzipped(path, name, encoding)
    if head.startswith(_ZIP):
        return _from_zip(path, name, encoding)
    if head.startswith(_OLD_WORKBOOK):
        refuse_far(name, *old_workbook.reach(path.read_bytes()))
        return "workbook", lambda: path.open("rb")
    if _is_parquet(head):
        return "parquet", lambda: path.open("rb")
    return _told(name, head, encoding, lambda: path.open("rb"))


def _is_parquet(head):
    # A column may well be called PAR1, and no table has control characters.
    return head.startswith(_PARQUET) and _CONTROL.search(head) is not None


def _unzipped(path, name, encoding):
    size = path.stat().st_size

    def opener():
        return packed.bounded(gzip.open(path, "rb"), name, size)

    with opener() as stream:
        head = stream.read(_HEAD)
    _refuse_nested(name, head)
    return _told(name, head, encoding, opener)


def _from_zip(path, name, encoding):
    entries = packed.entries(path, name)
    _refuse_large(name, entries)
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        return _workbook(path, name, entries, names)
    return _member(path, name, entries, encoding)


def _workbook(path, name, entries, names):
    if "xl/workbook.xml" not in names:
        raise _no_table(name, N_("an office document without a sheet"))
    hidden = 0
    for entry in entries:
        with packed.open_entry(path, name, entry) as stream:
            hidden += _refuse_definitions(name, stream, entry)
    return "workbook", lambda: path.open("rb"), hidden


def _member(path, name, entries, encoding):
    tables = _tables(entries)
    if len(tables) != 1:
        raise Invalid(
            N_("%(file)s holds %(count)d files, not one table."),
            hint=N_("Unpack it and hand in the tables one by one."),
            file=name,
            count=len(tables),
        )

    def opener():
        return packed.open_entry(path, name, tables[0])

    with opener() as stream:
        head = stream.read(_HEAD)
    _refuse_nested(name, head)
    return _told(name, head, encoding, opener)


def _told(name, head, encoding, opener):
    """Return the kind of what is no workbook, and what opens it."""
    if _MARKUP.match(head):
        with opener() as stream:
            text = stream.read(_TELLING)
        if _SPREADSHEET in text:
            return "spreadsheet", opener
        if _TABLE.search(text):
            return "page", opener
    _refuse_foreign(name, head, encoding)
    return "text", opener


def _tables(entries):
    return [entry for entry in entries if not entry.is_dir() and not _is_litter(entry.filename)]


def _is_litter(filename):
    last = filename.rsplit("/", 1)[-1]
    return filename.startswith("__MACOSX/") or last.startswith(".") or last == "Thumbs.db"


def _refuse_large(name, entries):
    if len(entries) > MAX_ENTRIES:
        raise Invalid(
            N_("%(file)s holds %(count)d files; %(limit)d are possible."),
            hint=N_("Unpack it and hand in the tables one by one."),
            file=name,
            count=len(entries),
            limit=MAX_ENTRIES,
        )
    packed.refuse_bomb(name, sum(e.file_size for e in entries), sum(e.compress_size for e in entries))


def _refuse_definitions(name, stream, entry):
    """Read a part of a workbook to its end: bombs and definitions of entities show themselves only then.

    Returns
    -------
    int
        How many of its rows are hidden.
    """
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail, guard = b"", SheetGuard(name)
    while block := stream.read(packed.BLOCK):
        if is_xml and _DTD.search(tail + block):
            raise Invalid(
                N_("%(file)s holds definitions that no spreadsheet writes; it is not opened."),
                hint=N_("Open it in a spreadsheet and save it anew."),
                file=name,
            )
        tail = block[-16:]
        if is_xml:
            guard.take(block)
    guard.finish()
    return guard.hidden


def _refuse_nested(name, head):
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise Invalid(N_("%(file)s holds an archive within an archive."), hint=N_("Unpack it once by hand."), file=name)


def _refuse_foreign(name, head, encoding):
    if _is_parquet(head):
        raise Invalid(N_("%(file)s holds a Parquet file."), hint=N_("Unpack it, and hand in what is in it."), file=name)
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise Invalid(N_("%(file)s is empty."), hint=N_("Export it again."), file=name)
    for magic, kind in _FOREIGN:
        # A column may well be called MZ: only with control characters is it a program.
        if head.startswith(magic) and (_CONTROL.search(head) or magic == _PDF):
            raise _no_table(name, kind)
    if _MARKUP.match(head):
        raise _no_table(name, N_("a web page or XML without a table"))
    if encoding == "utf-16" or head.startswith(_UTF16_MARKS):
        return
    if len(_CONTROL.findall(head)) > len(head) // 100 + 1:
        raise _no_table(name, N_("no text; if it is UTF-16, say --encoding utf-16"))


def _no_table(name, kind):
    return Invalid(
        N_("%(file)s is not a table but %(kind)s."),
        hint=N_("Save it as CSV or .xlsx and hand that in."),
        file=name,
        kind=kind,
    )


def _sha256(file, head):
    digest = hashlib.sha256(head)
    while block := file.read(packed.BLOCK):
        digest.update(block)
    return digest.hexdigest()
