"""Pictures sent while one writes: open to their writer alone until the text is saved, then files of its note.

A text names a picture by its file name, ``![words](name)``, and only means a file of its own note. The name ends in a
piece of the hash of what it shows, so that two notes put together name no two pictures alike.
"""

import json
import re
from datetime import datetime, timedelta
from pathlib import PurePath
from urllib.parse import unquote

from kb import access, attached, files
from kb.errors import Invalid, N_, NotFound
from kb.file_kinds import PICTURES, shown_name
from kb.folders import links
from kb.store import home_of, writing

MOST_HELD = 300
DAYS = 30
_NO_WORD = re.compile(r"[^\w-]+")
_LONGEST_STEM = 60
_HASH = 6
# Who wrote a proposed change holds its pictures, whoever looks after it by now.
_PROPOSERS = """SELECT its.member_id FROM proposal
    JOIN change AS its ON its.noun = 'proposal' AND its.noun_id = CAST(proposal.id AS TEXT)
    WHERE its.action IN ('add', 'edit') AND its.member_id IS NOT NULL AND {which}"""
_DRAFT = re.compile(r"[0-9a-z]{1,40}")


def hold(db, stream, *, name, draft, most_megabytes, by, now):
    """Take in a picture for a text that is not saved yet and return the name the text calls it by.

    Parameters
    ----------
    stream : file
        Open for reading bytes.
    name : str
        What the browser calls it.
    draft : str
        What tells one text that somebody writes from another.
    most_megabytes : int

    Raises
    ------
    kb.errors.Invalid
        For what is no picture, is too large, or is one too many.
    kb.errors.Forbidden
    """
    access.require(by, "note.write")
    if not _DRAFT.fullmatch(draft):
        raise Invalid(N_("The picture belongs to no text."), hint=N_("Load the page again."), field="draft")
    _refuse_number(db, by)
    home = home_of(db)
    with files.holding(home):
        kept = files.take(home, stream, name=shown_name(name, ""), most_megabytes=most_megabytes)
        if kept.kind in PICTURES:
            called = _called(shown_name(name, kept.kind), kept)
            with writing(db):
                row = {"member_id": by.member_id, "draft": draft, "name": called, "held_at": now}
                row["file_id"] = files.register(db, kept, now=now)
                db["held_picture"].upsert(row, pk=("member_id", "draft", "name"))
            return called
    files.remove(home, [kept.sha256], db)
    raise Invalid(
        N_("“%(file)s” is no picture."),
        hint=N_("Save the note, then attach the file on its page."),
        field="files",
        file=shown_name(name, ""),
    )


def named_in(text):
    """Return the names by which a text calls pictures of its own, in order, each once."""
    if "![" not in text:
        return []
    found = {}

    def note(match):
        found[unquote(links.target(match))] = None
        return match[0]

    links.replaced(text, links.PICTURE, note)
    return [name for name in found if name and "/" not in name and ":" not in name]


def renamed(text, names):
    """Return a text in which the pictures that `names` has are called as it says."""

    def put(match):
        name = names.get(unquote(links.target(match)))
        return match[0] if name is None else links.picture(match["words"], name)

    return links.replaced(text, links.PICTURE, put)


def of_writer(db, *, reader):
    """Return ``{name: file}`` of the pictures of the unsaved texts of `reader`, each as a dict."""
    if reader.looker is not None:
        return {}
    rows = db.query(
        """SELECT held_picture.name, file.sha256, file.kind, file.width, file.height
             FROM held_picture JOIN file ON file.id = held_picture.file_id
            WHERE held_picture.member_id = :member ORDER BY held_picture.id""",
        {"member": reader.member_id},
    )
    return {row.pop("name"): row for row in rows}


def get(db, name, *, reader):
    """Return one file of `of_writer`; raises `NotFound` alike when it is absent and when another holds it."""
    found = of_writer(db, reader=reader).get(name)
    if found is None:
        raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
    return found


def attach(db, note_id, text, *, by, now):
    """Hang the pictures that a text names on its note, as far as they are not there; only inside ``writing``."""
    names = set(named_in(text))
    if not names:
        return
    names -= {each["name"] for each in attached.of_notes(db, [note_id])[note_id]}
    stamp = {"note_id": note_id, "added_by": by.member_id, "added_at": now}
    pictures = found(db, names, note_id=note_id, by=by)
    db["attachment"].insert_all({**stamp, "file_id": file_id, "name": name} for name, file_id in pictures.items())


def found(db, names, *, note_id=None, interaction_id=None, by):
    """Return ``{name: file id}`` of the pictures that a text of a note or an interaction may mean by these names.

    Taken are those `by` holds, those of whoever proposed the text that `by` agrees to, and those on notes and
    interactions that `by` sees: what was copied from another, or taken back and written again, keeps its pictures. A
    name without the hash of what it shows may mean anything, and is not looked for.
    """
    clause, values = access.visible(by)
    talks, known = access.visible(by, "interaction")
    rows = db.query(
        f"""SELECT name, file_id, sha256 FROM held_picture JOIN file ON file.id = file_id
             WHERE name IN (SELECT value FROM json_each(:names))
               AND (member_id = :by
                    OR member_id IN ({_PROPOSERS.format(which="note_id = :note AND state = 'open'")}))
            UNION
            SELECT name, file_id, sha256
              FROM attachment JOIN file ON file.id = file_id JOIN note ON note.id = attachment.note_id
             WHERE name IN (SELECT value FROM json_each(:names)) AND {clause}
               AND file.kind IN (SELECT value FROM json_each(:kinds))
               AND (attachment.removed_at IS NULL OR attachment.note_id = :note)
            UNION
            SELECT its.name, its.file_id, file.sha256
              FROM interaction_file AS its
              JOIN file ON file.id = its.file_id JOIN interaction ON interaction.id = its.interaction_id
             WHERE its.name IN (SELECT value FROM json_each(:names)) AND {talks}
               AND file.kind IN (SELECT value FROM json_each(:kinds))
               AND (its.removed_at IS NULL OR its.interaction_id = :interaction)
             ORDER BY file_id""",
        {**values, **known, "by": by.member_id, "note": note_id, "interaction": interaction_id,
         "names": json.dumps(sorted(names)), "kinds": json.dumps(PICTURES)},
    )  # fmt: skip
    return {row["name"]: row["file_id"] for row in rows if PurePath(row["name"]).stem.endswith(_ending(row["sha256"]))}


def drop(db, draft, *, by):
    """Let go of the pictures of a text that was saved: what it names hangs on the note, the rest was taken out."""
    with writing(db):
        known = {"member": by.member_id, "draft": draft}
        db.execute("DELETE FROM held_picture WHERE member_id = :member AND draft = :draft", known)


def sweep(db, *, now):
    """Let go of pictures of texts that nobody saved for `DAYS` days, unless they wait for somebody's yes."""
    before = (datetime.fromisoformat(now) - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")
    with writing(db):
        waiting = _PROPOSERS.format(which="state IN ('open', 'returned')")
        db.execute(
            f"DELETE FROM held_picture WHERE held_at < :before AND member_id NOT IN ({waiting})",
            {"before": before},
        )


def _refuse_number(db, by):
    known = {"member": by.member_id}
    held = db.execute("SELECT count(*) FROM held_picture WHERE member_id = :member", known).fetchone()[0]
    if held >= MOST_HELD:
        raise Invalid(
            N_("Your unsaved texts hold %(limit)d pictures; more are not possible."),
            hint=N_("Save some of them first."),
            field="files",
            limit=MOST_HELD,
        )


def stem_of(text):
    """Return how the name of a picture writes a text."""
    return _NO_WORD.sub("_", text).strip("_")[:_LONGEST_STEM]


def spelled(words):
    """Return words, and as the names of pictures write them."""
    stems = {stem_of(word) for word in words}
    # What that leaves of a word may be a letter, which is in half of all texts.
    return {*words, *(stem for stem in stems if len(stem) > 1)}


def _called(name, kept):
    stem = stem_of(PurePath(name).stem) or "picture"
    return f"{stem}{_ending(kept.sha256)}{PurePath(name).suffix.lower()}"


def _ending(sha256):
    return f"-{sha256[:_HASH]}"
