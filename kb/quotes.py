"""Quotes: the words of an interaction, a note or a file that a note rests on, found again where they moved."""

from dataclasses import dataclass, replace

from kb import (
    access,
    attachments,
    evidence,
    files,
    interaction_attachments,
    interactions,
    member_mentions,
    mentions,
    notes,
)
from kb.anchors import digest, find, whole
from kb.errors import Invalid, N_
from kb.evidence import Words
from kb.first_sentence import shown_title
from kb.note_details import Details
from kb.store import writing
from kb.text import clean

LONGEST = 2000
PARTS = ("said", "told")
# How the words of a quote stand to its source today.
STATES = ("there", "changed", "moved", "gone", "archived", "erased", "closed")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a part of a source.

    ``kind`` is one of `kb.evidence.SOURCES`, ``source_id`` what it names, ``part`` "said" or "told" of an interaction,
    the position of a piece of a file, "" of a note; ``span`` where the words stand today, None where they do not;
    ``state`` one of `STATES`: changed are words that stand in a text that is another, moved those that stand
    elsewhere in it. ``text`` and ``name`` are None for who may not see the source, and where it was erased; ``place``
    is the page or sheet of a file, ``file_kind`` its kind.
    """

    id: int
    note_id: int
    kind: str
    source_id: int | None
    part: str
    text: str | None
    span: tuple | None
    state: str
    name: str | None
    place: str
    file_kind: str
    by: str | None
    at: str


@dataclass(frozen=True, slots=True)
class _Source:
    """What is quoted, as it stands: ``text`` of the part, None for one it does not have."""

    name: str
    text: str | None
    is_listed: bool
    place: str = ""
    file_kind: str = ""


def add(db, kind, source_id, *, part, text, topic_names, by, now, experience=""):
    """Make words of a source a note that says what the source is about and whom it is open to, and return the note.

    Parameters
    ----------
    kind : {"interaction", "interaction_file", "note", "file"}
        A file is named by the id of what it is attached as.
    part : str
        "said" or "told", the position of a piece of a file, "" for a note.
    text : str
        Words that stand there just so, but for blanks and the marks of Markdown.
    topic_names : sequence of str
        Without any, those of the note that is quoted, or that holds the file.
    experience : str
        How the customer felt, of words of an interaction or of a file of one.

    Raises
    ------
    kb.errors.Invalid
        When the words do not stand there.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    text = clean(text, field="quote", label=N_("Quote"), limit=LONGEST)
    if not any(map(str.isalnum, text)) or (kind == "interaction" and part not in PARTS):
        raise Invalid(N_("Which words are quoted?"), hint=N_("Select them, or paste them here."), field="quote")
    with writing(db):
        origin, dimension, details = _origin(db, kind, source_id, by, experience)
        part, source, span, words = _place(db, kind, source_id, part, text, by)
        title = shown_title(db, "", text)
        return notes.add(
            db,
            title=title,
            body="" if words.rstrip("。.") == title else words,
            dimension=dimension,
            topic_names=topic_names or [each["name"] for each in getattr(origin, "topics", ())],
            details=details,
            readers=_readers(origin, by),
            proofs=[Words(kind, source_id, part, span[0], words, digest(source.text))],
            by=by,
            now=now,
        )


def of_note(db, note_id, *, reader):
    """Return the quotes a note rests on, the oldest first."""
    return _quotes(db, evidence.quotes_of_note(db, note_id), reader)


def of_source(db, kind, source_id, *, reader):
    """Return ``[(quote, note)]``: the notes in no archive that quote a source and that `reader` may see."""
    rows = evidence.resting_on(db, kind, source_id)
    found = {note.id: note for note in notes.of_ids(db, {row["note_id"] for row in rows}, reader=reader)}
    rows = [row for row in rows if row["note_id"] in found and not found[row["note_id"]].archived]
    named = [{**row, "created_by_name": None} for row in rows]
    return [(each, found[each.note_id]) for each in _quotes(db, named, reader)]


# What names colleagues and notes, which its page calls by name.
_NAMING = ("interaction", "note")
# What tells of a file, and of what it hangs on.
_FILES = {"file": attachments, "interaction_file": interaction_attachments}
_LACKING = {
    "interaction": N_("These words do not stand in the interaction."),
    "note": N_("These words do not stand in the note."),
    **dict.fromkeys(_FILES, N_("These words do not stand in the file, or not on one page of it.")),
}


def _origin(db, kind, source_id, by, experience):
    """Return the interaction or the note that words come from, and what a note of them is: its type and details."""
    if kind in ("interaction", "interaction_file"):
        talk = (
            interactions.get(db, source_id, reader=by)
            if kind == "interaction"
            else interaction_attachments.get(db, source_id, reader=by)[0]
        )
        return talk, "from", Details(((talk.customer_id, ""),), channel=talk.channel, experience=experience)
    if kind == "note":
        note = notes.get(db, source_id, reader=by)
    else:
        note, _ = attachments.get(db, source_id, reader=by)
    details = replace(note.details(), template="", traits=())
    if note.dimension == "about" and not details.observation:
        details = replace(details, observation=note.title)
    return note, note.dimension, details


def _place(db, kind, source_id, part, text, by):
    """Return the part in which words stand, it as a `_Source`, the stretch of it, and the words as they stand there.

    Without a part any will do.
    """
    parts = [part]
    if kind in _FILES and not part:
        _, file = _FILES[kind].get(db, source_id, reader=by)
        parts = [str(piece["position"]) for piece in files.text_of(db, file["file_id"])]
    for each in parts:
        source = _sources(db, kind, [(source_id, each)], by).get((source_id, each))
        if source is None or source.text is None:
            continue
        for words in (text, _as_written(db, text, source.text, by) if kind in _NAMING else text):
            span = find(source.text, words, 0)
            if span is not None:
                return each, source, span, words
    raise Invalid(_LACKING[kind], hint=N_("Quote them just as they are."), field="quote")


def _as_written(db, text, whole_text, by):
    text = member_mentions.as_written(db, text, whole_text)
    return mentions.as_written(db, text, whole_text, reader=by)


def _readers(origin, by):
    # A department is that of whoever writes the new note, so another's must not become it; a list names its own.
    is_foreign = origin.readers == "list" or (
        origin.readers == "department" and origin.department_id != by.department_id
    )
    return "owner" if is_foreign else origin.readers


def _quotes(db, rows, reader):
    sources = {}
    for kind, column in evidence.SOURCES.items():
        wanted = [(row[column], row["part"]) for row in rows if row["kind"] == kind and row[column] is not None]
        sources |= {(kind, *key): source for key, source in _sources(db, kind, wanted, reader).items()}
    return [_quote(row, sources) for row in rows]


def _quote(row, sources):
    source_id = row[evidence.SOURCES[row["kind"]]]
    source = sources.get((row["kind"], source_id, row["part"]))
    text, span = None if source is None else row["text"], None
    if source_id is None:
        state = "erased"
    elif source is None:
        state = "closed"
    else:
        span = None if source.text is None else find(source.text, text, row["start"])
        state = _state(row, source, span)
    return Quote(
        **{name: row[name] for name in ("id", "note_id", "kind", "part")},
        source_id=source_id,
        text=text,
        span=span,
        state=state,
        name=source.name if source else None,
        place=source.place if source else "",
        file_kind=source.file_kind if source else "",
        by=row["created_by_name"],
        at=row["created_at"],
    )


def _state(row, source, span):
    if not source.is_listed:
        return "archived"
    if span is None:
        return "gone"
    if span[0] != row["start"]:
        return "moved"
    # Those of before a digest was kept tell only by their place.
    return "there" if row["digest"] in (None, digest(source.text)) else "changed"


def _sources(db, kind, wanted, reader):
    """Return ``{(source id, part): _Source}`` of those that `reader` may see."""
    ids = {source_id for source_id, _ in wanted}
    if kind == "interaction":
        found = interactions.of_ids(db, ids, reader=reader)
        return {
            (number, part): _Source(found[number].customer, getattr(found[number], part), not found[number].archived)
            for number, part in wanted
            if number in found
        }
    if kind == "note":
        known = {note.id: note for note in notes.of_ids(db, ids, reader=reader)}
        return {
            (number, part): _Source(known[number].title, whole(known[number]), not known[number].archived)
            for number, part in wanted
            if number in known
        }
    return _of_files(db, kind, wanted, reader)


def _of_files(db, kind, wanted, reader):
    found = {}
    held = _FILES[kind].of_ids(db, {number for number, _ in wanted}, reader=reader)
    for number, part in wanted:
        if number in held:
            file, is_listed = held[number]
            piece = files.piece(db, file["file_id"], part)
            text, place = (piece["text"], piece["place"]) if piece else (None, "")
            found[number, part] = _Source(file["name"], text, is_listed, place, file["kind"])
    return found
