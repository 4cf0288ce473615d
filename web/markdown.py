"""Markdown of notes to HTML that is safe to show: rendered first, cleaned after."""

import re
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip
_renderer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])

# A colleague by login, a topic, a note by its number: where each leads depends on who reads.
MARK = re.compile(
    r"\[\[(?P<note>\d{1,18})\]\]"
    r"|(?<![\w.@/])@(?P<member>[a-z0-9]+(?:[._-][a-z0-9]+)*)"
    r"|(?<![\w#&/])#(?:\[(?P<named>[^\]\n]{1,50})\]|(?P<topic>[^\s#\[\]()<>,.，。、;；:：!！?？（）]{1,50}))"
)


def render(text, resolve=lambda marks: {}, pictures=lambda names: {}):
    """Return `text` as cleaned HTML.

    Parameters
    ----------
    text : str
    resolve : callable
        From the matches of `MARK` in the text to ``{what stands there: (words, address or None)}``.
    pictures : callable
        From the names of pictures in the text to ``{name: (address, address of its page or None, width, height)}``.
    """
    tokens = _renderer.parse(text)
    inlines = [token for token in tokens if token.type == "inline"]
    _show_pictures(inlines, pictures)
    marks = [mark for token in inlines for each in _free(token) for mark in MARK.finditer(each.content)]
    known = resolve(marks) if marks else {}
    for token in inlines if known else ():
        free = {id(each) for each in _free(token)}
        token.children = [
            part for each in token.children for part in (_linked(each, known) if id(each) in free else [each])
        ]
    html = nh3.clean(
        _renderer.renderer.render(tokens, _renderer.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}, "img": {"src", "alt", "width", "height", "loading"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(html)  # noqa: S704  cleaned just above


def _free(inline):
    """Return the texts of a paragraph that stand in no link."""
    found, depth = [], 0
    for token in inline.children:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not depth:
            found.append(token)
    return found


def _show_pictures(inlines, pictures):
    names = {unquote(each.attrGet("src")) for token in inlines for each in token.children if each.type == "image"}
    known = pictures(names) if names else {}
    for token in inlines if names else ():
        token.children = [
            part for each in token.children for part in (_picture(each, known) if each.type == "image" else [each])
        ]


def _picture(token, known):
    name = unquote(token.attrGet("src"))
    if name not in known:
        # A picture of another host would tell it who reads what (the CSP forbids it too): it stays a link.
        link = Token("link_open", "a", 1, attrs={"href": token.attrGet("src")})
        yield from (_text("!"), link, *token.children, Token("link_close", "a", -1))
        return
    address, page, width, height = known[name]
    size = {} if width is None else {"width": width, "height": height}
    token.attrs = {"src": address, "alt": "", "loading": "lazy", **size}
    yield from (Token("link_open", "a", 1, attrs={"href": page}),) if page else ()
    yield token
    yield from (Token("link_close", "a", -1),) if page else ()


def _linked(token, known):
    end = 0
    for mark in MARK.finditer(token.content):
        if mark[0] not in known:
            continue
        words, address = known[mark[0]]
        yield _text(token.content[end : mark.start()])
        if address:
            yield Token("link_open", "a", 1, attrs={"href": address})
        yield _text(words)
        if address:
            yield Token("link_close", "a", -1)
        end = mark.end()
    yield _text(token.content[end:])


def _text(content):
    return Token("text", "", 0, content=content)
