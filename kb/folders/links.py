"""Links in the Markdown of a note: found everywhere but in code, and put anew."""

import re

# Bounded, as a hostile text may have a million brackets that never close.
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?\n)?(?P=fence)[`~]*[ \t]*$"
    r"|^(?:`{3,}|~{3,})[^\n]*\n(?s:.*)\Z"
    r"|(?<![`\\])(?P<ticks>`{1,9})(?!`)(?:(?!\n[ \t]*\n).){1,2000}?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_WORDS = r"(?:\\.|[^\[\]\\\n]|\n(?!\s*\n)|\[[^\[\]\n]{0,300}\]){0,500}"
_TARGET = r"(?:<(?P<angled>[^<>\n]{0,2000})>|(?P<plain>[^\s()<>]{0,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,500}){0,5}))"
_TITLE = r"""(?:[ \t]+(?:"[^"\n]{0,500}"|'[^'\n]{0,500}'))?"""
PICTURE = re.compile(rf"!\[(?P<words>{_WORDS})\]\({_TARGET}{_TITLE}[ \t]*\)")
LINK = re.compile(rf"(?<![!\\])\[(?P<words>{_WORDS})\]\({_TARGET}{_TITLE}[ \t]*\)")
# [[name]], [[name|words]] and ![[picture.png]], as note programs write links to their own.
WIKI = re.compile(r"(?P<picture>!?)\[\[(?P<target>[^\[\]|\n]{1,300})(?:\|(?P<words>[^\[\]\n]{0,300}))?\]\]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def target(match):
    """Return where a `PICTURE` or `LINK` leads."""
    return match["angled"] if match["angled"] is not None else match["plain"]


def picture(words, place):
    """Return a picture as it stands in a text."""
    return f"![{words}](<{place}>)" if re.search(r"[\s()]", place) else f"![{words}]({place})"


def replaced(text, pattern, put):
    """Return `text` with each match of `pattern` that stands in no code as `put` makes it of the match."""
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [pattern.sub(put, text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, pattern.sub(put, text[end:])])


def escaped(words):
    """Return words as they stand in a link."""
    return re.sub(r"([\\\[\]`])", r"\\\1", words)


def plain(words):
    """Return the words of a link without what escapes them."""
    return _ESCAPED.sub(r"\1", words)
