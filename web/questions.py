"""问一问: questions to colleagues, their answers, and what becomes of them."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

import kb.home
from kb import (
    accepted,
    access,
    notes,
    question_figures,
    question_lists,
    question_routing,
    question_turns,
    questions,
    replies,
    similar_questions,
    topics,
)
from kb.errors import Conflict, Invalid, N_
from kb.search.similar import similar
from kb.store import utc_now
from web import classes, paging, question_form
from web.security import allowed, not_found

bp = Blueprint("questions", __name__)

_NEAR = 5
# Less says too little to be like anything.
_SHORTEST = 4


@bp.get("/questions")
@allowed("question.read")
def index():
    view, page = question_form.view(request.args), paging.page(request.args)
    topic = request.args.get("topic", type=paging.whole)
    asked = {"view": view, "topic_id": topic, "limit": page.size, "offset": page.offset}
    found, total = question_lists.listing(g.db, reader=g.reader, **asked)
    return render_template(
        "questions/list.html",
        questions=found,
        view=view,
        topic=None if topic is None else topics.get(g.db, topic, reader=g.reader),
        counts=question_lists.counts(g.db, reader=g.reader),
        known_topics=_known_topics(found),
        stuck=question_routing.STUCK,
        pages=page.of(total),
    )


@bp.get("/questions/topics")
@allowed("question.read")
def of_topics():
    """Show of each topic how many questions were answered, and how soon."""
    figures = question_figures.of_topics(g.db, reader=g.reader, now=utc_now())
    names = topics.seen(g.db, figures, reader=g.reader)
    rows = [(topic_id, names[topic_id], its) for topic_id, its in figures.items() if topic_id in names]
    rows.sort(key=lambda row: (row[2].rate, -row[2].asked, row[1]))
    return render_template(
        "questions/topics.html",
        rows=rows,
        counts=question_lists.counts(g.db, reader=g.reader),
        days=question_figures.DAYS,
    )


@bp.get("/questions/new")
@allowed("question.write")
def new():
    return _form_page(question_form.prefilled(request.args))


@bp.post("/questions/new")
@allowed("question.write")
def create():
    """Ask; where something like it is there already, show that first."""
    form = question_form.form(request.form)
    try:
        asked = question_form.asked(form)
        near = {} if "sure" in request.form else _before_asking(form)
        if any(near.values()):
            return _form_page({**form, "topics": form["topics"] or near["topic"]}, near=near)
        question_id, seq = questions.add(g.db, **asked, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, problem=problem), 422
    flash({"text": N_("Asked."), "values": {}, "undo": seq})
    return redirect(url_for("questions.show", question_id=question_id), 303)


@bp.get("/questions/near")
@allowed("question.write")
def near():
    """Show the questions and notes that say much the same as the text in the field."""
    return render_template("questions/_near.html", near=_near(request.args.get("title", "")))


@bp.get("/questions/<int:question_id>")
@allowed("question.read")
def show(question_id):
    return _page(question_id)


@bp.get("/questions/<int:question_id>/edit")
@allowed("question.write")
def edit(question_id):
    question = questions.to_change(g.db, question_id, g.reader)
    return _form_page(question_form.of(question), question=question)


@bp.post("/questions/<int:question_id>/edit")
@allowed("question.write")
def update(question_id):
    form = question_form.form(request.form)
    question = questions.to_change(g.db, question_id, g.reader)
    try:
        version = int(form["version"]) if form["version"].isdecimal() else 0
        changed = question_form.fields(form)
        seq = questions.edit(g.db, question_id, version=version, **changed, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, question=question, problem=problem), 422
    except Conflict as problem:
        # The next save is made knowing what stands now: it is shown above the form.
        return _form_page({**form, "version": question.version}, question=question, problem=problem), 409
    return _done(question_id, N_("Question changed."), seq)


@bp.post("/questions/<int:question_id>/withdraw")
@allowed("question.write")
def withdraw(question_id):
    seq = questions.archive(g.db, question_id, by=g.reader, now=utc_now())
    flash({"text": N_("Question withdrawn."), "values": {}, "undo": seq})
    return redirect(url_for("questions.index", view="mine"), 303)


@bp.post("/questions/<int:question_id>/replies")
@allowed("question.write")
def reply(question_id):
    body = request.form.get("reply", "")
    try:
        seq = replies.add(g.db, question_id, body=body, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(question_id, problem=problem, sent={"reply": body}), 422
    return _done(question_id, N_("Answered: who asked sees it."), seq)


@bp.post("/questions/<int:question_id>/accept/<int:reply_id>")
@allowed("question.write")
def accept(question_id, reply_id):
    today = kb.home.today(current_app.config["HOME"])
    said = {**question_form.kept_as(), "today": today}
    seq = accepted.accept(g.db, question_id, reply_id, **said, by=g.reader, now=utc_now())
    return _done(question_id, N_("Answered, and a draft note is made of it."), seq)


@bp.post("/questions/<int:question_id>/next")
@allowed("question.write")
def ask_next(question_id):
    seq = question_turns.ask_next(g.db, question_id, by=g.reader, now=utc_now())
    return _done(question_id, N_("Passed on."), seq)


@bp.post("/questions/<int:question_id>/decline")
@allowed("question.write")
def decline(question_id):
    reason = request.form.get("reason", "")
    seq = question_turns.decline(g.db, question_id, by=g.reader, now=utc_now(), reason=reason)
    return _done(question_id, N_("Passed on."), seq)


@bp.post("/questions/<int:question_id>/assign")
@allowed("question.assign")
def assign(question_id):
    word = request.form.get("member", "")
    try:
        member_id = question_form.member_id(word, "member")
        seq = question_turns.assign(g.db, question_id, member_id, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(question_id, problem=problem, sent={"member": word}), 422
    return _done(question_id, N_("Passed on."), seq)


@bp.post("/replies/<int:reply_id>")
@allowed("question.write")
def update_reply(reply_id):
    sent = {"reply": request.form.get("reply", ""), "was": request.form.get("was", ""), "reply_id": reply_id}
    question = replies.of_ids(g.db, [reply_id], reader=g.reader).get(reply_id)
    if question is None:
        raise not_found()
    try:
        seq = replies.edit(g.db, reply_id, was=sent["was"], body=sent["reply"], by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(question.id, problem=problem, sent=sent), 422
    return _done(question.id, N_("Answer changed."), seq)


@bp.post("/replies/<int:reply_id>/thanks")
@allowed("question.write")
def thank(reply_id):
    question_id = replies.thank(g.db, reply_id, by=g.reader, now=utc_now())
    return redirect(url_for("questions.show", question_id=question_id), 303)


def _done(question_id, text, seq):
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("questions.show", question_id=question_id), 303)


def _page(question_id, *, problem=None, sent=None):
    """Return the page of a question; ``problem`` is why something was refused, ``sent`` its form."""
    question = questions.get(g.db, question_id, reader=g.reader)
    found = replies.of_question(g.db, question_id)
    made = [] if question.note_id is None else notes.of_ids(g.db, [question.note_id], reader=g.reader)
    ids = similar_questions.find(g.db, question.title, reader=g.reader, but=question_id, limit=_NEAR)
    like = questions.of_ids(g.db, ids, reader=g.reader)
    return render_template(
        "questions/show.html",
        question=question,
        replies=found,
        earlier=replies.earlier(g.db, found),
        seqs=replies.seqs(g.db, [each.id for each in found]),
        turns=question_turns.of_question(g.db, question_id),
        history=questions.history(g.db, question_id, reader=g.reader),
        note=next(iter(made), None),
        known_topics=_known_topics([question]),
        like=[like[each] for each in ids],
        stuck=question_routing.STUCK,
        is_curator=access.may(g.reader, "question.assign"),
        problem=problem,
        sent=sent or {},
    )


def _form_page(form, *, question=None, problem=None, near=None):
    return render_template(
        "questions/edit.html",
        form=form,
        question=question,
        problem=problem,
        near=near or {},
        days=question_routing.DAYS,
    )


def _before_asking(form):
    """Return what to look at before a question is asked: what is like it, and a topic if none is named."""
    said = ("", "") if form["topics"].strip() else (form["title"], form["body"])
    found = classes.of_text(said[0], "", said[1], "") if any(said) else ()
    return {**_near(form["title"]), "topic": next((each["name"] for each in found), "")}


def _near(text):
    if len(text.strip()) < _SHORTEST:
        return {}
    ids = similar_questions.find(g.db, text, reader=g.reader, limit=_NEAR)
    found = questions.of_ids(g.db, ids, reader=g.reader)
    return {
        "questions": [found[each] for each in ids],
        "notes": similar(g.db, current_app.config["HOME"], text, reader=g.reader, limit=_NEAR),
    }


def _known_topics(found):
    """Return the ids of those topics of some questions that lead somewhere for the reader."""
    return topics.seen(g.db, {topic["id"] for each in found for topic in each.topics}, reader=g.reader)
