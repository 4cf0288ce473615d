"""Files of HTML: of a Confluence space, of BookStack, or any others."""

import posixpath
import re
from urllib.parse import unquote

from kb.errors import Invalid, N_
from kb.folders import html
from kb.folders.markdown_files import text
from kb.folders.page import Page

ENDINGS = (".html", ".htm")
# With pictures that stand in them as data.
_LONGEST = 60_000_000
_PART = re.compile(r"(?:page|chapter)-\d+$")


def add(archive, path, found):
    """Add the pages of a file to a `kb.folders.page.Found`."""
    folder, taken = posixpath.dirname(path), {}
    source = html.without_embedded(text(archive, path, _LONGEST), taken)
    title = re.search(r"<title[^>]{0,200}>(.{0,500}?)</title>", source, re.IGNORECASE | re.DOTALL)
    tree = html.tree(source)
    if taken:
        # Two pages of one folder may hold a picture of the same number.
        stem = posixpath.basename(path)
        for each in tree.find_all("img", src=True):
            if each["src"] in taken:
                each["src"] = f"{stem}.{each['src']}"
        found.embedded |= {posixpath.join(folder, f"{stem}.{name}"): data for name, data in taken.items()}
    main = tree.find(id="main-content")
    if main is not None:
        found.kind = "confluence"
        found.pages.append(_of_confluence(tree, main, path, found))
    elif re.search(
        r"""<body[^>]{0,300}\bexport-format-html|id=["']bkmrk-page-title|<h1[^>]{0,200}\bid=["']page-\d""", source
    ):
        found.kind = "bookstack"
        found.pages += _of_bookstack(tree, path)
    elif posixpath.basename(path) == "index.html" and tree.find(class_="pageSection") is not None:
        raise Invalid(N_("It is the list of the others."))
    else:
        found.pages.append(_plain(tree, path, _words(title[1]) if title else ""))


def _of_confluence(tree, main, path, found):
    crumbs = tree.find(id="breadcrumbs")
    within = tuple(_text(each) for each in crumbs.find_all("a")) if crumbs is not None else ()
    title = _text(tree.find(id="title-text"))
    if within and title.startswith(f"{within[0]} : "):
        title = title.removeprefix(f"{within[0]} : ")
    elif " : " in title and not within:
        space, title = title.split(" : ", 1)
        within = (space,)
    for each in main.find_all(class_="toc-macro"):
        each.decompose()
    for each in tree.find_all(attrs={"data-linked-resource-default-alias": True}):
        place = each.get("src") or each.get("href") or ""
        found.names[_joined(path, place)] = each["data-linked-resource-default-alias"]
    files = []
    heading = tree.find(id="attachments")
    section = heading.find_parent(class_="pageSection") if heading is not None else None
    for each in section.find_all("a", href=True) if section is not None else ():
        place = _joined(path, each["href"])
        found.names.setdefault(place, _text(each))
        files.append((place, found.names[place]))
    return Page(path, title, html.to_markdown(main), {}, within, tuple(files), is_html=True)


def _of_bookstack(tree, path):
    single = tree.find(id="bkmrk-page-title")
    if single is not None:
        title = _text(single)
        box = single.parent
        # Its table of contents and its tags stand above an empty box.
        bar = next((each for each in box.find_all("div", recursive=False) if not each.contents), single)
        for each in [*bar.find_previous_siblings(), bar]:
            each.decompose()
        return [Page(path, title, html.to_markdown(box), {}, (), (), is_html=True)]
    return list(_parts(tree, path))


def _parts(tree, path):
    """Yield the pages of a book or chapter; a text of their own before the first page makes one too."""
    first = tree.find("h1")
    book, chapter = _text(first), None
    for heading in [first, *(each for each in tree.find_all("h1", id=_PART) if each is not first)]:
        title, number = _text(heading), heading.get("id") or ""
        body = []
        for each in heading.find_next_siblings():
            if each.name == "h1" and _PART.match(each.get("id") or ""):
                break
            if not set(each.get("class") or ()) & {"page-break", "chapter-hint", "contents"}:
                body.append(each)
        is_page = number.startswith("page-")
        hint = _hint(heading)
        chapter = title if number.startswith("chapter-") else chapter if hint else None if is_page else chapter
        made = "\n\n".join(filter(None, map(html.to_markdown, body)))
        if made or is_page:
            within = (book,) if heading is not first and book else ()
            within += (hint,) if is_page and hint else ()
            yield Page(f"{path}#{number}" if number else path, title, made, {}, within, (), is_html=True)


def _hint(heading):
    before = heading.find_previous_sibling()
    return _text(before) if before is not None and "chapter-hint" in (before.get("class") or ()) else ""


def _plain(tree, path, title):
    main = tree.find("main") or tree.find("article") or tree
    heading = main.find("h1")
    if heading is not None and (not title or _text(heading) == title):
        title = _text(heading)
        heading.decompose()
    folders = tuple(path.split("/")[:-1])
    title = title or posixpath.basename(path).rsplit(".", 1)[0]
    return Page(path, title, html.to_markdown(main), {}, folders, (), is_html=True)


def _joined(path, place):
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(place.split("?")[0].split("#")[0])))


def _words(source):
    return _text(html.tree(source))


def _text(element):
    return "" if element is None else " ".join(element.get_text().split())
