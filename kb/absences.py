"""Absences: from when until when somebody is away, and who answers for them meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta

from kb import access, days, feed, home, members, presence, working_days
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.store import home_of, writing

_FIELDS = ("member_id", "from_day", "until_day", "deputy_id")


@dataclass(frozen=True, slots=True)
class Absence:
    """That a member is away from the one day to the other, both included; ``deputy`` answers for them, if anybody."""

    id: int
    member_id: int
    member: str
    from_day: str
    until_day: str
    deputy_id: int | None
    deputy: str | None

    @property
    def back_on(self):
        """The first working day after it, ``YYYY-MM-DD``."""
        day = date.fromisoformat(self.until_day) + timedelta(days=1)
        while not working_days.is_working_day(day):
            day += timedelta(days=1)
        return day.isoformat()

    def lasts(self, today):
        """Return how many days of it are to come, that one too."""
        first = max(date.fromisoformat(self.from_day), date.fromisoformat(today))
        return (date.fromisoformat(self.until_day) - first).days + 1


def add(db, member_id, *, from_day, until_day, deputy_id, by, now):
    """Say that somebody is away, as they themselves or an administrator, and return the seq of the change.

    Parameters
    ----------
    from_day, until_day : str
        ``YYYY-MM-DD``, both included; not over yet.
    deputy_id : int or None
        Who is here all that time and answers for them.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    _require(by, member_id)
    first, last = days.day(from_day, "from_day"), days.day(until_day, "until_day")
    if last < first:
        raise Invalid(
            N_("The last day lies before the first."), hint=N_("Write the later day second."), field="until_day"
        )
    with writing(db):
        member = members.get(db, member_id)
        if member.state == "left":
            raise Invalid(N_("%(name)s has already left."), name=member.name)
        if last < presence.today(db):
            raise Invalid(N_("These days are over."), hint=N_("Write days to come."), field="until_day")
        row = {"member_id": member_id, "from_day": first, "until_day": last, "deputy_id": deputy_id}
        _refuse_overlap(db, row)
        if deputy_id is not None:
            _refuse_deputy(db, row)
        absence_id = db["absence"].insert(row).last_pk
        return feed.append(db, by=by, did="absence.add", of=absence_id, at=now, after=row)


def end(db, absence_id, *, by, now):
    """Be back before it was said, or not go at all, and return the seq of the change.

    Who is back on the first day was away for a part of it: `over` tells of that day.
    """
    with writing(db):
        before = get(db, absence_id)
        _require(by, before.member_id)
        was, today = _row(before), presence.today(db)
        yesterday = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
        if before.until_day < today:
            raise Conflict(N_("These days are over."))
        if before.from_day < today:
            db["absence"].update(absence_id, {"until_day": yesterday})
            after = {**was, "until_day": yesterday}
        else:
            db["absence"].delete(absence_id)
            after = None
        return feed.append(db, by=by, did="absence.end", of=absence_id, at=now, before=was, after=after)


def hand_over(db, absence_id, deputy_id, *, by, now):
    """Have another stand in who is here all that time, and return whether they can; only inside ``writing``."""
    before = get(db, absence_id)
    after = {**_row(before), "deputy_id": deputy_id}
    try:
        _refuse_deputy(db, after)
    except Invalid:
        return False
    db["absence"].update(absence_id, {"deputy_id": deputy_id})
    feed.append(db, by=by, did="absence.deputy", of=absence_id, at=now, before=_row(before), after=after)
    return True


def undo(db, seq, *, by, now):
    """Take back that somebody said they are away, or back, and return the id of the member.

    Raises
    ------
    kb.errors.Conflict
        When it was changed since, or others are away meanwhile.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        change = feed.to_undo(db, seq, "absence", hint=N_("Look at the list of what was done."))
        feed.refuse_if_erased(change)
        absence_id, wanted, stood = int(change["noun_id"]), change["before"], change["after"]
        member_id = (wanted or stood)["member_id"]
        _require(by, member_id)
        row = next(iter(db.query("SELECT * FROM absence WHERE id = :id", {"id": absence_id})), None)
        if (row and {name: row[name] for name in _FIELDS}) != stood:
            raise Conflict(N_("This was changed again since."), hint=N_("Say anew when you are away."))
        if row is not None:
            db["absence"].delete(absence_id)
        if wanted is not None:
            _refuse_overlap(db, wanted)
            if wanted["deputy_id"] is not None:
                _refuse_deputy(db, wanted)
            db["absence"].insert({"id": absence_id, **wanted})
        feed.append(db, by=by, did="absence.undo", of=absence_id, at=now, before=stood, after=wanted)
    return member_id


def get(db, absence_id):
    """Return one absence; raises `NotFound`."""
    found = of_ids(db, [absence_id]).get(absence_id)
    if found is None:
        raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
    return found


def told(db, absence_id):
    """Return what `get` does, also of an absence that was over on its first day."""
    of_one_day = next(iter(_of_one_day(db, "change.noun_id = :which", str(absence_id))), None)
    return of_one_day or get(db, absence_id)


def of_ids(db, ids):
    """Return ``{id: Absence}`` of those of some that there are."""
    rows = [row for each in ids for row in db.query(f"{_SELECT} WHERE absence.id = :id", {"id": each})]
    return {row["id"]: Absence(**row) for row in rows}


def coming(db, member_id):
    """Return the absences of a member that are not over, the first first."""
    rows = db.query(
        f"{_SELECT} WHERE absence.member_id = :member AND until_day >= today_here() ORDER BY from_day",
        {"member": member_id},
    )
    return [Absence(**row) for row in rows]


def over(db, member_id, *, since="", limit=5):
    """Return the newest absences of a member that ended before today, on the day `since` or later."""
    rows = db.query(
        f"""{_SELECT} WHERE absence.member_id = :member AND until_day < today_here() AND until_day >= :since
             ORDER BY from_day DESC LIMIT :limit""",
        {"member": member_id, "since": since, "limit": limit},
    )
    found = [Absence(**row) for row in rows] + _of_one_day(db, "before ->> 'member_id' = :which", member_id)
    newest = sorted(found, key=lambda each: (each.from_day, each.id), reverse=True)
    return [each for each in newest if each.until_day >= since][:limit]


def stood_in(db, member_id):
    """Return the absences, not over yet, in which a member is the deputy, the first first."""
    rows = db.query(
        f"{_SELECT} WHERE absence.deputy_id = :member AND until_day >= today_here() ORDER BY from_day",
        {"member": member_id},
    )
    return [Absence(**row) for row in rows]


def answered_for(db, member_id):
    """Return the absences of today of all for whom a member answers, also in place of a deputy who is away too."""
    rows = db.query(
        f"""{_SELECT} WHERE absence.member_id IN {presence.STANDING.format(who=":member")}
               AND absence.member_id <> :member AND today_here() BETWEEN from_day AND until_day
             ORDER BY until_day, member.name""",
        {"member": member_id},
    )
    return [Absence(**row) for row in rows]


_SELECT = """SELECT absence.*, member.name AS member, deputy.name AS deputy
               FROM absence JOIN member ON member.id = absence.member_id
               LEFT JOIN member AS deputy ON deputy.id = absence.deputy_id"""
# Of one that was over on its first day nothing is left but what the feed says of it.
_ENDED = """SELECT CAST(change.noun_id AS INTEGER) AS id, member.id AS member_id, member.name AS member,
                   before ->> 'from_day' AS from_day, before ->> 'from_day' AS until_day,
                   deputy.id AS deputy_id, deputy.name AS deputy, change.at AS at
              FROM change JOIN change_text USING (seq) JOIN member ON member.id = before ->> 'member_id'
              LEFT JOIN member AS deputy ON deputy.id = before ->> 'deputy_id'
             WHERE change.noun = 'absence' AND change.action = 'end' AND after IS NULL AND {of}
               AND seq = (SELECT max(newer.seq) FROM change AS newer
                           WHERE newer.noun = 'absence' AND newer.noun_id = change.noun_id)"""
_MEETS = "from_day <= :until_day AND until_day >= :from_day"


def _of_one_day(db, of, which):
    """Return the absences that were over on their first day; one that had not begun was none."""
    found = []
    for row in list(db.query(_ENDED.format(of=of), {"which": which})):
        ended_at = row.pop("at")
        if home.instant(home_of(db), row["from_day"], "00:00") <= ended_at:
            found.append(Absence(**row))
    return found


def _refuse_overlap(db, row):
    other = db.execute(f"SELECT from_day, until_day FROM absence WHERE member_id = :member_id AND {_MEETS}", row)
    if found := other.fetchone():
        raise Invalid(
            N_("From %(first)s to %(last)s an absence is written down already."),
            hint=N_("End that one first, or choose other days."),
            field="from_day",
            first=found[0],
            last=found[1],
        )


def _refuse_deputy(db, row):
    """Refuse who cannot answer: oneself, who has left, and who is away then: so deputies never go round."""
    deputy = members.get(db, row["deputy_id"])
    hint = N_("Choose somebody who is here all that time.")
    if deputy.id == row["member_id"]:
        raise Invalid(N_("One cannot stand in for oneself."), hint=hint, field="deputy")
    if deputy.state == "left" or not access.may(deputy.reader(), "note.write"):
        raise Invalid(
            N_("%(name)s has left, or may only read."),
            hint=hint,
            field="deputy",
            name=deputy.name,
        )
    asked = {**row, "deputy": deputy.id}
    rows = db.query(f"{_SELECT} WHERE absence.member_id = :deputy AND {_MEETS} ORDER BY from_day", asked)
    if found := next(iter(rows), None):
        raise Invalid(
            N_("%(name)s is away then too, from %(first)s to %(last)s."),
            hint=hint,
            field="deputy",
            name=deputy.name,
            first=found["from_day"],
            last=found["until_day"],
        )


def _row(absence):
    return {name: getattr(absence, name) for name in _FIELDS}


def _require(by, member_id):
    if by.member_id == member_id:
        access.require(by, "self.manage")
    elif not access.may(by, "member.manage"):
        raise Forbidden(N_("Everybody says this for themselves, an administrator for all."))
