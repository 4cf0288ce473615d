"""Who may see a note, and why somebody does: what `kb.access.visible` decides, told to people."""

import json
from dataclasses import replace

from kb.errors import N_
from kb.named_readers import checked, of_pairs, pairs


def of_note(db, note):
    """Return ``{member id: name}`` of the members here who may see a note, by department and name."""
    named = {
        kind: json.dumps([each["id"] for each in note.named_readers if each["kind"] == kind])
        for kind in ("member", "department")
    }
    rows = db.execute(
        """SELECT member.id, member.name FROM member JOIN department ON department.id = member.department_id
            WHERE member.state = 'active'
              AND (:readers = 'all' OR member.id = :owner OR (:readers = 'department' AND department.id = :department)
                   OR (:readers = 'list' AND (member.id IN (SELECT value FROM json_each(:members))
                                              OR department.id IN (SELECT value FROM json_each(:departments)))))
            ORDER BY department.name, member.name, member.id""",
        {
            "readers": note.readers,
            "owner": note.owner_id,
            "department": note.department_id,
            "members": named["member"],
            "departments": named["department"],
        },
    )
    return dict(rows.fetchall())


def opened(db, note, choice, named=()):
    """Return `note` with other readers; ``named`` as `kb.named_readers.checked` takes them."""
    return replace(note, readers=choice, named_readers=of_pairs(db, checked(choice, named)))


def sight(note):
    """Return a word for what decides who sees a note; another word, others see it."""
    return " ".join((note.readers, *sorted(f"{kind}:{number}" for kind, number in pairs(note.named_readers))))


def of_change(db, before, after):
    """Return ``{"gained", "lost"}``: the names of those who see a note after a change of readers only, and before it.

    Parameters
    ----------
    before, after : kb.note_rows.Note
    """
    was, now = of_note(db, before), of_note(db, after)
    return {
        "gained": [name for number, name in now.items() if number not in was],
        "lost": [name for number, name in was.items() if number not in now],
    }


def narrowed(db, note, to):
    """Return readers under which `note` is seen by its author and, beside them, whom both it and `to` are open to.

    Parameters
    ----------
    note : kb.note_rows.Note
    to : kb.note_rows.Note or kb.interaction_rows.Interaction

    Returns
    -------
    tuple of (str, tuple)
        The choice, and who is on the list as `kb.named_readers.of_notes` gives them.
    """
    if to.readers == "all":
        return note.readers, note.named_readers
    if note.readers == "all" and to.readers == "department" and note.department_id == to.department_id:
        return "department", ()
    named = [each for thing in (note, to) for each in thing.named_readers]
    named += [_department(each) for each in (note, to) if each.readers == "department"]
    if to.owner_id is not None:
        # By the department they are of today.
        named += of_pairs(db, [("member", to.owner_id)])
    unique = {(each["kind"], each["id"]): each for each in named}
    both = [each for each in unique.values() if all(_is_open_to(thing, each) for thing in (note, to))]
    listed = tuple(each for each in both if (each["kind"], each["id"]) != ("member", note.owner_id))
    return ("list", listed) if listed else ("owner", ())


def shared(kept, other):
    """Return the named readers of a list under which nobody sees a text of two notes that was closed to them."""
    named = [each for note in (kept, other) for each in note.named_readers]
    if other.owner_id is not None:
        # No longer its author, and so seen by them only if they are named.
        author = {"kind": "member", "id": other.owner_id, "name": other.owner, "department_id": other.department_id}
        named.append(author)
    unique = {(each["kind"], each["id"]): each for each in reversed(named)}.values()
    return tuple(each for each in reversed(unique) if all(_is_open_to(note, each) for note in (kept, other)))


def of_merged(db, kept, other, found):
    """Return who would see a text that is closed to them today, and who would lose one, if two notes became one.

    Parameters
    ----------
    kept, other : kb.note_rows.Note
    found : kb.note_rows.Note
        The one that stays, as it would.

    Returns
    -------
    dict
        ``gained`` and ``lost``, each a list of names.
    """
    mine, others = of_note(db, kept), of_note(db, other)
    seen = of_note(db, found)
    return {
        "gained": [name for number, name in seen.items() if number not in mine or number not in others],
        "lost": [name for number, name in {**mine, **others}.items() if number not in seen],
    }


def why(note, reader):
    """Return why `reader`, who sees a note, does: a catalogue key with ``department`` to fill.

    Parameters
    ----------
    note : kb.note_rows.Note
    reader : kb.access.Reader
    """
    if note.readers == "all":
        return N_("It is open to the whole company.")
    if note.owner_id == reader.member_id:
        return N_("You are its author.")
    if note.readers == "list" and ["member", reader.member_id] in pairs(note.named_readers):
        return N_("You are named among its readers.")
    if note.readers == "list":
        return N_("A department is named among its readers, and you belong there.")
    return N_("It is open to %(department)s, and you belong there.")


# The same of a colleague, told to somebody else.
OF_A_COLLEAGUE = {
    N_("It is open to the whole company."): N_("It is open to the whole company."),
    N_("You are its author."): N_("They are its author."),
    N_("You are named among its readers."): N_("They are named among its readers."),
    N_("A department is named among its readers, and you belong there."): N_(
        "Their department is named among its readers."
    ),
    N_("It is open to %(department)s, and you belong there."): N_("It is open to %(department)s, where they belong."),
}


def why_not(note):
    """Return why somebody who does not see a note does not: a catalogue key with ``department`` to fill."""
    return {
        "owner": N_("It is open to its author only."),
        "list": N_("Neither they nor their department are named among its readers."),
        "department": N_("It is open to %(department)s, and they do not belong there."),
    }[note.readers]


def _department(note):
    number = note.department_id
    return {"kind": "department", "id": number, "name": note.department, "department_id": number}


def _is_open_to(note, named):
    """Return whether a note is open to a named reader, a member or all of a department."""
    if note.readers == "all" or (named["kind"], named["id"]) == ("member", note.owner_id):
        return True
    if note.readers == "department":
        return named["department_id"] == note.department_id
    listed = pairs(note.named_readers)
    return note.readers == "list" and (
        [named["kind"], named["id"]] in listed or ["department", named["department_id"]] in listed
    )
