"""Markdown of notes to HTML that is safe to show: rendered first, cleaned after."""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# No images: a picture of another host would tell it who reads what (the CSP forbids it too).
_renderer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_renderer.disable("image")

# A colleague by login, a topic, a note by its number: where each leads depends on who reads.
MARK = re.compile(
    r"\[\[(?P<note>\d{1,18})\]\]"
    r"|(?<![\w.@/])@(?P<member>[a-z0-9]+(?:[._-][a-z0-9]+)*)"
    r"|(?<![\w#&/])#(?:\[(?P<named>[^\]\n]{1,50})\]|(?P<topic>[^\s#\[\]()<>,.，。、;；:：!！?？（）]{1,50}))"
)


def parse(text):
    """Return the tokens of `text`, for who writes them otherwise than as HTML."""
    return _renderer.parse(text)


def render(text, resolve=lambda marks: {}):
    """Return `text` as cleaned HTML.

    Parameters
    ----------
    text : str
    resolve : callable
        From the matches of `MARK` in the text to ``{what stands there: (words, address or None)}``.
    """
    tokens = parse(text)
    inlines = [token for token in tokens if token.type == "inline"]
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
        attributes={"a": {"href", "title"}, "ol": {"start"}},
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
