"""What m053 makes: the few reasons that are counted apart stand close together; it never changes once shipped.

By far the most reasons are deeds of one's own on notes that are open to all. Those for which a colleague speaks count
up to a cap, and those that are open to some only are asked for each reader: neither is looked for among all others.
"""

STATEMENTS = (
    """CREATE INDEX reason_capped
        ON reason(topic_id, member_id, kind, by_id, note_id, of_id, day, readers, owner_id, department_id)
        WHERE NOT (by_id = 0 AND of_id = 0)""",
    """CREATE INDEX reason_closed_member ON reason(member_id, topic_id, readers, owner_id, department_id)
        WHERE readers <> 'all'""",
)
