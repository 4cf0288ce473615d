"""Channels: the ways in which customers are spoken to, as a company lists them.

A list is offered where one writes a note, an interaction or a customer's answer; another word may be written too. What
was written stays as it was, also when a channel is renamed or leaves the list: it was said by that channel then.
"""

from kb import access, feed
from kb.errors import Conflict, Invalid, N_
from kb.store import writing
from kb.text import clean, fold_name

# Where nobody arranged a list.
BUILTIN = (
    N_("Phone"), N_("WeChat"), N_("Shop"), N_("Online service"), N_("Visit"), N_("Exhibition"), N_("E-mail"), N_("SMS"),
    N_("Review"), N_("System"),
)  # fmt: skip
LONGEST = 60
MOST = 40
_LABEL = N_("Channels, one a line")


def listing(db):
    """Return the names of the company's list in its order; empty where nobody arranged one."""
    return [row[0] for row in db.execute("SELECT name FROM channel ORDER BY position").fetchall()]


def spelled(db, text):
    """Return `text`, spelled as the list spells it if it holds it in other letters or widths."""
    known = {fold_name(name): name for name in listing(db)}
    return known.get(fold_name(text), text)


def arrange(db, text, *, by, now):
    """Put the list in place, a name a line in this order, and return the seq of the change.

    Raises
    ------
    kb.errors.Invalid
        Without a name, with one twice, or with too much.
    kb.errors.Forbidden
    """
    access.require(by, "channel.arrange")
    with writing(db):
        return _put(db, _checked(text), "channel.arrange", by, now)


def undo(db, seq, *, by, now):
    """Bring back the list of before a change; raises `Conflict` when it was changed again since."""
    access.require(by, "channel.arrange")
    with writing(db):
        change = feed.to_undo(db, seq, "channel", hint=N_("Look at the activity page."))
        if change["after"]["names"] != listing(db):
            raise Conflict(N_("The channels were changed again since, so this change cannot be undone."))
        return _put(db, change["before"]["names"], "channel.undo", by, now)


def _put(db, names, did, by, now):
    before = listing(db)
    db.execute("DELETE FROM channel")
    db["channel"].insert_all({"position": n, "name": name} for n, name in enumerate(names))
    return feed.append(db, by=by, did=did, of="list", at=now, before={"names": before}, after={"names": names})


def _checked(text):
    text = clean(text, field="channels", label=_LABEL, limit=MOST * (LONGEST + 1))
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if not names:
        raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field="channels", label=_LABEL)
    long = next((each for each in names if len(each) > LONGEST), None)
    if long or len(names) > MOST:
        raise Invalid(
            N_("At most %(most)d channels of %(limit)d characters are possible."),
            hint=N_("Shorten the list."),
            field="channels",
            most=MOST,
            limit=LONGEST,
        )
    folded = [fold_name(each) for each in names]
    double = next((name for n, name in enumerate(names) if folded[n] in folded[:n]), None)
    if double:
        raise Invalid(
            N_("“%(name)s” stands there twice."), hint=N_("Delete one of the two."), field="channels", name=double
        )
    return names
