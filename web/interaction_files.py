"""The files of an interaction: handed in, looked at, downloaded, taken off."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import extract, files, interaction_attachments, interactions, quotes
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import interactions as pages, paging
from web.kept_files import handed_out, small, tell_refused
from web.security import allowed
from web.templating import translate

bp = Blueprint("interaction_files", __name__)


@bp.post("/interactions/<int:interaction_id>/files")
@allowed("note.write")
def create(interaction_id):
    given = [(each.filename, each.stream) for each in request.files.getlist("files") if each.filename]
    told = {"most_megabytes": current_app.config["SETTINGS"].attachment_megabytes, "by": g.reader, "now": utc_now()}
    try:
        seq, refused = interaction_attachments.add(g.db, interaction_id, given, **told)
    except Invalid as problem:
        return pages.page(interaction_id, problem=problem), 422
    tell_refused(refused)
    flash({"text": N_("Attached."), "values": {}, "undo": seq})
    return redirect(url_for("interactions.show", interaction_id=interaction_id, _anchor="attachments"), 303)


@bp.get("/interactions/files/<int:attachment_id>")
@allowed("customer.read")
def show(attachment_id):
    return page(attachment_id)


def page(attachment_id, *, problem=None, quote=None):
    """Return the page of a file; ``problem`` is why a ``quote`` was refused."""
    talk, file = interaction_attachments.get(g.db, attachment_id, reader=g.reader)
    quoted = quotes.of_source(g.db, "interaction_file", attachment_id, reader=g.reader)
    wanted = request.args.get("quote", type=paging.whole)
    return render_template(
        "attachments/show.html",
        attachment=file,
        of="interaction_files",
        crumb=(
            url_for("interactions.show", interaction_id=talk.id, _anchor="attachments"),
            translate(N_("Interaction with %(name)s")) % {"name": talk.customer},
        ),
        quoting=None if talk.archived else "quotes.of_interaction_file",
        feels=True,
        quoted=quoted,
        spans={each.part: [each.span] for each, _ in quoted if each.id == wanted and each.span},
        problem=problem,
        quote=quote,
        pieces=files.text_of(g.db, file["file_id"]),
        problems=extract.PROBLEMS,
        editable=interactions.may_edit(talk, g.reader) and not talk.archived,
    )


@bp.get("/interactions/files/<int:attachment_id>/file")
@allowed("customer.read")
def download(attachment_id):
    return handed_out(interaction_attachments.get(g.db, attachment_id, reader=g.reader)[1])


@bp.get("/interactions/files/<int:attachment_id>/thumbnail")
@allowed("customer.read")
def thumbnail(attachment_id):
    return small(interaction_attachments.get(g.db, attachment_id, reader=g.reader)[1])


@bp.post("/interactions/files/<int:attachment_id>/remove")
@allowed("note.write")
def remove(attachment_id):
    talk, file = interaction_attachments.get(g.db, attachment_id, reader=g.reader)
    seq = interaction_attachments.remove(g.db, attachment_id, by=g.reader, now=utc_now())
    flash({"text": N_("“%(name)s” is removed."), "values": {"name": file["name"]}, "undo": seq})
    return redirect(url_for("interactions.show", interaction_id=talk.id, _anchor="attachments"), 303)
