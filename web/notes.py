"""Notes: lists, one note, writing, editing, history."""

from dataclasses import replace

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for

import kb.home
from kb import (
    approval_rules,
    bulk,
    comments,
    customers,
    drafts,
    duties,
    evidence,
    gates,
    held_pictures,
    interaction_mentions,
    interaction_notes,
    interactions,
    left_behind,
    looked_at,
    maturity,
    members,
    mentions,
    note_counts,
    note_details,
    note_history,
    note_merge,
    note_templates,
    notes,
    participants,
    proofs,
    proposals,
    readers,
    removals,
    saved_views,
    standing,
    topics,
    unmerged,
    uses,
    verification,
    verification_queue,
)
from kb.dimensions import checked_dimension
from kb.errors import Invalid, N_, NotFound
from kb.extract import PROBLEMS
from kb.facets import FACETS
from kb.store import utc_now
from mining import findings, judgements
from web import (
    classes,
    conflicts,
    joining,
    mentions as mentions_of,
    note_form,
    note_list,
    paging,
    pictures,
    readers as readers_of,
    security,
)
from web.security import allowed
from web.templating import language

bp = Blueprint("notes", __name__)

# In the address after a save that was put together with somebody else's.
_MERGED = "2"
# After a save that waits for the yes of a second person.
_PROPOSED = "3"


@bp.get("/notes")
@allowed("note.read")
def index():
    return list_page(request.args)


def list_page(args, *, problem=None, view=None):
    """Return the list that an address asks for; ``problem`` is why a saved view was refused, ``view`` its form."""
    page = paging.page(args)
    asked = note_list.asked(args)
    department, customer = asked["department_id"], asked["customer_id"]
    balance = note_counts.balance(g.db, reader=g.reader, **{**asked, "dimension": None})
    total = sum(balance.values()) if asked["dimension"] is None else balance[checked_dimension(asked["dimension"])]
    found, total = notes.listing(g.db, reader=g.reader, **asked, total=total, limit=page.size, offset=page.offset)
    return render_template(
        "notes/list.html",
        notes=found,
        dimension=asked["dimension"],
        department=None if department is None else members.department(g.db, department),
        customer=None if customer is None else customers.get(g.db, customer, reader=g.reader),
        balance=balance,
        pages=page.of(total),
        acts=bulk.ACTS,
        views=saved_views.listing(g.db, reader=g.reader),
        may_change=lambda each: saved_views.may_change(each, g.reader),
        asked=note_list.address(args),
        chips=note_list.chips(args),
        choices=note_list.choices(),
        problem=problem,
        view=view or {},
    )


@bp.get("/notes/new")
@allowed("note.write")
def new():
    return _form_page(note_form.prefilled(g.db, request.args, current_app.config["HOME"], reader=g.reader))


@bp.post("/notes/new")
@allowed("note.write")
def create():
    form = note_form.form(**request.form)
    try:
        if "join" in request.form:
            return _joined(form)
        note = notes.add(g.db, **note_form.fields(g.db, form, reader=g.reader), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, problem=problem), 422
    classes.settle(note)
    held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    saved = 1 if note.readers == form["readers"] else _PROPOSED
    return redirect(url_for("notes.show", note_id=note.id, saved=saved), 303)


def _joined(form):
    note, seq = joining.join(form)
    held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    flash({"text": N_("Your customer stands with this note now."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note.id, joined=1), 303)


@bp.post("/notes/preview")
@allowed("note.write")
def preview():
    """Show a text as its note will; nothing is kept."""
    note_id = request.args.get("note", type=paging.whole)
    there = [each for note in notes.of_ids(g.db, filter(None, [note_id]), reader=g.reader) for each in note.attachments]
    return mentions_of.render(request.form.get("body", ""), there, pictures.of_writer)


@bp.get("/notes/<int:note_id>")
@allowed("note.read")
def show(note_id):
    note = notes.get(g.db, note_id, reader=g.reader)
    into = None if note.merged_into is None else notes.of_ids(g.db, [note.merged_into], reader=g.reader)
    if into:
        # Who follows an old link comes to the note that stayed, and is told so.
        return redirect(url_for("notes.show", note_id=note.merged_into, **{"from": note_id}))
    return page(note_id)


def page(
    note_id, *, problem=None, answer=None, use=None, doubt="", comment="", quote=None, cite=None, stand=None, filed=None
):  # fmt: skip
    """Return the page of a note; ``problem`` is why something was refused, the others its form."""
    note = notes.get(g.db, note_id, reader=g.reader)
    rows = note_history.history(g.db, note_id, reader=g.reader)
    step = gates.following(note)
    merged_notes = note_merge.merged_from(g.db, note_id, reader=g.reader)
    came_from = request.args.get("from", type=paging.whole)
    return render_template(
        "notes/show.html",
        **shown(note),
        merged_notes=merged_notes,
        came_from=next((each for each in merged_notes if each.id == came_from), None),
        history=rows[:5],
        saved="saved" in request.args,
        merged=request.args.get("saved") == _MERGED,
        proposed=request.args.get("saved") == _PROPOSED,
        proposals=_proposals(note_id),
        waiting=left_behind.of_notes(g.db, [note_id], reader=g.reader)["count"],
        unmerged=unmerged.of_note(g.db, note_id, reader=g.reader),
        steps=gates.STEPS,
        since=maturity.since(rows),
        next_step=step,
        asked={} if step is None else gates.conditions(note, step),
        lacks=gates.LACKS,
        told=looked_at.told(note),
        facets=FACETS,
        suggested=classes.of_note(note),
        template=_template(note.template),
        mentioned_in=mentions.of_note(g.db, note_id, reader=g.reader),
        talked_in=interaction_mentions.of_note(g.db, note_id, reader=g.reader),
        problem=problem,
        answer=answer or _answer_form(note),
        uses=uses.of_note(g.db, note_id),
        talks=interactions.of_note(g.db, note_id, reader=g.reader),
        methods=interactions.METHODS,
        used_by=proofs.on_note(g.db, note_id, reader=g.reader),
        quote=quote,
        cite=cite,
        stand=stand,
        filed=filed,
        standings=standing.choices(g.db, note, believed=judgements.believed(g.db)) if note.standing else (),
        results=uses.RESULTS,
        file_problems=PROBLEMS,
        doubt=doubt,
        comments=comments.of_note(g.db, note_id),
        thanks=comments.thanks(g.db, note_id),
        comment=comment,
        audience=readers.of_note(g.db, note),
        why=readers.why(note, g.reader),
        change=readers_of.since(note, rows) if "saved" in request.args else None,
        use=use or {"result": "", "place": "", "used_for": "", "outcome": ""},
    )


def _answer_form(note):
    """Return the form for a customer's answer, with what the note knows."""
    person = note.customers[0]["name"] if len(note.customers) == 1 else ""
    today = kb.home.today(current_app.config["HOME"])
    empty = dict.fromkeys(("verdict", "words", "scan", "shown", "customer"), "")
    return {**empty, "person": person, "channel": note.channel, "said_on": today}


@bp.get("/notes/<int:note_id>/pane")
@allowed("note.read")
def pane(note_id):
    return render_template("notes/_pane.html", **shown(notes.get(g.db, note_id, reader=g.reader)))


def record_look(thing, noun="note"):
    """Write down that somebody else than the author looks at a note, or an interaction, that is open to a list only."""
    if thing.readers == "list" and thing.owner_id != g.member.id:
        current_app.extensions["access_log"].add(member_id=g.member.id, action="read", noun=noun, noun_id=thing.id)


def shown(note):
    """Return what a template needs to show `note`; a look at what only some may see is written down."""
    record_look(note)
    return {
        "note": note,
        **_proofs(note),
        "siblings": interaction_notes.siblings(g.db, note.id, reader=g.reader),
        "editable": notes.may_edit(note, g.reader),
        "verifying": verification.may_verify(note, g.reader, duties.part_of(g.db, g.reader)),
        "reasons": verification_queue.reasons(note, utc_now()),
        "alone": approval_rules.is_alone(g.db, note, g.reader),
    }


@bp.get("/notes/<int:note_id>/customer")
@allowed("note.read")
def for_customer(note_id):
    note = notes.get(g.db, note_id, reader=g.reader)
    if not note.customer_text:
        raise security.not_found()
    text = note_details.for_customer(note, kb.home.today(current_app.config["HOME"]))
    return Response(text, mimetype="text/plain")


@bp.get("/notes/<int:note_id>/edit")
@allowed("note.write")
def edit(note_id):
    note = notes.get(g.db, note_id, reader=g.reader)
    notes.require_editable(note, g.reader)
    mine = [each for each in proposals.of_note(g.db, note_id, reader=g.reader) if each.member_id == g.reader.member_id]
    form = note_form.of_note(g.db, note)
    if mine:
        form = {**note_form.of_kept(g.db, note, mine[0], reader=g.reader), "reason": mine[0].reason}
    return _form_page(form, note=note, proposed=mine)


@bp.post("/notes/<int:note_id>/edit")
@allowed("note.write")
def update(note_id):
    form = note_form.form(**request.form)
    note = notes.get(g.db, note_id, reader=g.reader)
    # Where both texts were shown: the one that was kept for its author.
    unmerged_id = request.form.get("unmerged", type=paging.whole)
    brings_back = "bring_back" in request.form
    try:
        fields = note_form.fields(g.db, form, reader=g.reader)
        readers_of.refuse_unseen(note, form)
        version = _version(form)
        fields["participants"] = participants.parsed(g.db, paging.split_names(form["participants"]))
        fields["answered"] = form["answered"]
        save = note_history.save_again if brings_back else notes.edit
        saved = save(g.db, note_id, version=version, **fields, reason=form["reason"], by=g.reader, now=utc_now())
    except notes.Stale as problem:
        told = {"instead_of": unmerged_id, "by": g.reader, "now": utc_now()}
        kept_id = unmerged.keep(g.db, note_id, _version(form), problem.mine, **told)
        return conflicts.page(problem.theirs, form, unmerged.get(g.db, kept_id, reader=g.reader)), 409
    except Invalid as problem:
        return _form_page(form, note=note, problem=problem), 422
    classes.settle(saved)
    if unmerged_id:
        unmerged.drop(g.db, unmerged_id, did="take", by=g.reader, now=utc_now())
    is_proposed = saved.version == note.version + (brings_back and note.archived)
    if not is_proposed:  # what was only proposed needs them still
        held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    told = _PROPOSED if is_proposed else 1 if saved.version == version + 1 + brings_back else _MERGED
    return redirect(url_for("notes.show", note_id=note_id, saved=told), 303)


@bp.get("/notes/<int:note_id>/history")
@allowed("note.read")
def history(note_id):
    note = notes.get(g.db, note_id, reader=g.reader)
    rows = note_history.history(g.db, note_id, reader=g.reader)
    states = [state for row in rows for state in (row["before"], row["after"]) if state]
    return render_template(
        "notes/history.html",
        note=note,
        into=next(iter(notes.of_ids(g.db, filter(None, [note.merged_into]), reader=g.reader)), None),
        history=rows,
        **names_in(states),
        proof_words={each.part: each.words for each in proofs.of_note(g.db, note, reader=g.reader)},
        approved=proposals.approved(g.db, note_id),
        merges=note_merge.standing(g.db, [note_id]),
        removals=removals.standing_off(g.db, [row["seq"] for row in rows]),
        differs=note_history.differs,
        editable=notes.may_edit(note, g.reader),
    )


def names_in(states):
    """Return the words that differences between states of notes need."""
    named = {each for state in states for each, _ in state.get("customers", ())}
    known = customers.of_ids(g.db, list(named), reader=g.reader)
    return {
        "customer_names": {each: known[each].name for each in known},
        "reader_names": readers_of.written([each for state in states for each in state.get("named_readers", ())]),
        "facets": FACETS,
        "took_part": participants.names(g.db, states),
    }


def _proposals(note_id):
    """Return the changes of a note that wait for a yes, as far as the reader knows of them, and who is asked."""
    found = proposals.of_note(g.db, note_id, reader=g.reader)
    return [(each, proposals.asked(g.db, each.id) if each.state == "open" else ()) for each in found]


def _form_page(form, *, note=None, problem=None, proposed=()):
    return render_template(
        "notes/edit.html",
        form=form,
        proposed=proposed,
        note=note,
        at_work=() if note is None else drafts.at_work(g.db, note.id, reader=g.reader, now=utc_now()),
        published=note is not None and gates.is_published(note),
        is_proven=note is not None and evidence.has_finding(g.db, note.id),
        problem=problem,
        change=readers_of.of_form(note, form),
        known_topics=topics.in_use(g.db, reader=g.reader),
        template=_template(form["template"]),
        templates=note_templates.listing(g.db, language()),
        **note_form.choices(g.db, g.reader),
    )


def _template(template_id):
    """Return the template a form names; one that is none is refused on saving, not shown."""
    try:
        return note_templates.get(g.db, template_id) if template_id else None
    except NotFound:
        return None


def _version(form):
    return int(form["version"]) if str(form["version"]).isdecimal() else 0


def _proofs(note):
    """Return why a note is believed, and the names of the customers whose purchases are told of."""
    found = proofs.of_note(g.db, note, reader=g.reader)
    asked = {each.thing["question"].get("customer") for each in found if each.kind == "purchases"} - {None}
    named = customers.of_ids(g.db, list(asked), reader=g.reader)
    return {
        "proofs": [
            replace(each, thing={**each.thing, **_rule(each.thing["finding_id"])}) if each.kind == "finding" else each
            for each in found
        ],
        "named_customers": {each: named[each].name for each in named},
    }


def _rule(finding_id):
    """Return where a rule comes from and what a drawing of it shows; nothing of one that came in with a folder."""
    if finding_id is None:
        return {}
    data = findings.behind(g.db, finding_id)
    return {
        "lineage": findings.lineage(g.db, finding_id),
        "rule": data,
        "cross": findings.cross(data),
        "judgement": judgements.of_finding(g.db, finding_id),
    }
