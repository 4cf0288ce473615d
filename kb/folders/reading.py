"""From an archive to the pages in it, whichever program it comes from."""

from dataclasses import replace

from kb.errors import Invalid, N_
from kb.folders import bookstack, html_files, markdown_files
from kb.folders.archive import opened
from kb.folders.page import Found

_ENDINGS = markdown_files.ENDINGS + html_files.ENDINGS
MOST_PAGES = 100_000


def is_folder(path, name):
    """Return whether what lies at `path`, called `name`, is read page by page, and not as a table."""
    if path.is_dir() or name.lower().endswith(_ENDINGS):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
    with opened(path, name) as archive:
        return any(each.lower().endswith(_ENDINGS) or each == bookstack.DATA for each in archive.paths)


def read(archive):
    """Return the `kb.folders.page.Found` of an archive.

    Raises
    ------
    kb.errors.Invalid
        When there is no page in it, or too many.
    """
    found = bookstack.read(archive) or _files(archive)
    found.skipped += archive.skipped
    if not found.pages:
        raise Invalid(
            N_("%(file)s holds no page that could become a note."),
            hint=N_("Hand in a folder of Markdown, or an HTML export of BookStack or Confluence, packed as a zip."),
            field="file",
            file=archive.name,
        )
    if len(found.pages) > MOST_PAGES:
        raise Invalid(
            N_("%(file)s holds %(count)d pages; %(limit)d are possible."),
            hint=N_("Export it in parts."),
            field="file",
            file=archive.name,
            count=len(found.pages),
            limit=MOST_PAGES,
        )
    return found


def _files(archive):
    found = Found()
    for path in archive.paths:
        try:
            if path.lower().endswith(markdown_files.ENDINGS):
                found.pages.append(markdown_files.page(archive, path))
            elif path.lower().endswith(html_files.ENDINGS):
                html_files.add(archive, path, found)
        except Invalid as problem:
            found.skipped.append((path, problem))
    # What hangs on a note is a file of it, whatever ending it has.
    attached = {path for page in found.pages for path, _ in page.files}
    found.pages = [_kept(page, found) for page in found.pages if page.path not in attached]
    return found


def _kept(page, found):
    """Return a page without the one folder that holds them all, which says nothing."""
    roots = {each.path.split("/")[0] for each in found.pages if found.kind == "markdown"}
    is_said = len(roots) == 1 and page.within and page.within[0] in roots
    return replace(page, within=page.within[1:]) if is_said else page
