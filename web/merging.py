"""Merging two notes: which, which of them stays, what will stand, and the page of likely duplicates."""

import re

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import duplicates, left_behind, note_links, note_merge, notes
from kb.errors import Conflict, Invalid, N_, fill
from kb.facets import FACETS
from kb.note_merge import Wish
from kb.search.similar import similar
from kb.store import utc_now
from web import i18n, paging
from web.security import allowed

bp = Blueprint("merging", __name__)

_GROUPS = 20
_NEAR = 8
_NUMBER = re.compile(r"(\d{1,18})\D*$")


@bp.get("/notes/<int:note_id>/merge")
@allowed("note.write")
def choose(note_id):
    """Ask with which note one is to be merged; once that is known, show both and what will stand."""
    named = request.args.get("with", "")
    if not named.strip():
        return _choice(note_id)
    try:
        return _preview(note_id, _number(named), is_both=request.args.get("texts") != "kept")
    except Invalid as problem:
        return _choice(note_id, named, problem), 422


@bp.post("/notes/<int:note_id>/merge")
@allowed("note.write")
def merge(note_id):
    """Merge the note of the form into this one."""
    form = request.form
    other_id = form.get("with", type=paging.whole) or 0
    wish = Wish(form.get("readers", ""), form.get("texts") != "kept", "confirmed" in form, form.get("reason", ""))
    versions = tuple(form.get(name, type=paging.whole) for name in ("version", "with_version"))
    told = {"waiting": form.get("waiting", ""), "say": _say, "by": g.reader, "now": utc_now()}
    try:
        seq = note_merge.merge(g.db, note_id, other_id, wish, versions=versions, **told)
    except (Invalid, Conflict) as problem:
        return _preview(note_id, other_id, is_both=wish.has_both_texts, wish=wish, problem=problem), 422
    flash({"text": N_("Merged into one note."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)


@bp.get("/duplicates")
@allowed("note.write")
def index():
    page = paging.page(request.args, _GROUPS)
    groups, total = duplicates.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    return render_template("notes/duplicates.html", groups=groups, scan=duplicates.state(g.db), pages=page.of(total))


@bp.post("/duplicates")
@allowed("note.write")
def look():
    duplicates.ask_for_scan(g.db, by=g.reader, now=utc_now())
    return redirect(url_for("merging.index"), 303)


@bp.post("/notes/<int:note_id>/distinct")
@allowed("note.write")
def tell_apart(note_id):
    others = paging.ids(request.form.getlist("other"))
    seq = duplicates.tell_apart(g.db, note_id, others, by=g.reader, now=utc_now())
    flash({"text": N_("Not the same: not shown together again."), "values": {}, "undo": seq})
    return redirect(url_for("merging.index"), 303)


def _choice(note_id, named="", problem=None):
    note = notes.get(g.db, note_id, reader=g.reader)
    notes.require_editable(note, g.reader)
    near = duplicates.beside(g.db, note_id, reader=g.reader)
    hits = similar(g.db, current_app.config["HOME"], note.title, reader=g.reader, limit=_NEAR)
    known = {note_id, *(each.id for each in near)}
    near += notes.of_ids(g.db, [hit.id for hit in hits if hit.id not in known], reader=g.reader)
    fitting = [each for each in near if each.dimension == note.dimension and notes.may_edit(each, g.reader)]
    return render_template("notes/merge.html", note=note, near=fitting, named=named, problem=problem)


def _preview(note_id, other_id, *, is_both, wish=None, problem=None):
    kept, other = note_merge.pair(g.db, note_id, other_id, reader=g.reader)
    offered = note_merge.choices(kept, other)
    chosen = wish.readers if wish and wish.readers in offered else note_merge.usual_readers(g.db, kept, other)
    return render_template(
        "notes/merge_preview.html",
        kept=kept,
        other=other,
        result=note_merge.together(kept, other, Wish(chosen, is_both), _say),
        has_both_texts=is_both,
        chosen=chosen,
        seen={each: note_merge.seen_by(g.db, kept, other, each) for each in reversed(offered)},
        listed=note_merge.with_readers(kept, other, "list").named_readers,
        links=[note_links.counts(g.db, *ids, reader=g.reader) for ids in ([kept.id], [other.id], [kept.id, other.id])],
        facets=FACETS,
        waiting=left_behind.of_notes(g.db, [other.id], reader=g.reader),
        needs_reason=note_merge.needs_reason(kept, other),
        reason=wish.reason if wish else "",
        problem=problem,
    )


def _number(named):
    found = _NUMBER.search(named)
    if found is None:
        raise Invalid(
            N_("“%(value)s” names no note."),
            hint=N_("Write its number or paste its address."),
            field="with",
            value=named,
        )
    return int(found[1])


def _say(template, values):
    # What is written into a text speaks the language of the company, whoever merges.
    return fill(template, values, i18n.translator(current_app.config["SETTINGS"].language))
