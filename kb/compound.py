"""What lies at the root of a compound file, the container of office programs before 2007."""

import struct

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_LAST = 0xFFFFFFFA  # from here on a number is no sector
_ENTRY = 128
_TABLES_IN_HEAD = 109


def root_names(path):
    """Return the names of the streams and folders at the root, and none of what is embedded in them.

    Raises
    ------
    struct.error, UnicodeDecodeError
        When it is damaged.
    """
    with open(path, "rb") as file:
        head = file.read(512)
        size = 1 << struct.unpack_from("<H", head, 30)[0]
        directory, first_of_more = struct.unpack_from("<I", head, 48)[0], struct.unpack_from("<I", head, 68)[0]

        def sector(number):
            file.seek((number + 1) * size)
            return file.read(size)

        tables = list(struct.unpack_from(f"<{_TABLES_IN_HEAD}I", head, 76))
        for number in _chain(first_of_more, lambda each: struct.unpack_from("<I", sector(each), size - 4)[0]):
            tables += struct.unpack_from(f"<{size // 4 - 1}I", sector(number))

        def following(number):
            table, at = divmod(number, size // 4)
            return struct.unpack_from("<I", sector(tables[table]), at * 4)[0] if table < len(tables) else _LAST

        content = b"".join(sector(each) for each in _chain(directory, following))
    return _children(content)


def _chain(number, following):
    seen = set()
    while number < _LAST and number not in seen:
        seen.add(number)
        yield number
        number = following(number)


def _children(content):
    """Return the names of the tree that hangs on the first entry of a directory."""
    names, seen = set(), set()
    waiting = [struct.unpack_from("<I", content, 76)[0]]
    while waiting:
        number = waiting.pop()
        if number in seen or (number + 1) * _ENTRY > len(content):
            continue
        seen.add(number)
        at = number * _ENTRY
        length, left, right = (
            struct.unpack_from(form, content, at + offset)[0] for form, offset in (("<H", 64), ("<I", 68), ("<I", 72))
        )
        names.add(content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le"))
        waiting += (left, right)
    return names
