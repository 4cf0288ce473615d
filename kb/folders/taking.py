"""From the pages of an archive to notes: first what would become of each, then all of it as one deed."""

import io
from contextlib import closing
from dataclasses import dataclass, replace

from kb import access, facets, files, mentions, note_details, note_import, note_rows, note_texts, notes, topics
from kb.errors import Invalid, N_
from kb.file_kinds import shown_name
from kb.folders import file_names, reading, resolving
from kb.store import write_in_parts

_MOST_TOPICS_OF_PLACE = 5
_LISTS = ("topics", "traits")
# What an export tells of a note that only its history can prove.
_TOLD_ONLY = ("progress", "author", "department", "written", "changed", "attachments")
_READ = (
    "title", "summary", "dimension", "readers", "customers", "facets", "lang", "channel", "experience", *_LISTS,
    *note_details.COLUMNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a page.

    ``state`` is "new", "known" or "refused"; ``fields`` what `kb.notes.add` takes, with the marks of
    `kb.folders.resolving` in its body; ``note_id`` that of a known one; ``same_as`` the place in the plan of the page
    that says the same; ``twin`` whether a note of this title with another text is there; ``why`` it is refused;
    ``unread`` names of fields that are not read; ``lost`` how many characters cannot be stored.
    """

    page: object
    state: str
    fields: dict | None = None
    files: tuple = ()
    note_id: int | None = None
    same_as: int | None = None
    twin: bool = False
    why: Invalid | None = None
    unread: tuple = ()
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would come to; ``skipped`` pairs of the path of a file and why it becomes nothing."""

    found: object
    outcomes: tuple
    skipped: tuple

    def count(self, state):
        """Return how many pages are of a state."""
        return sum(each.state == state for each in self.outcomes)


def plan(db, archive, defaults, *, by, as_topics=False):
    """Return the `Plan` of an import; nothing is written.

    Parameters
    ----------
    archive : kb.folders.archive.Archive
    defaults : kb.note_import.Defaults
    as_topics : bool
        Whether books, chapters, spaces and folders become topics of what stands in them.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden
    """
    access.require(by, "note.write")
    found = reading.read(archive)
    places = resolving.Places(found, archive.paths)
    outcomes, first = [], {}
    for at, page in enumerate(found.pages):
        each = _outcome(db, page, resolving.resolved(page, places), found, defaults, as_topics, by)
        if each.state == "new":
            said = _identity(found, each.fields)
            if said in first:
                each = replace(each, state="known", same_as=first[said])
            else:
                first[said] = at
        outcomes.append(each)
    used = {path for each in outcomes for path, _ in each.files}
    skipped = [*found.skipped, *((path, Invalid(_UNUSED)) for path in _left(archive, found, used))]
    return Plan(found, tuple(outcomes), tuple(skipped))


def take(db, home, archive, planned, *, most_megabytes, by, now, on_progress=lambda done: None):
    """Write what is new of a plan, as one deed, and return what became of it.

    Parameters
    ----------
    home : pathlib.Path
    archive : kb.folders.archive.Archive
    most_megabytes : int
        The largest attachment.
    on_progress : callable
        Called with how many notes are written.

    Returns
    -------
    dict
        As `kb.note_import.add_all` does, rows being pages, numbered from 1; and ``files``: how many were attached.
    """
    access.require(by, "note.write")
    new = [at for at, each in enumerate(planned.outcomes) if each.state == "new"]
    ids = dict(zip(new, note_rows.reserve(db, len(new)), strict=True))
    ids |= {at: each.note_id for at, each in enumerate(planned.outcomes) if each.note_id is not None}
    ids |= {at: ids[each.same_as] for at, each in enumerate(planned.outcomes) if each.same_as is not None}
    rejects = [(at + 1, each.why) for at, each in enumerate(planned.outcomes) if each.state == "refused"]
    attached, naming = 0, []

    def bodied(at):
        each = planned.outcomes[at]
        return resolving.MARK.sub(lambda mark: _named(planned.found, ids, int(mark[1])), each.fields["body"])

    def write(row):
        nonlocal attached
        at, kept = row
        each = planned.outcomes[at]
        fields = {**each.fields, "body": bodied(at)}
        notes.add(db, **fields, files=kept, note_id=ids[at], by=by, now=now)
        attached += len(kept)
        if resolving.MARK.search(each.fields["body"]):
            naming.append((ids[at], fields["body"]))
        on_progress(at + 1)

    with files.holding(home):
        write_in_parts(db, _with_files(home, archive, planned, new, most_megabytes, rejects), write)
        # Only now is every note there that another one names.
        write_in_parts(db, naming, lambda each: mentions.store(db, *each))
    counts = {
        "read": len(planned.outcomes), "loaded": len(new), "merged": planned.count("known"),
        "rejected": planned.count("refused"),
    }  # fmt: skip
    return {
        "rows": counts,
        "ids": [ids[at] for at in sorted(ids)],
        "rejects": sorted(rejects, key=lambda each: each[0]),
        "scrubbed": sum(each.lost > 0 for each in planned.outcomes),
        "files": attached,
    }


_UNUSED = N_("No page names it.")


def _outcome(db, page, text, found, defaults, as_topics, by):
    unread = tuple(name for name in page.fields if name not in (*_READ, *_TOLD_ONLY))
    try:
        fields = _fields(db, page, text, defaults, as_topics, by)
        _refuse(db, {**fields, "body": _told(found, text.body)}, by)
    except Invalid as problem:
        return Outcome(page, "refused", why=problem, unread=unread)
    known, twin = _known(db, fields, _told(found, text.body), by)
    state = "new" if known is None else "known"
    return Outcome(page, state, fields, text.files if known is None else (), known, None, twin, None, unread, text.lost)


def _fields(db, page, text, defaults, as_topics, by):
    said = {name: value for name, value in page.fields.items() if name in _READ and name not in ("facets", "customers")}
    for name in _LISTS:
        if isinstance(said.get(name), list):
            said[name] = [each for each in said[name] if isinstance(each, str)]
    for name, value in said.items():
        if name not in _LISTS and not isinstance(value, str):
            raise Invalid(N_("“%(name)s” is no text."), field=name, name=name)
    customers = page.fields.get("customers")
    if customers:
        said["customers"] = [_customer(each) for each in (customers if isinstance(customers, list) else [customers])]
    defaults = replace(defaults, topic_names=_topics(page, defaults)) if as_topics else defaults
    fields, _ = note_import.fields_of(db, {**said, "title": page.title, "body": text.body}, defaults, by)
    filed = page.fields.get("facets") or ()
    return {**fields, "body": text.body, "facets_of": tuple(map(str, [filed] if isinstance(filed, str) else filed))}


def _customer(said):
    """Return ``(how to look for them, their part)`` of a customer as an export or a person names them."""
    if isinstance(said, dict):
        return str(said.get("number") or said.get("name") or ""), str(said.get("part") or "")
    return str(said), ""


def _topics(page, defaults):
    kept = [each[: topics.LONGEST_NAME].strip() for each in page.within[-_MOST_TOPICS_OF_PLACE:]]
    return tuple(dict.fromkeys([*filter(None, kept), *defaults.topic_names]))


def _refuse(db, fields, by):
    """Refuse now what `kb.notes.add` would refuse later."""
    named = {name: fields[name] for name in ("title", "summary", "body", "dimension", "readers")}
    note_texts.checked(**named)
    topics.cleaned(fields["topic_names"])
    facets.checked(fields["facets_of"])
    note_details.checked(db, fields["dimension"], fields["details"], reader=by, is_proven=False)


def _known(db, fields, told, by):
    """Return the id of the note that says the same, or None, and whether one of the same title says something else."""
    clause, values = access.visible(by)
    rows = db.execute(
        f"""SELECT note.id, note.body, note.lang FROM note
             WHERE note.title = :title AND note.dimension = :dimension AND note.archived = 0 AND {clause}
             ORDER BY note.id""",
        {**values, "title": " ".join(fields["title"].split()), "dimension": fields["dimension"]},
    ).fetchall()
    for note_id, body, lang in rows:
        titles = mentions.titles(db, {int(each) for each in mentions.MARK.findall(body)}, reader=by)
        if lang == fields["details"].lang and told == _titled(body, titles):
            return note_id, False
    return None, bool(rows)


def _told(found, body):
    """Return a text with the titles of the notes it names: two that say the same name them by other numbers."""
    return resolving.MARK.sub(lambda mark: f"[[{_plain(found.pages[int(mark[1])].title)}]]", body).strip()


def _titled(body, titles):
    return mentions.MARK.sub(lambda mark: f"[[{_plain(titles.get(int(mark[1]), mark[1]))}]]", body).strip()


def _plain(title):
    return " ".join(title.split())


def _named(found, ids, at):
    # One that was refused has no number: its title has to do.
    return f"[[{ids[at]}]]" if at in ids else found.pages[at].title


def _left(archive, found, used):
    pages = {page.path.split("#")[0] for page in found.pages} | {path for path, _ in found.skipped}
    told = {"data.json"} if found.kind == "bookstack" else set()
    return [path for path in archive.paths if path not in pages and path not in used and path not in told]


def _with_files(home, archive, planned, new, most_megabytes, rejects):
    """Yield ``(place, files)`` of each new page, its files brought to their places before it is written."""
    for at in new:
        kept = []
        for path, name in planned.outcomes[at].files:
            try:
                kept.append(_kept(home, archive, planned.found, path, name, most_megabytes))
            except Invalid as problem:
                rejects.append((at + 1, problem))
        yield at, kept


def _kept(home, archive, found, path, name, most_megabytes):
    content = found.embedded.get(path)
    with closing(io.BytesIO(content) if content is not None else archive.open(path)) as stream:
        kept = files.take(home, stream, name=shown_name(name, ""), most_megabytes=most_megabytes)
    return file_names.attached(shown_name(name, kept.kind)), kept


def _identity(found, fields):
    # An article that nobody translated yet stands there in two languages with one text.
    return fields["title"], fields["dimension"], fields["details"].lang, _told(found, fields["body"])
