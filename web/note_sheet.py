"""Notes as csv and xlsx: what a list shows, all pages of it, for a spreadsheet and for an import."""

from flask import Blueprint, Response, g, request, url_for

from kb import member_mentions, note_sheet, notes, proofs
from kb.errors import N_
from web import csv_file, note_list, sheets
from web.security import allowed
from web.templating import formats, translate

bp = Blueprint("note_sheet", __name__)

_PAGE = 1000
# One less than there can be, for a mark before it.
_LONGEST_CELL = 32_766
_KINDS = {
    "answer": N_("Customer’s answer"), "reply": N_("Answer to a question"), "quote": N_("Quote"), "file": N_("File"),
    "note": N_("Note"), "finding": N_("Finding"), "purchases": N_("Purchase records"),
}  # fmt: skip


@bp.get("/notes/list.<any(csv, xlsx):kind>")
@allowed("note.read")
def export(kind):
    """Send the notes of a list that the reader may see, the newest change first."""
    head = [translate(each) for each in note_sheet.HEADINGS.values()]
    if kind == "xlsx":
        lines = ([_fitting(cell) for cell in line] for line in _lines(formats().instant))
        return sheets.answer([(translate(N_("Notes")), head, lines)], "notes.xlsx")
    body, disposition = csv_file.text(head, _lines(formats().exact)), "attachment; filename=notes.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": disposition})


def _lines(instant):
    asked = note_list.asked(request.args)
    offset, total = 0, 1
    while offset < total:
        found, total = notes.listing(g.db, reader=g.reader, **asked, limit=_PAGE, offset=offset)
        texts = note_sheet.texts(g.db, found, reader=g.reader, word=lambda _, label: translate(label))
        for note, said in zip(found, texts, strict=True):
            cells = {**said, **_told(note, instant)}
            yield [cells[field] for field in note_sheet.HEADINGS]
        offset += _PAGE


def _told(note, instant):
    """Return what a row says of a note that no import reads."""
    return {
        "progress": translate(note_list.STATES[note.maturity or note.standing]),
        "author": note.owner,
        "department": note.department,
        "written": instant(note.created_at),
        "changed": instant(note.updated_at),
        "evidence": _proofs(note),
        "address": url_for("notes.show", note_id=note.id, _external=True),
    }


def _proofs(note):
    """Return the evidence of a note that the reader may see, a line a piece."""
    if not (note.proofs or note.answers or any(each["proof"] is not None for each in note.attachments)):
        return ""
    found = [each for each in proofs.of_note(g.db, note, reader=g.reader) if each.words is not None]
    words = member_mentions.shown(g.db, [each.words for each in found])
    return "\n".join(f"{translate(_KINDS[each.kind])}: {its}" for each, its in zip(found, words, strict=True))


def _fitting(cell):
    """Return a cell as long as a workbook holds; the csv has all of it."""
    return note_sheet.cut(cell, _LONGEST_CELL, translate) if isinstance(cell, str) else cell
