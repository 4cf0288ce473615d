"""Names of files that every system takes: Windows, macOS and Linux, Han characters kept."""

import re
import unicodedata

LONGEST = 60
# Linux counts bytes, and a Han character has three.
_LONGEST_BYTES = 180
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\[\]#^`]')
# Windows takes them for devices, whatever ending they have.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)


class Names:
    """Names of the files of one folder, none like another on a system that ignores case or accents."""

    def __init__(self):
        self._taken = set()

    def stem(self, wanted, *suffixes):
        """Return a free name near to `wanted`, free also with each of the suffixes."""
        name, count = safe(wanted), 1
        while any(_key(name + suffix) in self._taken for suffix in ("", *suffixes)):
            count += 1
            name = safe(wanted, ending=f" ({count})")
        self._taken.update(_key(name + suffix) for suffix in ("", *suffixes))
        return name

    def file(self, wanted):
        """Return a free name near to `wanted`, with its ending."""
        stem, dot, suffix = wanted.rpartition(".")
        if not stem or len(suffix) > 10:
            return self.stem(wanted)
        ending = safe(f"{dot}{suffix}").strip("_. ")
        return f"{self.stem(stem, '.' + ending)}.{ending}" if ending else self.stem(stem)


def safe(text, ending=""):
    """Return `text` as the name of a file, at most `LONGEST` characters with its ending."""
    text = unicodedata.normalize("NFC", text)
    shown = "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)
    name = " ".join(_FORBIDDEN.sub("_", shown).split())
    name = _DEVICES.sub(r"_\g<0>", name) if _DEVICES.match(name) else name
    room = LONGEST - len(ending)
    name = name[:room]
    while len((name + ending).encode()) > _LONGEST_BYTES:
        name = name[:-1]
    # A dot in front hides a file; one at the end, or a blank, Windows drops.
    return (name.strip(". ") or "_") + ending


def attached(name):
    """Return the name of an attachment that no system takes for a device."""
    return _DEVICES.sub(r"_\g<0>", name) if _DEVICES.match(name) else name


def _key(name):
    # macOS keeps names taken apart, and two spellings of one name are the same file there.
    return unicodedata.normalize("NFKD", name).casefold()
