"""Activity: what was done in the last thirty days, newest first, and what of it can still be taken back."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb import access, proposals
from kb.map import knowing

DAYS = 30
# What hangs on a note hangs on the one it was moved to; what was taken back stands in its change alone.
_OF_NOTE = """coalesce(
    CASE noun WHEN 'comment' THEN (SELECT note_id FROM note_comment WHERE note_comment.id = change.noun_id)
              WHEN 'use' THEN (SELECT note_id FROM note_use WHERE note_use.id = change.noun_id) END,
    after ->> 'note_id', before ->> 'note_id')"""
# What others did to the notes a member wrote or answers for, and to the questions that came to them or could have.
_OF_THEIRS = f"""change.member_id IS NOT :whose AND CASE
    WHEN noun IN ('note', 'suggestion') THEN EXISTS (SELECT 1 FROM note WHERE id = change.noun_id AND {{theirs}})
    WHEN noun IN ('comment', 'use') THEN EXISTS (SELECT 1 FROM change_text JOIN note ON note.id = {_OF_NOTE}
                                                  WHERE change_text.seq = change.seq AND {{theirs}})
    WHEN noun = 'proposal' THEN EXISTS (SELECT 1 FROM proposal JOIN note ON note.id = proposal.note_id
                                         WHERE proposal.id = change.noun_id AND {{theirs}})
    WHEN noun = 'question' THEN change.noun_id IN {{came}}
    WHEN noun = 'reply' THEN (SELECT question_id FROM reply WHERE reply.id = change.noun_id) IN {{came}}
    ELSE 0 END""".format(
    theirs="(note.owner_id = :whose OR note.duty_member_id = :whose)",
    came="""(SELECT question_id FROM question_turn WHERE member_id = :whose
             UNION SELECT question_id FROM question_topic WHERE topic_id IN (SELECT value FROM json_each(:known)))""",
)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What a member missed from one instant to another."""

    member_id: int
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did at one moment, to one thing or by an import to many.

    ``seq`` is its newest change, ``count`` how many there are; ``is_newest`` whether nothing happened to it since, of
    many things to one of them at least.
    """

    seq: int
    at: str
    member_id: int | None
    member_name: str | None
    noun: str
    noun_id: str
    action: str
    count: int
    is_newest: bool


def listing(db, *, reader, nouns, now, member_id=None, meanwhile=None, before=None, limit=50):
    """Return the deeds of the last `DAYS` days, newest first.

    Parameters
    ----------
    db : sqlite_utils.Database
    reader : kb.access.Reader
        Changes of notes, what hangs on them, interactions and questions they may not see are left out.
    nouns : sequence of str
        Of which things; who may see the others is the caller's to know.
    now : str
    member_id : int, optional
        Only what this member did.
    meanwhile : Meanwhile, optional
        Only what others did then to what is a member's, however long ago: notes they wrote or answer for, and
        questions that they were asked or that are about what they know.
    before : int, optional
        Only what was done before this change.
    limit : int
    """
    clause, values = access.visible(reader)
    of_interactions, _ = access.visible(reader, "interaction")
    of_views, _ = access.visible(reader, "saved_view")
    of_proposals, more = proposals.visible(reader)
    values |= more
    of_questions, _ = access.visible(reader, "question")
    since = datetime.fromisoformat(now) - timedelta(days=DAYS)
    values |= {
        "nouns": json.dumps(list(nouns)),
        "since": meanwhile.since if meanwhile else since.isoformat().replace("+00:00", "Z"),
        "until": meanwhile and meanwhile.until,
        "whose": meanwhile and meanwhile.member_id,
        "known": json.dumps(_known(db, meanwhile, reader) if meanwhile else []),
        "member": member_id,
        "before": before,
        "limit": limit,
        "me": reader.member_id if reader.looker is None else None,
    }
    # The plus keeps it from walking all there ever was of a noun, in place of thirty days.
    rows = db.query(
        f"""WITH deed AS (
                SELECT max(seq) AS seq, at, member_id, noun, max(noun_id) AS noun_id, action, count(*) AS count
                  FROM change
                 WHERE at >= :since AND (:until IS NULL OR at < :until)
                   AND +noun IN (SELECT value FROM json_each(:nouns))
                   AND (:member IS NULL OR member_id = :member) AND {_OF_THEIRS if meanwhile else "1"}
                   AND action NOT IN ('merge_away', 'unmerge_away', 'split_away', 'unsplit_away') -- told at what stays
                   AND (noun NOT IN ('note', 'likeness', 'suggestion')
                        OR EXISTS (SELECT 1 FROM note WHERE note.id = change.noun_id AND {clause}))
                   AND (noun <> 'interaction' OR EXISTS (SELECT 1 FROM interaction
                                                          WHERE interaction.id = change.noun_id AND {of_interactions}))
                   AND (noun <> 'view' OR EXISTS (SELECT 1 FROM saved_view
                                                   WHERE saved_view.id = change.noun_id AND {of_views}))
                   AND (noun <> 'proposal' OR EXISTS (SELECT 1 FROM proposal
                                                       WHERE proposal.id = change.noun_id AND {of_proposals}))
                   AND (noun NOT IN ('comment', 'use')
                        OR EXISTS (SELECT 1 FROM change_text JOIN note ON note.id = {_OF_NOTE}
                                    WHERE change_text.seq = change.seq AND {clause}))
                   -- What one corrects of oneself is nobody else's.
                   AND (noun <> 'expertise' OR action IN ('declared', 'endorsed') OR member_id = :me)
                   -- How one is reached, in which language and by which password is one's own.
                   AND (noun <> 'member' OR action IN ('add', 'move', 'undo', 'leave', 'reset'))
                   AND (noun <> 'unmerged' OR member_id = :me)
                   AND (noun <> 'question' OR EXISTS (SELECT 1 FROM question
                                                       WHERE question.id = change.noun_id AND {of_questions}))
                   AND (noun <> 'reply' OR EXISTS (SELECT 1 FROM reply JOIN question ON question.id = reply.question_id
                                                    WHERE reply.id = change.noun_id AND {of_questions}))
                 GROUP BY at, member_id, noun, action),
            shown AS (SELECT * FROM deed WHERE :before IS NULL OR seq < :before ORDER BY seq DESC LIMIT :limit)
            SELECT shown.*, member.name AS member_name,
                   EXISTS (SELECT 1 FROM change AS its
                            WHERE its.member_id IS shown.member_id AND its.at = shown.at AND its.noun = shown.noun
                              AND its.action = shown.action
                              AND (its.noun <> 'note'
                                   OR EXISTS (SELECT 1 FROM note WHERE note.id = its.noun_id AND {clause}))
                              AND NOT EXISTS (SELECT 1 FROM change AS later WHERE later.noun = its.noun
                                                 AND later.noun_id = its.noun_id AND later.seq > its.seq)) AS is_newest
              FROM shown LEFT JOIN member ON member.id = shown.member_id
             ORDER BY shown.seq DESC""",
        values,
    )
    return [Deed(**{**row, "is_newest": bool(row["is_newest"])}) for row in rows]


def _known(db, meanwhile, reader):
    return [topic_id for topic_id, _ in knowing.known(db, [meanwhile.member_id], reader=reader)]


def notes_of(db, deeds):
    """Return ``{(noun, id): id of the note}`` of what deeds did that hangs on a note, such as a comment."""
    rows = db.execute(
        f"""SELECT noun, noun_id, {_OF_NOTE} FROM change JOIN change_text USING (seq)
             WHERE noun IN ('comment', 'use') AND seq IN (SELECT value FROM json_each(:seqs))""",
        {"seqs": json.dumps([each.seq for each in deeds])},
    )
    return {(noun, noun_id): note_id for noun, noun_id, note_id in rows.fetchall()}
