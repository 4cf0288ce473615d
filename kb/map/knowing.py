"""Who did something on a topic itself: the links between topics and colleagues. How well somebody knows it, and what is
passed on from the topics below, `kb.map.experts` says."""

import json

from kb import access


def knowers(db, topic_ids, *, reader):
    """Return the pairs ``(topic_id, member_id)`` of some topics and of the members who are here and know them."""
    clause, values = access.visible(reader, "reason")
    # From member to member: a count would walk over every reason there is.
    rows = db.execute(
        f"""WITH RECURSIVE known(topic_id, member_id) AS (
                SELECT value, (SELECT min(member_id) FROM reason WHERE topic_id = value) FROM json_each(:topics)
                 UNION ALL
                SELECT topic_id, (SELECT min(reason.member_id) FROM reason
                                   WHERE reason.topic_id = known.topic_id AND reason.member_id > known.member_id)
                  FROM known WHERE member_id IS NOT NULL)
            SELECT topic_id, member_id FROM known JOIN member ON member.id = member_id AND member.state = 'active'
             WHERE EXISTS (SELECT 1 FROM reason WHERE reason.topic_id = known.topic_id
                                                  AND reason.member_id = known.member_id AND {clause})""",
        {**values, "topics": json.dumps(list(topic_ids))},
    )
    return rows.fetchall()


def known(db, member_ids, *, reader):
    """Return the pairs ``(topic_id, member_id)`` of some members and of the topics they know."""
    clause, values = access.visible(reader, "reason")
    rows = db.execute(
        f"""SELECT topic.id, member.value FROM json_each(:members) AS member, topic
             WHERE EXISTS (SELECT 1 FROM reason WHERE reason.topic_id = topic.id
                                                  AND reason.member_id = member.value AND {clause})""",
        {**values, "members": json.dumps(list(member_ids))},
    )
    return rows.fetchall()
