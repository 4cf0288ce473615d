"""The cells of a workbook of Excel 97 to 2003, looked at before they are read: damage may place one anywhere.

The reader makes room for every place up to the last cell. See [MS-CFB] for the file, [MS-XLS] 2.5 for the records.
"""

import struct
from itertools import islice

_FREE = 0xFFFFFFFA  # and above: no sector
_STREAMS = ("Workbook", "Book")
# Numbers, texts, formulas and their like all begin with row and column.
_CELLS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_SHORT_STREAM = 4096


def reach(data):
    """Return ``(rows, columns, cells)`` of the sheet of a workbook that reaches farthest; zeros where none is found."""
    try:
        return _reach(_Container(data).stream(_STREAMS))
    except (struct.error, IndexError, ValueError):
        return 0, 0, 0  # whoever reads it says what is wrong


def _reach(records):
    at, farthest, here = 0, (0, 0, 0), (0, 0, 0)
    while at + 4 <= len(records):
        kind, size = struct.unpack_from("<HH", records, at)
        if kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", records, at + 4)
            here = max(here[0], row + 1), max(here[1], column + 1), here[2] + 1
        elif kind == 0x000A:  # the end of a sheet
            farthest, here = max(farthest, here, key=lambda each: each[0] * each[1]), (0, 0, 0)
        at += 4 + size
    return max(farthest, here, key=lambda each: each[0] * each[1])


class _Container:
    """A compound file: streams by name, each a chain of sectors."""

    def __init__(self, data):
        self._data, (shift,) = data, struct.unpack_from("<H", data, 30)
        if not 7 <= shift <= 16:
            raise ValueError("no sector is of that size")
        self._size = 1 << shift
        count, self._first, _, _, self._short, _, more, _ = struct.unpack_from("<IIIIIIII", data, 44)
        tables = list(struct.unpack_from("<109I", data, 76))
        for sector in islice(self._more(more), len(data) // self._size):
            tables += sector
        # No more sectors than the file has, whatever its tables say.
        most = len(data) // self._size
        entries = [table for table in tables[: min(count, most)] if table < _FREE]
        self._next = [each for table in entries for each in self._numbers(table)][:most]

    def stream(self, names):
        """Return the bytes of the first stream of one of these names."""
        directory = self._chain(self._first)
        root = struct.unpack_from("<II", directory, 116)
        for at in range(0, len(directory) - 127, 128):
            (length,) = struct.unpack_from("<H", directory, at + 64)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if name in names:
                start, size = struct.unpack_from("<II", directory, at + 116)
                if size >= _SHORT_STREAM:
                    return self._chain(start)[:size]
                return self._short_chain(start, self._chain(root[0]))[:size]
        return b""

    def _more(self, sector):
        while sector < _FREE:
            numbers = self._numbers(sector)
            yield numbers[:-1]
            sector = numbers[-1]

    def _sector(self, number):
        at = (number + 1) * self._size
        return self._data[at : at + self._size].ljust(self._size, b"\0")

    def _numbers(self, sector):
        return struct.unpack(f"<{self._size // 4}I", self._sector(sector))

    def _chain(self, sector):
        return b"".join(map(self._sector, _followed(sector, self._next)))

    def _short_chain(self, sector, held):
        table = self._chain(self._short)
        following = struct.unpack(f"<{len(table) // 4}I", table)
        return b"".join(held[at * 64 : at * 64 + 64] for at in _followed(sector, following))


def _followed(sector, following):
    """Yield a sector and those after it, none twice over."""
    for _ in range(len(following)):
        if sector >= len(following):
            return
        yield sector
        sector = following[sector]
