"""The texts of a note as they are stored, and who may read it."""

from kb.dimensions import checked_dimension
from kb.errors import Invalid, N_
from kb.text import clean

READERS = ("owner", "department", "all")
# Of a note, from the fewest to the most; whom ``list`` names, `kb.named_readers` keeps.
CHOICES = ("owner", "list", "department", "all")
LONGEST_TITLE = 200
LONGEST_SUMMARY = 500
# Of Latin text 2 MB, of Chinese three times as much.
LONGEST_BODY = 2 * 1024 * 1024


def checked(*, title, summary, body, dimension, readers):
    """Return the fields as they are stored, or refuse them by the field that is wrong."""
    title = clean(title, field="title", label=N_("Title"), limit=LONGEST_TITLE, lines=False)
    if not title:
        raise Invalid(
            N_("The title is missing."), hint=N_("Give it a title: the conclusion in one sentence."), field="title"
        )
    if readers not in CHOICES:
        raise Invalid(
            N_("Choose who may see the note."),
            hint=N_("One of: owner, department, list, all."),
            field="readers",
            value=readers,
        )
    return {
        "title": title,
        "summary": clean(summary, field="summary", label=N_("Summary"), limit=LONGEST_SUMMARY, lines=False),
        "body": clean(body, field="body", label=N_("Text"), limit=LONGEST_BODY),
        "dimension": checked_dimension(dimension),
        "readers": readers,
    }


def reason(text, label=None, needed=None):
    """Return why a note is changed as it is stored; with `needed`, what to do, refuse where nobody says why."""
    label = label or N_("Reason")
    return clean(text, field="reason", label=label, limit=LONGEST_SUMMARY, lines=False, needed=needed)
