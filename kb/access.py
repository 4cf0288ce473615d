"""Who may do what, and who may see which note: asked in one place."""

from dataclasses import dataclass

from kb.errors import Forbidden, N_

ROLES = ("viewer", "contributor", "marketer", "curator", "manager", "admin", "auditor")

_EVERYONE = frozenset(ROLES)
_WRITERS = frozenset({"contributor", "marketer", "curator", "manager", "admin"})
_MARKETERS = frozenset({"marketer", "manager", "admin"})

# docs/roles.md shows the same table; a test holds the two equal.
ACTIONS = {
    "note.read": _EVERYONE,
    "note.write": _WRITERS,
    "note.edit_others": frozenset({"curator", "manager", "admin"}),
    "template.edit": frozenset({"admin"}),
    "channel.arrange": frozenset({"admin"}),
    "topic.read": _EVERYONE,
    "topic.arrange": frozenset({"curator", "manager", "admin"}),
    "source.read": _EVERYONE,
    "source.write": _WRITERS,
    "customer.read": _EVERYONE,
    "customer.write": _WRITERS,
    "customer.identify": _WRITERS,
    "purchase.read": frozenset({"marketer", "curator", "manager", "admin", "auditor"}),
    "purchase.import": _MARKETERS,
    "run.read": _EVERYONE - {"viewer"},
    "run.start": _MARKETERS,
    "finding.judge": _MARKETERS | {"curator"},
    "look.read": frozenset({"manager", "admin", "auditor"}),
    "member.read": frozenset({"manager", "admin", "auditor"}),
    "member.manage": frozenset({"admin"}),
    "verification.arrange": frozenset({"admin"}),
    "approval.arrange": frozenset({"curator", "manager", "admin"}),
    "score.arrange": frozenset({"admin"}),
    "question.read": _EVERYONE,
    "question.write": _WRITERS,
    "question.assign": frozenset({"curator", "manager", "admin"}),
    "gap.assign": frozenset({"curator", "manager", "admin"}),
    "self.manage": _EVERYONE,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads or writes: a signed-in member, or the operator at the command line.

    ``looker`` is who looks with the eyes of this member, if somebody does: it then sees what both may see, and changes
    nothing.
    """

    member_id: int | None
    login: str
    name: str
    role: str
    department_id: int | None
    looker: "Reader | None" = None


# Tables of which each row is, or belongs to, what can be open to a list: by which column, and of which kind.
_LISTED = {
    "note": ("id", "note"),
    "source_note": ("id", "note"),
    "reason": ("note_id", "note"),
    "topic_note": ("note_id", "note"),
    "question": ("id", "question"),
    "interaction": ("id", "interaction"),
}
OPERATOR = Reader(None, "", "", "operator", None)


def may(reader, action):
    """Return whether the role of `reader` allows `action`; the operator may do everything."""
    if reader.looker is not None and not (action.endswith(".read") and may(reader.looker, action)):
        return False
    return reader.role == "operator" or reader.role in ACTIONS[action]


def require(reader, action):
    """Refuse with a sentence unless `reader` may do `action`."""
    if not may(reader, action):
        raise Forbidden(
            N_("Your role does not allow this."),
            hint=N_("Ask an administrator or your manager."),
            action=action,
        )


def visible(reader, table="note"):
    """Return the SQL condition over a table that holds for the rows `reader` may see.

    Lists, counts, facets, snippets, suggestions, exports and the map all start from it.

    Parameters
    ----------
    reader : Reader
    table : str
        One with ``readers``, ``owner_id`` and ``department_id``; in counts no lists are asked, see `by_list`.

    Returns
    -------
    tuple of (str, dict)
        The clause and its values by name.
    """
    clause, values = _seen_by(reader, table, "reader")
    if reader.looker is not None:
        also, more = _seen_by(reader.looker, table, "looker")
        clause, values = f"({clause} AND {also})", values | more
    return clause, values


def by_list(reader, table="note"):
    """Return the SQL condition over notes, or the reasons they give, for those of others open to `reader` by a list.

    Its values are those of `visible`. Kept counts know nothing of lists: to them these are added.
    """
    if reader.looker is None:
        return _listed(reader, table, "reader")
    counted = f"{_unlisted(reader, table, 'reader')} AND {_unlisted(reader.looker, table, 'looker')}"
    # A note of the operator has no owner, so that what is counted may be neither true nor false.
    return f"({table}.readers = 'list' AND ({counted}) IS NOT TRUE AND {visible(reader, table)[0]})"


def sees(reader, state):
    """Return what `visible` says of one state of a note, as the change feed keeps it.

    An old version may have had other readers than today's: history must ask for each.
    """
    if reader.looker is not None and not sees(reader.looker, state):
        return False
    if reader.role == "operator" or state["readers"] == "all":
        return True
    if state["owner_id"] == reader.member_id:
        return True
    if state["readers"] == "list":
        mine = (["member", reader.member_id], ["department", reader.department_id])
        return any(each in state["named_readers"] for each in mine)
    return state["readers"] == "department" and state["department_id"] == reader.department_id


def _seen_by(reader, table, who):
    """Return what `visible` does of one reader, whose values go by the name `who`."""
    if reader.role == "operator":
        return "1", {}
    of_lists = f" OR {_listed(reader, table, who)}" if table in _LISTED else ""
    values = {f"{who}_id": reader.member_id, f"{who}_department": reader.department_id}
    return f"({_unlisted(reader, table, who)}{of_lists})", values


def _unlisted(reader, table, who):
    if reader.role == "operator":
        return "1"
    return f"""({table}.readers = 'all' OR {table}.owner_id = :{who}_id
        OR ({table}.readers = 'department' AND {table}.department_id = :{who}_department))"""


def _listed(reader, table, who):
    if reader.role == "operator":
        return "0"
    column, kind = _LISTED[table]
    # Not correlated: what is open to a reader by lists is gathered once a query, whatever the number of notes.
    return f"""({table}.readers = 'list' AND {table}.owner_id IS NOT :{who}_id AND {table}.{column} IN (
            SELECT {kind}_id FROM {kind}_reader WHERE member_id = :{who}_id
             UNION ALL SELECT {kind}_id FROM {kind}_reader WHERE department_id = :{who}_department))"""
