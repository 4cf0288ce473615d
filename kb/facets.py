"""Facets: the five sides of a product or a service that a note may be filed under, beside its topics."""

import json

from kb.errors import Invalid, N_

FACETS = {
    "feature": N_("Product feature"),
    "function": N_("Function"),
    "repair": N_("Repair"),
    "quality": N_("Quality record"),
    "rival": N_("Rival product"),
}

_WORDS = {
    "feature": ("产品特征",), "function": ("功能属性", "功能"), "repair": ("维修信息", "维修"),
    "quality": ("质量记录",), "rival": ("竞品",),
}  # fmt: skip


def named(word):
    """Return the facet that a word of a table names, or refuse it."""
    word = word.strip()
    found = next((key for key, label in FACETS.items() if word.lower() in (key, label.lower(), *_WORDS[key])), None)
    if found is None:
        raise Invalid(N_("There is no class “%(value)s”."), field="facet", value=word)
    return found


def checked(facets):
    """Return facets in their order, each once, or refuse one that is none."""
    unknown = next((each for each in facets if each not in FACETS), None)
    if unknown is not None:
        raise Invalid(
            N_("There is no class “%(value)s”."),
            hint=N_("One of: %(choices)s."),
            field="facets",
            value=unknown,
            choices=", ".join(FACETS),
        )
    return tuple(each for each in FACETS if each in facets)


def of_notes(db, note_ids):
    """Return ``{note_id: facets}`` in the order of `FACETS`."""
    found = {note_id: [] for note_id in note_ids}
    rows = db.query(
        "SELECT note_id, facet FROM note_facet WHERE note_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(note_ids))},
    )
    for row in rows:
        found[row["note_id"]].append(row["facet"])
    return {note_id: tuple(each for each in FACETS if each in kept) for note_id, kept in found.items()}


def store(db, note_id, facets):
    """Give a note these facets and no others; only inside ``writing``."""
    db.execute("DELETE FROM note_facet WHERE note_id = :id", {"id": note_id})
    rows = [{"note_id": note_id, "facet": each} for each in facets]
    db.conn.executemany("INSERT INTO note_facet (note_id, facet) VALUES (:note_id, :facet)", rows)
