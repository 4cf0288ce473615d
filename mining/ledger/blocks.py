"""The text of a file as blocks of whole lines, so that memory does not grow with the file."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from mining.ledger import detect

# So much of the file at once: about 300,000 lines of orders.
SIZE = 1 << 24
_FIRST = 1 << 20
_RETURN = re.compile(rb"\r\n?")


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of a text from a row on, not cut into cells yet.

    Attributes
    ----------
    open : callable
        Opens the unpacked content as a binary stream.
    encoding, delimiter : str
    size : int
        Bytes of the unpacked content, or as good as that.
    first_row : int
        Number of the first line that is told, counted from 1.
    """

    open: Callable
    encoding: str
    delimiter: str
    size: int
    first_row: int = 1

    def blocks(self):
        """Yield ``(number of the first line, lines as a polars.Series, bytes read so far)``."""
        # Pages show the first rows of a file, and never load polars.
        import polars as pl

        row = 1
        for block, done in whole_lines(self.open, self.encoding, SIZE):
            lines = pl.read_lines(block).to_series()
            first, row = row, row + len(lines)
            if row <= self.first_row:
                continue
            left_out = max(self.first_row - first, 0)
            yield first + left_out, _evened(lines[left_out:], self.delimiter), done

    def first_lines(self, most):
        """Return the first lines, as many at most, as a list."""
        found = []
        for block, _ in whole_lines(self.open, self.encoding, _FIRST):
            found += block.decode().removesuffix("\n").split("\n")
            if len(found) >= self.first_row - 1 + most:
                break
        return found[self.first_row - 1 :][:most]

    def lines(self):
        """Return all lines, as a list."""
        found = []
        for block, _ in whole_lines(self.open, self.encoding, SIZE):
            found += block.decode().removesuffix("\n").split("\n")
        return detect.evened(found[self.first_row - 1 :], self.delimiter)


def whole_lines(opener, encoding, size):
    """Yield ``(lines as UTF-8, ended by line feeds alone, bytes read so far)``; no line is parted.

    Raises
    ------
    UnicodeError
        For bytes that are not of the encoding, and a line that does not end.
    """
    done, rest = 0, b""
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(detect.CODECS[encoding])()
    with opener() as stream:
        while block := stream.read(size):
            if done == 0 and decoder is None:
                block = block.removeprefix(codecs.BOM_UTF8)
            done += len(block)
            rest += block if decoder is None else decoder.decode(block).encode("utf-8")
            # A return at the end may be the first half of a line's end.
            end = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, -1)) + 1
            if end:
                yield _fed(rest[:end]), done
                rest = rest[end:]
            elif len(rest) > detect.LONGEST_LINE:
                raise UnicodeError("a line does not end")
    if decoder is not None:
        rest += decoder.decode(b"", final=True).encode("utf-8")
    if rest:
        yield _fed(rest), done


def _fed(block):
    return _RETURN.sub(b"\n", block) if b"\r" in block else block


def _evened(lines, delimiter):
    """Return lines with one blank for each run of them, where blanks part the columns; else the lines as they are."""
    return lines.str.replace_all(r"[ \t]+", " ").str.strip_chars(" ") if delimiter == detect.BLANKS else lines
