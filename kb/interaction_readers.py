"""Who may see the notes of an interaction: those open to more people than it is, and narrowing them with it."""

from collections import defaultdict

from kb import access, bulk, deeds, evidence, feed, notes, readers


def wider(db, interaction):
    """Return the notes made of the words or files of an interaction that somebody sees to whom it is closed.

    Parameters
    ----------
    interaction : kb.interaction_rows.Interaction
        As it stands, or as it would.

    Returns
    -------
    list of kb.note_rows.Note
        Whoever may see them, also those of the archive: there they are read as before.
    """
    if interaction.readers == "all":
        return []
    its_own = set(readers.of_note(db, interaction))
    made = {each["note_id"] for each in interaction.notes if each["is_made"]}
    quoting = {row["note_id"] for row in evidence.resting_on_talk(db, interaction.id)}
    found = notes.of_ids(db, made | quoting, reader=access.OPERATOR)
    return [note for note in found if readers.of_note(db, note).keys() - its_own]


def told(db, interaction, *, reader):
    """Return ``{"count", "shown", "ready"}`` of the notes that `wider` finds.

    How many they are, those among them that `reader` may see, and how many of these would be narrowed.
    """
    found = wider(db, interaction)
    shown = notes.of_ids(db, [note.id for note in found], reader=reader)
    may_write = access.may(reader, "note.write")
    ready = sum(
        len(bulk.plan(db, act, ids, by=reader).changes) for act, ids in _acts(db, shown, interaction) if may_write
    )
    return {"count": len(found), "shown": shown, "ready": ready}


def left_open(db, interaction, *, reader):
    """Return as `told` which notes stay open where the newest change of an interaction closed it to somebody, or None.

    Parameters
    ----------
    interaction : kb.interaction_rows.Interaction
        As it stands.
    """
    before = feed.changes(db, "interaction", interaction.id)[0]["before"]
    if not before:
        return None
    # What the feed kept before there were lists names nobody.
    earlier = readers.opened(db, interaction, before["readers"], before.get("named_readers", ()))
    is_closed = readers.of_change(db, earlier, interaction)["lost"]
    return told(db, interaction, reader=reader) if is_closed else None


def narrow(db, interaction, *, by, now, reason):
    """Let those of `wider` that `by` may change be seen by nobody who does not see the interaction.

    Only inside ``writing``. Nothing is done where there is no reason; their authors go on seeing them.

    Returns
    -------
    list of int
        The seqs of the changes of the notes.
    """
    if not reason:
        return []
    open_to = notes.of_ids(db, [note.id for note in wider(db, interaction)], reader=by)
    changed = []
    for act, ids in _acts(db, open_to, interaction):
        planned = bulk.apply_part(db, act, ids, by=by, now=now, reason=reason)
        changed += [note.id for note, _ in planned.changes]
    return _newest(db, changed)


def take_back(db, seqs, *, by, now):
    """Take such changes back, but of notes that were changed since, and return the seqs of that; in ``writing``."""
    changes = [feed.change(db, seq) for seq in seqs]
    mine = [each for each in changes if each["after"] and each["member_id"] == by.member_id]
    others = {int(each["noun_id"]): each for each in changes if each["after"] and each not in mine}
    ready = mine + [others[note.id] for note in notes.of_ids(db, others, reader=by) if notes.may_edit(note, by)]
    ids = {int(each["noun_id"]): each["after"]["version"] for each in ready}
    standing = [note.id for note in notes.of_ids(db, ids, reader=access.OPERATOR) if note.version == ids[note.id]]
    deeds.undo_part(db, [each["seq"] for each in ready if int(each["noun_id"]) in standing], by=by, now=now)
    return _newest(db, standing)


def _acts(db, found, interaction):
    """Return pairs of an act and the ids of the notes it is for."""
    groups = defaultdict(list)
    for note in found:
        choice, named = readers.narrowed(db, note, interaction)
        groups[choice, tuple(sorted((each["kind"], each["id"]) for each in named))].append((note.id, named))
    return [
        (bulk.Act("readers", choice, rows[0][1]), [note_id for note_id, _ in rows])
        for (choice, _), rows in groups.items()
    ]


def _newest(db, note_ids):
    return [feed.changes(db, "note", each)[0]["seq"] for each in note_ids]
