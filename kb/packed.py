"""Members of a zip that strangers packed: opened with limits that are checked while they are unpacked.

What an archive says of itself is no proof.
"""

import gzip
import io
import zipfile
import zlib

from kb.errors import Invalid, N_

# A chain's month is under 100 MB of text; a bomb is not. Plain files are read in pieces and have no limit.
MAX_UNPACKED = 200_000_000
# Tables pack 5 to 30 times. A small file of equal rows may pack more and harms nobody.
MAX_RATIO = 100
RATIO_COUNTS_FROM = 10_000_000
BLOCK = 1 << 20
_UTF_8 = 0x800

DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)
# What everybody opens. Damage in the others comes as errors that a disk could raise as well.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def entries(path, name):
    """Return the entries of the zip at `path`, which people call `name`; refuses one that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except NotImplementedError as problem:
        raise other_packing(name) from problem
    except DAMAGED as problem:
        raise damaged(name) from problem


def name_of(entry):
    """Return the path of an entry; what was packed on a Chinese Windows names its files in GBK."""
    name = entry.filename
    if not entry.flag_bits & _UTF_8:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def open_entry(path, name, entry):
    """Return a stream of an entry of the zip at `path`, as `stream` does; it closes the archive."""
    archive = zipfile.ZipFile(path)
    try:
        return stream(archive, name, entry, is_alone=True)
    except Invalid:
        archive.close()
        raise


def stream(archive, name, entry, *, is_alone=False):
    """Return a stream of an entry of an open zip that people call `name`.

    Parameters
    ----------
    is_alone : bool
        Whether the archive closes with it.

    Raises
    ------
    kb.errors.Invalid
        Here or from the stream: locked, damaged, or unpacking to far more than it should.
    """
    if entry.flag_bits & 1:
        raise Invalid(N_("%(file)s is locked with a password."), hint=N_("Hand it in without a password."), file=name)
    if entry.compress_type not in _METHODS:
        raise other_packing(name)
    if entry.header_offset < 0:
        # zipfile would ask the disk for it.
        raise damaged(name)
    try:
        opened = archive.open(entry)
    except NotImplementedError as problem:
        raise other_packing(name) from problem
    except DAMAGED as problem:
        raise damaged(name) from problem
    return bounded(opened, name, entry.compress_size, archive if is_alone else None)


def bounded(stream, name, packed, archive=None):
    """Return a stream that refuses to unpack more than is sensible for so many packed bytes; closes `archive` too."""
    return io.BufferedReader(_Bounded(stream, name, packed, archive), BLOCK)


class _Bounded(io.RawIOBase):
    """A stream that refuses to unpack more than is sensible, and turns damage into a sentence."""

    def __init__(self, stream, name, packed, archive=None):
        self._stream, self._name, self._packed, self._archive = stream, name, packed, archive
        self._unpacked = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            block = self._stream.read(len(buffer))
        except DAMAGED as problem:
            raise damaged(self._name) from problem
        self._unpacked += len(block)
        refuse_bomb(self._name, self._unpacked, self._packed)
        buffer[: len(block)] = block
        return len(block)

    def close(self):
        self._stream.close()
        if self._archive is not None:
            self._archive.close()
        super().close()


def refuse_bomb(name, unpacked, packed, most=MAX_UNPACKED):
    """Refuse what unpacks to more than `most`, or many times its size."""
    exploded = unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(packed, 1)
    if unpacked > most or exploded:
        raise Invalid(
            N_("%(file)s unpacks to far more than it should."),
            hint=N_("Unpack it yourself and look at what is in it."),
            file=name,
        )


def other_packing(name):
    """Return why an archive packed by another method is refused."""
    return Invalid(
        N_("%(file)s is packed in a way Kezhi does not open."),
        hint=N_("Unpack it and hand in what is in it."),
        file=name,
    )


def damaged(name):
    """Return why an archive that breaks off is refused."""
    return Invalid(N_("%(file)s is damaged or cut off."), hint=N_("Export or copy it again."), file=name)
