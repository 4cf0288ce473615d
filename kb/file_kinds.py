"""What a file is, by what stands in it, and the name it is shown under; what a browser or a name says is no proof.

``python -m kb.file_kinds PATH`` answers what an archive is.
"""

import codecs
import re
import sys
import unicodedata
import zipfile

from kb import child, compound

PICTURES = ("png", "jpeg", "webp", "gif")
# Of these the text is read, in a process of its own.
TEXTS = ("pdf", "docx", "xlsx", "xls", "pptx", "text")
KINDS = (*PICTURES, *TEXTS, "doc", "other")
LONGEST_NAME = 150

_HEAD = 64 * 1024
_SECONDS = 5
_MEGABYTES = 200
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OLD_OFFICE = {"workbook": "xls", "book": "xls", "worddocument": "doc"}
_ENCODINGS = ("utf-8", "gb18030")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SUFFIXES = {
    "png": ("png",), "jpeg": ("jpg", "jpeg"), "webp": ("webp",), "gif": ("gif",), "pdf": ("pdf",),
    "docx": ("docx", "docm", "dotx"), "xlsx": ("xlsx", "xlsm", "xltx"), "pptx": ("pptx", "pptm", "ppsx"),
    "xls": ("xls", "xlt"), "doc": ("doc", "dot"),
}  # fmt: skip


def kind_of(path):
    """Return one of `KINDS`: what the content of a file is.

    What begins like markup (SVG, HTML, XML) is ``other``, as is everything that is not known for sure.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", compound.SIGNATURE)):
        return _packed(path)
    encoding = encoding_of(head)
    if encoding is None or decoded(head, encoding).lstrip("\ufeff \t\r\n").startswith("<"):
        return "other"
    return "text"


def is_locked(path):
    """Return whether a file is one of an office program that was locked with a password."""
    with open(path, "rb") as file:
        return file.read(8) == compound.SIGNATURE and "EncryptedPackage".encode("utf-16-le") in file.read()


def encoding_of(head):
    """Return the encoding in which the beginning of a file is text, or None when it is no text."""
    named = next((encoding for bom, encoding in _BOMS if head.startswith(bom)), None)
    for encoding in (named,) if named else _ENCODINGS:
        try:
            text = decoded(head, encoding)
        except UnicodeDecodeError:
            continue
        if text.strip() and not _CONTROL.search(text):
            return encoding
    return None


def decoded(head, encoding):
    """Return the text of the beginning of a file, whose last character may have been cut."""
    return codecs.getincrementaldecoder(encoding)().decode(head)


def shown_name(sent, kind):
    """Return the name a file is kept under: no path, nothing that cannot be seen or that turns the writing round.

    Parameters
    ----------
    sent : str
        What the browser says.
    kind : str
        What the file is; a name that says otherwise gets the right ending, so that no program is misled.
    """
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rsplit("/", 1)[-1]
    # Format characters (right-to-left marks, zero width) are not printable; neither are controls and surrogates.
    name = "".join(each if each.isprintable() else " " if each.isspace() else "" for each in last)
    name = re.sub(r'[<>:"|?*]', "_", " ".join(name.split())).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    wanted = _SUFFIXES.get(kind)
    if wanted and suffix.lower() not in wanted:
        stem, suffix = name, wanted[0]
    ending = f".{suffix}" if suffix else ""
    return f"{stem[: LONGEST_NAME - len(ending)] or 'file'}{ending}"[:LONGEST_NAME]


def _packed(path):
    """Return what an archive is; its list alone may be made to fill the memory, so a child reads it."""
    try:
        (kind,) = child.run("kb.file_kinds", path, seconds=_SECONDS)
    except child.Failed:
        return "other"
    return kind


def _old_office(path):
    names = {each.lower() for each in compound.root_names(path)}
    return next((kind for name, kind in _OLD_OFFICE.items() if name in names), "other")


def _office(path):
    if not zipfile.is_zipfile(path):
        return _old_office(path)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return "other"
    return next((kind for name, kind in _OFFICE.items() if name in names), "other")


if __name__ == "__main__":
    child.confine(seconds=_SECONDS, megabytes=_MEGABYTES)
    child.answer(_office(*sys.argv[1:]))
