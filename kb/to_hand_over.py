"""To hand over: what somebody who goes leaves to do, as far as somebody else who is here could do it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from kb import (
    absences,
    access,
    duties,
    gaps,
    members,
    notes,
    presence,
    proposals,
    questions,
    saved_views,
    sources,
    topics,
)
from kb.errors import Forbidden, N_
from kb.map import experts, knowing

KINDS = {
    "notes": N_("Notes to answer for"),
    "topics": N_("Topics that nobody else knows"),
    "questions": N_("Questions to them"),
    "sources": N_("Sources they look after"),
    "views": N_("Views they share"),
    "proposals": N_("Changes they proposed"),
    "gaps": N_("Gaps they fill"),
    "absences": N_("Absences in which they stand in"),
}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """What a package above this one has handed over.

    Attributes
    ----------
    words : str
        What it is called, a key of the catalogue.
    ids : callable
        From the store and the id of a member to the ids of what is theirs to do.
    rows : callable
        From the store, ids and ``reader`` to pairs of an id and what a page names it by.
    give : callable
        From the store, an id, the id of the successor, ``by`` and ``now`` to whether it was handed over.
    did : str
        What giving tells the feed.
    undo : callable
        What takes that back.
    """

    words: str
    ids: Callable
    rows: Callable
    give: Callable
    did: str
    undo: Callable


# By kind; see `register`.
beside = {}


def register(kind, beside_these):
    """Have rows of one more `Kind` handed over, of a package that this one does not know."""
    beside[kind] = beside_these
    KINDS[kind] = beside_these.words


def counts(db, member_id):
    """Return ``{kind: how many}`` rows are still to be handed over, whoever may see them."""
    return {kind: len(its) for kind, its in ids(db, member_id).items()}


def rows(db, member_id, *, reader):
    """Return ``{kind: [(id, name)]}`` of what is still to be handed over, as far as `reader` may see it."""
    require(reader, member_id)
    left = ids(db, member_id)
    standing = absences.of_ids(db, left["absences"]).values()
    return {
        "notes": [(each.id, each.title) for each in notes.of_ids(db, left["notes"][:_SHOWN], reader=reader)],
        "topics": sorted(topics.seen(db, left["topics"], reader=reader).items(), key=lambda row: row[1]),
        "questions": [
            (each.id, each.title) for each in questions.of_ids(db, left["questions"], reader=reader).values()
        ],
        "sources": [(number, sources.get(db, number, reader=reader).name) for number in left["sources"]],
        "views": [(each.id, each.name) for each in saved_views.of_ids(db, left["views"], reader=reader).values()],
        "proposals": [(each.id, each.title) for each in proposals.of_ids(db, left["proposals"], reader=reader)],
        "gaps": [(each.gap_id, each.name) for each in gaps_of(db, member_id, reader=reader)],
        "absences": [(each.id, f"{each.member} {each.from_day} – {each.until_day}") for each in standing],
        **{kind: more.rows(db, left[kind][:_SHOWN], reader=reader) for kind, more in beside.items()},
    }


def ids(db, member_id):
    """Return ``{kind: ids}`` of what is still to be handed over, whoever may see it."""
    told = {"member": member_id}
    listed = {
        "questions": """SELECT id FROM question WHERE asked_id = :member AND NOT archived AND accepted_id IS NULL
                           AND NOT EXISTS (SELECT 1 FROM reply WHERE reply.question_id = question.id)""",
        "sources": "SELECT id FROM source WHERE owner_id = :member AND NOT archived",
        "views": "SELECT id FROM saved_view WHERE owner_id = :member AND NOT archived AND readers <> 'owner'",
        "proposals": """SELECT proposal.id FROM proposal JOIN note ON note.id = note_id
                         WHERE NOT note.archived AND note.readers <> 'owner'
                           AND member_id = :member AND state IN ('open', 'returned')""",
        "absences": """SELECT absence.id FROM absence JOIN member ON member.id = absence.member_id
                        WHERE deputy_id = :member AND until_day >= today_here() AND member.state = 'active'""",
    }
    found = {kind: [row[0] for row in db.execute(f"{sql} ORDER BY 1", told)] for kind, sql in listed.items()}
    return {"notes": duties.to_hand_over(db, member_id), "topics": sorted(_sole(db, member_id)), **found,
            "gaps": sorted(_gaps(db, member_id)),
            **{kind: more.ids(db, member_id) for kind, more in beside.items()}}  # fmt: skip


def takers(db, member_id):
    """Return ``{kind: {id: name}}`` of a colleague who could take each topic and each gap, whoever may see these."""
    able = {"topics": _sole(db, member_id), "gaps": _gaps(db, member_id)}
    names = members.names(db, {each for its in able.values() for each in its.values()})
    return {kind: {each: names[who] for each, who in its.items()} for kind, its in able.items()}


def gaps_of(db, member_id, *, reader):
    """Return the gaps that a member fills, still there, that `reader` may know of and another could fill."""
    able = _gaps(db, member_id)
    return [each for each in _filled_by(db, member_id, reader) if each.gap_id in able]


def topics_open_to(db, topic_ids, member_id, *, reader):
    """Return those of some topics that `reader` may know of, and see that a member knows."""
    seen = topics.seen(db, topic_ids, reader=reader)
    return {each for each, _ in knowing.known(db, [member_id], reader=reader, topic_ids=seen)}


def require(by, member_id):
    """Refuse who is neither the one who leaves nor an administrator."""
    if by.member_id != member_id and not access.may(by, "member.manage"):
        raise Forbidden(N_("Only who leaves, or an administrator, hands over."))


def _sole(db, member_id):
    """Return ``{topic_id: who could take it}`` of what this member alone knows, as gaps say, and nobody is to learn."""
    mine = [topic_id for topic_id, _ in knowing.known(db, [member_id], reader=access.OPERATOR)]
    mine = topics.sorted_of(topics.seen(db, mine, reader=access.OPERATOR))
    taken = {row[0] for row in db.execute(
        """SELECT thing_id FROM gap JOIN member ON member.id = gap.member_id AND member.state = 'active'
            WHERE kind = 'sole' AND member.id <> :member""",
        {"member": member_id},
    )}  # fmt: skip
    alone = set(experts.known_by_few(db, list(mine), reader=access.OPERATOR))

    def known(other):
        return topics_open_to(db, alone, member_id, reader=other)

    return _takers(db, member_id, alone - taken, known, _SEEING_TOPICS)


def _gaps(db, member_id):
    """Return ``{gap_id: who could take it}`` of the gaps that a member fills and that are still there."""
    # What is a gap to them is theirs to do, also where somebody who sees more finds it filled.
    theirs = _filled_by(db, member_id, members.get(db, member_id).reader())
    wanted = {each.gap_id for each in theirs + _filled_by(db, member_id, access.OPERATOR)}

    def known(other):
        return {each.gap_id for each in _filled_by(db, member_id, other)}

    return _takers(db, member_id, wanted, known, _SEEING_GAPS)


def _filled_by(db, member_id, reader):
    # What was due yesterday counts: a day is as near as anybody hands over.
    return gaps.of_member(db, member_id, reader=reader, now=presence.today(db))


def _takers(db, member_id, wanted, known, seeing):
    """Return ``{row: member id}`` of what one leaves that a colleague could take; the rest keeps no account open.

    `known` says of a reader which are open to them. Of those of a department, who mostly see alike, one is asked; whom
    `seeing` finds, who see more than the others there, only of what is open to none of those.
    """
    found = {}
    for asked in (_FIRST_OF_EACH, seeing):
        left = set(wanted) - found.keys()
        told = {"member": member_id, "left": json.dumps(sorted(left))}
        for (other,) in db.execute(asked, told).fetchall() if left else ():
            found |= dict.fromkeys(left & known(members.get(db, other).reader()), other)
            left -= found.keys()
            if not left:
                break
    return found


_WRITERS = ", ".join(f"'{role}'" for role in sorted(access.ACTIONS["note.write"]))
_MAY_TAKE = f"{{who}}.state = 'active' AND {{who}}.role IN ({_WRITERS}) AND {{who}}.id <> :member"
_NEAREST_FIRST = "ORDER BY me.department_id IS NOT (SELECT department_id FROM member WHERE id = :member), me.id"
_FIRST_OF_EACH = f"""SELECT me.id FROM member AS me
    WHERE {_MAY_TAKE.format(who="me")}
      AND NOT EXISTS (SELECT 1 FROM member AS first WHERE first.department_id IS me.department_id AND first.id < me.id
                                                      AND {_MAY_TAKE.format(who="first")})
    {_NEAREST_FIRST}"""
_SEEING = f"""SELECT me.id FROM member AS me
    WHERE {_MAY_TAKE.format(who="me")} AND me.id IN ({{whom}}) {_NEAREST_FIRST}"""
_LEFT = "(SELECT value FROM json_each(:left))"
# Whom a list or a note of their own shows what the member knows, and what the member is to fill.
_SEEING_TOPICS = _SEEING.format(
    whom=f"""SELECT note_reader.member_id FROM reason JOIN note_reader USING (note_id)
              WHERE reason.member_id = :member AND reason.topic_id IN {_LEFT}
             UNION SELECT owner_id FROM reason WHERE member_id = :member AND topic_id IN {_LEFT}"""
)
_ON_TOPICS = f"""gap JOIN note_topic ON note_topic.topic_id = gap.thing_id
    AND gap.kind IN ({", ".join(f"'{kind}'" for kind in gaps.OF_TOPICS)}) AND gap.id IN {_LEFT}"""
_SEEING_GAPS = _SEEING.format(
    whom=f"""SELECT note_reader.member_id FROM {_ON_TOPICS} JOIN note_reader USING (note_id)
             UNION SELECT note.owner_id FROM {_ON_TOPICS} JOIN note ON note.id = note_topic.note_id
             UNION SELECT question_reader.member_id FROM gap JOIN question_reader ON question_id = gap.thing_id
                    WHERE gap.kind = 'question' AND gap.id IN {_LEFT}
             UNION SELECT question.owner_id FROM gap JOIN question ON question.id = gap.thing_id
                    WHERE gap.kind = 'question' AND gap.id IN {_LEFT}"""
)
