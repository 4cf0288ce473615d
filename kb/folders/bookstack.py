"""The portable zip of BookStack: ``data.json`` with a book, a chapter or a page, and the files beside it.

Its documentation is ``dev/docs/portable-zip-file-format.md`` of BookStack.
"""

import json
import re

from kb.errors import Invalid, N_
from kb.folders import html
from kb.folders.markdown_files import text
from kb.folders.page import Found, Page

DATA = "data.json"
_LONGEST = 60_000_000
_REFERENCE = re.compile(r"\[\[bsexport:(book|chapter|page|image|attachment):([^\[\]\s]{1,200})\]\]")


def read(archive):
    """Return what a portable zip holds as a `Found`; None when it is none."""
    if DATA not in archive.sizes:
        return None
    try:
        data = json.loads(text(archive, DATA, _LONGEST))
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not any(isinstance(data.get(name), dict) for name in ("book", "chapter", "page")):
        return None
    found = Found(kind="bookstack")
    if isinstance(data.get("book"), dict):
        _add_book(data["book"], found)
    elif isinstance(data.get("chapter"), dict):
        _add_chapter(data["chapter"], (), found)
    else:
        _add_page(data["page"], (), found)
    return found


def _add_book(book, found):
    _add_words(book, "book", (), found)
    within = (_name(book),)
    parts = [(each, _add_chapter) for each in _all(book, "chapters")]
    parts += [(each, _add_page) for each in _all(book, "pages")]
    for each, add in sorted(parts, key=lambda part: _order(part[0])):
        add(each, within, found)


def _add_chapter(chapter, within, found):
    _add_words(chapter, "chapter", within, found)
    for page in sorted(_all(chapter, "pages"), key=_order):
        _add_page(page, (*within, _name(chapter)), found)


def _add_words(whole, kind, within, found):
    """Add the description of a book or chapter, which links may lead to, as a page when it has one."""
    body = _markdown(whole.get("description_html"), found, f"{kind}/{whole.get('id')}")
    if body:
        found.pages.append(Page(f"{kind}/{whole.get('id')}", _name(whole), body, {}, within, is_html=True))


def _add_page(page, within, found):
    path = f"page/{page.get('id')}"
    files = []
    for kind in ("images", "attachments"):
        for each in _all(page, kind):
            if isinstance(each.get("file"), str):
                place = f"files/{each['file']}"
                found.names[place] = _with_ending(_name(each), each["file"])
                # Older exports refer to it by number.
                found.names[f"{kind[:-1]}/{each.get('id')}"] = place
                files.append((place, found.names[place]))
    written = page.get("markdown")
    if isinstance(written, str) and written.strip():
        body, is_html = _REFERENCE.sub(_place(found), written), False
    else:
        body, is_html = _markdown(page.get("html"), found, path), True
    tags = [_name(each) + (f" {each['value']}" if isinstance(each.get("value"), str) and each["value"] else "")
            for each in _all(page, "tags")]  # fmt: skip
    found.pages.append(Page(path, _name(page), body, {"topics": tags}, within, tuple(files), is_html))


def _markdown(source, found, path):
    if not isinstance(source, str) or not source.strip():
        return ""
    taken = {}
    source = html.without_embedded(_REFERENCE.sub(_place(found), source), taken)
    try:
        tree = html.tree(source)
    except Invalid as problem:
        found.skipped.append((path, problem))
        return ""
    for each in tree.find_all("img", src=True):
        if each["src"] in taken:
            place = f"files/{path.replace('/', '-')}.{each['src']}"
            found.embedded[place] = taken[each["src"]]
            each["src"] = f"/{place}"
    return html.to_markdown(tree)


def _place(found):
    """Return how a reference is named by path: from the root, as all of them stand in one file."""

    def place(match):
        kind, which = match[1], match[2]
        if kind in ("image", "attachment"):
            return "/" + found.names.get(f"{kind}/{which}", f"files/{which}")
        return f"/{kind}/{which}"

    return place


def _with_ending(name, file):
    dot = file.rpartition(".")[1:]
    return name if name.endswith("".join(dot)) else name + "".join(dot)


def _all(whole, name):
    found = whole.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _name(each):
    if not isinstance(each.get("name"), str):
        raise Invalid(N_("Its data.json is not as BookStack writes it."), hint=N_("Export it again."), field="file")
    return each["name"]


def _order(each):
    return each["priority"] if isinstance(each.get("priority"), int) else 0
