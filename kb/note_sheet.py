"""A note as a row of a table: what an export writes into its cells, and what an import reads out of them again.

What only the history of a home can prove is written and not read: how far a note is, who wrote it and when.
"""

import re
from dataclasses import fields

from kb import customer_words, facets, listed, mentions, named_readers, note_details
from kb.errors import Invalid, N_
from kb.note_details import Details
from kb.search import filters

HEADINGS = {
    "dimension": N_("Knowledge type"), "title": N_("Title"), "summary": N_("Summary"), "body": N_("Text"),
    "topics": N_("Topics"), "customer": N_("Customers"), "progress": N_("Progress or standing"), "author": N_("Author"),
    "department": N_("Department"), "written": N_("Written"), "changed": N_("Changed"), "experience": N_("Experience"),
    "channel": N_("Channel"), "product": N_("Product"), "segment": N_("Segment"), "observation": N_("Observation"),
    "audience": N_("For whom"), "valid_from": N_("Holds from"), "valid_until": N_("Holds until"),
    "parts": N_("What they brought"), "our_part": N_("What we brought"), "traits": N_("Preferences, rivals, trends"),
    "customer_text": N_("Text for the customer"), "origin": N_("Where it comes from"), "facets": N_("Filed under"),
    "readers": N_("Who may see it"), "named_readers": N_("Which people and departments"), "lang": N_("Language"),
    "template": N_("Template"), "evidence": N_("Evidence"), "address": N_("Address"),
}  # fmt: skip
TOLD_ONLY = ("progress", "author", "department", "written", "changed", "evidence", "address")
LABELS = {
    "dimension": {
        "about": N_("About the customer"), "for": N_("For the customer"), "from": N_("From the customer"),
        "with": N_("With the customer"),
    },
    "experience": {
        "satisfied": N_("Satisfied"), "dissatisfied": N_("Dissatisfied"), "suggestion": N_("Suggestion"),
        "complaint": N_("Complaint"),
    },
    "audience": {"all": N_("All customers"), "segment": N_("A segment"), "customer": N_("Single customers")},
    "readers": {
        "owner": N_("Only the author"), "department": N_("The author’s department"),
        "list": N_("Named people and departments"), "all": N_("Everyone in the company"),
    },
}  # fmt: skip
# What the labels are called besides, without blanks.
_WORDS = {
    "audience": {"all": "全部客户 所有客户", "segment": "一个分群 分群", "customer": "个别客户"},
    "readers": {
        "owner": "只有作者 仅作者", "department": "作者所在部门 本部门", "list": "指定的人和部门",
        "all": "全公司 所有人 everyone",
    },
}  # fmt: skip
_VALUES = {
    field: {
        "".join(word.lower().split()): code
        for code in codes
        for word in (code, LABELS[field][code], *_WORDS[field][code].split())
    }
    for field, codes in _WORDS.items()
}
_DIMENSIONS = {label.lower(): code for code, label in LABELS["dimension"].items()}
# A spreadsheet takes a day for a number and shows it in its own way.
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?")
_DAYS = ("valid_from", "valid_until")
_TOO_LONG = N_("The text is too long for a cell of a workbook: the csv has all of it.")
_CUT = re.compile(r"\n✂ \d+/\d+[^\n]*\Z")
# [[12]] of a text stands in a cell as [[12 title]], and what looks like that already has one blank more.
_LINK = re.compile(r"\[\[(\d{1,18})(?:( +)(\S[^\n\]]*))?\]\]")


def texts(db, notes, *, reader, word):
    """Yield for each note ``{field: text}`` of what an import reads.

    Parameters
    ----------
    notes : list of kb.note_rows.Note
    word : callable
        From a code and its label to what stands for it.
    """
    words = customer_words.written(db, {each["id"] for note in notes for each in note.customers})
    named = {int(each) for note in notes for each in mentions.MARK.findall(note.body)}
    titles = mentions.titles(db, named, reader=reader) if named else {}
    for note in notes:
        kept = {name: getattr(note, name) for name in ("title", "summary", *note_details.COLUMNS)}
        parts = [each["part"] for each in note.customers]
        yield {
            **kept,
            **{field: word(code, LABELS[field][code]) if (code := getattr(note, field)) else "" for field in LABELS},
            "body": _LINK.sub(lambda match: _titled(match, titles), note.body),
            "topics": listed.joined(each["name"] for each in note.topics),
            "customer": listed.joined(words[each["id"]] for each in note.customers),
            "parts": "\n".join(parts) if any(parts) else "",
            "traits": listed.joined(f"{word(kind, filters.TRAIT_NAMES[kind])}:{its}" for kind, its in note.traits),
            "facets": listed.joined(word(each, facets.FACETS[each]) for each in note.facets),
            "named_readers": listed.joined(named_readers.written(db, note.named_readers) if note.named_readers else ()),
        }


def cut(text, most, say):
    """Return a text that is too long for a cell as its beginning and a line that says so; others as they are.

    Parameters
    ----------
    most : int
        Longest text of a cell, as UTF-16 counts.
    """
    length = _length(text)
    if length <= most:
        return text
    told = f"\n✂ {most}/{length} {say(_TOO_LONG)}"
    room, beginning = most - _length(told), text[: most - _length(told)]
    while _length(beginning) > room:
        beginning = beginning[: -max(1, (_length(beginning) - room) // 2)]
    return beginning + told


def is_export(fields):
    """Return whether the columns of a table are those of an export: what type a note is of, and how far or since when.

    Parameters
    ----------
    fields : container of str
    """
    return "dimension" in fields and ("progress" in fields or "written" in fields)


def of_row(row):
    """Return what `kb.note_import.fields_of` takes of the texts of a row, or the `Invalid` that says why it cannot be.

    A row that says of what type it is, and how far or when it was written, is one that a home wrote.
    """
    if isinstance(row, Invalid):
        return row
    said = {name: value for name, value in row.items() if name not in TOLD_ONLY}
    was_kept = bool(_text(row, "dimension") and (_text(row, "progress") or _text(row, "written")))
    try:
        for name in ("dimension", *_VALUES):
            if name in row:
                said[name] = _value(name, _text(row, name))
        said |= {name: _day(_text(row, name)) for name in _DAYS if name in row}
        if isinstance(row.get("facets"), str):
            said["facets"] = [facets.named(each) for each in listed.parted(row["facets"])]
        if isinstance(row.get("named_readers"), str):
            said["named_readers"] = listed.parted(row["named_readers"])
        if _CUT.search(_text(row, "body")):
            raise Invalid(
                N_("The workbook has only the beginning of the text."),
                hint=N_("Export the list as csv and import that."),
                field="body",
            )
    except Invalid as problem:
        return problem
    if was_kept:
        said |= {"was_kept": True, "lacks": tuple(_lacking(row))}
    return said


def named_in(body):
    """Return the titles that the text of a row leads to."""
    return [match[3] for match in _LINK.finditer(body) if match[3] is not None and len(match[2]) == 1]


def linked(db, body, ahead, by):
    """Return the text of a row that a home wrote with links to the notes that are here, and titles for the others.

    Parameters
    ----------
    ahead : dict of str to int
        Ids of the notes of a title that are still to be written.
    """

    def link(match):
        number, blanks, title = int(match[1]), match[2], match[3]
        if title is None:
            return match[0]
        if len(blanks) > 1:
            return f"[[{match[1]}{blanks[1:]}{title}]]"
        known = mentions.titles(db, [number], reader=by)
        if plain(known.get(number, "")) == title:
            return f"[[{number}]]"
        ids = mentions.of_title(db, title, reader=by) or [ahead[each] for each in (title,) if each in ahead]
        return f"[[{ids[0]}]]" if len(ids) == 1 else title

    return _LINK.sub(link, body)


def _titled(match, titles):
    if match[2]:
        return f"[[{match[1]} {match[2]}{match[3]}]]"
    title = plain(titles.get(int(match[1]), ""))
    # A number alone would be another note's in another home.
    return f"[[{match[1]} {title}]]" if title else f"[[ {match[1]} ]]"


def plain(title):
    """Return a title as it stands in a link."""
    return " ".join(title.replace("]", " ").split())


def _length(text):
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _text(row, name):
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _value(field, text):
    if not text:
        return ""
    if field == "dimension":
        found = filters.value_of(field, text) or _DIMENSIONS.get(text.lower())
    else:
        found = _VALUES[field].get("".join(text.lower().split()))
    if found is None:
        raise Invalid(
            N_("“%(value)s” is none of the known values."),
            hint=N_("Write one of the words that an export of the list has in this column."),
            field=field,
            value=text,
        )
    return found


def _day(text):
    found = _DAY.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text


def _lacking(row):
    """Yield the details whose columns were taken out of the table."""
    for each in fields(Details):
        if {"customers": "customer"}.get(each.name, each.name) not in row:
            yield each.name
