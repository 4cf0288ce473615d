"""Markdown without its marks, for a line of it in a list: the words that stand there, and no signs around them.

Lists show a few words of many long texts, so this looks for the usual marks and does not parse.
"""

import re

# In this order: a picture is a link with a sign before it.
_MARKS = (
    (re.compile(r"!?\[([^\[\]\n]{0,500})\]\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000})(?:\s+\"[^\"\n]{0,500}\")?\)"), r"\1"),
    (re.compile(r"\[\[\d{1,18}\]\]"), ""),
    # Rules, the lines under the head of a table, and what opens and closes code.
    (re.compile(r"^[ \t]*(?:```.*|~~~.*|(?:[-*_][ \t]*){3,}|\|?[ \t]*:?-{2,}[-:| \t]*)$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"(?<!\|)[ \t]\|[ \t](?!\|)"), "  "),
    (re.compile(r"(\*\*|__|~~)(?=\S)(.{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![A-Za-z0-9*])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\*(?![A-Za-z0-9*])"), r"\1"),
    (re.compile(r"`([^`\n]{1,2000})`"), r"\1"),
    (re.compile(r"\n{2,}"), "\n"),
)


def unmarked(text):
    """Return a text of Markdown as the words it shows, its line breaks kept."""
    for pattern, words in _MARKS:
        text = pattern.sub(words, text)
    return text.strip()
