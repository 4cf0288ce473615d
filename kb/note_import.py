"""Notes from a table or from lines of JSON: each row becomes one, is known already, or is refused with a reason."""

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

from kb import (
    access,
    customer_words,
    customers,
    facets,
    listed,
    mentions,
    named_readers,
    note_details,
    note_sheet,
    note_texts,
    notes,
    row_links,
    topics,
    traits,
)
from kb.errors import Invalid, N_
from kb.first_sentence import title_of
from kb.intake_rows import Row, answer
from kb.note_details import Details
from kb.search import filters
from kb.store import write_in_parts, writing
from kb.text import scrub

# How the columns are usually called; compared in lower case, without blanks.
COLUMNS = {
    "title": "title subject headline 标题 题目 主题句",
    "summary": "summary abstract 摘要 概要",
    "body": "body text content review comment 正文 内容 文本 评价 评论 评价内容",
    "topics": "topics topic tags tag cat category 主题 标签 分类 类别 品类",
    "lang": "lang language 语言",
    "experience": "experience label sentiment 感受 体验 情感 评价类型",
    "customer": "customer customers memberid membernumber customerid 客户 会员号 客户编号 客户名称",
    "channel": "channel source 渠道 来源",
    "traits": "traits trait chips preferences,rivals,trends 标签词 偏好竞品趋势 偏好、竞品、趋势",
    "dimension": "dimension knowledgetype 知识类型",
    "product": "product 商品",
    "segment": "segment 分群",
    "observation": "observation 观察",
    "audience": "audience forwhom 给谁用",
    "valid_from": "validfrom holdsfrom 生效",
    "valid_until": "validuntil holdsuntil 有效至",
    "parts": "parts whattheybrought 客户投入",
    "our_part": "ourpart whatwebrought 我方投入",
    "customer_text": "customertext textforthecustomer 给客户的文字",
    "origin": "origin whereitcomesfrom 从哪里来",
    "facets": "facets filedunder 归入分类",
    "readers": "readers whomayseeit 谁可以看",
    "named_readers": "namedreaders whichpeopleanddepartments 哪些人和部门",
    "template": "template 模板",
    "progress": "progressorstanding maturity 进展或可信情况",
    "written": "written createdat 写于",
    **{kind: " ".join(words) for kind, words in filters.TRAIT_WORDS.items()},
}
# Of `kb.note_details.Details`, beside those that have rules of their own.
_FURTHER = (
    "segment",
    "product",
    "observation",
    "audience",
    "valid_from",
    "valid_until",
    "our_part",
    "customer_text",
    "origin",
    "template",
)
_EXPERIENCES = {
    "satisfied": "satisfied satisfaction positive pos good 1 满意 好评 正面",
    "dissatisfied": "dissatisfied negative neg bad 0 -1 不满 不满意 差评 负面",
    "suggestion": "suggestion 建议",
    "complaint": "complaint 投诉",
}
EXPERIENCE_OF = {word: value for value, words in _EXPERIENCES.items() for word in words.split()}
_LANGUAGE_OF = {"": "", "zh": "zh", "zh_cn": "zh", "zh-cn": "zh", "cn": "zh", "中文": "zh", "en": "en", "英文": "en",
                "en_us": "en", "en-us": "en", "en_gb": "en", "en-gb": "en"}  # fmt: skip
_COLON = re.compile("[:：]")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for a row that says nothing else."""

    dimension: str
    readers: str = "all"
    topic_names: tuple = ()
    details: Details = Details()


def look(db, rows, defaults, *, columns, by):
    """Return what `add_all` would make of rows, as `kb.intake_rows.Row` without ids of new notes; nothing is written.

    Parameters
    ----------
    rows, defaults, columns
        As `add_all` takes them.
    """
    access.require(by, "note.write")
    found, seen = [], set()
    for number, texts in rows:
        try:
            fields, lost = fields_of(db, texts, defaults, by)
            refuse(db, fields, by)
        except Invalid as problem:
            found.append(Row(number, "rejected", told=(_placed(problem, number, columns),)))
            continue
        known, says = _known(db, fields, by), tuple(_says(fields).values())
        state = "loaded" if known is None and says not in seen else "merged"
        seen.add(says)
        told = _left_out(db, texts, fields, columns, by) if state == "loaded" else ()
        found.append(Row(number, state, known, told, lost))
    return found


def refuse(db, fields, by, is_proven=False):
    """Refuse now what `kb.notes.add` would refuse later of what `fields_of` returned."""
    note_texts.checked(**{name: fields[name] for name in ("title", "summary", "body", "dimension", "readers")})
    topics.cleaned(fields["topic_names"])
    asked = {"is_proven": is_proven, "was_kept": fields["was_kept"]}
    note_details.checked(db, fields["dimension"], fields["details"], reader=by, **asked)
    facets.checked(fields["facets_of"])


def add_all(
    db, rows, defaults, *, by, now, columns=MappingProxyType({}), keep=lambda rows: None, given=MappingProxyType({})
):
    """Take in notes; the good rows are kept, the others told of.

    A note with the same title, text, type and language that `by` may see is known already and not written again.
    Characters that cannot be stored are left out.

    Parameters
    ----------
    rows : iterable of (int, dict or kb.errors.Invalid)
        Number of the row, and texts by the fields of `COLUMNS` (topics may be a list); or why it cannot be read.
    defaults : Defaults
    columns : dict of str to str, optional
        Field to what its column is called, for sentences.
    keep : callable
        Called with the `kb.intake_rows.Row` of a few hundred rows, inside the transaction that wrote them; first with
        those whose notes have an id though they are not written yet, as others name them.
    given : dict of int to int, optional
        Such ids by the number of the row, as an earlier try kept them that broke off.

    Returns
    -------
    dict
        ``rows``: ``read``, ``loaded``, ``merged``, ``rejected``; ``ids`` of the loaded and merged, in the order of
        the rows; ``rejects``: pairs of row and `kb.errors.Invalid`, also for what of a good row is left out;
        ``scrubbed``: how many rows lost characters.
    """
    access.require(by, "note.write")
    rows, found, part, new, naming = list(rows), [], [], [], []

    def is_taken(texts):
        try:
            refuse(db, fields_of(db, texts, defaults, by)[0], by)
        except Invalid:
            return False
        return True

    with writing(db):
        ids, ahead = row_links.reserve(db, rows, _title, is_taken, given=given, by=by)
        keep([Row(number, "reserved", note_id) for number, note_id in ids.items()])

    def write(row):
        number, texts = row
        try:
            with writing(db):
                fields, lost = fields_of(db, texts, defaults, by, ahead)
                known = None if number in ids else _known(db, fields, by)
                if known is not None:
                    part.append(Row(number, "merged", known, (), lost))
                    return
                told = _left_out(db, texts, fields, columns, by)
                stored = notes.put(db, **fields, note_id=ids.get(number), by=by, now=now)
                new.append(stored)
                part.append(Row(number, "loaded", stored[0], told, lost))
                if ahead and not ahead.keys().isdisjoint(note_sheet.named_in(texts.get("body") or "")):
                    naming.append(stored[0])
        except Invalid as problem:
            part.append(Row(number, "rejected", told=(_placed(problem, number, columns),)))

    def tell():
        notes.tell_new(db, new, by=by, now=now)
        keep(part)
        found.extend(part)
        part.clear()
        new.clear()

    write_in_parts(db, rows, write, at_end=tell)
    # Only now is every note there that another one names.
    write_in_parts(db, naming, lambda note_id: mentions.store_again(db, note_id))
    return answer(found)


def fields_of(db, texts, defaults, by, ahead=MappingProxyType({})):
    """Return what `kb.notes.add` takes of the texts of a row, and how many characters of them cannot be stored.

    Of a row that says ``was_kept``, as it comes from an export of Kezhi, what holds for all is no part; ``ahead`` are
    ids by title of the notes that it may name though they are still to be written.

    Raises
    ------
    kb.errors.Invalid
        For a value that is none, and when `texts` is one already.
    """
    if isinstance(texts, Invalid):
        raise texts
    filed = texts.get("topics") or ()
    if isinstance(filed, str):
        filed = listed.parted(filed)
    clean, lost = {}, 0
    for name in ("title", "summary", "body"):
        clean[name], count = scrub(texts.get(name) or "")
        lost += count
    clean["title"] = title_of(clean["title"], clean["body"])
    named = [topic.strip() for topic in filed if topic.strip()]
    readers, on_list, _ = _readers(db, texts, defaults)
    was_kept = bool(texts.get("was_kept"))
    if was_kept:
        clean["body"] = note_sheet.linked(db, clean["body"], ahead, by)
    return {
        **clean,
        "dimension": texts.get("dimension") or defaults.dimension,
        "readers": readers,
        "named_readers": on_list,
        "topic_names": named or defaults.topic_names,
        "details": _details(db, texts, _base(texts, defaults) if was_kept else defaults.details, by),
        "facets_of": tuple(texts.get("facets") or ()),
        "was_kept": was_kept,
    }, lost


def _title(texts):
    if isinstance(texts, Invalid):
        raise texts
    return title_of(*(scrub(texts.get(name) or "")[0] for name in ("title", "body")))


def not_on_list(db, texts):
    """Return as `kb.errors.Invalid` whom a row names as a reader and who is not here, or that it names nobody."""
    if texts.get("readers") == "list" and not texts.get("named_readers"):
        return (
            Invalid(
                N_("Nobody is named to whom the note is open, so only its author sees it."),
                hint=N_("Open it to somebody on its page."),
                field="readers",
            ),
        )
    return tuple(
        Invalid(
            N_("“%(value)s” is not here, so the note is not open to them."),
            hint=N_("Open it to somebody else on its page."),
            field="named_readers",
            value=word,
        )
        for word in _readers(db, texts, None)[2]
    )


def _readers(db, texts, defaults):
    """Return who may see a note, who of them is on its list, and the words for those who are not here."""
    if texts.get("readers") != "list":
        return texts.get("readers") or (defaults.readers if defaults else ""), (), ()
    found, lost = [], []
    for word in texts.get("named_readers") or ():
        try:
            found += named_readers.parsed(db, [word])
        except Invalid:
            lost.append(word)
    # Rather too few than too many.
    return "list" if found else "owner", tuple(found), tuple(lost)


def _left_out(db, texts, fields, columns, by):
    """Return as `kb.errors.Invalid` what a row says and its new note does not keep, and what else to look at."""
    unused = note_details.unused(fields["dimension"], fields["details"])
    told = [
        Invalid(
            N_("“%(value)s” is left out: a note of this type has no place for it."),
            hint=N_("Import the rows as another type to keep it."),
            field=name,
            column=columns.get(name, name),
            value=text,
        )
        for name, text in ((name, _said(said)) for name, said in texts.items() if _detail(name) in unused)
        if text
    ]
    if not fields["body"].strip() and not fields["was_kept"]:
        told.append(Invalid(N_("The text is empty: only the title is kept."), field="body", **_column("body", columns)))
    if fields["was_kept"] and mentions.of_title(db, " ".join(fields["title"].split()), reader=by):
        told.append(
            Invalid(
                N_("A note of this title is here, with another text; both stay."),
                hint=N_("Compare the two and merge them, or archive one."),
                field="title",
                **_column("title", columns),
            )
        )
    return (*told, *not_on_list(db, texts))


def _detail(name):
    return {"customer": "customers", **dict.fromkeys(traits.KINDS, "traits")}.get(name, name)


def _said(value):
    return "、".join(map(str, value)) if isinstance(value, list) else (value or "").strip()


def _placed(problem, number, columns):
    """Return a refusal that also says in which row and column of the table it lies."""
    field = {"customers": "customer", "facet": "facets"}.get(problem.field, problem.field)
    problem.values.setdefault("row", number)
    problem.values.update(_column(field, columns))
    return problem


def _column(field, columns):
    return {"column": columns[field]} if field in columns else {}


def _base(texts, defaults):
    """Return what holds for all of a row that a home wrote: only for columns that were taken out of its table."""
    return replace(Details(), **{name: getattr(defaults.details, name) for name in texts.get("lacks", ())})


def _details(db, texts, details, by):
    feelings = N_("Write satisfied, dissatisfied, suggestion or complaint; 1 and 0 stand for the first two.")
    said = {
        "lang": _value(texts, "lang", _LANGUAGE_OF, N_("Write zh or en.")),
        "experience": _value(texts, "experience", EXPERIENCE_OF, feelings),
        "channel": (texts.get("channel") or "").strip(),
        **{name: texts[name] for name in _FURTHER if isinstance(texts.get(name), str)},
        "traits": _traits(texts),
    }
    if (texts.get("customer") or "").strip():
        ids = customer_words.found(db, texts["customer"], reader=by, was_kept=bool(texts.get("was_kept")))
        said["customers"] = tuple(zip(ids, note_details.parted(texts.get("parts") or "", len(ids)), strict=True))
    if texts.get("customers"):
        said["customers"] = tuple(
            (customers.named(db, named, reader=by).id, part) for named, part in texts["customers"]
        )
    return replace(details, **{name: value for name, value in said.items() if value})


def _traits(texts):
    """Return the traits in a column of their own kind, and in one that names the kind before each word."""
    found = [each for kind in traits.KINDS for each in traits.parted(kind, texts.get(kind) or "")]
    named = texts.get("traits") or ""
    for each in listed.parted(named) if isinstance(named, str) else named:
        kind, *word = _COLON.split(each, maxsplit=1)
        if not word or filters.trait(kind) is None:
            raise Invalid(
                N_("There is no trait “%(value)s”."),
                hint=N_("Write the kind, a colon and the word, such as 偏好.颜色:米白 or preference.colour:beige."),
                field="traits",
                column="traits",
                value=each,
            )
        found.append((filters.trait(kind), word[0].strip()))
    return tuple(found)


def _value(texts, field, values, hint):
    text = (texts.get(field) or "").strip()
    found = values.get(text.lower()) if text else ""
    if found is None:
        raise Invalid(N_("“%(value)s” is none of the known values."), hint=hint, field=field, column=field, value=text)
    return found


def _says(fields):
    """Return what two notes that are the same have in common."""
    return {
        "title": " ".join(fields["title"].split()),
        "body": fields["body"].replace("\r\n", "\n").replace("\r", "\n").strip(),
        "dimension": fields["dimension"],
        "lang": fields["details"].lang,
    }


def _known(db, fields, by):
    clause, values = access.visible(by)
    row = db.execute(
        f"""SELECT note.id FROM note
             WHERE note.title = :title AND note.body = :body AND note.dimension = :dimension AND note.lang = :lang
               AND note.archived = 0 AND {clause}
             ORDER BY note.id LIMIT 1""",
        {**values, **_says(fields)},
    ).fetchone()
    return None if row is None else row[0]
