"""Traits: what a note from a customer tells in a word beside its text: a preference, a rival, a trend.

Nobody keeps a list of the words. They grow by use: what was written once is offered to whoever may see where.
"""

import json
import re
from dataclasses import dataclass

from kb import access, pinyin
from kb.errors import Invalid, N_
from kb.text import clean, fold_name

KINDS = {
    "preference.colour": N_("Colour preferred"),
    "preference.size": N_("Size preferred"),
    "preference.shape": N_("Shape preferred"),
    "preference.texture": N_("Texture preferred"),
    "preference.style": N_("Style preferred"),
    "rival.product": N_("Product of a rival"),
    "rival.attribute": N_("What attracts to the rival"),
    "trend.demand": N_("Trend in demand"),
    "trend.trade": N_("Trend in the trade"),
}
LONGEST = 60
MOST = 40
_PARTED = re.compile(r"[,，、;；\n]")


@dataclass(frozen=True, slots=True)
class Count:
    """A word as one reader sees it: in how many ``notes`` it stands, and how many ``customers`` these name."""

    kind: str
    value: str
    notes: int
    customers: int


def parted(kind, text):
    """Return the traits of a kind in a field: words with commas between."""
    return [(kind, each) for each in words(text)]


def words(text):
    """Return the words in a field, with commas or semicolons between."""
    return [each.strip() for each in _PARTED.split(text) if each.strip()]


def kinds_of(field):
    """Return the kinds that a group, or a kind itself, stands for."""
    return tuple(kind for kind in KINDS if kind == field or kind.startswith(f"{field}."))


def checked(traits):
    """Return traits as they are stored: kind by kind, each word once; refuses by the field that is wrong."""
    found = {}
    for kind, value in traits:
        if kind not in KINDS:
            raise Invalid(
                N_("There is no trait “%(value)s”."),
                hint=N_("One of: %(choices)s."),
                field="traits",
                value=kind,
                choices=", ".join(KINDS),
            )
        value = clean(value, field=kind, label=KINDS[kind], limit=LONGEST, lines=False)
        if value:
            found.setdefault((kind, fold_name(value)), value)
    if len(found) > MOST:
        raise Invalid(
            N_("%(count)d words are too many; %(limit)d are possible."),
            hint=N_("Keep what the customer said first."),
            field=next(iter(found))[0],
            count=len(found),
            limit=MOST,
        )
    return tuple((kind, value) for wanted in KINDS for (kind, _), value in found.items() if kind == wanted)


def merged(base, mine, theirs):
    """Return the traits in which what both took away is gone, and what either added stands."""
    kept = [each for each in base if each in mine and each in theirs]
    return kept + [each for each in [*mine, *(each for each in theirs if each not in mine)] if each not in base]


def of_notes(db, note_ids):
    """Return ``{note_id: [(kind, value), ...]}`` in the order their authors gave."""
    found = {note_id: [] for note_id in note_ids}
    rows = db.query(
        """SELECT note_id, kind, value FROM note_trait
            WHERE note_id IN (SELECT value FROM json_each(:ids)) ORDER BY note_id, position""",
        {"ids": json.dumps(list(note_ids))},
    )
    for row in rows:
        found[row["note_id"]].append((row["kind"], row["value"]))
    return found


def store(db, note_id, traits):
    """Give a note these traits and no others; only inside ``writing``."""
    db.execute("DELETE FROM note_trait WHERE note_id = :id", {"id": note_id})
    rows = [
        {"note_id": note_id, "kind": kind, "value": value, "folded": fold_name(value), "position": position}
        for position, (kind, value) in enumerate(traits)
    ]
    if rows:
        db["note_trait"].insert_all(rows)


def common(db, *, reader, each=6):
    """Return ``{kind: words}``: those used most, as far as `reader` may see where."""
    clause, values = access.visible(reader)
    rows = db.query(
        f"""SELECT kind, value FROM (
                SELECT kind, value, n, row_number() OVER (PARTITION BY kind ORDER BY n DESC, folded) AS place
                  FROM (SELECT kind, folded, value, count(*) AS n, max(note.id)
                          FROM note_trait JOIN note ON note.id = note_trait.note_id
                         WHERE note.archived = 0 AND {clause} GROUP BY kind, folded))
            WHERE place <= :each ORDER BY kind, place""",
        {**values, "each": each},
    )
    found = {kind: [] for kind in KINDS}
    for row in rows:
        found[row["kind"]].append(row["value"])
    return found


def find(db, kind, query, *, reader, limit=8):
    """Return the `Count` of each word of a kind that what was typed names: by itself, its pinyin or initials."""
    asked = "".join(fold_name(query).split())
    known = counts(db, reader=reader, kind=kind).get(kind, ())
    ranked = [(pinyin.rank(asked, "".join(fold_name(each.value).split())), each) for each in known]
    found = [(rank, each) for rank, each in ranked if asked and rank is not None]
    return [each for _, each in sorted(found, key=lambda pair: (pair[0], -pair[1].notes))[:limit]]


def counts(db, *, reader, kind=None, topic_id=None, segment="", product=""):
    """Return ``{kind: [Count, ...]}``, the most frequent first: of all, or of a topic, a segment, a product, a kind."""
    where, values = _where(reader, topic_id, segment, product)
    # Beside max() a bare column is that of the row with the greatest: the word as it was spelled last.
    rows = db.query(
        f"""SELECT kind, value, count(DISTINCT note.id) AS notes, count(DISTINCT customer.id) AS customers, max(note.id)
              FROM note_trait
              JOIN note ON note.id = note_trait.note_id
              LEFT JOIN note_customer ON note_customer.note_id = note.id
              LEFT JOIN customer ON customer.id = note_customer.customer_id
                    AND (:segment = '' OR customer.segment = :segment)
             WHERE {where} AND (:kind IS NULL OR kind = :kind)
             GROUP BY kind, note_trait.folded
             ORDER BY notes DESC, customers DESC, note_trait.folded""",
        {**values, "kind": kind},
    )
    found = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(Count(row["kind"], row["value"], row["notes"], row["customers"]))
    return {kind: found[kind] for kind in KINDS if kind in found}


def holders(db, kind, value, *, reader, topic_id=None, segment="", product=""):
    """Return the ids behind one `Count`: ``(notes, customers)``, the newest first."""
    where, values = _where(reader, topic_id, segment, product)
    values |= {"kind": kind, "folded": fold_name(value)}
    having = f"""FROM note JOIN note_trait ON note_trait.note_id = note.id
                  AND note_trait.kind = :kind AND note_trait.folded = :folded
                {{}} WHERE {where}"""
    note_ids = db.execute(f"SELECT note.id {having.format('')} ORDER BY note.id DESC", values).fetchall()
    customer_ids = db.execute(
        "SELECT customer.id "
        + having.format(
            """JOIN note_customer ON note_customer.note_id = note.id
               JOIN customer ON customer.id = note_customer.customer_id
                    AND (:segment = '' OR customer.segment = :segment)"""
        )
        + " GROUP BY customer.id ORDER BY max(note.id) DESC",
        values,
    ).fetchall()
    return [row[0] for row in note_ids], [row[0] for row in customer_ids]


def products(db, *, reader):
    """Return the products that notes with words name and `reader` may see, the most frequent first."""
    clause, values = access.visible(reader)
    rows = db.execute(
        f"""SELECT note.product FROM note
             WHERE note.product <> '' AND note.archived = 0 AND {clause}
               AND note.id IN (SELECT note_id FROM note_trait)
             GROUP BY note.product ORDER BY count(*) DESC, note.product""",
        values,
    )
    return [row[0] for row in rows.fetchall()]


def damaged(db):
    """Return the rows that no filter finds: of no kind, folded otherwise, or on a note of another type."""
    rows = db.query("SELECT note_trait.*, note.dimension FROM note_trait LEFT JOIN note ON note.id = note_id")
    return [
        row
        for row in rows
        if row["kind"] not in KINDS or row["folded"] != fold_name(row["value"]) or row["dimension"] != "from"
    ]


def notes_with(db, field, words):
    """Return the ids of the notes, whoever may see them, that have one of these words in a field.

    A field is a kind or a group of kinds.
    """
    rows = db.execute(
        """SELECT DISTINCT note_id FROM note_trait
            WHERE kind IN (SELECT value FROM json_each(:kinds)) AND folded IN (SELECT value FROM json_each(:words))""",
        {"kinds": json.dumps(kinds_of(field)), "words": json.dumps([fold_name(each) for each in words])},
    )
    return [row[0] for row in rows]


def _where(reader, topic_id, segment, product):
    clause, values = access.visible(reader)
    where = ["note.archived = 0", clause]
    if topic_id is not None:
        where.append("note.id IN (SELECT note_id FROM note_topic WHERE topic_id = :topic)")
    if segment:
        where.append(IN_SEGMENT)
    if product:
        where.append("note.product = :product")
    return " AND ".join(where), {**values, "topic": topic_id, "segment": segment, "product": product}


# Whose customers are of a segment.
IN_SEGMENT = """note.id IN (SELECT of_segment.note_id FROM note_customer AS of_segment
                              JOIN customer AS its ON its.id = of_segment.customer_id
                             WHERE its.segment = :segment)"""
