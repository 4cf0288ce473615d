"""Arranging topics: new ones, their words and places, merging two, splitting one off, taking one out."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import members, notes, topic_aliases, topic_merge, topic_tree, topics
from kb.errors import Invalid, N_, NotFound
from kb.facets import FACETS
from kb.overtaken import Overtaken
from kb.store import utc_now
from web import paging
from web.security import allowed

bp = Blueprint("topic_tree", __name__)

_OFFERED = 200


@bp.post("/topics/new")
@allowed("topic.arrange")
def create():
    topic_id = topic_tree.add(g.db, request.form.get("name", ""), by=g.reader, now=utc_now())
    return redirect(url_for("topic_tree.edit", topic_id=topic_id), 303)


@bp.get("/topics/<int:topic_id>/edit")
@allowed("topic.arrange")
def edit(topic_id):
    return _form_page(topic_id)


@bp.post("/topics/<int:topic_id>/edit")
@allowed("topic.arrange")
def update(topic_id):
    form = {name: request.form.get(name, "") for name in ("name", "aliases", "parents", "facet", "owner_id", "version")}
    try:
        seq = topic_tree.edit(
            g.db,
            topic_id,
            version=int(form["version"]) if form["version"].isdecimal() and len(form["version"]) < 10 else 0,
            name=form["name"],
            aliases=paging.split_names(form["aliases"]),
            parents=paging.split_names(form["parents"]),
            facet=form["facet"],
            owner_id=next(iter(paging.ids([form["owner_id"]])), None),
            by=g.reader,
            now=utc_now(),
        )
    except Invalid as problem:
        return _form_page(topic_id, form, problem), 422
    except Overtaken as problem:
        # The next save is made knowing what stands now: it is shown beside the form, or in it where only they changed.
        version = topic_tree.place(g.db, topic_id, reader=g.reader).version
        return _form_page(topic_id, {**_written(problem.wanted), "version": version}, problem), 409
    flash({"text": N_("Saved."), "values": {}, **({"undo": seq} if seq else {})})
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


@bp.post("/topics/<int:topic_id>/remove")
@allowed("topic.arrange")
def remove(topic_id):
    name = topics.get(g.db, topic_id, reader=g.reader).name
    seq = topic_tree.remove(g.db, topic_id, by=g.reader, now=utc_now())
    flash({"text": N_("“%(name)s” is out of the topics."), "values": {"name": name}, "undo": seq})
    return redirect(url_for("topic_health.index"), 303)


@bp.post("/topics/<int:topic_id>/merge")
@allowed("topic.arrange")
def merge(topic_id):
    into = request.form.get("into", "")
    try:
        kept = topics.by_name(g.db, into, reader=g.reader)
        name = topics.seen(g.db, [topic_id], reader=g.reader).get(topic_id, "")
        seq = topic_merge.merge(g.db, topic_id, kept.id, by=g.reader, now=utc_now())
    except NotFound as problem:
        refused = Invalid(problem.template, hint=problem.hint, field="into", **problem.values)
        return _form_page(topic_id, problem=refused, into=into), 422
    except Invalid as problem:
        return _form_page(topic_id, problem=problem, into=into), 422
    told = {"name": name, "into": kept.name}
    flash({"text": N_("“%(name)s” is merged into “%(into)s” and stays an alias of it."), "values": told, "undo": seq})
    return redirect(url_for("topics.show", topic_id=kept.id), 303)


@bp.get("/topics/<int:topic_id>/split")
@allowed("topic.arrange")
def choose(topic_id):
    return _split_page(topic_id)


@bp.post("/topics/<int:topic_id>/split")
@allowed("topic.arrange")
def split(topic_id):
    chosen, name = paging.ids(request.form.getlist("note")), request.form.get("name", "")
    stays = "stays" in request.form
    try:
        seq = topic_merge.split(g.db, topic_id, name, chosen, stays=stays, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _split_page(topic_id, name, chosen, problem), 422
    flash({"text": N_("Split off: “%(name)s”."), "values": {"name": name}, "undo": seq})
    return redirect(url_for("topics.show", topic_id=topics.by_name(g.db, name, reader=g.reader).id), 303)


def _form_page(topic_id, form=None, problem=None, into=""):
    topic = topics.get(g.db, topic_id, reader=g.reader)
    place = topic_tree.place(g.db, topic_id, reader=g.reader)
    form = form or {**_written(topic_tree.state(g.db, topic_id)), "version": place.version}
    here = [each for each in members.listing(g.db) if each.state == "active" or each.id == place.owner_id]
    return render_template(
        "topics/edit.html",
        topic=topic,
        place=place,
        form=form,
        problem=problem,
        into=into,
        members=here,
        facets=FACETS,
        most_aliases=topic_aliases.MOST,
        is_unused=not topic.notes and not place.children,
    )


def _written(state):
    """Return the state of a topic as its form shows it."""
    parents = topics.seen(g.db, state["parents"], reader=g.reader)
    return {**state, "aliases": "\n".join(state["aliases"]), "parents": "、".join(sorted(parents.values()))}


def _split_page(topic_id, name="", chosen=(), problem=None):
    words = request.args.get("words", "").strip()
    found, total = notes.listing(g.db, reader=g.reader, topic_id=topic_id, limit=topic_merge.MOST_SPLIT)
    offered = [each for each in found if words.casefold() in each.title.casefold()]
    return render_template(
        "topics/split.html",
        topic=topics.get(g.db, topic_id, reader=g.reader),
        words=words,
        name=name or words,
        notes=offered[:_OFFERED],
        looked=len(found),
        total=total,
        chosen=chosen,
        problem=problem,
    )
