"""What m038 makes of the reasons: a note that was made of an accepted answer counts as that; it never changes.

It is one deed, so it counts once: as an answer, and not as a note written too. All else of a reason is that of the
note: who may know of it, its topics, its end when the note is archived or erased.
"""

from kb.map import score_tables

COLUMNS, RULES = score_tables.COLUMNS, {**score_tables.RULES, "answered": 2}
# After a merge the note may be somebody else's, who answered nothing.
_KIND = """iif(EXISTS (SELECT 1 FROM question JOIN reply ON reply.id = question.accepted_id
                        WHERE question.note_id = note.id AND reply.member_id = note.owner_id), 'answered', 'wrote')"""


def _said(sql):
    """Return a statement of `kb.map.score_tables` in which what was written to answer counts as an answer."""
    return sql.replace("SELECT 'wrote' AS kind", f"SELECT {_KIND} AS kind")


ALL = tuple(map(_said, score_tables.ALL))
FILL = tuple(map(_said, score_tables.FILL))
_OLD, _NEW = (_said(score_tables._anew(f"SELECT {row}.note_id")) for row in ("old", "new"))
_NAMED = "SELECT note_id FROM question WHERE accepted_id IS NOT NULL AND note_id IS NOT NULL"
_CHANGED = "old.accepted_id IS NOT new.accepted_id OR old.note_id IS NOT new.note_id"


def make(db):
    """Change the reasons there are, and what keeps them."""
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'reason\\_%' ESCAPE '\\'"
    for name, sql in db.execute(made).fetchall():
        db.execute(f"DROP TRIGGER {name}")
        db.execute(_said(sql))
    db.execute(
        f"""CREATE TRIGGER reason_answer AFTER UPDATE OF accepted_id, note_id ON question WHEN {_CHANGED}
            BEGIN {_OLD} {_NEW} END"""
    )
    db.execute(f"CREATE TRIGGER reason_no_answer AFTER DELETE ON question BEGIN {_OLD} END")
    db.execute("INSERT INTO score_rule (name, value) VALUES ('answered', :value)", {"value": RULES["answered"]})
    gone, made = _said(score_tables._anew(_NAMED)).removesuffix(";").split("; ", 1)
    db.execute(
        f"UPDATE expertise SET reason = 'answered' WHERE kind = 'struck' AND reason = 'wrote' AND note_id IN ({_NAMED})"
    )
    db.execute(gone)
    db.execute(made)
