"""Erasing a question: what would go and what would stay, then all of it as one deed."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import notes, question_erasure, questions, replies
from kb.errors import Invalid, N_
from kb.store import utc_now
from web.security import allowed

bp = Blueprint("question_erasing", __name__)


@bp.get("/questions/<int:question_id>/erase")
@allowed("member.manage")
def preview(question_id):
    return _page(question_id)


@bp.post("/questions/<int:question_id>/erase")
@allowed("member.manage")
def erase(question_id):
    try:
        if "sure" not in request.form:
            raise Invalid(N_("This cannot be taken back."), hint=N_("Tick that you are sure."), field="sure")
        reason = request.form.get("reason", "")
        question_erasure.erase(g.db, question_id, reason=reason, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(question_id, problem), 422
    flash({"text": N_("Erased. That it was, when and why stays in the record."), "values": {}})
    return redirect(url_for("questions.index"), 303)


def _page(question_id, problem=None):
    question = questions.get(g.db, question_id, reader=g.reader)
    made = [] if question.note_id is None else notes.of_ids(g.db, [question.note_id], reader=g.reader)
    return render_template(
        "questions/erase.html",
        question=question,
        replies=replies.of_question(g.db, question_id),
        note=next(iter(made), None),
        reason=request.form.get("reason", ""),
        problem=problem,
    )
