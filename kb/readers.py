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


def why(note, reader):
    """Return why `reader`, who sees a note, does: a catalogue key with ``department`` to fill."""
    if note.readers == "all":
        return N_("It is open to the whole company.")
    if note.owner_id == reader.member_id:
        return N_("You are its author.")
    return N_("It is open to %(department)s, and you belong there.")
