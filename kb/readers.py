"""Who may see a note, and why somebody does: what `kb.access.visible` decides, told to people."""

from kb.errors import N_


def of_note(db, note, readers=None):
    """Return ``{member id: name}`` of the members here who may see a note, by department and name.

    Parameters
    ----------
    db : sqlite_utils.Database
    note : kb.note_rows.Note
    readers : {"owner", "department", "all"}, optional
        As if the note had these readers.
    """
    choice = readers or note.readers
    rows = db.execute(
        """SELECT member.id, member.name FROM member JOIN department ON department.id = member.department_id
            WHERE member.state = 'active'
              AND (:choice = 'all' OR member.id = :owner OR (:choice = 'department' AND department.id = :department))
            ORDER BY department.name, member.name, member.id""",
        {"choice": choice, "owner": note.owner_id, "department": note.department_id},
    )
    return dict(rows.fetchall())


def of_merged(db, kept, other, choice):
    """Return who would see a text that is closed to them today, and who would lose one, if two notes became one.

    Parameters
    ----------
    kept, other : kb.note_rows.Note
    choice : {"owner", "department", "all"}
        Readers of the one that stays.

    Returns
    -------
    dict
        ``gained`` and ``lost``, each a list of names.
    """
    mine, others = of_note(db, kept), of_note(db, other)
    seen = of_note(db, kept, choice)
    return {
        "gained": [name for number, name in seen.items() if number not in mine or number not in others],
        "lost": [name for number, name in {**mine, **others}.items() if number not in seen],
    }


def why(note, reader):
    """Return why `reader`, who sees a note, does: a catalogue key with ``department`` to fill."""
    if note.readers == "all":
        return N_("It is open to the whole company.")
    if note.owner_id == reader.member_id:
        return N_("You are its author.")
    return N_("It is open to %(department)s, and you belong there.")
