"""Templates of notes: the list to begin from, and their words, which an administrator may change."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import note_templates
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from web import paging
from web.security import allowed
from web.templating import language

bp = Blueprint("note_templates", __name__)


@bp.get("/templates")
@allowed("note.write")
def index():
    return render_template("note_templates/list.html", templates=note_templates.listing(g.db, language()))


@bp.get("/templates/<template_id>/edit")
@allowed("template.edit")
def edit(template_id):
    template = note_templates.get(g.db, template_id)
    return _form_page(template, {"name": template.name, "outline": template.outline})


@bp.post("/templates/<template_id>/edit")
@allowed("template.edit")
def update(template_id):
    form = {name: request.form.get(name, "") for name in ("name", "outline")}
    version = request.form.get("version", type=paging.whole) or 0
    try:
        seq = note_templates.edit(g.db, template_id, **form, version=version, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(note_templates.get(g.db, template_id), form, problem, version=version), 422
    except Conflict as problem:
        return _form_page(note_templates.get(g.db, template_id), form, problem), 409
    flash({"text": N_("Saved: new notes begin with it."), "values": {}, "undo": seq})
    return redirect(url_for("note_templates.index"), 303)


@bp.post("/templates/<template_id>/reset")
@allowed("template.edit")
def reset(template_id):
    seq = note_templates.reset(g.db, template_id, by=g.reader, now=utc_now())
    flash({"text": N_("The built-in words stand again."), "values": {}, "undo": seq})
    return redirect(url_for("note_templates.index"), 303)


def _form_page(template, form, problem=None, version=None):
    """Return the form; ``version`` is what it began with, if not with what stands now."""
    return render_template(
        "note_templates/edit.html",
        template=template,
        form=form,
        version=note_templates.version_of(g.db, template.id) if version is None else version,
        is_overtaken=isinstance(problem, Conflict),
        problem=problem,
    )
