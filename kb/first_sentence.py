"""A title for what has none: its first sentence."""

import re

from kb import member_mentions
from kb.errors import Invalid, N_
from kb.folders import links
from kb.unmarked import unmarked

LONGEST_TITLE = 40
_TOPIC = re.compile(r"(?<![\w#&/])#(?:\[([^\]\n]{1,50})\]|(?=[^\s#\[\]]))")
_SENTENCE_END = re.compile(r"(?<=[。！？!?…])|\n|(?<=\.)\s")


def title_of(title, body):
    """Return the title, or for want of one the first sentence of the text, cut at `LONGEST_TITLE` characters.

    Raises
    ------
    kb.errors.Invalid
        When the text is empty too.
    """
    found = title.strip() or _first_sentence(links.PICTURE.sub("", body))
    if not found:
        raise Invalid(N_("%(label)s is missing."), hint=N_("Write what it is."), field="body", label=N_("The text"))
    return found


def shown_title(db, title, body):
    """Return what `title_of` does, of the text as it is shown: colleagues by name, and no marks."""
    (words,) = member_mentions.shown(db, [unmarked(links.PICTURE.sub("", body))], sign="")
    return title_of(title, _TOPIC.sub(r"\1", words).strip() or body)


def _first_sentence(text):
    sentences = (" ".join(each.split()) for each in _SENTENCE_END.split(text))
    first = next((each for each in sentences if each.strip("#-*> ")), "")
    # A title is no sentence: 密封圈装反了, not 密封圈装反了。
    said = first.lstrip("#-*> ")
    first = said.removesuffix("。").removesuffix(".") or said
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1] + "…"
