"""Templates of notes: headings to fill in, and which of them must have text before a note is explicit.

Ten are built in, in each language; an administrator's own words take the place of one until it is reset. A note keeps
which it was written by. The outline of a template is text: ``## heading``, with a star at its end where it is needed,
and below it the hint.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb import access, feed
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean

LANGUAGES = ("zh", "en")
LONGEST_NAME = 30
LONGEST_OUTLINE = 4000
LONGEST_HEADING = 60
MOST_HEADINGS = 20
_FOLDER = Path(__file__).parent / "builtin_templates"
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_NEEDED = re.compile(r"\s*[*＊]$")


@dataclass(frozen=True, slots=True)
class Heading:
    """One section of a template."""

    text: str
    hint: str
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A template in one language.

    Attributes
    ----------
    id : str
        ``"script.zh"``: what it is for, and its language.
    dimension : str
        Type of the notes written by it.
    outline : str
    end : str
        What the last day is called that a note by it must name; empty where it need not.
    is_builtin : bool
        Whether nobody changed its words.
    """

    id: str
    name: str
    dimension: str
    outline: str
    end: str
    is_builtin: bool

    def headings(self):
        """Return its sections in order."""
        found, hints = [], []
        for line in self.outline.splitlines():
            begun = _HEADING.match(line)
            if begun:
                text = _NEEDED.sub("", begun[2])
                hints = []
                found.append((text, hints, text != begun[2]))
            elif line.strip():
                hints.append(line.strip())
        return tuple(Heading(text, " ".join(hints), is_needed) for text, hints, is_needed in found)

    def body(self):
        """Return the text a note by it begins with: its headings, nothing below them."""
        return "".join(f"## {each.text}\n\n\n" for each in self.headings())

    def lacking(self, body, valid_until):
        """Return what a note by it lacks: the needed headings without text, and the last day where it needs one."""
        filled = _filled(body)
        lacks = [each.text for each in self.headings() if each.is_needed and _plain(each.text) not in filled]
        return (*lacks, self.end) if self.end and not valid_until else tuple(lacks)


def listing(db, language):
    """Return the ten of a language in their order."""
    rows = {row["id"]: row for row in db["template"].rows}
    return [_with(each, rows.get(each.id)) for each in _builtin().values() if each.id.endswith(f".{language}")]


def get(db, template_id):
    """Return one template; raises `NotFound` where there is none."""
    return _with(_known(template_id), _row(db, template_id))


def checked(template_id):
    """Return the id of a template, or refuse one that is none; empty stays empty."""
    if template_id and template_id not in _builtin():
        raise Invalid(
            N_("There is no template “%(value)s”."),
            hint=N_("Choose one of the list."),
            field="template",
            value=template_id,
        )
    return template_id


def version_of(db, template_id):
    """Return the seq of the last change of a template; 0 of one that nobody changed."""
    return next((each["seq"] for each in feed.changes(db, "template", template_id)), 0)


def edit(db, template_id, *, name, outline, version, by, now):
    """Give a template other words on top of a `version` of it and return the seq of the change.

    Raises
    ------
    kb.errors.Conflict
        When somebody changed it meanwhile.
    kb.errors.Invalid
        Without a name or a heading, or with one twice.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "template.edit")
    _known(template_id)
    words = {"name": _name(name), "outline": _outline(outline)}
    with writing(db):
        if version_of(db, template_id) != version:
            raise Conflict(
                N_("Somebody saved this template after you opened it. Nothing of yours is lost."),
                hint=N_("Look at what stands now, then save what should stand."),
            )
        return _store(db, template_id, words, "template.edit", by, now)


def reset(db, template_id, *, by, now):
    """Bring the built-in words of a template back and return the seq of the change."""
    access.require(by, "template.edit")
    _known(template_id)
    with writing(db):
        if _row(db, template_id) is None:
            raise Invalid(N_("These are the built-in words already."))
        return _store(db, template_id, None, "template.reset", by, now)


def undo(db, seq, *, by, now):
    """Take back one change of a template and return its id; raises `Conflict` when it was changed again since."""
    access.require(by, "template.edit")
    with writing(db):
        change = feed.to_undo(db, seq, "template", hint=N_("Look at the activity page."))
        if _row(db, change["noun_id"]) != change["after"]:
            raise Conflict(N_("This template was changed again since, so this change cannot be undone."))
        _store(db, change["noun_id"], change["before"], "template.undo", by, now)
    return change["noun_id"]


def joined(template_id, words):
    """Return some words of a template as they stand beside each other in its language."""
    return ("、" if template_id.endswith(".zh") else ", ").join(words)


def unfilled(db, rows):
    """Return ``{note id: what it lacks}`` of rows of table ``note``; a note by no template lacks nothing."""
    named = {row["template"] for row in rows if row["template"]}
    known = {each: get(db, each) for each in named}
    return {
        row["id"]: known[row["template"]].lacking(row["body"], row["valid_until"]) if row["template"] else ()
        for row in rows
    }


@cache
def _builtin():
    found = {}
    for language in LANGUAGES:
        with (_FOLDER / f"{language}.toml").open("rb") as file:
            for key, its in tomllib.load(file).items():
                words = {"name": its["name"], "outline": its["outline"].strip(), "end": its.get("end", "")}
                template_id = f"{key}.{language}"
                found[template_id] = Template(template_id, dimension=its["dimension"], is_builtin=True, **words)
    return found


def _known(template_id):
    if template_id not in _builtin():
        raise NotFound(N_("There is no template “%(value)s”."), hint=N_("Choose one of the list."), value=template_id)
    return _builtin()[template_id]


def _with(builtin, row):
    if row is None:
        return builtin
    return Template(builtin.id, row["name"], builtin.dimension, row["outline"], builtin.end, is_builtin=False)


def _row(db, template_id):
    """Return the words somebody gave a template, or None."""
    rows = db.query("SELECT name, outline FROM template WHERE id = :id", {"id": template_id})
    return next(iter(rows), None)


def _store(db, template_id, words, did, by, now):
    before = _row(db, template_id)
    db.execute("DELETE FROM template WHERE id = :id", {"id": template_id})
    if words:
        db["template"].insert({"id": template_id, **words})
    return feed.append(db, by=by, did=did, of=template_id, at=now, before=before, after=words)


def _name(name):
    label = N_("Name of the template")
    return clean(name, field="name", label=label, limit=LONGEST_NAME, lines=False, needed=N_("Fill it in."))


def _outline(outline):
    outline = clean(outline, field="outline", label=N_("Headings and hints"), limit=LONGEST_OUTLINE)
    if not _HEADING.match(outline.split("\n", 1)[0]):
        raise Invalid(N_("The first line is no heading."), hint=N_("Write ## and a blank before it."), field="outline")
    texts = [each.text for each in Template("", "", "", outline, "", is_builtin=False).headings()]
    if not all(texts):
        raise Invalid(N_("A heading has no words."), hint=N_("Write them behind the ##."), field="outline")
    double = next((each for at, each in enumerate(texts) if _plain(each) in map(_plain, texts[:at])), None)
    if double is not None:
        raise Invalid(
            N_("The heading “%(heading)s” stands there twice."),
            hint=N_("Give each its own words."),
            field="outline",
            heading=double,
        )
    if len(texts) > MOST_HEADINGS or any(len(each) > LONGEST_HEADING for each in texts):
        raise Invalid(
            N_("At most %(most)d headings of %(limit)d characters are possible."),
            hint=N_("Shorten it, or split it into several."),
            field="outline",
            most=MOST_HEADINGS,
            limit=LONGEST_HEADING,
        )
    return outline


def _filled(body):
    """Return the headings of a text, plain, that have words below them, in them or in what they hold."""
    found, above, is_code = set(), [], False
    for line in body.splitlines():
        if _FENCE.match(line):
            is_code = not is_code
        begun = None if is_code else _HEADING.match(line)
        if begun:
            level = len(begun[1])
            above = [each for each in above if each[0] < level] + [(level, _plain(begun[2]))]
        elif any(sign.isalnum() for sign in line):
            found.update(text for _, text in above)
    return found


def _plain(heading):
    return heading.strip(" \t*＊:：").casefold()
