"""A note that answers as a list shows it: marked, with the excerpt that answers, and why it is here."""

from dataclasses import dataclass

from kb import files, member_mentions, notes
from kb.errors import N_
from kb.note_details import in_force
from kb.search.snippets import LONGEST, WIDTH, Marker
from kb.unmarked import unmarked


@dataclass(frozen=True, slots=True)
class Hit:
    """One note that answers; ``marks`` and ``title_marks`` are spans in code points, ``reasons`` catalogue keys.

    ``force`` is what `kb.note_details.in_force` says of it today, ``likeness`` which share of the question it holds;
    ``file`` the id, name, kind, place and position of an attached file where the snippet is cut from one, else None;
    ``customer_text`` what can be copied for a customer.
    """

    id: int
    title: str
    title_marks: list
    snippet: str
    marks: list
    dimension: str
    maturity: str | None
    standing: str | None
    owner: str | None
    updated_at: str
    topics: tuple
    customers: tuple
    agreeing: tuple | None
    valid_from: str
    valid_until: str
    score: float
    reasons: tuple
    force: str
    likeness: float
    doubts: tuple
    checker: str | None
    verified_at: str | None
    due_at: str
    duty: str | None
    file: dict | None
    customer_text: str


def hits(db, page, reader, today):
    found = {note.id: note for note in notes.of_ids(db, [each.id for each in page], reader=reader)}
    markers = {}  # one for all the notes that answer one question
    for each in page:
        if each.asked is not None and id(each.asked) not in markers:
            markers[id(each.asked)] = Marker(each.asked)
        if each.id in found:
            yield _hit(db, found[each.id], each, markers.get(id(each.asked)), today)


def _hit(db, note, kept, marker, today):
    if marker is None:
        title_marks, marks, reasons, file = [], [], (), None
        snippet = member_mentions.shown(db, [note.summary or unmarked(note.body[: 4 * WIDTH])[:WIDTH]])[0]
    else:
        title_marks, snippet, marks, reasons, file = _told(db, note, kept, marker)
    return Hit(
        id=note.id,
        title=note.title,
        title_marks=title_marks,
        snippet=snippet,
        marks=marks,
        dimension=note.dimension,
        maturity=note.maturity,
        standing=note.standing,
        owner=note.owner,
        updated_at=note.updated_at,
        topics=note.topics,
        customers=note.customers,
        agreeing=note.agreeing,
        valid_from=note.valid_from,
        valid_until=note.valid_until,
        score=round(kept.score, 6),
        reasons=reasons,
        force=in_force(note, today),
        likeness=kept.likeness,
        doubts=note.doubts,
        checker=note.checker,
        verified_at=note.verified_at,
        due_at=note.due_at,
        duty=note.duty,
        file=file,
        customer_text=note.customer_text,
    )


def _told(db, note, kept, marker):
    """Return where a note answers and why it is here, and the file that answers where its own text does not."""
    level = marker.level(note.title, note.summary, note.body, note.customer_text)
    title_marks = marker.marks(note.title, level)
    texts = member_mentions.shown(db, (unmarked(note.body[:LONGEST]), note.summary, note.customer_text))
    snippet, marks = _excerpt(marker, level, filter(None, texts))
    file = _file(db, note, marker) if level or not marks else None
    reasons = [N_("in the title")] if title_marks else []
    if file is not None:
        snippet, marks = marker.snippet(file.pop("text"), 0)
        reasons.append(N_("in an attached file"))
    reasons.append(kept.why or (N_("your exact words") if kept.is_literal else N_("some of your words")))
    return title_marks, snippet, marks, tuple(reasons), file


def _excerpt(marker, level, texts):
    """Return the part that answers, and its marks, of the first text that has one; else the beginning of the first."""
    first = None
    for text in texts:
        found = marker.snippet(text, level)
        if found[1]:
            return found
        first = first or found
    return first or ("", [])


def _file(db, note, marker):
    """Return the piece of an attached file that holds most of the words as they were asked, or None."""
    best, found = 0, None
    for each in note.attachments:
        for piece in files.text_of(db, each["file_id"]):
            held = sum(map(len, {piece["text"][start:end] for start, end in marker.marks(piece["text"], 0)}))
            if held > best:
                named = {name: each[name] for name in ("id", "name", "kind")}
                best, found = held, {**named, **piece}
    return found
