"""HTML of strangers to Markdown: cleaned first, so that nothing of it acts, and nothing is fetched."""

import base64
import binascii
import re
from functools import cache

import nh3

from kb.errors import Invalid, N_

_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "del", "s", "code", "pre", "kbd",
    "samp", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "a", "img", "table", "caption", "thead", "tbody", "tfoot",
    "tr", "th", "td", "div", "section", "article", "main", "figure", "figcaption", "details", "summary", "span",
    "sub", "sup",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"id", "class", "data-linked-resource-default-alias"}, "a": {"href"}, "img": {"src", "alt"}, "td": {"colspan"},
    "th": {"colspan"}, "ol": {"start"},
}  # fmt: skip
_GONE = {"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "textarea", "select", "title"}
_EMBEDDED = re.compile(
    r"data:image/(?P<kind>[a-z0-9.+-]{2,20});base64,(?P<data>[A-Za-z0-9+/=\s]{1,60000000})", re.IGNORECASE
)
_ENDINGS = {"jpeg": "jpg", "svg+xml": "svg"}
# Time to read a page grows with the square of its depth, and no honest program nests deeper. These end by themselves.
_DEEPEST = 200
# Two seconds for ten thousand of them.
_MOST_TAGS = 100_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ENDING = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
    "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option",
})  # fmt: skip
# The text of a note has a million characters; a page that becomes one is not many times longer.
_LONGEST = 8_000_000


def tree(text):
    """Return a page as a tree that holds nothing that acts, `Invalid` where it is too long or nested as no page is."""
    # Slow to import, and only imports need it.
    from bs4 import BeautifulSoup

    if len(text) > _LONGEST:
        raise Invalid(N_("It is larger than %(limit)d MB."), limit=_LONGEST // 1_000_000)
    _refuse_deep(text)
    clean = nh3.clean(
        text, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_GONE, link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )  # fmt: skip
    return BeautifulSoup(clean, "html.parser")


def without_embedded(text, taken):
    """Return a page whose pictures in it are named instead, and put into `taken`, ``{name: bytes}``."""

    def name(match):
        try:
            content = base64.b64decode("".join(match["data"].split()), validate=True)
        except binascii.Error:
            return ""
        kind = match["kind"].lower()
        name = f"embedded-{len(taken) + 1}.{_ENDINGS.get(kind, kind.split('+')[0])}"
        taken[name] = content
        return name

    return _EMBEDDED.sub(name, text)


def to_markdown(element):
    """Return an element of a `tree` as Markdown."""
    made = _converter().convert_soup(element)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", _hard_break, made, flags=re.MULTILINE)).strip()


def _hard_break(match):
    return "  " if match[0] == "  " else ""


def _refuse_deep(text):
    depth = 0
    for count, tag in enumerate(_TAG.finditer(text)):
        if tag[2].lower() not in _ENDING:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST or count > _MOST_TAGS:
            raise Invalid(
                N_("It has too many parts, or they are nested too deeply."),
                hint=N_("Save it anew in the program it comes from."),
            )


@cache
def _converter():
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        def convert_a(self, el, text, parent_tags):
            return self._named(el, text, "href") if text.strip() and el.get("href") else text

        def convert_img(self, el, text, parent_tags):
            words = " ".join((el.get("alt") or "").split())
            return "!" + self._named(el, words.replace("[", "(").replace("]", ")"), "src") if el.get("src") else ""

        def convert_td(self, el, text, parent_tags):
            return super().convert_td(el, _one_line(text), parent_tags)

        def convert_th(self, el, text, parent_tags):
            return super().convert_th(el, _one_line(text), parent_tags)

        def convert_summary(self, el, text, parent_tags):
            return self.convert_p(el, text, parent_tags)

        def _named(self, el, words, attribute):
            target = re.sub(r"[<>\s]", lambda each: "%20" if each[0] == " " else "", el[attribute].strip())
            return f"[{words}](<{target}>)" if re.search(r"[()]", target) else f"[{words}]({target})"

    return Converter(heading_style="ATX", bullets="-", table_infer_header=True)


def _one_line(text):
    return " ".join(text.split()).replace("|", "\\|")
