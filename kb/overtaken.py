"""A save on top of an older version, put together with what others saved since: field by field."""

from kb import feed
from kb.errors import Conflict, N_


class Overtaken(Conflict):
    """A save on top of an older version, where both changed the same.

    ``theirs`` are the fields as they stand now, ``mine`` those that were to be saved, ``wanted`` these with what only
    they changed, and ``clashes`` names the fields that both changed.
    """

    def __init__(self, sentence, theirs, mine, wanted, clashes):
        super().__init__(sentence, hint=N_("Look at what stands now, then save what should stand."))
        self.theirs, self.mine, self.wanted, self.clashes = theirs, mine, wanted, clashes


def together(base, *, mine, theirs, sentence):
    """Return the fields in which both saves stand; raises `Overtaken` with a sentence where both changed one.

    Parameters
    ----------
    base : dict or None
        What stood when both began; None where nothing of it is known.
    mine, theirs : dict
        The fields to be saved, and at least the same as they stand now.
    """
    differing = [name for name in mine if mine[name] != theirs[name]]
    if base is None:
        raise Overtaken(sentence, theirs, mine, mine, tuple(differing))
    wanted = {name: theirs[name] if its == base[name] else its for name, its in mine.items()}
    clashes = tuple(name for name in differing if base[name] not in (mine[name], theirs[name]))
    if clashes:
        raise Overtaken(sentence, theirs, mine, wanted, clashes)
    return wanted


def of_version(db, noun, noun_id, version):
    """Return what the feed keeps of a version of a thing; None where there was none, or it is erased."""
    states = (row["after"] for row in feed.changes(db, noun, noun_id))
    return next((each for each in states if each and each["version"] == version), None)
