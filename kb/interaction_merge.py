"""Two saves of an interaction on top of one version, put together: field by field, what was said and told by lines."""

from kb import overtaken
from kb.errors import N_
from kb.merge import Clash, texts

_TEXTS = ("said", "told")
_SIGHT = ("readers", "named_readers")


class Overtaken(overtaken.Overtaken):
    """As `kb.overtaken.Overtaken`; ``theirs`` is the whole interaction as it stands now."""

    def __init__(self, theirs, mine, wanted, clashes):
        sentence = N_("Somebody saved this interaction after you opened it. Nothing of yours is lost.")
        super().__init__(sentence, theirs, mine, wanted, clashes)


def together(base, mine, theirs):
    """Return ``(fields, clashes)``: what becomes of two saves, and which fields both changed and not alike.

    Of a field that clashes `mine` is among the fields.

    Parameters
    ----------
    base, mine, theirs : dict
        The fields both began with, and what became of them.
    """
    # What the feed kept before there were lists names nobody.
    base = {"named_readers": [], **base}
    found = {name: _either(name, base[name], mine[name], theirs[name]) for name in mine}
    # Each says nothing without the other.
    sight = _either(_SIGHT, *(tuple(each[name] for name in _SIGHT) for each in (base, mine, theirs)))
    found |= dict(zip(_SIGHT, sight or (None, None), strict=True))
    return {name: mine[name] if its is None else its for name, its in found.items()}, tuple(
        name for name, its in found.items() if its is None
    )


def _either(name, base, mine, theirs):
    """Return what stands of one field, or None where both changed it."""
    if name in _TEXTS:
        try:
            # The last line ends like the others, or what follows it would change it.
            return texts(*(f"{each}\n" for each in (base, mine, theirs)))[:-1]
        except Clash:
            return None
    if name == "happened_at" and mine[:16] == base[:16]:
        # A form knows no seconds.
        return theirs
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None
