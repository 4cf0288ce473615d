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
    "member.read": frozenset({"manager", "admin", "auditor"}),
    "member.manage": frozenset({"admin"}),
    "verification.arrange": frozenset({"admin"}),
    "self.manage": _EVERYONE,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads or writes: a signed-in member, or the operator at the command line."""

    member_id: int | None
    login: str
    name: str
    role: str
    department_id: int | None


OPERATOR = Reader(None, "", "", "operator", None)


def may(reader, action):
    """Return whether the role of `reader` allows `action`; the operator may do everything."""
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
    table : {"note", "interaction"}
        One with ``readers``, ``owner_id`` and ``department_id``.

    Returns
    -------
    tuple of (str, dict)
        The clause and its values by name.
    """
    if reader.role == "operator":
        return "1", {}
    clause = f"""({table}.readers = 'all'
        OR {table}.owner_id = :reader_id
        OR ({table}.readers = 'department' AND {table}.department_id = :reader_department))"""
    return clause, {"reader_id": reader.member_id, "reader_department": reader.department_id}


def sees(reader, state):
    """Return what `visible` says of one state of a note, as the change feed keeps it.

    An old version may have had other readers than today's: history must ask for each.
    """
    if reader.role == "operator" or state["readers"] == "all":
        return True
    if state["owner_id"] == reader.member_id:
        return True
    return state["readers"] == "department" and state["department_id"] == reader.department_id
