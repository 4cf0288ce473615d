"""What migration m048 makes: interactions name colleagues and notes too; it never changes."""

import json
import re

_MARK = re.compile(r"\[\[(\d{1,18})\]\]")
_MADE = (
    """CREATE TABLE interaction_mention (
        interaction_id INTEGER NOT NULL REFERENCES interaction(id),
        mentioned_id INTEGER NOT NULL REFERENCES note(id),
        PRIMARY KEY (interaction_id, mentioned_id)
    ) STRICT""",
    "CREATE INDEX interaction_mention_mentioned ON interaction_mention(mentioned_id)",
    # Made anew, for a column cannot be allowed to be empty: named in a note, or in an interaction.
    """CREATE TABLE mention_of_a_member (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member_id INTEGER NOT NULL REFERENCES member(id),
        note_id INTEGER REFERENCES note(id),
        comment_id INTEGER REFERENCES note_comment(id) ON DELETE CASCADE,
        interaction_id INTEGER REFERENCES interaction(id),
        named_by INTEGER REFERENCES member(id),
        named_at TEXT NOT NULL,
        dismissed_at TEXT,
        CHECK ((note_id IS NULL) <> (interaction_id IS NULL))
    ) STRICT""",
    """INSERT INTO mention_of_a_member (id, member_id, note_id, comment_id, named_by, named_at, dismissed_at)
       SELECT id, member_id, note_id, comment_id, named_by, named_at, dismissed_at FROM member_mention""",
    "DROP TABLE member_mention",
    "ALTER TABLE mention_of_a_member RENAME TO member_mention",
    "CREATE INDEX member_mention_member ON member_mention(member_id) WHERE dismissed_at IS NULL",
    "CREATE INDEX member_mention_note ON member_mention(note_id)",
    "CREATE INDEX member_mention_comment ON member_mention(comment_id) WHERE comment_id IS NOT NULL",
    "CREATE INDEX member_mention_interaction ON member_mention(interaction_id) WHERE interaction_id IS NOT NULL",
)


def make(db):
    """Make the tables, and fill in which notes the interactions of today mention; nobody is told of old ones."""
    for statement in _MADE:
        db.execute(statement)
    rows = db.execute("SELECT id, said || char(10) || told FROM interaction WHERE instr(said || told, '[[')")
    for interaction_id, text in rows.fetchall():
        ids = sorted({int(each) for each in _MARK.findall(text)})
        db.execute(
            """INSERT INTO interaction_mention (interaction_id, mentioned_id)
               SELECT :id, note.id FROM note WHERE note.id IN (SELECT value FROM json_each(:ids))""",
            {"id": interaction_id, "ids": json.dumps(ids)},
        )
