"""A page of a folder on its way to become a note."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """What one file, or a part of one, says.

    Attributes
    ----------
    path : str
        Where links to it lead: its file, and behind ``#`` which part.
    title : str
    body : str
        Markdown; what it links to is named by path.
    fields : dict
        What it says of itself beside its text, as `kb.folders.front_matter` reads it.
    within : tuple of str
        Names of the book, chapter, space or folders it stands in, the outermost first.
    files : tuple of (str, str)
        Path and name of each file that hangs on it beside those its text names.
    is_html : bool
        Whether it was made of HTML, whose links to nowhere are nobody's wording.
    """

    path: str
    title: str
    body: str
    fields: dict = field(default_factory=dict)
    within: tuple = ()
    files: tuple = ()
    is_html: bool = False


@dataclass(slots=True)
class Found:
    """What was found in an archive.

    ``kind`` is "markdown", "bookstack" or "confluence", ``pages`` a list of `Page`, ``embedded`` ``{path: bytes}`` of
    pictures that stood within a page, ``names`` ``{path: name}`` of files that are called otherwise than their path
    says, ``skipped`` pairs of a path and why it becomes nothing.
    """

    kind: str = "markdown"
    pages: list = field(default_factory=list)
    embedded: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    skipped: list = field(default_factory=list)
