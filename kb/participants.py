"""Who took part in a change of a note beside who made it: kept with the change, told in its history."""

from kb import named_readers
from kb.errors import Invalid, N_


def parsed(db, words):
    """Return the ids of the members that names or logins stand for, each once.

    Raises
    ------
    kb.errors.Invalid
        For a name that is nobody's, of more than one, or of a department.
    """
    found = named_readers.parsed(db, words, field="participants")
    for word, (kind, _) in zip(words, found, strict=True):
        if kind != "member":
            raise Invalid(
                N_("“%(value)s” is a department: name the colleagues who took part."),
                hint=N_("Write a colleague’s name or login."),
                field="participants",
                value=word,
            )
    return sorted({number for _, number in found})


def names(db, states):
    """Return ``{id: name}`` of those who took part in changes, given as states that the feed keeps."""
    ids = {number for state in states for number in state.get("participants", ())}
    return {each["id"]: each["name"] for each in named_readers.of_pairs(db, [("member", number) for number in ids])}
