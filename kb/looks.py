"""Who looked at what: the access log of one customer or one note, read back by those who may."""

from kb import access, customers, notes


def listing(db, noun, thing_id, *, reader, member_id=None, limit=50, offset=0):
    """Return ``(lines, total)``, the newest first: dicts of ``at``, ``action``, ``member_id``, ``member``.

    Parameters
    ----------
    noun : {"customer", "note"}
    thing_id : int
    reader : kb.access.Reader
        Who also sees the thing itself.
    member_id : int, optional
        Only the looks of this member.

    Raises
    ------
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(reader, "look.read")
    {"customer": customers, "note": notes}[noun].get(db, thing_id, reader=reader)
    where = """access_log.noun = :noun AND access_log.noun_id = :id
               AND (:member IS NULL OR access_log.member_id = :member)"""
    values = {"noun": noun, "id": str(thing_id), "member": member_id}
    total = db.execute(f"SELECT count(*) FROM access_log WHERE {where}", values).fetchone()[0]
    rows = db.query(
        f"""SELECT access_log.at, access_log.action, access_log.member_id, member.name AS member
              FROM access_log LEFT JOIN member ON member.id = access_log.member_id
             WHERE {where} ORDER BY access_log.seq DESC LIMIT :limit OFFSET :offset""",
        {**values, "limit": limit, "offset": offset},
    )
    return list(rows), total


def members_of(db, noun, thing_id):
    """Return ``{member id: name}`` of those who looked at a thing, by name."""
    rows = db.execute(
        """SELECT DISTINCT member.id, member.name FROM access_log JOIN member ON member.id = access_log.member_id
            WHERE access_log.noun = :noun AND access_log.noun_id = :id ORDER BY member.name, member.id""",
        {"noun": noun, "id": str(thing_id)},
    )
    return dict(rows.fetchall())
