"""Questions: what somebody asks colleagues, with or without their name."""

import json

from kb import (
    access,
    feed,
    members,
    named_readers as listed,
    question_routing,
    readers as readers_of,
    similar_questions,
    topics,
)
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.question_rows import SELECT, of_rows, state, store_links, turns_of
from kb.store import writing
from kb.text import clean

READERS = ("all", "department", "list")
LONGEST_TITLE = 100
LONGEST_BODY = 5000
# Whom the clock had asked was asked; what was taken back is done again by doing it again.
_FINAL = ("route", "away", "return", "undo")
_RESTORED = (
    "title", "body", "readers", "department_id", "archived", "wished_id", "asked_id", "due_at", "stuck", "accepted_id",
    "accepted_at", "note_id",
)  # fmt: skip


def add(
    db, *, title, by, now, body="", topic_names=(), readers="all", named_readers=(), anonymous=False, wished_id=None
):
    """Ask a question, have it go to who knows most of it, and return its id and the seq of the change.

    Parameters
    ----------
    title : str
        The question, in a sentence.
    topic_names : sequence of str
        Topics there are; without one it goes to nobody but `wished_id`.
    readers : {"all", "department", "list"}
    named_readers : sequence of (str, int)
        For ``list``, as `kb.named_readers.checked` takes them.
    anonymous : bool
        Whether nobody learns who asked.
    wished_id : int, optional
        The member who is asked first.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden
    """
    access.require(by, "question.write")
    fields, named = _checked(title, body, readers, named_readers, anonymous)
    with writing(db):
        topic_ids = _known_topics(db, topic_names, by)
        row = {
            **fields,
            "version": 1,
            "owner_id": by.member_id,
            # Of a question without a name no more is kept than decides who sees it.
            "department_id": by.department_id if readers == "department" or not anonymous else None,
            "anonymous": int(anonymous),
            "created_at": now,
        }
        question_id = db["question"].insert(row).last_pk
        store_links(db, question_id, topics=topic_ids, named=named)
        similar_questions.store(db, question_id, f"{fields['title']}\n{fields['body']}")
        if wished_id is not None:
            _require_askable(db, _get(db, question_id), wished_id, by, now)
            db["question"].update(question_id, {"wished_id": wished_id})
        turn, turns = next_turn(db, _get(db, question_id), now)
        db["question"].update(question_id, turn)
        store_links(db, question_id, turns=turns)
        after = get(db, question_id, reader=by)
        return question_id, feed.append(
            db, by=teller(after, by), did="question.add", of=question_id, at=now, after=state(db, after)
        )


def get(db, question_id, *, reader):
    """Return one question; raises `NotFound` alike when it is absent and when `reader` may not see it."""
    found = of_ids(db, [question_id], reader=reader).get(question_id)
    if found is None:
        raise NotFound(
            N_("There is no question %(value)s."), hint=N_("Look through the questions."), value=str(question_id)
        )
    return found


def of_ids(db, question_ids, *, reader):
    """Return ``{id: Question}`` of those of these that `reader` may see, withdrawn ones too."""
    clause, values = access.visible(reader, "question")
    rows = db.query(
        f"{SELECT} WHERE question.id IN (SELECT value FROM json_each(:ids)) AND {clause}",
        {**values, "ids": json.dumps(list(question_ids))},
    )
    return {each.id: each for each in of_rows(db, list(rows), reader)}


def edit(db, question_id, *, version, title, body, topic_names, readers, named_readers=(), by, now):
    """Change one's question on top of `version` and return the seq of the change.

    Raises
    ------
    kb.errors.Conflict, kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = to_change(db, question_id, by)
        fields, named = _checked(title, body, readers, named_readers, bool(before.anonymous))
        if before.version != version:
            raise Conflict(
                N_("This question was changed after you opened it. Nothing of yours is lost."),
                hint=N_("Look at what stands now, then save what should stand."),
            )
        if readers == "department" and before.department_id is None:
            fields["department_id"] = by.department_id
        store_links(db, question_id, topics=_known_topics(db, topic_names, by), named=named)
        similar_questions.store(db, question_id, f"{fields['title']}\n{fields['body']}")
        db["question"].update(question_id, fields)
        turn, turns = {}, None
        if not before.replies and not _still_asked(db, _get(db, question_id)):
            turn, turns = next_turn(db, _get(db, question_id), now)
        return save(db, before, turn, "question.edit", by, now, turns=turns)


def archive(db, question_id, *, by, now):
    """Withdraw a question and return the seq of the change; undo brings it back."""
    with writing(db):
        before = get(db, question_id, reader=by)
        _require_asker(before, by)
        if before.archived:
            raise Invalid(N_("This question is withdrawn already."))
        return save(db, before, {"archived": 1}, "question.archive", by, now)


def restore(db, seq, *, by, now):
    """Take back one change of a question as a new change, and return the question before and after it.

    Only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    change = feed.to_undo(db, seq, "question", hint=N_("Look at the list of what was done."))
    before = get(db, int(change["noun_id"]), reader=by)
    if by.member_id is None or change["member_id"] != by.member_id:
        _require_asker(before, by)
    feed.refuse_if_erased(change)
    if change["action"] in _FINAL:
        raise Conflict(
            N_("This change of a question cannot be undone."),
            hint=N_("Ask somebody else on its page, or do again what was taken back."),
        )
    if change["after"]["version"] != before.version:
        raise Conflict(
            N_("“%(title)s” was changed again since, so this change cannot be undone."),
            hint=N_("Open it and write what should stand."),
            title=before.title,
        )
    earlier = change["before"]
    if earlier is None:
        save(db, before, {"archived": 1}, "question.undo", by, now)
    else:
        store_links(db, before.id, topics=earlier["topics"], named=earlier["named_readers"])
        similar_questions.store(db, before.id, f"{earlier['title']}\n{earlier['body']}")
        fields = {name: earlier[name] for name in _RESTORED}
        save(db, before, fields, "question.undo", by, now, turns=earlier["turns"])
    return before, get(db, before.id, reader=by)


def save(db, before, fields, did, by, now, *, turns=None, reason=None):
    """Store some fields of a question, tell the feed and return the seq of the change; only inside ``writing``.

    Parameters
    ----------
    before : kb.question_rows.Question
        As `by` sees it: an asker without a name stays without one.
    turns : list of (int, str, int or None), optional
        Whom it went to, when and in whose place, if that changed.
    """
    was = state(db, before)
    store_links(db, before.id, turns=turns)
    db["question"].update(before.id, {**fields, "version": before.version + 1})
    after = _get(db, before.id)
    return feed.append(
        db,
        by=teller(before, by),
        did=did,
        of=before.id,
        at=now,
        before=was,
        after=state(db, after),
        reason=reason or None,
    )


def next_turn(db, question, now):
    """Return the fields that say who is asked next, and all whom the question went to with them.

    Parameters
    ----------
    question : kb.question_rows.Question
    """
    asker = members.get(db, _owner_id(db, question.id)).reader()
    turns = turns_of(db, question.id)
    tried = [each for each, *_ in turns]
    member_id, for_id, stuck = question_routing.choose(db, question, asker=asker, tried=tried, now=now)
    if member_id is None:
        return {"asked_id": None, "due_at": None, "stuck": stuck}, turns
    return question_routing.turn(db, member_id, now), [*turns, [member_id, now, for_id]]


def to_change(db, question_id, by):
    """Return a question that is open and that `by` asked; raises `Conflict`, `Forbidden` or `NotFound`."""
    found = get(db, question_id, reader=by)
    _require_asker(found, by, others=False)
    require_open(found)
    return found


def require_open(question):
    """Refuse with a sentence unless a question still waits for an answer."""
    if question.archived:
        raise Conflict(N_("This question was withdrawn."), hint=N_("Ask it anew."))
    if question.accepted_id is not None:
        raise Conflict(N_("This question is answered."), hint=N_("Ask another one, or take the acceptance back first."))


def to_close(db, question_id, by):
    """Return a question that is open and that `by` asked, or looks after as a curator."""
    found = get(db, question_id, reader=by)
    _require_asker(found, by)
    require_open(found)
    return found


def teller(question, by):
    """Return who the feed says did something to a question as `by` sees it: of an asker without a name, nobody.

    The feed is for ever, so it never learns who that was.
    """
    return access.OPERATOR if question.anonymous and question.is_mine else by


def history(db, question_id, *, reader):
    """Return the changes of a question, newest first, as `kb.feed.changes` gives them.

    A version that was not open to `reader` keeps its row (who, when) but not its text.
    """
    get(db, question_id, reader=reader)
    rows = feed.changes(db, "question", question_id)
    for row in rows:
        if not all(access.sees(reader, each) for each in (row["before"], row["after"]) if each):
            row.update(before=None, after=None, reason=None)
    return rows


def _get(db, question_id):
    return get(db, question_id, reader=access.OPERATOR)


def _owner_id(db, question_id):
    return db.execute("SELECT owner_id FROM question WHERE id = :id", {"id": question_id}).fetchone()[0]


def _require_asker(question, by, *, others=True):
    if question.is_mine and access.may(by, "question.write"):
        return
    if not (others and access.may(by, "question.assign")):
        raise Forbidden(
            N_("Only who asked, or a curator, may do this.") if others else N_("Only who asked may do this.")
        )


def _checked(title, body, readers, named, anonymous):
    title = clean(title, field="title", label=N_("Question"), limit=LONGEST_TITLE, lines=False)
    if not title:
        raise Invalid(N_("The question is missing."), hint=N_("Ask it in one sentence."), field="title")
    if readers not in READERS:
        raise Invalid(
            N_("Choose who may see the question."), hint=N_("One of: all, department, list."), field="readers"
        )
    if anonymous and readers == "list":
        # Who answers would see the asker on the list of the note that is made of it.
        raise Invalid(
            N_("A question without your name cannot be for named people only."),
            hint=N_("Open it to everyone or to your department, or ask with your name."),
            field="readers",
        )
    body = clean(body, field="body", label=N_("Details"), limit=LONGEST_BODY)
    return {"title": title, "body": body, "readers": readers}, listed.checked(readers, named)


def _known_topics(db, names, by):
    """Return the ids of topics there are: who asks seldom knows the words, so none is made by asking."""
    names = topics.cleaned(names) if any(name.strip() for name in names) else ()
    known = topics.ids_of(db, names, reader=by)
    missing = [name for name in names if name not in known]
    if missing:
        raise Invalid(
            N_("There is no topic “%(value)s”."),
            hint=N_("Choose one of the list, or leave the field empty."),
            field="topics",
            value=missing[0],
        )
    return list(dict.fromkeys(known[name] for name in names))


def _require_askable(db, question, member_id, by, now):
    asked, _, stuck = question_routing.choose(db, question, asker=by, tried=(), now=now, only=member_id)
    if asked is None:
        raise Invalid(
            N_("%(name)s cannot be asked this."),
            hint=question_routing.WHY_NOT[stuck],
            field="wished",
            name=members.get(db, member_id).name,
        )


def _still_asked(db, question):
    """Return whether somebody is asked who may see the question as it stands."""
    if question.asked_id is None or question.readers == "all":
        return question.asked_id is not None
    return question.asked_id in readers_of.of_note(db, question)
