"""Find out how a table is written: its encoding, its delimiter, and the row that holds the header."""

import codecs
import io
import re
from collections import Counter

from kb.errors import Invalid, N_
from mining.ledger.characters import usual

# Files in Big5 come from Windows, which has a few characters more than the standard.
CODECS = {"utf-8": "utf-8-sig", "gb18030": "gb18030", "big5": "cp950", "utf-16": "utf-16"}
DELIMITERS = (",", "\t", ";", "|")
# Any number of them together.
BLANKS = " "
# Title lines above a header are few; a hundred rows show the delimiter.
SAMPLE_ROWS = 100
_HEADER_WITHIN = 30
# Text in GB18030 passes as UTF-8 for one pair of bytes in seven, so hardly for eight characters in a row.
_SURELY_UTF8 = 8
# So many bytes of lines with Chinese tell one encoding of it from the other.
_EVIDENCE = 64_000
# So large a share of rows has the width of the heading where blanks part the columns, and are not part of names.
_EVEN = 0.9
# Of characters read right, well over half are usual ones; of those read wrong, one in ten.
_LEAST_USUAL = 5
LONGEST_LINE = 8_000_000
# Text in UTF-8 that begins so long without a fault is UTF-8, and so on.
_TELLING = 4_000_000
_BLOCK = 1 << 20
# Two Chinese characters as UTF-8 writes them; in eight million bytes of Chinese in GB18030 this stands once, and then
# of characters that nobody uses.
_PAIR = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}[\xe4-\xe9][\x80-\xbf]{2}")
_LINE_END = re.compile(rb"\r\n?|\n")
_RUN = re.compile(r"[ \t]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_NUMBER_OR_DATE = re.compile(r"[-+¥￥$]?[\d.,:/ -]+(?:年.*)?")


def encoding_of(source, wanted=None, *, is_whole=True):
    """Return the encoding of a text: what `wanted` says, else its mark, strict UTF-8, or what the characters tell.

    GB18030 and Big5 are written with the same bytes: the one is taken in which the characters are everyday ones.

    The whole file is decoded once, so that reading it afterwards cannot fail half-way; unless `is_whole` is False: then
    only as much as tells the encoding, and a byte that cannot be read may still come.

    Returns
    -------
    tuple of (str, int)
        Name of the encoding and number of bytes of the unpacked text.

    Raises
    ------
    kb.errors.Invalid
        Names the first row that cannot be decoded, or asks which of the two it is.
    """
    if wanted is None and has_utf16_mark(source):
        wanted = "utf-16"
    enough = None if is_whole or source.size is None else _TELLING
    if wanted is not None:
        size, fault = _decode(source, wanted, enough)
        if fault is not None:
            raise _undecodable(source, wanted, fault)
        return wanted, size
    size, fault = _decode(source, "utf-8", enough)
    if fault is None:
        return "utf-8", size
    if fault.foreign >= _SURELY_UTF8:
        raise _undecodable(source, "utf-8", fault)
    chinese = _told_apart(source)
    refuse_mixed(source, chinese, enough)
    size, fault = _decode(source, chinese, enough)
    if fault is not None:
        raise _undecodable(source, chinese, fault)
    return chinese, size


def refuse_mixed(source, encoding, most=None):
    """Refuse a text of two encodings: taken for GB18030 or Big5, with lines in UTF-8, which would read as other words.

    Parameters
    ----------
    encoding : str
        As it was found, not as a person says.
    most : int, optional
        So many bytes are looked through; None for all.
    """
    if encoding not in ("gb18030", "big5"):
        return
    row, done, rest = 1, 0, b""
    with source.open() as stream:
        while (most is None or done < most) and (block := stream.read(_BLOCK)):
            done += len(block)
            text = rest + block
            for found in _PAIR.finditer(text):
                letters = found[0].decode("utf-8", "replace")
                if usual(letters)[0] == len(letters) > usual(found[0].decode(CODECS[encoding], "replace"))[0]:
                    raise Invalid(
                        N_("%(file)s, row %(row)d: “%(value)s” is written in UTF-8, rows before it in %(encoding)s."),
                        hint=N_("Save the parts of the file in one encoding, or say --encoding if that is a mistake."),
                        field="encoding",
                        file=source.name,
                        row=row + len(_LINE_END.findall(text[: found.start()])),
                        value=letters,
                        encoding=encoding,
                    )
            # A return at the end may be the first half of a line's end.
            end = max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1 or len(text) - 5
            row += len(_LINE_END.findall(text[:end]))
            rest = text[end:]


def _told_apart(source):
    """Return which of the two Chinese encodings the characters tell."""
    sample = _beyond_ascii(source)
    # What can be read as neither is for the caller to refuse by its row.
    simple, traditional = (_usual(sample, name) for name in ("gb18030", "big5"))
    if simple is None and traditional is None:
        return "gb18030"
    better, worse = sorted((simple or (-1, 1), traditional or (-1, 1)), reverse=True)
    if better[0] * _LEAST_USUAL < better[1] or better[0] <= 2 * worse[0]:
        raise Invalid(
            N_("%(file)s: its characters can be read as GB18030 and as Big5, and neither looks right for certain."),
            hint=N_("Say --encoding gb18030 or --encoding big5, or save the file as UTF-8."),
            field="encoding",
            file=source.name,
            encoding="gb18030",
        )
    return "gb18030" if better == simple else "big5"


def _usual(sample, encoding):
    try:
        return usual(sample.decode(CODECS[encoding]))
    except UnicodeDecodeError:
        return None


def _beyond_ascii(source):
    """Return the first lines that are more than ASCII; in neither encoding is a line feed part of a character."""
    found, size = [], 0
    with source.open() as stream:
        while size < _EVIDENCE and (line := stream.readline(LONGEST_LINE)):
            if not line.isascii():
                found.append(line)
                size += len(line)
    return b"".join(found)


def delimiter_of(sample, parse, is_known):
    """Return the delimiter under which the lines of `sample` look most like a table.

    Parameters
    ----------
    sample : list of str
    parse : callable
        From (lines, delimiter) to an iterable of (row, cells, fault).
    is_known : callable
        Whether a cell is the usual name of a column.
    """

    def table(delimiter):
        parsed = parse(evened(sample, delimiter), delimiter)
        return [cells for _, cells, fault in parsed if fault is None and any(cells)]

    def score(rows):
        widths = Counter(len(cells) for cells in rows if len(cells) > 1)
        known = max((sum(map(is_known, cells)) for cells in rows if len(cells) > 1), default=0)
        width, frequency = widths.most_common(1)[0] if widths else (1, 0)
        return known, frequency, width

    scores = {delimiter: score(table(delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=scores.get)
    by_blanks = table(BLANKS)
    known, frequency, _ = score(by_blanks)
    is_even = frequency >= _EVEN * len(by_blanks)
    return BLANKS if is_even and known > max(1, scores[best][0]) else best


def evened(lines, delimiter):
    """Return lines with one blank for each run of them, where blanks part the columns; else the lines as they are."""
    return [_RUN.sub(" ", line).strip(" ") for line in lines] if delimiter == BLANKS else lines


def basket_delimiter(sample):
    """Return the delimiter of a file with one basket a line, where rows have any length."""
    return max(DELIMITERS, key=lambda delimiter: sum(line.count(delimiter) for line in sample))


def header_of(rows, is_known, wanted=()):
    """Return the position of the header among the first `rows`, or None.

    Parameters
    ----------
    rows : list of list of str
        Cells of the first rows, blank rows included.
    is_known : callable
        Whether a cell is the usual name of a column.
    wanted : collection of str
        Names a person says there are.
    """
    scores = [
        (sum(cell.strip() in wanted for cell in cells), sum(map(is_known, cells))) for cells in rows[:_HEADER_WITHIN]
    ]
    best = max(scores, default=(0, 0))
    if best > (0, 0):
        return scores.index(best)
    return next((at for at, cells in enumerate(rows[:_HEADER_WITHIN]) if _may_be_header(cells, rows[at + 1 :])), None)


def _may_be_header(cells, below):
    named = [cell.strip() for cell in cells if cell.strip()]
    if not named or len(set(named)) < len(named) or any(_NUMBER_OR_DATE.fullmatch(cell) for cell in named):
        return False
    widths = Counter(len(row) for row in below if any(row))
    return not widths or len(cells) == widths.most_common(1)[0][0]


class _Fault:
    """Where decoding stopped: the row, and how many characters beyond ASCII had gone well before."""

    def __init__(self, row, foreign):
        self.row, self.foreign = row, foreign


def _decode(source, encoding, enough):
    # The decoder that leaves out a mark says nothing of a file that is the first byte of one.
    codec = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8" else CODECS[encoding])()
    decoder = io.IncrementalNewlineDecoder(codec, translate=True)
    size, row, foreign, line = 0, 1, 0, 0
    with source.open() as stream:
        while True:
            block = stream.read(_BLOCK)
            size += len(block)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError as problem:
                good = _good_part(problem, CODECS[encoding])
                return size, _Fault(row + good.count("\n"), foreign + len(_FOREIGN.findall(good)))
            if not block:
                return size, None
            if enough is not None and size >= enough and (encoding != "utf-8" or foreign >= _SURELY_UTF8):
                return source.size, None
            row += text.count("\n")
            if foreign < _SURELY_UTF8 and not text.isascii():
                foreign += len(_FOREIGN.findall(text))
            line = len(text) - text.rfind("\n") - 1 + (line if "\n" not in text else 0)
            if line > LONGEST_LINE:
                raise Invalid(
                    N_("%(file)s, row %(row)d: the line does not end."),
                    hint=N_("Check that the file is a table, and export it again."),
                    file=source.name,
                    row=row,
                )


def _good_part(problem, codec):
    if not isinstance(problem, UnicodeDecodeError):
        return ""  # UTF-16 without its mark stops before the first character
    good = problem.object[: problem.start].decode(codec, "ignore")
    return good.replace("\r\n", "\n").replace("\r", "\n")


def has_utf16_mark(source):
    """Return whether a text says by its first two bytes that it is UTF-16."""
    with source.open() as stream:
        return stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _undecodable(source, encoding, fault):
    return Invalid(
        N_("%(file)s, row %(row)d: the text is not %(encoding)s."),
        hint=N_("Say --encoding if it is another one, or save the file as UTF-8."),
        field="encoding",
        file=source.name,
        row=fault.row,
        encoding=encoding,
    )
