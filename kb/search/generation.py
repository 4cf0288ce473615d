"""Generations of the index: one folder each under ``index/``, which one answers, and what each commit sealed.

Whoosh keeps no checksums and never syncs. So a commit here first writes ``commit.<n>.json`` with the checksum of every
file and the feed position it reflects, and only then the table of contents ``n`` that makes it the newest: whoever
is killed in between leaves the commit before it, whole.
"""

import json
import os
import re
import secrets
import shutil
import zlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from kb.disk import sync
from kb.search import columns
from kb.search.schema import FIELD, index_version, schema
from kb.search.whoosh_terms import BLOCK, TermsWriter

NAME = "MAIN"
_NEWEST = re.compile(rf"_{NAME}_(\d+)\.toc")
MOST_SEGMENTS = 12
# So many come together at once where there are more: each time a large one is written anew, so not one by one.
_MERGED_AT_ONCE = 4
# Merging costs half a millisecond a note: so many may be merged while somebody waits for a save to be found.
_QUICKLY_MERGED = 500


class Damaged(Exception):
    """An index that cannot be read as it was written."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit sealed.

    ``seq`` is the feed position it reflects; ``built_to`` the last note id of an unfinished build, None when whole;
    ``files`` their checksums; ``segments`` ``{id: [documents, checksum of the deleted ones]}``.
    """

    version: str
    seq: int
    built_to: int | None
    files: dict
    segments: dict


def folder(home):
    """Return the folder of all generations, only for the owner of the process: Whoosh's files are pickles."""
    path = home / "index"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def current(home):
    """Return the folder of the generation that answers, or None."""
    try:
        name = (home / "index" / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None
    path = home / "index" / name
    return path if name.isdigit() and path.is_dir() else None


def create(home):
    """Make an empty generation beside the others and return its folder."""
    numbers = [int(path.name) for path in folder(home).iterdir() if path.name.isdigit()]
    path = folder(home) / f"{max(numbers, default=0) + 1:08d}"
    path.mkdir(mode=0o700)
    TOC.create(_Files(path), schema(), NAME)
    _write_commit(path, 0, Commit(index_version(), 0, 0, {}, {}))
    return path


def switch(home, path):
    """Let the generation in `path` answer from now on, and delete the others."""
    _replace(folder(home) / "current", path.name)
    for other in folder(home).iterdir():
        if other.name.isdigit() and other != path:
            shutil.rmtree(other, ignore_errors=True)


def unfinished(home):
    """Return the folder of a build of today's version that was cut short and can go on, or None."""
    for path in sorted(folder(home).iterdir(), reverse=True):
        if path.name.isdigit() and path != current(home):
            try:
                commit = last_commit(path)
            except Damaged:
                continue
            if commit.version == index_version() and not damaged_files(path):
                return path
    return None


def withdraw(home):
    """Let no generation answer: what is damaged must not give wrong hits while a new one is built."""
    (folder(home) / "current").unlink(missing_ok=True)


def newest(path):
    """Return the number of the last commit of a generation."""
    with reading():
        matches = map(_NEWEST.fullmatch, os.listdir(path))
        return max(int(match[1]) for match in matches if match)


def last_commit(path, number=None):
    """Return the `Commit` of a generation, by default its last; raises `Damaged`."""
    with reading():
        name = f"commit.{newest(path) if number is None else number}.json"
        commit = Commit(**json.loads((path / name).read_text(encoding="utf-8")))
        if not isinstance(commit.seq, int) or not isinstance(commit.version, str):
            raise TypeError("seq and version")
    return commit


def advance(path, seq):
    """Remember that the index reflects `seq` though no note changed."""
    number = newest(path)
    _write_commit(path, number, Commit(**{**asdict(last_commit(path, number)), "seq": seq}))


def segments(path, number):
    """Return the segments of commit `number`, checked against what it sealed; raises `Damaged`."""
    commit = last_commit(path, number)
    with reading():
        found = TOC.read(_Files(path), NAME, gen=number, schema=schema()).segments
        if {each.segment_id(): _seal(each) for each in found} != commit.segments:
            raise ValueError("the table of contents is not what was committed")
    return found


def open_segment(path, segment):
    """Return Whoosh's reader of one segment."""
    with reading():
        return SegmentReader(_Files(path), schema(), segment)


def columns_of(path, segment):
    """Return the `kb.search.columns.Columns` of one segment; raises `Damaged`."""
    with reading():
        found = columns.read(path / segment.make_filename(columns.SUFFIX))
        if len(found) != segment.doc_count_all():
            raise ValueError(f"{len(found)} documents")
    return found


def damaged_files(path):
    """Return the names of the files of a generation that are not as they were written."""
    try:
        commit = last_commit(path)
        segments(path, newest(path))
    except Damaged:
        return ["the table of contents"]
    return [name for name, checksum in commit.files.items() if _checksum(path / name) != checksum]


@contextmanager
def reading():
    """Turn whatever a damaged file raises into `Damaged`: Whoosh has no one exception for it."""
    try:
        yield
    except Damaged:
        raise
    except Exception as problem:
        raise Damaged(f"{type(problem).__name__}: {problem}") from problem


class Writer(SegmentWriter):
    """The one writer of a generation. Use `save`, or `cancel`."""

    def __init__(self, path):
        self._path = path
        self._parts = []
        super().__init__(FileIndex(_Files(path), schema=schema()), codec=Codec(), compound=False)

    def add(self, part, kept=None):
        """Add the documents of `kb.search.columns.Columns`, or those of them that are `kept`."""
        self._parts.append((part, kept))
        self.docnum += len(part) if kept is None else int(kept.sum())
        self._added = True

    def save(self, *, seq, built_to=None, has_time=False):
        """Commit what was added and deleted; afterwards the index reflects `seq`.

        Only with `has_time` are large segments merged too.
        """
        self._position = {"seq": seq, "built_to": built_to}
        self.commit(mergetype=_merge_well if has_time else _merge_quickly)

    def _flush_segment(self):
        self.perdocwriter.close()
        found = columns.merged(self._parts)
        self.fieldwriter.add_columns(FIELD, self.schema[FIELD], found)
        self.fieldwriter.close()
        columns.write(found, self._path / self.newsegment.make_filename(columns.SUFFIX))

    def _commit_toc(self, segments):
        known = last_commit(self._path).files if self.generation > 1 else {}
        ours = {each.segment_id() for each in segments}
        names = [each for each in os.listdir(self._path) if each.split(".")[0] in ours]
        for name in names:
            if name not in known:
                sync(self._path / name)
                known[name] = _checksum(self._path / name)
        seals = {each.segment_id(): _seal(each) for each in segments}
        files = {name: known[name] for name in names}
        _write_commit(
            self._path, self.generation, Commit(index_version(), files=files, segments=seals, **self._position)
        )
        super()._commit_toc(segments)
        sync(self._path)
        for old in self._path.glob("commit.*.json"):
            if old.name != f"commit.{self.generation}.json":
                old.unlink()


class Codec(W3Codec):
    """Whoosh's own, with long blocks and without the lengths we keep ourselves.

    Pickled with each segment by its name: never move or rename it.
    """

    # Else it looks for a file of lengths, which is not there, once for each posting: half the time of a build.
    length_stats = False

    def __init__(self):
        super().__init__(blocklimit=BLOCK)

    def field_writer(self, storage, segment):
        """Return what writes whole lists of postings."""
        return TermsWriter(self, storage, segment)

    def new_segment(self, storage, indexname):
        """Return a segment whose name no other has."""
        segment = super().new_segment(storage, indexname)
        # Whoosh draws the name from the global generator: whoever seeds that would overwrite another segment's files.
        segment.segid = secrets.token_hex(8)
        return segment


class _Files(FileStorage):
    """Files that close themselves with their last reader, whichever thread that is."""

    def __init__(self, path):
        super().__init__(str(path))

    def open_file(self, name, **kwargs):
        return StructFile(_Descriptor(self._fpath(name)), name=name, **kwargs)


class _Descriptor:
    """An open file for reading, without a map: a map of a file that shrinks kills the process."""

    def __init__(self, path):
        self._at = 0
        self._descriptor = None
        self._descriptor = os.open(path, os.O_RDONLY)

    def read(self, size=-1):
        if size < 0:
            size = os.fstat(self._descriptor).st_size - self._at
        found = os.pread(self._descriptor, size, self._at)
        self._at += len(found)
        return found

    def readline(self):
        found = b""
        while not found.endswith(b"\n") and (byte := self.read(1)):
            found += byte
        return found

    def seek(self, position, whence=os.SEEK_SET):
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}
        self._at = position + (base[whence] if whence in base else os.fstat(self._descriptor).st_size)
        return self._at

    def tell(self):
        return self._at

    def close(self):
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    __del__ = close


def _merge_quickly(writer, segments):
    """Merge the smallest segments when there are many, as far as nobody has to wait for it.

    One is merged only with others that together have half as many notes: else each second save writes the same few
    hundred anew. What is left is more than `MOST_SEGMENTS` by one for each time three as many, until somebody is idle.
    """
    if len(segments) < MOST_SEGMENTS:
        return segments
    return _merged(
        writer,
        segments,
        lambda merged, total, size: total + size <= _QUICKLY_MERGED and (not merged or size <= 2 * total),
    )


def _merge_well(writer, segments):
    """Merge as few of the smallest as it takes: whoever saves meanwhile waits to be found."""
    wanted = len(segments) - MOST_SEGMENTS + _MERGED_AT_ONCE
    return _merged(writer, segments, lambda merged, total, size: merged < wanted)


def _merged(writer, segments, goes_on):
    by_size = sorted(segments, key=lambda each: each.doc_count_all())
    merged, total = [], 0
    while by_size and goes_on(len(merged), total, by_size[0].doc_count_all()):
        total += by_size[0].doc_count_all()
        merged.append(by_size.pop(0))
    if len(merged) < 2:
        return segments
    for each in merged:
        part = columns_of(Path(writer.storage.folder), each)
        kept = np.ones(len(part), bool)
        kept[list(each.deleted_docs())] = False
        writer.add(part, kept)
    return by_size


def _seal(segment):
    deleted = ",".join(map(str, sorted(segment.deleted_docs())))
    return [segment.doc_count_all(), zlib.crc32(deleted.encode())]


def _checksum(path):
    checksum = 0
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                checksum = zlib.crc32(block, checksum)
    except OSError:
        return None
    return checksum


def _write_commit(path, number, commit):
    _replace(path / f"commit.{number}.json", json.dumps(asdict(commit)))


def _replace(path, text):
    aside = path.with_name(f"{path.name}.new")
    aside.write_text(text, encoding="utf-8")
    sync(aside)
    aside.replace(path)
    sync(path.parent)
