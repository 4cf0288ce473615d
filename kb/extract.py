"""The text of a file, page by page or sheet by sheet; run as a process of its own.

``python -m kb.extract PATH KIND`` answers ``[place, text]`` for each piece, and at last ``{"problem"}``: a key of
`PROBLEMS`, or none. What breaks it costs its pages from there on, and nothing else.
"""

import re
import sys
import unicodedata
import zipfile
from pathlib import Path

from kb import child
from kb.errors import N_
from kb.file_kinds import encoding_of
from kb.text import scrub

PROBLEMS = {
    "empty": N_("it holds no text, perhaps only pictures of it"),
    "encrypted": N_("it is locked with a password"),
    "broken": N_("it is damaged, or not what it seems"),
    "slow": N_("it took too long or too much memory"),
    "large": N_("unpacked it is too large"),
    # Sentences of their own: they say more than why.
    "cut": N_("It is very long: only the beginning of its text was read."),
    "doc": N_("A Word file of the old kind: its text is not read. Save it as .docx in Word, then attach that."),
    "part": N_("It is damaged: only the beginning of its text was read."),
    "picture": N_("It cannot be read as a picture. Open it with another program, save it again, then attach that."),
    "pixels": N_("It has more than 40 million pixels. Make the picture smaller, then attach that."),
}
SECONDS = 20
# Two hundred and fifty pages; a search for the words in them reads them all again, in an eighth of a second.
MOST_CHARACTERS = 200_000
_MEGABYTES = 512
_UNPACKED_BYTES = 200 * 1024 * 1024
# A snippet is cut out of one piece.
_PIECE = 10_000
# Signs without a meaning: more of them than a fifth come from a font that does not say what it draws.
_MEANINGLESS = 0.2

# A workbook of before 2007 whose first records say that all others are locked; its reader calls that damage.
_LOCKED_XLS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)


class Refused(Exception):
    """A file that is not read; its argument is a key of `PROBLEMS`."""


def pieces(path, kind):
    """Return what the text of a file is, and why not more of it was read.

    Parameters
    ----------
    path : pathlib.Path
    kind : {"pdf", "docx", "xlsx", "xls", "pptx", "text"}

    Returns
    -------
    tuple of (list of (str, str), str or None)
        Place (the number of a page or slide, the name of a sheet, or nothing) and text; a key of `PROBLEMS`.
    """
    try:
        answers, problem = child.run("kb.extract", path, kind, seconds=SECONDS), None
    except child.Failed as failed:
        answers, problem = failed.answers, "slow" if failed.is_slow else "broken"
    found = [tuple(each) for each in answers if isinstance(each, list)]
    told = next((each["problem"] for each in answers if isinstance(each, dict)), None)
    if problem and found:
        problem = "part"
    return found, told or problem or (None if found else "empty")


def _main(path, kind):
    total = 0
    for place, text in _READERS[kind](path):
        text = _sensible(scrub(text)[0])
        for start in range(0, len(text), _PIECE):
            piece = text[start : min(start + _PIECE, start + MOST_CHARACTERS - total)]
            total += len(piece)
            child.answer([place, piece])
            if total >= MOST_CHARACTERS:
                raise Refused("cut")


def _sensible(text):
    text = "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
    odd = sum(each == "\ufffd" or unicodedata.category(each) in ("Co", "Cn") for each in text)
    return "" if odd > _MEANINGLESS * len(text) else text


def _pdf(path):
    import pypdf

    reader = pypdf.PdfReader(path)
    try:
        # Many are locked against changes only, and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
    except pypdf.errors.DependencyError:
        raise Refused("encrypted") from None
    for number, page in enumerate(reader.pages, 1):
        yield str(number), page.extract_text()


def _docx(path):
    """Pages as Word last laid them out; in a file that Word never opened, those that its writer began by hand."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    laid_out, by_hand = "\f", "\v"
    parts = []
    with _opened(path) as archive, archive.open("word/document.xml") as file:
        for element in _elements(file):
            if element.tag == f"{w}t":
                parts.append(element.text or "")
            elif element.tag == f"{w}tab":
                parts.append("\t")
            elif element.tag == f"{w}lastRenderedPageBreak":
                parts.append(laid_out)
            elif element.tag == f"{w}br":
                parts.append(by_hand if element.get(f"{w}type") == "page" else "\n")
            elif element.tag == f"{w}p":
                parts.append("\n")
                element.clear()
    text = "".join(parts)
    pages = text.split(laid_out if laid_out in text else by_hand)
    for number, page in enumerate(pages, 1):
        yield str(number) if len(pages) > 1 else "", page


def _xlsx(path):
    _opened(path).close()
    yield from _xls(path)


def _xls(path):
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except CalamineError:
        if _LOCKED_XLS.search(Path(path).read_bytes()):
            raise Refused("encrypted") from None
        raise
    for name in workbook.sheet_names:
        rows = workbook.get_sheet_by_name(name).to_python()
        yield name, "\n".join(" ".join(_cell(cell) for cell in row if cell != "") for row in rows)


def _cell(value):
    """Return a cell as one sees it: a workbook keeps every number as a float."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _pptx(path):
    a = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    with _opened(path) as archive:
        for number, name in enumerate(_slides(archive), 1):
            parts = []
            with archive.open(name) as file:
                for element in _elements(file):
                    if element.tag == f"{a}t":
                        parts.append(element.text or "")
                    elif element.tag in (f"{a}p", f"{a}br"):
                        parts.append("\n")
            yield str(number), "".join(parts)


def _slides(archive):
    """Return the names of the slides in the order in which they are shown."""
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    with archive.open("ppt/_rels/presentation.xml.rels") as file:
        targets = {each.get("Id"): each.get("Target", "") for each in _elements(file)}
    with archive.open("ppt/presentation.xml") as file:
        shown = [each.get(relation) for each in _elements(file) if each.tag.endswith("}sldId")]
    return [f"ppt/{re.sub(r'^(/ppt/|/)', '', targets[each])}" for each in shown if each in targets]


def _text(path):
    content = Path(path).read_bytes()
    yield "", content.decode(encoding_of(content[: 64 * 1024]), errors="replace")


def _opened(path):
    """Return an archive that does not unpack to more than one may read of it."""
    archive = zipfile.ZipFile(path)
    if sum(each.file_size for each in archive.infolist()) > _UNPACKED_BYTES:
        archive.close()
        raise Refused("large")
    return archive


def _elements(file):
    """Yield the elements of an XML file as they end, but what stands in it a second time for older programs."""
    from defusedxml.ElementTree import iterparse

    older = 0
    for event, element in iterparse(file, events=("start", "end")):
        is_older = element.tag.endswith("}Fallback")
        older += is_older and (1 if event == "start" else -1)
        if event == "end" and not older and not is_older:
            yield element


_READERS = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "xls": _xls, "pptx": _pptx, "text": _text}


if __name__ == "__main__":
    child.confine(seconds=SECONDS, megabytes=_MEGABYTES)
    try:
        _main(*sys.argv[1:])
    except Refused as refused:
        child.answer({"problem": refused.args[0]})
