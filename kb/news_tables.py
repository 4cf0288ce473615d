"""What a department's page asks of all its notes: who changed each last, and which of them are verified.

Never changes once it has shipped.
"""

STATEMENTS = (
    "ALTER TABLE note ADD COLUMN changed_by INTEGER REFERENCES member(id)",
    """UPDATE note SET changed_by = (
        SELECT change.member_id FROM change
         WHERE change.noun = 'note' AND change.noun_id = CAST(note.id AS TEXT)
         ORDER BY change.seq DESC LIMIT 1)""",
    # All that is asked of a note that one changed oneself stands in the index, so that those are passed over quickly.
    """CREATE INDEX note_changed ON note(department_id, updated_at, id, changed_by, readers, owner_id, archived)
        WHERE NOT archived""",
    """CREATE INDEX note_in_time ON note(department_id, due_at, readers, owner_id, archived)
        WHERE archived = 0 AND verified_at IS NOT NULL""",
    # By a trigger, because every door to a note would have to remember it otherwise.
    """CREATE TRIGGER note_changed_by AFTER INSERT ON change WHEN new.noun = 'note'
        BEGIN UPDATE note SET changed_by = new.member_id
               WHERE id = CAST(new.noun_id AS INTEGER) AND changed_by IS NOT new.member_id; END""",
)
