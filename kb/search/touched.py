"""Which notes changed in what search keeps of them in memory: triggers write down which these are."""

# Of more it is quicker to ask for all.
MOST = 5000


def tick(db):
    """Return the number of the last change; another one means that something changed."""
    return db.execute("SELECT coalesce(max(tick), 0) FROM note_touched").fetchone()[0]


def since(db, known, now):
    """Return the ids of the notes that changed after the change `known` up to `now`, None to ask for all anew."""
    if now < known:
        # What was taken back; its number may be given again.
        return None
    asked = "SELECT note_id FROM note_touched WHERE tick > :known LIMIT :most"
    found = [row[0] for row in db.execute(asked, {"known": known, "most": MOST + 1})]
    return found if len(found) <= MOST else None
