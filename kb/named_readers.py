"""Named readers: the colleagues and departments that a note with readers ``list`` is open to, beside its author."""

import json

from kb.errors import Invalid, N_
from kb.text import fold_name

KINDS = ("member", "department")
# More is a department, or a list nobody looks through.
MOST = 50


def checked(readers, named):
    """Return the pairs of a kind and an id as they are stored: none where it is not they who decide.

    Raises
    ------
    kb.errors.Invalid
        For a list of nobody, or of too many.
    """
    found = tuple(dict.fromkeys((kind, number) for kind, number in named)) if readers == "list" else ()
    if readers == "list" and not found:
        raise Invalid(
            N_("Who is on the list?"),
            hint=N_("Name at least one colleague or department."),
            field="named_readers",
        )
    if len(found) > MOST:
        raise Invalid(
            N_("%(count)d on the list are too many; %(limit)d are possible."),
            hint=N_("Name departments in place of their people."),
            field="named_readers",
            count=len(found),
            limit=MOST,
        )
    return found


def store(db, number, named, noun="note"):
    """Let a note, or an interaction, be open to these and no others; only inside ``writing``.

    Parameters
    ----------
    named : iterable of (str, int)
        Of one of `KINDS` and an id.
    """
    db.execute(f"DELETE FROM {noun}_reader WHERE {noun}_id = :id", {"id": number})
    for kind, who in named:
        db.execute(
            f"INSERT INTO {noun}_reader ({noun}_id, member_id, department_id) VALUES (:id, :member, :department)",
            {"id": number, "member": None, "department": None, kind: who},
        )


def of_notes(db, note_ids):
    """Return ``{note_id: named readers}``, departments first: dicts of kind, id, name and department_id."""
    return of_things(db, "note", note_ids)


def of_things(db, noun, ids):
    """Return what `of_notes` does, of notes, questions or interactions."""
    found = {number: [] for number in ids}
    rows = db.query(
        f"""SELECT its.{noun}_id AS thing, 'department' AS kind, department.id, department.name,
                  department.id AS department_id
             FROM {noun}_reader AS its JOIN department ON department.id = its.department_id
            WHERE its.{noun}_id IN (SELECT value FROM json_each(:ids))
            UNION ALL
           SELECT its.{noun}_id, 'member', member.id, member.name, member.department_id
             FROM {noun}_reader AS its JOIN member ON member.id = its.member_id
            WHERE its.{noun}_id IN (SELECT value FROM json_each(:ids))
            ORDER BY 2, 4, 3""",
        {"ids": json.dumps(list(ids))},
    )
    for row in rows:
        found[row.pop("thing")].append(row)
    return found


def of_pairs(db, named):
    """Return what `of_notes` would of a note that is open to these pairs."""
    rows = db.query(
        """SELECT 'department' AS kind, id, name, id AS department_id FROM department
            WHERE id IN (SELECT value ->> 1 FROM json_each(:named) WHERE value ->> 0 = 'department')
            UNION ALL
           SELECT 'member', id, name, department_id FROM member
            WHERE id IN (SELECT value ->> 1 FROM json_each(:named) WHERE value ->> 0 = 'member')
            ORDER BY 1, 3, 2""",
        {"named": json.dumps(list(named))},
    )
    return tuple(rows)


def pairs(named):
    """Return the pairs of what `of_notes` gives of one note."""
    return [[each["kind"], each["id"]] for each in named]


def parsed(db, words, field="named_readers"):
    """Return the pairs that names of departments, names or logins of colleagues stand for.

    Raises
    ------
    kb.errors.Invalid
        For a name that is nobody's, or of more than one.
    """
    everybody = _everybody(db)
    return [_parsed(word, _candidates(everybody, word), field) for word in words]


def written(db, named):
    """Return the word for each of what `of_notes` gives of one note, such that `parsed` finds it again."""
    everybody = _everybody(db) if named else {}
    logins = {row["id"]: row["login"] for rows in everybody.values() for row in rows if row["kind"] == "member"}
    found = []
    for each in named:
        same = _candidates(everybody, each["name"])
        is_alone = [(row["kind"], row["id"]) for row in same] == [(each["kind"], each["id"])]
        found.append(each["name"] if is_alone or each["kind"] == "department" else logins[each["id"]])
    return found


def words_of(db, member_ids):
    """Return ``{id: word}`` of some members: what a field holds of each, such that `parsed` finds them again."""
    named = of_pairs(db, [("member", each) for each in member_ids])
    return dict(zip((each["id"] for each in named), written(db, named), strict=True))


def _everybody(db):
    """Return ``{word: rows}`` of departments and members, by folded name and by login."""
    rows = db.query(
        """SELECT 'department' AS kind, id, name, '' AS login, 'active' AS state FROM department
            UNION ALL SELECT 'member', id, name, login, state FROM member"""
    )
    found = {}
    for row in rows:
        for word in {fold_name(row["name"]), row["login"]}:
            found.setdefault(word, []).append(row)
    return found


def _candidates(everybody, word):
    """Return whom a word may stand for: a department before all, those who are here before those who left."""
    asked = fold_name(word)
    found = everybody.get(asked, []) if asked else []
    for part in (
        [row for row in found if row["kind"] == "department"],
        [row for row in found if row["login"] == asked],
        [row for row in found if row["state"] == "active"],
    ):
        if part:
            return part
    return found


def _parsed(word, found, field):
    if not found:
        raise Invalid(
            N_("“%(value)s” is no colleague and no department."),
            hint=N_("Write a colleague’s name or login, or the name of a department."),
            field=field,
            value=word,
        )
    if len(found) > 1:
        raise Invalid(
            N_("There are %(count)d colleagues named “%(value)s”."),
            hint=N_("Write the login of the one you mean: %(logins)s."),
            field=field,
            value=word,
            count=len(found),
            logins=", ".join(row["login"] for row in found),
        )
    return found[0]["kind"], found[0]["id"]
