"""Files of Markdown: ours with all their fields, and those of other note programs."""

import re

from kb.errors import Invalid, N_
from kb.file_kinds import decoded, encoding_of
from kb.folders import front_matter
from kb.folders.page import Page
from kb.note_texts import LONGEST_BODY

ENDINGS = (".md", ".markdown")
# A character takes at most four bytes; what it says of itself stands before.
_LONGEST = 4 * LONGEST_BODY + 1_000_000
_HEAD = 65_536
# As others call what we call otherwise.
_OTHERS = {"tags": "topics", "keywords": "topics", "description": "summary"}
_HEADING = re.compile(r"\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)")


def page(archive, path):
    """Return a file of Markdown as a `Page`; without a title of its own it has its first heading, or its name."""
    fields, body = front_matter.parted(text(archive, path, _LONGEST))
    for other, name in _OTHERS.items():
        if other in fields:
            fields.setdefault(name, fields.pop(other))
    title = fields.get("title")
    if not isinstance(title, str) or not title.strip():
        heading = _HEADING.match(body)
        title = heading[1] if heading else path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        body = body[heading.end() :] if heading else body
    folders = tuple(path.split("/")[:-1])
    return Page(path, title.strip(), body.strip("\n"), fields, folders, _attached(fields, folders))


def text(archive, path, most):
    """Return a file of an archive as text, whichever way it is written."""
    content = archive.read(path, most)
    encoding = encoding_of(content[:_HEAD])
    if encoding is None and content.strip():
        raise Invalid(N_("It is no text."))
    try:
        found = decoded(content, encoding or "utf-8")
    except UnicodeDecodeError as problem:
        raise Invalid(N_("Some of its characters cannot be read."), hint=N_("Save it as UTF-8.")) from problem
    return found.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _attached(fields, folders):
    named = fields.get("attachments") or ()
    paths = [each for each in ([named] if isinstance(named, str) else named) if isinstance(each, str)]
    return tuple(("/".join((*folders, each)), each.rsplit("/", 1)[-1]) for each in paths)
