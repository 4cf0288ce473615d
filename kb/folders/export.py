"""A folder of notes as a zip: a Markdown file each, its attachments beside it, links between the notes as links."""

import io
import zipfile
from datetime import datetime
from urllib.parse import unquote

from kb import customers, evidence, files, mentions, named_readers, note_details, notes
from kb.file_kinds import PICTURES
from kb.folders import front_matter, links, proofs
from kb.folders.file_names import Names

_NOTES_AT_ONCE = 200
_BLOCK = 1 << 18

# Packing these again saves nothing.
_PACKED = (*PICTURES, "docx", "xlsx", "pptx", "pdf")


def zipped(db, home, note_ids, *, reader):
    """Yield the bytes of a zip of these notes, as far as `reader` sees them; it holds a few of them at a time.

    Parameters
    ----------
    home : pathlib.Path
    note_ids : list of int
    """
    titles = mentions.titles(db, note_ids, reader=reader)
    names = Names()
    stems = {note_id: names.stem(titles[note_id], ".md") for note_id in note_ids if note_id in titles}
    paths = _paths(db, stems, reader)
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        ids = list(stems)
        for at in range(0, len(ids), _NOTES_AT_ONCE):
            for note in notes.of_ids(db, ids[at : at + _NOTES_AT_ONCE], reader=reader):
                yield from _note(db, home, archive, sink, note, stems, paths, reader)
    yield sink.taken()


def _paths(db, stems, reader):
    """Return ``{("note" or "file", id): path}`` of the notes of a folder and of what hangs on those that are quoted."""
    found = {("note", note_id): f"{stem}.md" for note_id, stem in stems.items()}
    quoted = [each for each in evidence.notes_of_quoted_files(db) if each in stems]
    for at in range(0, len(quoted), _NOTES_AT_ONCE):
        for note in notes.of_ids(db, quoted[at : at + _NOTES_AT_ONCE], reader=reader):
            found |= {("file", each["id"]): path for path, each in _beside(note, stems)}
    return found


def _beside(note, stems):
    stem, names = stems[note.id], Names()
    return [(f"{stem}/{names.file(each['name'])}", each) for each in note.attachments if files.is_ready(each)]


def _note(db, home, archive, sink, note, stems, paths, reader):
    stem, beside = stems[note.id], _beside(note, stems)
    unready = [each["name"] for each in note.attachments if not files.is_ready(each)]
    paths = paths | {("file", each["id"]): path for path, each in beside}
    fields = {
        **_fields(db, note, reader),
        "evidence": proofs.of_note(db, note, paths, reader=reader),
        "attachments": [path for path, _ in beside],
        "not_ready": unready,
    }
    pictures = {each["name"]: path for path, each in beside if each["kind"] in PICTURES}
    text = front_matter.written(fields, _body(db, note, stems, pictures, reader))
    archive.writestr(_entry(f"{stem}.md", note.updated_at), text.encode(), zipfile.ZIP_DEFLATED)
    yield sink.taken()
    for path, each in beside:
        entry = _entry(path, each["added_at"])
        entry.compress_type = zipfile.ZIP_STORED if each["kind"] in _PACKED else zipfile.ZIP_DEFLATED
        entry.file_size = each["size"]
        with files.path_of(home, each["sha256"]).open("rb") as source, archive.open(entry, "w") as into:
            while block := source.read(_BLOCK):
                into.write(block)
                yield sink.taken()


def _fields(db, note, reader):
    known = customers.of_ids(db, [each["id"] for each in note.customers], reader=reader)
    named = [
        {"name": each["name"], "number": known[each["id"]].number or "", "part": each["part"]}
        for each in note.customers
    ]
    return {
        **{name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")},
        "named_readers": named_readers.written(db, note.named_readers) if note.named_readers else [],
        "topics": [each["name"] for each in note.topics],
        **{name: getattr(note, name) for name in note_details.COLUMNS},
        "customers": [{name: value for name, value in each.items() if value} for each in named],
        "traits": [f"{kind}:{word}" for kind, word in note.traits],
        "facets": list(note.facets),
        # What the import does not read back: it is told by what happened.
        "progress": note.maturity or note.standing,
        "author": note.owner,
        "department": note.department,
        "written": note.created_at,
        "changed": note.updated_at,
    }


def _body(db, note, stems, pictures, reader):
    ids = {int(each) for each in mentions.MARK.findall(note.body)}
    titles = mentions.titles(db, ids, reader=reader) if ids else {}

    def link(mark):
        number = int(mark[1])
        if number in stems:
            return f"[{links.escaped(titles[number])}](<{stems[number]}.md>)"
        # Of another home it would be another note's number.
        return titles.get(number, f"[[ {number} ]]")

    def picture(match):
        path = pictures.get(unquote(links.target(match)))
        return match[0] if path is None else links.picture(match["words"], path)

    return links.replaced(links.replaced(note.body, links.PICTURE, picture), mentions.MARK, link)


def _entry(path, at):
    return zipfile.ZipInfo(path, datetime.fromisoformat(at).timetuple()[:6])


class _Sink(io.RawIOBase):
    """Where the zip is written to, and taken from piece by piece: nothing is ever whole in memory."""

    def __init__(self):
        self._parts = []

    def writable(self):
        return True

    def write(self, data):
        self._parts.append(bytes(data))
        return len(data)

    def taken(self):
        parts, self._parts = self._parts, []
        return b"".join(parts)
