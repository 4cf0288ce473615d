"""Lines of JSON that people hand in: one object a line."""

import io
import json

from kb.errors import Invalid, N_
from mining.ledger import detect
from mining.ledger.columns import plain_name
from mining.ledger.unpack import open_source
from mining.table_file import TableFile

_FIRST_LINES = 1 << 16


def are_in(path, encoding=None):
    """Return whether the file at `path` begins with a JSON object."""
    with open_source(path, encoding=encoding).open() as stream:
        return stream.read(_FIRST_LINES).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read(path, columns, *, mapping=None, encoding=None):
    """Return the `TableFile` of lines of JSON; rows hold texts, or lists of texts, by field.

    Parameters
    ----------
    path, columns, mapping, encoding
        As in `mining.table_file.read`; a column is a name of the objects.
    """
    source = open_source(path, encoding=encoding)
    encoding, _ = detect.encoding_of(source, encoding)
    with io.TextIOWrapper(source.open(), detect.CODECS[encoding]) as stream:
        lines = [(number, line) for number, line in enumerate(stream, 1) if line.strip()]
    objects = [(number, _object(line)) for number, line in lines]
    names = list(dict.fromkeys(name for _, each in objects if isinstance(each, dict) for name in each))
    found = _names(names, columns, mapping or {}, source.name)
    rows = [
        (number, each if isinstance(each, Invalid) else {field: _text(each.get(name)) for field, name in found.items()})
        for number, each in objects
    ]
    return TableFile(source.name, encoding, found, rows, tuple(each for each in names if each not in found.values()))


def _object(line):
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return Invalid(N_("This line is no JSON object."), hint=N_("Write one object a line, between { and }."))
    return found


def _names(names, columns, mapping, file):
    plain = {plain_name(name): name for name in reversed(names)}
    found = {}
    for field, name in mapping.items():
        if name and name not in names:
            raise Invalid(
                N_("%(file)s: no line has “%(column)s”. The names are: %(columns)s."),
                hint=N_("Correct the name behind --map."),
                field="mapping",
                file=file,
                column=name,
                columns=", ".join(names[:40]),
            )
        if name:
            found[field] = name
    for field, usual in columns.items():
        if field not in mapping:
            name = next((plain[each] for each in map(plain_name, usual.split()) if each in plain), None)
            if name is not None and name not in found.values():
                found[field] = name
    return found


def _text(value):
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return "" if value is None else str(value)
