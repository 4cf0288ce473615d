"""The end of an interaction: its words, what notes quote of it and what the feed keeps of it go for good."""

from kb import (
    evidence,
    feed,
    interaction_attached,
    interaction_mentions,
    interaction_notes,
    interactions,
    note_sources,
    unsaved,
)


def erase_rows(db, interaction_id, *, by, now, reason):
    """Delete one interaction, in the feed too, whose chain still verifies; only inside ``writing``.

    Returns
    -------
    list of str
        The hashes of files that nobody holds any more, to be removed after the transaction.
    """
    interaction_notes.unlink_interaction(db, interaction_id)
    interaction_mentions.erase(db, interaction_id)
    note_sources.follow_erasure_of_interaction(db, interaction_id, by=by, now=now)
    evidence.forget_interaction(db, interaction_id)
    unheld = unsaved.erase_of_form(db, f"interaction-{interaction_id}")
    unheld += interaction_attached.erase(db, interaction_id)
    interactions.delete(db, interaction_id)
    feed.erase(db, "interaction", interaction_id, by=by, at=now, reason=reason)
    return unheld
