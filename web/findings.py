"""One rule: the sentence, the figures, where it comes from, and the note it becomes."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import access, members, proofs, verification_intervals
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import finding_details, findings, judgements, known_rules, promotion, rule_figures, rule_view
from web import note_form, paging, rule_drawing, security
from web.security import allowed
from web.templating import translate

bp = Blueprint("findings", __name__)


@bp.get("/findings/<int:finding_id>")
@allowed("run.read")
def show(finding_id):
    return _page(finding_id)


@bp.post("/findings/<int:finding_id>/judge")
@allowed("finding.judge")
def judge(finding_id):
    verdict, reason = request.form.get("verdict", ""), request.form.get("reason")
    seq = judgements.judge(g.db, finding_id, verdict=verdict, reason=reason, by=g.reader, now=utc_now())
    if "HX-Request" in request.headers:
        return render_template(
            "findings/_judgement.html",
            finding_id=finding_id,
            judgement=judgements.of_finding(g.db, finding_id),
            undo=seq,
            back=request.form.get("back", ""),
        )
    flash({"text": N_("Judged."), "values": {}, "undo": seq})
    back = security.own_path(request.form.get("back", "")) or url_for("findings.show", finding_id=finding_id)
    return redirect(back, 303)


@bp.post("/findings/<int:finding_id>/look")
@allowed("run.read")
def look(finding_id):
    """Have a rule that was folded looked at from near: by month, shop and buyers, with orders."""
    finding_details.work_out(g.db, current_app.config["HOME"], finding_id, reader=g.reader)
    return redirect(url_for("findings.show", finding_id=finding_id), 303)


@bp.post("/findings/<int:finding_id>/note")
@allowed("run.start")
def write_note(finding_id):
    form = {name: request.form.get(name, "") for name in ("title", "body", "topics", "product", "verifier", "readers")}
    try:
        note = promotion.write_note(
            g.db,
            finding_id,
            title=form["title"],
            product=form["product"],
            topic_names=paging.split_names(form["topics"]),
            body=form["body"],
            readers=form["readers"],
            verifier_id=note_form.number(form["verifier"], N_("Choose a colleague."), "verifier")
            if form["verifier"]
            else None,
            translate=translate,
            by=g.reader,
            now=utc_now(),
        )
    except Invalid as problem:
        return _page(finding_id, form, problem), 422
    return redirect(url_for("notes.show", note_id=note.id, saved=1), 303)


@bp.post("/findings/<int:finding_id>/evidence")
@allowed("note.write")
def cite(finding_id):
    """Name the rule as evidence of a note that exists."""
    form = {name: request.form.get(name, "") for name in ("source", "why")}
    try:
        note_id = note_form.number(form["source"], N_("Which note is it?"), "source")
        known = {"translate": translate, "by": g.reader, "now": utc_now()}
        seq = promotion.cite(g.db, finding_id, note_id, why=form["why"], **known)
    except Invalid as problem:
        # Here the rule is known, and the note is what one chooses.
        problem.field = "source" if problem.field == "rule" else problem.field
        return _page(finding_id, problem=problem, cite=form), 422
    flash({"text": N_("Named as evidence."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id, _anchor="evidence"), 303)


def _page(finding_id, form=None, problem=None, cite=None):
    finding = findings.get(g.db, finding_id, reader=g.reader)
    draft = promotion.note_draft(finding, translate)
    near = promotion.near_topics(g.db, finding, reader=g.reader)
    details = finding_details.of(g.db, finding_id)
    has_orders = details and access.may(g.reader, "purchase.read")
    finer, broader = rule_view.levels(g.db, finding, reader=g.reader)
    (row,) = rule_view.of_ids(g.db, [finding_id], reader=g.reader)
    return render_template(
        "findings/show.html",
        finding=finding,
        limits=rule_figures,
        cross=findings.cross(finding.data),
        lineage=findings.lineage(g.db, finding_id),
        judgement=judgements.of_finding(g.db, finding_id),
        notes=proofs.of_finding(g.db, finding_id, reader=g.reader),
        called=[name for side in ("antecedent", "consequent") for name in findings.names(finding.data, side)],
        details=details,
        drawn=rule_drawing.months(details["months"]) if details else None,
        parts=rule_drawing.parts(details) if details else None,
        examples=details["examples"] if has_orders else (),
        customers=finding_details.customers(g.db, details) if has_orders else {},
        similar=rule_view.similar(g.db, finding, reader=g.reader),
        finer=finer,
        broader=broader,
        members=[each for each in members.listing(g.db) if each.state == "active"],
        check_months=verification_intervals.of_company(g.db)["about"],
        hint=known_rules.hints(g.db, [row], reader=g.reader).get(finding_id),
        form=form
        or {**draft, "topics": _listed(near), "product": promotion.products(finding), "readers": "all", "verifier": ""},
        problem=problem,
        cite=cite,
    )


def _listed(names):
    """Return names as they stand in a field of several."""
    return "、".join(map(paging.without_separators, names))
