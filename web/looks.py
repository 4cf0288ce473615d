"""Who looked: the pages and files of the access log of one customer or one note."""

from flask import Blueprint, Response, g, render_template, request, url_for

from kb import customers, looks, notes
from kb.errors import N_
from web import csv_file, paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("looks", __name__)

WORDS = {
    "read": N_("opened the page"),
    "identify": N_("saw phone and mail in full"),
    "view_as": N_("asked whether a colleague sees it"),
}
_HEAD = (N_("When"), N_("Colleague"), N_("What"))
_MOST_ROWS = 100_000


@bp.get("/<any(customers, notes):nouns>/<int:thing_id>/looks")
@allowed("look.read")
def index(nouns, thing_id):
    page, member = paging.page(request.args), request.args.get("member", type=paging.whole)
    noun = nouns[:-1]
    rows, total = looks.listing(
        g.db, noun, thing_id, reader=g.reader, member_id=member, limit=page.size, offset=page.offset
    )
    return render_template(
        "looks/list.html",
        nouns=nouns,
        thing_id=thing_id,
        **_thing(noun, thing_id),
        rows=rows,
        words=WORDS,
        people=looks.members_of(g.db, noun, thing_id),
        member=member,
        pages=page.of(total),
    )


@bp.get("/<any(customers, notes):nouns>/<int:thing_id>/looks.csv")
@allowed("look.read")
def export(nouns, thing_id):
    """Send all of it, or what one colleague looked at, for a spreadsheet."""
    member = request.args.get("member", type=paging.whole)
    rows, _ = looks.listing(g.db, nouns[:-1], thing_id, reader=g.reader, member_id=member, limit=_MOST_ROWS)
    lines = ([each["at"], each["member"] or "", translate(WORDS.get(each["action"], each["action"]))] for each in rows)
    body = csv_file.text([translate(each) for each in _HEAD], lines)
    name = f"{nouns}-{thing_id}-looks.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _thing(noun, thing_id):
    if noun == "note":
        note = notes.get(g.db, thing_id, reader=g.reader)
        return {"title": note.title, "address": url_for("notes.show", note_id=thing_id)}
    customer = customers.get(g.db, thing_id, reader=g.reader)
    return {"title": customer.name, "address": url_for("customers.show", customer_id=thing_id)}
