"""From the pages of an archive to notes: first what would become of each, then all of it as one deed."""

import io
from contextlib import closing
from dataclasses import dataclass, replace

from kb import (
    access,
    files,
    intake_rows,
    mentions,
    note_details,
    note_import,
    note_rows,
    notes,
    topics,
)
from kb.errors import Invalid, N_
from kb.file_kinds import shown_name
from kb.folders import file_names, proofs, reading, resolving
from kb.folders.resting import Resting
from kb.intake_rows import Row
from kb.store import write_in_parts, writing

_MOST_TOPICS_OF_PLACE = 5
_LISTS = ("topics", "traits", "named_readers")
_PARSED = ("facets", "customers", "evidence")
# What an export tells of a note that only its history can prove.
_TOLD_ONLY = ("progress", "author", "department", "written", "changed", "attachments", "not_ready")
_READ = (
    "title", "summary", "dimension", "readers", "customers", "facets", "evidence", "lang", "channel", "experience",
    *_LISTS,
    *note_details.COLUMNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a page.

    ``state`` is "new", "known" or "refused"; ``fields`` what `kb.notes.put` takes, with the marks of
    `kb.folders.resolving` in its body; ``note_id`` that of a known one, or the one a new one is to have; ``same_as``
    the place in the plan of the page that says the same; ``twin`` whether a note of this title with another text is
    there; ``why`` it is refused;
    ``unread`` names of fields that are not read; ``lost`` how many characters cannot be stored; ``told`` what of it
    is left out.
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
    told: tuple = ()

    @property
    def proofs(self):
        """How many pieces of evidence the page names."""
        return len(proofs.said(self.page))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would come to; ``skipped`` pairs of the path of a file and why it becomes nothing.

    ``outcomes`` are those of the first pages of ``found`` where no more were asked for.
    """

    found: object
    outcomes: tuple
    skipped: tuple

    def count(self, state):
        """Return how many pages are of a state."""
        return sum(each.state == state for each in self.outcomes)


def plan(db, archive, defaults, *, by, as_topics=False, most=None):
    """Return the `Plan` of an import; nothing is written.

    Parameters
    ----------
    archive : kb.folders.archive.Archive
    defaults : kb.note_import.Defaults
    as_topics : bool
        Whether books, chapters, spaces and folders become topics of what stands in them.
    most : int, optional
        How many pages are looked at; without it all are.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden
    """
    access.require(by, "note.write")
    found = reading.read(archive)
    places = resolving.Places(found, archive.paths)
    outcomes, first = [], {}
    for at, page in enumerate(found.pages[:most]):
        each = _outcome(db, page, resolving.resolved(page, places), found, defaults, as_topics, by)
        if each.state == "new":
            said = _identity(found, each.fields)
            if said in first:
                each = replace(each, state="known", same_as=first[said])
            else:
                first[said] = at
        outcomes.append(each)
    skipped = list(found.skipped)
    if len(outcomes) == len(found.pages):
        used = {path for each in outcomes for path, _ in each.files}
        skipped += ((path, Invalid(_UNUSED)) for path in _left(archive, found, used))
    return Plan(found, tuple(outcomes), tuple(skipped))


def take(db, home, archive, planned, *, most_megabytes, by, now, keep=lambda rows: None, kept=()):
    """Write what is new of a plan, as one deed, and return what became of it.

    Parameters
    ----------
    home : pathlib.Path
    archive : kb.folders.archive.Archive
    most_megabytes : int
        The largest attachment.
    keep : callable
        Called with `kb.intake_rows.Row` inside the transaction that wrote them: first with one a page, then with
        those that were written.
    kept : sequence of kb.intake_rows.Row
        One a page, as an earlier try kept them that broke off.

    Returns
    -------
    dict
        As `kb.note_import.add_all` does, rows being pages, numbered from 1; and ``files``: how many were attached.
    """
    access.require(by, "note.write")
    if kept:
        planned = replace(planned, outcomes=tuple(map(_resumed, planned.outcomes, kept)))
    ids = _ids(db, planned.outcomes)
    rows = {at + 1: _row(at, each, ids) for at, each in enumerate(planned.outcomes)}
    rows |= {row.number: row for row in kept if row.state != "reserved"}
    with writing(db):
        keep(list(rows.values()))
    part, new, attached = [], [], 0
    resting = Resting([each.page for each in planned.outcomes], resolving.Places(planned.found, archive.paths))

    def write(of_page):
        nonlocal attached
        at, hung, told = of_page
        each = planned.outcomes[at]
        body = resolving.MARK.sub(lambda mark: _named(planned.found, ids, int(mark[1])), each.fields["body"])
        said = {**each.fields, "body": body, "files": hung, "note_id": ids[at]}
        try:
            with writing(db):
                stored = notes.put(db, **said, is_proven=proofs.has_finding(each.page), by=by, now=now)
                (note,) = notes.of_ids(db, [ids[at]], reader=access.OPERATOR)
                told += proofs.attach(db, note, each.page, resting.finder(db, ids), by=by, now=now)
        except Invalid as problem:
            # It could be when it was looked at.
            part.append(Row(at + 1, "rejected", None, (problem,), each.lost))
            return
        new.append(stored)
        part.append(Row(at + 1, "loaded", ids[at], (*told, *each.told), each.lost))
        attached += len(hung)

    def tell():
        notes.tell_new(db, new, by=by, now=now)
        keep(part)
        rows.update((each.number, each) for each in part)
        part.clear()
        new.clear()

    with files.holding(home):
        order = [place for place in resting.sources_first() if planned.outcomes[place].state == "new"]
        write_in_parts(db, _with_files(home, archive, planned, order, most_megabytes), write, at_end=tell)
        # Only now is every note there that another one names.
        naming = [ids[at] for at, each in enumerate(planned.outcomes) if at in ids and _names_others(each)]
        write_in_parts(db, naming, lambda note_id: mentions.store_again(db, note_id))
    return {**intake_rows.answer(list(rows.values())), "files": attached}


_UNUSED = N_("No page names it.")


def _outcome(db, page, text, found, defaults, as_topics, by):
    unread = tuple(name for name in page.fields if name not in (*_READ, *_TOLD_ONLY))
    try:
        fields = _fields(db, page, text, defaults, as_topics, by)
        # Now, what `kb.notes.put` would refuse later.
        note_import.refuse(db, {**fields, "body": _told(found, text.body)}, by, proofs.has_finding(page))
    except Invalid as problem:
        return Outcome(page, "refused", why=problem, unread=unread)
    unread += tuple(
        each for each in note_details.unused(fields["dimension"], fields["details"]) if page.fields.get(each)
    )
    known, twin = _known(db, fields, _told(found, text.body), by)
    state = "new" if known is None else "known"
    told = note_import.not_on_list(db, page.fields) if known is None else ()
    return Outcome(page, state, fields, text.files, known, None, twin, None, unread, text.lost, told)


def _resumed(each, row):
    if row.state == "rejected":
        return replace(each, state="refused", why=row.told[0], note_id=None, same_as=None)
    if each.fields is None:
        return each
    state = "new" if row.state == "reserved" else "known"
    return replace(each, state=state, note_id=row.note_id, same_as=None)


def _ids(db, outcomes):
    """Return ``{place: id}`` of the notes that the pages are or become; new ones get theirs now."""
    new = [at for at, each in enumerate(outcomes) if each.state == "new" and each.note_id is None]
    ids = dict(zip(new, note_rows.reserve(db, len(new)), strict=True))
    ids |= {at: each.note_id for at, each in enumerate(outcomes) if each.note_id is not None}
    return ids | {at: ids[each.same_as] for at, each in enumerate(outcomes) if each.same_as is not None}


def _row(at, each, ids):
    state = {"new": "reserved", "known": "merged", "refused": "rejected"}[each.state]
    return Row(at + 1, state, ids.get(at), () if each.why is None else (each.why,), each.lost)


def _names_others(each):
    return each.fields is not None and resolving.MARK.search(each.fields["body"]) is not None


def _fields(db, page, text, defaults, as_topics, by):
    said = {name: value for name, value in page.fields.items() if name in _READ and name not in _PARSED}
    for name in _LISTS:
        if isinstance(said.get(name), list):
            said[name] = [each for each in said[name] if isinstance(each, str)]
    for name, value in said.items():
        if name not in _LISTS and not isinstance(value, str):
            raise Invalid(N_("“%(name)s” is no text."), field=name, name=name)
    customers = page.fields.get("customers")
    if customers:
        said["customers"] = [_customer(each) for each in (customers if isinstance(customers, list) else [customers])]
    filed = page.fields.get("facets") or ()
    said["facets"] = tuple(map(str, [filed] if isinstance(filed, str) else filed))
    # Both stand in every export of ours, and in nothing that is written by hand.
    said["was_kept"] = {"progress", "written"} <= set(page.fields)
    defaults = replace(defaults, topic_names=_topics(page, defaults)) if as_topics else defaults
    fields, _ = note_import.fields_of(db, {**said, "title": page.title, "body": text.body}, defaults, by)
    return {**fields, "body": text.body}


def _customer(said):
    """Return ``(how to look for them, their part)`` of a customer as an export or a person names them."""
    if isinstance(said, dict):
        return str(said.get("number") or said.get("name") or ""), str(said.get("part") or "")
    return str(said), ""


def _topics(page, defaults):
    kept = [each[: topics.LONGEST_NAME].strip() for each in page.within[-_MOST_TOPICS_OF_PLACE:]]
    return tuple(dict.fromkeys([*filter(None, kept), *defaults.topic_names]))


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


def _with_files(home, archive, planned, order, most_megabytes):
    """Yield ``(place, files, why others are left out)`` of the new pages, its files at their places before it is."""
    for at in order:
        each = planned.outcomes[at]
        kept, told = [], []
        for path, name in each.files:
            try:
                kept.append(_kept(home, archive, planned.found, path, name, most_megabytes))
            except Invalid as problem:
                told.append(problem)
        yield at, kept, told


def _kept(home, archive, found, path, name, most_megabytes):
    content = found.embedded.get(path)
    with closing(io.BytesIO(content) if content is not None else archive.open(path)) as stream:
        kept = files.take(home, stream, name=shown_name(name, ""), most_megabytes=most_megabytes)
    return file_names.attached(shown_name(name, kept.kind)), kept


def _identity(found, fields):
    # An article that nobody translated yet stands there in two languages with one text.
    return fields["title"], fields["dimension"], fields["details"].lang, _told(found, fields["body"])
