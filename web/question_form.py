"""The form of a question: what it shows of one, and what comes back from it."""

from flask import current_app, g

from kb import members, named_readers, topics
from kb.errors import Invalid, N_
from kb.question_lists import VIEWS
from web import i18n, paging

FIELDS = ("title", "body", "topics", "readers", "named_readers", "anonymous", "wished", "version")


def form(sent):
    """Return the fields of the form that were sent, the others empty."""
    return {name: sent.get(name, "") for name in FIELDS}


def prefilled(args):
    """Return the form of a new question with what one comes from: ``title``, ``topic``, ``person``."""
    person = args.get("person", type=paging.whole)
    known = {"title": args.get("title", "")[:100], "topics": args.get("topic", ""), "readers": "all"}
    if person is not None:
        known["wished"] = named_readers.words_of(g.db, [members.get(g.db, person).id])[person]
    return {**dict.fromkeys(FIELDS, ""), **known}


def of(question):
    """Return the fields that show `question`."""
    return {
        **dict.fromkeys(FIELDS, ""),
        **{name: getattr(question, name) for name in ("title", "body", "readers", "version")},
        "topics": "、".join(each["name"] for each in question.topics),
        "named_readers": "、".join(named_readers.written(g.db, question.named_readers)),
    }


def fields(form):
    """Return what `kb.questions.edit` takes of a form, but for the version.

    Raises
    ------
    kb.errors.Invalid
        For a name on the list of readers that is nobody's.
    """
    words = paging.split_names(form["named_readers"]) if form["readers"] == "list" else ()
    return {
        **{name: form[name] for name in ("title", "body", "readers")},
        "topic_names": paging.split_names(form["topics"]),
        "named_readers": named_readers.parsed(g.db, words),
    }


def asked(form):
    """Return what `kb.questions.add` takes of a form."""
    wished = form["wished"].strip()
    return {
        **fields(form),
        "anonymous": bool(form["anonymous"]),
        "wished_id": member_id(wished, "wished") if wished else None,
    }


def member_id(word, field):
    """Return the id of the one colleague whom a field names, by name or login; raises `Invalid`."""
    word = word.strip()
    kind, number = named_readers.parsed(g.db, [word], field)[0] if word else (None, None)
    if kind != "member":
        raise Invalid(
            N_("Whom do you mean?"), hint=N_("Name one colleague, by name or login."), field=field, value=word
        )
    return number


def view(args):
    """Return which list of questions an address asks for."""
    return args.get("view") if args.get("view") in VIEWS else "open"


def kept_as():
    """Return how a note made of an answer says where it comes from, and what it is about when nobody said so."""
    say = i18n.translator(current_app.config["SETTINGS"].language)
    return {"origin": say(N_("A question to colleagues")), "topic_names": [say(topics.UNSORTED)]}
