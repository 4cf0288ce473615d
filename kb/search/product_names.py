"""The names of products, for what is offered while somebody types: found as `kb.search.names` finds titles."""

import threading
from itertools import islice

from kb import products
from kb.search import filed, rights
from kb.search.folding import fold
from kb.search.names import begin, hold, laid, sound
from kb.search.query import plain

# So many new ones are looked through beside the rest before all are laid out anew.
_MOST_NEW = 1000


class ProductNames:
    """All products that notes name, as `kb.search.filed` knows them."""

    def __init__(self):
        self._lock = threading.Lock()
        # Of which keys, and these laid out: most of them, and what came since.
        self._known = ((), laid([]), laid([]))

    def of_products(self, db, home, query, *, reader, limit):
        """Return the names of the products that a text names, the nearest first, as the newest note spells each.

        Nothing that `reader` may not see changes which these are, nor their order.
        """
        asked = plain(fold(query))
        if not asked:
            return []
        columns = filed.current(db, home)
        seen = columns.by_id(rights.seen(db, home, reader))
        counts = columns.products.of(seen).counts()
        its = (each for each in self._matching(columns.product_keys, asked) if each < len(counts) and counts[each])
        found = {number: columns.product_keys[number] for number in islice(its, limit)}
        newest = columns.newest_naming(list(found), seen)
        names = products.spelled(db, dict(zip(found.values(), newest, strict=True)))
        return [names[key] for key in found.values() if key in names]

    def follow(self, db, home):
        """Lay out the products there are; the first time it takes a moment."""
        self._parts(filed.current(db, home).product_keys)

    def _matching(self, keys, asked):
        """Yield the numbers of the products, the nearest first, of these by name: not by who named one first."""
        found, parts = set(), self._parts(keys)
        for way in (begin, hold, sound):
            its = {number for part in parts for number in way(part, asked)} - found
            found |= its
            yield from sorted(its, key=keys.__getitem__)

    def _parts(self, keys):
        with self._lock:
            known, most, new = self._known
            if keys is not known:
                old = len(most.ids)
                if keys[:old] != known[:old] or len(keys) - old > _MOST_NEW:
                    most, new = laid(list(enumerate(keys))), laid([])
                else:
                    new = laid(list(enumerate(keys[old:], old)))
                self._known = keys, most, new
            return most, new
