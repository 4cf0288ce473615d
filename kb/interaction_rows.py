"""Interactions as they stand: their rows, with what hangs on them, and what the change feed keeps of one."""

from dataclasses import dataclass

from kb import interaction_attached, interaction_notes, named_readers
from kb.errors import N_

LABELS = {"said": N_("What the customer said"), "told": N_("What we gave or told them")}
FIELDS = {
    "customer_id": N_("Customer"),
    **LABELS,
    "happened_at": N_("When"),
    "channel": N_("Channel"),
    "contact": N_("Contact person"),
    "method": N_("How we know it"),
    "readers": N_("Who may see it"),
    "named_readers": N_("Which people and departments"),
}


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction as it stands.

    ``contact`` is who spoke at the customer, ``method`` one of `METHODS`, ``happened_at`` an instant, ``owner`` the
    member who was there; ``notes`` a tuple of ``{"note_id", "part", "is_made"}`` as `kb.interaction_notes` tells,
    ``attachments`` and ``named_readers`` of dicts as `kb.interaction_attached` and `kb.named_readers` give.
    """

    id: int
    version: int
    customer_id: int
    customer: str
    contact: str
    channel: str
    method: str
    happened_at: str
    said: str
    told: str
    readers: str
    owner_id: int | None
    owner: str | None
    department_id: int | None
    department: str | None
    named_readers: tuple
    archived: int
    created_at: str
    updated_at: str
    notes: tuple
    attachments: tuple


def state(interaction):
    """Return an interaction as the change feed keeps it."""
    kept = {name: getattr(interaction, name) for name in (*FIELDS, "version", "owner_id", "department_id", "archived")}
    links = {
        "named_readers": sorted(named_readers.pairs(interaction.named_readers)),
        "notes": list(interaction.notes),
        "attachments": interaction_attached.state(interaction.attachments),
    }
    return {**kept, **links}


def select(db, where, values):
    """Return the interactions for which a condition over them holds, those that happened last first."""
    rows = list(
        db.query(
            f"""SELECT interaction.*, customer.name AS customer, member.name AS owner, department.name AS department
                  FROM interaction
                  JOIN customer ON customer.id = interaction.customer_id
                  LEFT JOIN member ON member.id = interaction.owner_id
                  LEFT JOIN department ON department.id = interaction.department_id
                 WHERE {where}
                 ORDER BY interaction.happened_at DESC, interaction.id DESC LIMIT :limit OFFSET :offset""",
            {"limit": -1, "offset": 0, **values},
        )
    )
    ids = [row["id"] for row in rows]
    links = {
        "notes": interaction_notes.of_interactions(db, ids),
        "attachments": interaction_attached.of_interactions(db, ids),
        "named_readers": named_readers.of_things(db, "interaction", ids),
    }
    kept = [name for name in Interaction.__slots__ if name not in links]
    return [
        Interaction(
            **{name: row[name] for name in kept}, **{name: tuple(its[row["id"]]) for name, its in links.items()}
        )
        for row in rows
    ]
