"""Colleagues named with ``@login`` in a note, a comment or an interaction: each is told once, where they may see it."""

import json
import re
from dataclasses import dataclass

from kb import access, members
from kb.errors import N_, NotFound
from kb.store import writing

# As `web.markdown` shows them.
_NAMED = re.compile(r"(?<![\w.@/])@([a-z0-9]+(?:[._-][a-z0-9]+)*)")


@dataclass(frozen=True, slots=True)
class Mention:
    """That a colleague was named in a note, or in an interaction, whose ``title`` is then the customer.

    ``words`` is the comment, or empty where the text itself names them.
    """

    id: int
    note_id: int | None
    interaction_id: int | None
    title: str
    comment_id: int | None
    words: str
    named_by: str | None
    named_at: str


def store(db, note_id, text, earlier="", *, comment_id=None, interaction_id=None, by, now):
    """Keep which colleagues a text names that the earlier one did not; only inside ``writing``.

    Who a text names no longer is not told of it any more.
    """
    before, after = (set(_NAMED.findall(each)) for each in (earlier, text))
    known = {"note": note_id, "comment": comment_id, "talk": interaction_id, "by": by.member_id, "now": now}
    if gone := before - after:
        db.execute(
            """DELETE FROM member_mention
                WHERE note_id IS :note AND comment_id IS :comment AND interaction_id IS :talk AND member_id IN
                      (SELECT id FROM member WHERE login IN (SELECT value FROM json_each(:logins)))""",
            {**known, "logins": json.dumps(sorted(gone))},
        )
    if new := after - before:
        db.execute(
            """INSERT INTO member_mention (member_id, note_id, comment_id, interaction_id, named_by, named_at)
               SELECT id, :note, :comment, :talk, :by, :now FROM member
                WHERE login IN (SELECT value FROM json_each(:logins)) AND state = 'active' AND id IS NOT :by
                ORDER BY id""",
            {**known, "logins": json.dumps(sorted(new))},
        )


def shown(db, texts, sign="@"):
    """Return texts in which colleagues are called by name where ``@login`` names one; any other such word stays."""
    logins = {login for text in texts for login in _NAMED.findall(text)}
    known = members.of_logins(db, logins) if logins else {}

    def called(mark):
        return f"{sign}{known[mark[1]][1]}" if mark[1] in known else mark[0]

    return [_NAMED.sub(called, text) for text in texts] if known else list(texts)


def as_written(db, words, text):
    """Return words of a text that were selected as `shown` shows it with ``@login`` where the text has that."""
    for login, (_, name) in members.of_logins(db, set(_NAMED.findall(text))).items():
        words = words.replace(f"@{name}", f"@{login}")
    return words


def of_reader(db, *, reader, limit=20):
    """Return the mentions that `reader` has not dismissed, in what they may see, the newest first."""
    clause, values = access.visible(reader)
    of_talks, _ = access.visible(reader, "interaction")
    rows = db.query(
        f"""SELECT member_mention.id, member_mention.note_id, member_mention.interaction_id,
                   coalesce(note.title, customer.name) AS title, member_mention.comment_id,
                   coalesce(note_comment.body, '') AS words, author.name AS named_by, member_mention.named_at
              FROM member_mention
              LEFT JOIN note ON note.id = member_mention.note_id
              LEFT JOIN interaction ON interaction.id = member_mention.interaction_id
              LEFT JOIN customer ON customer.id = interaction.customer_id
              LEFT JOIN note_comment ON note_comment.id = member_mention.comment_id
              LEFT JOIN member AS author ON author.id = member_mention.named_by
             WHERE member_mention.member_id = :member AND member_mention.dismissed_at IS NULL
               AND ((note.archived = 0 AND {clause}) OR (interaction.archived = 0 AND {of_talks}))
             ORDER BY member_mention.id DESC LIMIT :limit""",
        {**values, "member": reader.member_id, "limit": limit},
    )
    return [Mention(**row) for row in rows]


def dismiss(db, mention_id, *, by, now):
    """Take a mention off the home page of whom it tells; raises `NotFound` for one of anybody else."""
    with writing(db):
        done = db.execute(
            """UPDATE member_mention SET dismissed_at = coalesce(dismissed_at, :now)
                WHERE id = :id AND member_id = :member""",
            {"id": mention_id, "member": by.member_id, "now": now},
        ).rowcount
        if not done:
            raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))


def erase(db, note_id):
    """Forget who a note and its comments name; only inside ``writing``."""
    db.execute("DELETE FROM member_mention WHERE note_id = :id", {"id": note_id})
