"""Markdown as a person would type it into a chat: no marks, a line an item, addresses behind their words."""

from web.markdown import MARK, parse

_BLOCKS = ("paragraph_close", "heading_close", "table_close", "fence", "code_block")


def plain_text(text):
    """Return Markdown as plain text.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Paragraphs are parted by a blank line; items of a list and rows of a table are a line each.
    """
    lines, current, lists = [], "", []
    for token in parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            lines += [] if lists else [""]
        elif token.type == "list_item_open":
            current = "  " * (len(lists) - 1) + ("- " if lists[-1] is None else f"{lists[-1]}. ")
            lists[-1] = None if lists[-1] is None else lists[-1] + 1
        elif token.type == "inline":
            current += _words(token)
        elif token.type in ("fence", "code_block"):
            current = token.content.rstrip("\n")
        elif token.type in ("th_close", "td_close"):
            current += "  "
        if token.type in (*_BLOCKS, "tr_close") and current:
            lines.append(current.rstrip())
            current = ""
        if token.type in _BLOCKS and not lists:
            lines.append("")
    return "\n".join(lines).strip()


def _words(inline):
    found, addresses = [], []
    for token in inline.children:
        if token.type in ("text", "code_inline"):
            found.append(_without_marks(token.content) if token.type == "text" else token.content)
        elif token.type in ("softbreak", "hardbreak"):
            found.append("\n")
        elif token.type == "link_open":
            addresses.append((len(found), token.attrGet("href")))
        elif token.type == "link_close":
            begin, address = addresses.pop()
            if "".join(found[begin:]) != address:
                found.append(f" ({address})")
    return "".join(found)


def _without_marks(text):
    """Return a text without what only colleagues can follow: their logins, the numbers of notes."""
    return MARK.sub(lambda mark: mark["named"] or mark["topic"] or "", text)
