"""Notes as csv and xlsx: what a list shows, all pages of it, for a spreadsheet."""

from flask import Blueprint, Response, g, request, url_for

from kb import member_mentions, notes, proofs
from kb.errors import N_
from kb.traits import KINDS
from web import csv_file, note_list, sheets
from web.answers import DIMENSIONS
from web.security import allowed
from web.templating import formats, translate

bp = Blueprint("note_sheet", __name__)

_PAGE = 1000
_LONGEST_CELL = 32_767
_KINDS = {
    "answer": N_("Customer’s answer"), "reply": N_("Answer to a question"), "quote": N_("Quote"), "file": N_("File"),
    "note": N_("Note"), "finding": N_("Finding"), "purchases": N_("Purchase records"),
}  # fmt: skip
_HEAD = (
    N_("Type"), N_("Title"), N_("Summary"), N_("Text"), N_("Topics"), N_("Customers"), N_("Progress or standing"),
    N_("Author"), N_("Department"), N_("Written"), N_("Changed"), N_("Preferences, rivals, trends"),
    N_("Text for the customer"), N_("Evidence"), N_("Address"),
)  # fmt: skip


@bp.get("/notes/list.<any(csv, xlsx):kind>")
@allowed("note.read")
def export(kind):
    """Send the notes of a list that the reader may see, the newest change first."""
    head = [translate(each) for each in _HEAD]
    if kind == "csv":
        lines = (_line(note, formats().exact) for note in _listed())
        body, mimetype = csv_file.text(head, lines), "text/csv"
    else:
        lines = ([_fitting(cell) for cell in _line(note, formats().instant)] for note in _listed())
        body, mimetype = sheets.workbook([(translate(N_("Notes")), head, lines)]), sheets.MIMETYPE
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f"attachment; filename=notes.{kind}"})


def _listed():
    asked = note_list.asked(request.args)
    offset = 0
    while True:
        found, total = notes.listing(g.db, reader=g.reader, **asked, limit=_PAGE, offset=offset)
        yield from found
        offset += _PAGE
        if offset >= total:
            return


def _line(note, instant):
    state = note_list.STATES[note.maturity or note.standing]
    texts = (note.summary, note.body, note.customer_text, _proofs(note))
    summary, body, customer_text, rests_on = member_mentions.shown(g.db, texts)
    return [
        translate(DIMENSIONS[note.dimension]),
        note.title,
        summary,
        body,
        "、".join(topic["name"] for topic in note.topics),
        "、".join(customer["name"] for customer in note.customers),
        translate(state),
        note.owner,
        note.department,
        instant(note.created_at),
        instant(note.updated_at),
        "; ".join(f"{translate(KINDS[kind])}:{word}" for kind, word in note.traits),
        customer_text,
        rests_on,
        url_for("notes.show", note_id=note.id, _external=True),
    ]


def _proofs(note):
    """Return the evidence of a note that the reader may see, a line a piece."""
    if not (note.proofs or note.answers or any(each["proof"] is not None for each in note.attachments)):
        return ""
    found = proofs.of_note(g.db, note, reader=g.reader)
    return "\n".join(f"{translate(_KINDS[each.kind])}: {each.words}" for each in found if each.words is not None)


def _fitting(cell):
    """Return a cell as long as a workbook holds; the csv has all of it."""
    return cell[: _LONGEST_CELL - 1] + "…" if isinstance(cell, str) and len(cell) > _LONGEST_CELL else cell
