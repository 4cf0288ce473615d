"""The register of sources: files, databases, tools, equipment, applications and papers that hold knowledge."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import members, sources
from kb.errors import Conflict, Invalid, N_
from kb.overtaken import Overtaken
from kb.store import utc_now
from web import paging
from web.security import allowed

bp = Blueprint("sources", __name__)

_FIELDS = ("name", "kind", "place", "access", "topics", "owner_id", "months", "version")


@bp.get("/sources")
@allowed("source.read")
def index():
    kind, is_due = request.args.get("kind") or None, "due" in request.args
    due = sources.listing(g.db, reader=g.reader, due_at=utc_now())
    found = due if is_due else sources.listing(g.db, reader=g.reader, kind=kind if kind in sources.KINDS else None)
    return render_template(
        "sources/list.html", sources=found, kinds=sources.KINDS, kind=kind, is_due=is_due, due={each.id for each in due}
    )


@bp.get("/sources/new")
@allowed("source.write")
def new():
    form = dict.fromkeys(_FIELDS, "")
    return _form_page({**form, "owner_id": g.reader.member_id, "topics": request.args.get("topic", "")})


@bp.post("/sources/new")
@allowed("source.write")
def create():
    form = _form()
    try:
        sources.add(g.db, **_fields(form), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, problem=problem), 422
    return redirect(url_for("sources.index"), 303)


@bp.get("/sources/<int:source_id>")
@allowed("source.read")
def show(source_id):
    source = sources.get(g.db, source_id, reader=g.reader)
    owner = None if source.owner_id is None else members.get(g.db, source.owner_id)
    is_due = bool(source.due_at) and source.due_at <= utc_now()
    return render_template("sources/show.html", source=source, owner=owner, is_due=is_due)


@bp.get("/sources/<int:source_id>/edit")
@allowed("source.write")
def edit(source_id):
    source = sources.get(g.db, source_id, reader=g.reader)
    kept = {name: getattr(source, name) for name in _FIELDS if name != "topics"}
    return _form_page({**kept, "topics": "、".join(topic["name"] for topic in source.topics)}, source=source)


@bp.post("/sources/<int:source_id>/edit")
@allowed("source.write")
def update(source_id):
    form = _form()
    source = sources.get(g.db, source_id, reader=g.reader)
    save = sources.save_again if "bring_back" in request.form else sources.edit
    try:
        save(g.db, source_id, version=_number(form["version"]), **_fields(form), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, source=source, problem=problem), 422
    except Overtaken as problem:
        # What only they changed is in the form; what both did stands beside it.
        wanted = {**problem.wanted, "topics": "、".join(problem.wanted["topics"]), "version": source.version}
        return _form_page(wanted, source=source, problem=problem), 409
    except Conflict as problem:
        # The next save is made knowing what stands now: it is shown beside the form.
        return _form_page({**form, "version": source.version}, source=source, problem=problem), 409
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.post("/sources/<int:source_id>/check")
@allowed("source.write")
def check(source_id):
    seq = sources.check(g.db, source_id, by=g.reader, now=utc_now())
    source = sources.get(g.db, source_id, reader=g.reader)
    if "HX-Request" in request.headers:
        return render_template("sources/_checked.html", source=source, undo=seq)
    flash({"text": N_("Written down: “%(name)s” is still right."), "values": {"name": source.name}, "undo": seq})
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.post("/sources/<int:source_id>/archive")
@allowed("source.write")
def archive(source_id):
    version = _number(request.form.get("version", ""))
    source = sources.get(g.db, source_id, reader=g.reader)
    seq = sources.archive(g.db, source_id, version=version, by=g.reader, now=utc_now())
    told = {"text": N_("“%(name)s” is out of the register; its page brings it back."), "values": {"name": source.name}}
    flash({**told, "undo": seq})
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.post("/sources/<int:source_id>/restore")
@allowed("source.write")
def restore(source_id):
    version = _number(request.form.get("version", ""))
    seq = sources.restore(g.db, source_id, version=version, by=g.reader, now=utc_now())
    flash({"text": N_("Back in lists and search."), "values": {}, "undo": seq})
    return redirect(url_for("sources.index"), 303)


def _form():
    return {name: request.form.get(name, "") for name in _FIELDS}


def _fields(form):
    return {
        "name": form["name"],
        "kind": form["kind"],
        "place": form["place"],
        "access": form["access"],
        "months": form["months"],
        "owner_id": _number(form["owner_id"]),
        "topic_names": paging.split_names(form["topics"]),
    }


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _form_page(form, *, source=None, problem=None):
    here = [each for each in members.listing(g.db) if each.state == "active" or each.id == (source and source.owner_id)]
    return render_template(
        "sources/edit.html", form=form, source=source, problem=problem, kinds=sources.KINDS, members=here
    )
