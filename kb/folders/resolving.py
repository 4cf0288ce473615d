"""Where the links of pages lead: to other pages, or to files that then hang on the note.

A link to a page becomes a mark with the page's place in the list, as its note has no number yet.
"""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote

from kb import mentions
from kb.file_kinds import shown_name
from kb.folders import file_names, links
from kb.text import scrub

# The door for text lets no NUL through, so what stands between two of them is ours.
MARK = re.compile("\x00(\\d+)\x00")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A page whose links are marks.

    ``body`` has a `MARK` where another page is meant, ``lost`` tells how many characters could not be stored, ``files``
    are pairs of path and name.
    """

    body: str
    lost: int
    files: tuple


class Places:
    """What there is to lead to: ``pages`` of a `kb.folders.page.Found` by path and by name, and files by path."""

    def __init__(self, found, paths):
        self.found = found
        self._pages = {}
        self._stems = {}
        for at, page in enumerate(found.pages):
            self._pages.setdefault(page.path, at)
            self._pages.setdefault(page.path.lower(), at)
            for name in (posixpath.basename(page.path).rsplit(".", 1)[0], page.title):
                self._stems.setdefault(name.lower(), at)
        pages = {page.path.split("#")[0] for page in found.pages}
        self._files = {}
        for path in [*found.embedded, *(each for each in paths if each not in pages)]:
            self._files.setdefault(path, path)
            self._files.setdefault(path.lower(), path)
            self._stems.setdefault(posixpath.basename(path).lower(), path)

    def at(self, page, target):
        """Return the place of the page, or the path of the file, that `target` on `page` means; None for neither."""
        target = target.strip()
        if _SCHEME.match(target):
            return None
        file = page.path.split("#")[0]
        named, _, anchor = target.partition("#")
        folder = posixpath.dirname(file)
        path = posixpath.normpath(posixpath.join("/", folder, unquote(named.partition("?")[0]))).lstrip("/")
        path = path if named else file
        for each in (f"{path}#{anchor}" if anchor else path, path if named else "\x00"):
            for spelled in (each, each.lower()):
                if spelled in self._pages:
                    return self._pages[spelled]
                if spelled in self._files:
                    return self._files[spelled]
        return None

    def has(self, path):
        """Return whether there is a file at a path."""
        return path in self._files

    def called(self, name):
        """Return the same of a name without a path, as note programs link to their own."""
        name = name.partition("#")[0].strip().lower()
        return self._stems.get(name, self._stems.get(posixpath.basename(name)))


def resolved(page, places):
    """Return a page as a `Resolved`."""
    body, lost = scrub(page.body)
    files = dict(page.files)

    def called(place):
        if place not in files:
            files[place] = _unlike(_name(places, place), files.values())
        return files[place]

    def led(place, words, target, otherwise):
        if isinstance(place, int):
            title = places.found.pages[place].title
            plain = links.plain(words).strip()
            said = "" if plain in ("", title, target, posixpath.basename(target)) else f"{words} "
            return f"{said}\x00{place}\x00"
        if place is None:
            return otherwise
        name = called(place)
        shown = f"`{name}`"
        return shown if links.plain(words).strip() in ("", name) else f"{words} {shown}"

    def picture(match):
        target = links.target(match)
        place = places.at(page, target)
        if _is_picture(place):
            return links.picture(match["words"], called(place))
        words = "" if isinstance(place, str) else match["words"]
        is_elsewhere = _SCHEME.match(target)
        return led(place, words, target, match[0][1:] if is_elsewhere else words if page.is_html else match[0])

    def wiki(match):
        place = places.called(match["target"])
        if place is None and mentions.MARK.fullmatch(match[0]):
            # The number of a note of somewhere else would be another note here.
            return f"{match['picture']}[[ {match['target']} ]]"
        if match["picture"] and _is_picture(place):
            return links.picture("", called(place))
        return led(place, match["words"] or "", match["target"], match[0])

    def link(match):
        target = links.target(match)
        place = places.at(page, target)
        is_dead = page.is_html and not _SCHEME.match(target)
        return led(place, match["words"], target, match["words"] if is_dead else match[0])

    for pattern, put in ((links.PICTURE, picture), (links.WIKI, wiki), (links.LINK, link)):
        body = links.replaced(body, pattern, put)
    return Resolved(body.strip(), lost, tuple(each for each in files.items() if places.has(each[0])))


def _name(places, path):
    name = places.found.names.get(path) or posixpath.basename(path)
    return file_names.attached(shown_name(name, ""))


def _is_picture(place):
    return isinstance(place, str) and place.lower().endswith(_PICTURES)


def _unlike(name, taken):
    """Return `name`, or one near to it that no other file of the note has: a text names its pictures by it."""
    stem, dot, suffix = name.rpartition(".")
    count = 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}{dot}{suffix}"
    return name
