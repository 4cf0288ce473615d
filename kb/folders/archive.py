"""What people hand in: a zip, a folder or a single file, as files by path, none of which can do harm.

Paths are only ever names to look up. What a zip says of itself is no proof, see `kb.packed`.
"""

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
from contextlib import contextmanager
from pathlib import Path

from kb import packed
from kb.errors import Invalid, N_

MOST_FILES = 200_000
MOST_MEGABYTES = 1024
# All of them together; each file has the limit of `kb.packed` besides.
_MOST_UNPACKED = 4 * 1024**3
# 300 bytes a file; reading the list takes ten times as much memory.
_MOST_DIRECTORY = 60_000_000
_END = struct.Struct("<4s4H2LH")
_MEGABYTE = 1024 * 1024
_DRIVE = re.compile(r"[a-zA-Z]:")


class Archive:
    """Files by their path, with ``/`` between; ``skipped`` pairs of the path of another and why it is left out."""

    def __init__(self, name, sizes, openers, skipped):
        self.name = name
        self.sizes = sizes
        self.skipped = skipped
        self._openers = openers

    @property
    def paths(self):
        """The paths of the files, in order."""
        return list(self.sizes)

    def open(self, path):
        """Return a stream of a file; reading it raises `Invalid` where it does harm or is damaged."""
        return self._openers(path)

    def read(self, path, most):
        """Return the bytes of a file, or refuse it when there are more than `most`."""
        with self.open(path) as stream:
            found = stream.read(most + 1)
        if len(found) > most:
            raise Invalid(N_("It is larger than %(limit)d MB."), limit=most // _MEGABYTE)
        return found


@contextmanager
def opened(path, name=None):
    """Open a zip, a folder or a single file as an `Archive`.

    Parameters
    ----------
    path : pathlib.Path
    name : str, optional
        What the person calls it, where it is stored under another name.

    Raises
    ------
    kb.errors.Invalid
    """
    name = name or path.name
    if path.is_dir():
        yield _folder(path, name)
    elif _is_zip(path, name):
        entries = packed.entries(path, name)
        with zipfile.ZipFile(path) as archive:
            yield _zip(archive, name, entries)
    else:
        yield Archive(name, {name: path.stat().st_size}, lambda _: path.open("rb"), [])


def _is_zip(path, name):
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as problem:
        raise Invalid(
            N_("%(file)s cannot be opened."), hint=N_("Check the name and that you may read it."), file=name
        ) from problem
    if head not in (b"PK\x03\x04", b"PK\x05\x06"):
        return False
    if size > MOST_MEGABYTES * _MEGABYTE:
        raise Invalid(
            N_("“%(file)s” is larger than %(limit)d MB."),
            hint=N_("Export it in parts, or unpack it and import the folder with “kezhi notes import”."),
            field="file",
            file=name,
            limit=MOST_MEGABYTES,
        )
    _refuse_long_list(path, name, size)
    return True


def _refuse_long_list(path, name, size):
    """Refuse a zip by the length of its list, which zipfile would read into memory as a whole."""
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise packed.damaged(name)
    count, length = _END.unpack_from(tail, at)[4:6]
    # At 0xFFFF and 0xFFFFFFFF the true figures stand elsewhere, and are larger still.
    if count > MOST_FILES or length > _MOST_DIRECTORY:
        raise _too_many(name)


def _zip(archive, name, entries):
    if len(entries) > MOST_FILES:
        raise _too_many(name)
    told = (sum(each.file_size for each in entries), sum(each.compress_size for each in entries))
    packed.refuse_bomb(name, *told, most=_MOST_UNPACKED)
    kept, skipped = {}, []
    for entry in entries:
        path = packed.name_of(entry)
        if entry.is_dir() or path.endswith("/") or _is_litter(path):
            continue
        why = _harm(path) or (_LINK if stat.S_ISLNK(entry.external_attr >> 16) else None)
        if why is None and path in kept:
            why = N_("There are two files of this name.")
        if why is None:
            kept[path] = entry
        else:
            skipped.append((_shown(path), Invalid(why)))
    sizes = {path: entry.file_size for path, entry in sorted(kept.items())}
    return Archive(name, sizes, lambda path: packed.stream(archive, name, kept[path]), skipped)


def _folder(root, name):
    sizes, skipped = {}, []
    for folder, below, files in os.walk(root):
        below.sort()
        linked = [each for each in below if (Path(folder) / each).is_symlink()]
        for each in sorted([*files, *linked]):
            place = Path(folder, each)
            path = place.relative_to(root).as_posix()
            if _is_litter(path):
                continue
            found = place.lstat()
            if not stat.S_ISREG(found.st_mode):
                skipped.append((_shown(path), Invalid(_LINK)))
                continue
            sizes[path] = found.st_size
            if len(sizes) > MOST_FILES:
                raise _too_many(name)
    return Archive(name, sizes, lambda path: io.BufferedReader(io.FileIO(root / path)), skipped)


_LINK = N_("It is a link to elsewhere, not a file.")


def _harm(path):
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in path):
        return N_("Its name holds characters that no name should.")
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/"):
        return N_("Its path leads out of the folder.")
    return None


def _is_litter(path):
    last = path.rsplit("/", 1)[-1]
    hidden = any(part.startswith(".") and part not in (".", "..") for part in path.split("/"))
    return path.startswith("__MACOSX/") or hidden or last in ("Thumbs.db", "desktop.ini")


def _shown(path):
    return "".join(each if each.isprintable() else "\ufffd" for each in path)[:200]


def _too_many(name):
    return Invalid(
        N_("%(file)s holds more than %(limit)d files."),
        hint=N_("Export it in parts."),
        field="file",
        file=name,
        limit=MOST_FILES,
    )
