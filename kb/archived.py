"""What is archived is not changed: who saves it hears that, and from whom, and brings it back first."""

from kb import feed
from kb.errors import Conflict, N_


def refuse_change(db, noun, row, sentence):
    """Refuse to change an archived customer or interaction.

    Parameters
    ----------
    noun : str
    row : dict
        Its ``id`` and whether it is ``archived``.
    sentence : str
        A template with a place for ``name``: who archived it.

    Raises
    ------
    kb.errors.Conflict
    """
    if row["archived"]:
        put_away = (each["member_name"] for each in feed.changes(db, noun, row["id"]) if _puts_away(each))
        name = next(put_away, None) or N_("the operator")
        raise Conflict(sentence, hint=N_("Bring it back first. Nothing of yours is lost."), name=name)


def _puts_away(change):
    return bool(change["after"]) and change["after"]["archived"] and not (change["before"] or {}).get("archived")
