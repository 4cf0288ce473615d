"""Markdown of notes to HTML that is safe to show: rendered first, cleaned after."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# No images: a picture of another host would tell it who reads what (the CSP forbids it too).
_renderer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_renderer.disable("image")


def parse(text):
    """Return the tokens of `text`, for who writes them otherwise than as HTML."""
    return _renderer.parse(text)


def render(text):
    """Return `text` as cleaned HTML."""
    html = nh3.clean(
        _renderer.render(text),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(html)  # noqa: S704  cleaned just above
