"""Which pages of a folder the evidence of others rests on: in which order they are written, and what they became."""

from kb import notes
from kb.access import OPERATOR
from kb.folders import proofs
from kb.folders.page import Page

# From where a path in what a page says of its evidence leads.
_ROOT = Page("", "", "")


class Resting:
    """The `pages` of a folder, and ``places`` what `kb.folders.resolving.Places` knows of them."""

    def __init__(self, pages, places):
        self._pages, self._places = pages, places
        self._holders = {path: at for at, page in enumerate(pages) for path, _ in page.files}

    def sources_first(self):
        """Return the places of the pages, those that others rest on before them unless they do in a circle."""
        order, met = [], set()
        for first in range(len(self._pages)):
            stack = [(first, False)]
            while stack:
                at, has_its_sources = stack.pop()
                if has_its_sources:
                    order.append(at)
                elif at not in met:
                    met.add(at)
                    stack += [(at, True), *((each, False) for each in self._sources(at) if each not in met)]
        return order

    def finder(self, db, ids):
        """Return a function from a path to ``("note", id)`` or ``("file", id)``, or None for what is not stored yet.

        Parameters
        ----------
        ids : dict
            From the place of a page to the id of its note.
        """

        def found(path):
            meant = self._meant(path)
            if meant is None or meant[0] not in ids:
                return None
            at, file = meant
            note = next(iter(notes.of_ids(db, [ids[at]], reader=OPERATOR)), None)
            if note is None:
                return None
            if file is None:
                return "note", note.id
            # They were hung on it in the order of the page.
            names = [each for each, _ in self._pages[at].files]
            hung = [each["id"] for each in note.attachments]
            return ("file", hung[names.index(file)]) if len(hung) == len(names) else None

        return found

    def _sources(self, at):
        meant = (self._meant(path) for path in proofs.paths_of(self._pages[at]))
        return [each[0] for each in meant if each is not None and each[0] != at]

    def _meant(self, path):
        """Return the place of the page that a path means, or holds the file it means, and that file or None."""
        found = self._places.at(_ROOT, path)
        if isinstance(found, int):
            return (found, None) if found < len(self._pages) else None
        return None if path not in self._holders else (self._holders[path], path)
