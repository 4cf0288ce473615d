"""What every template may use: the reader, the language, formats and marks."""

import hashlib
import os
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import jinja2
from flask import current_app, g, request, session
from jinja2 import pass_context
from markupsafe import Markup, escape

import kb.home
from kb import access, channels, files, looked_at, presence, products, question_lists
from kb.dimensions import shares
from kb.errors import fill
from kb.file_kinds import PICTURES
from kb.gates import is_answered, is_published
from kb.map import things
from kb.note_details import in_force
from kb.search.analysis import HAN
from kb.store import utc_now
from kb.traits import KINDS
from kb.unmarked import unmarked
from kb.verification import trust
from kb.verification_queue import MOST_TOLD, waits
from mining import pace
from mining.judgements import VERDICTS
from mining.ledger.reasons import WORDS
from web import i18n, rhythm_words, rule_drawing
from web.diff import diff
from web.table_diff import table_diff
from web.view_pages import page_of

# More of a quote a browser needs not to find its place.
_SHOWN_WORDS = 40
_TAGS = {"zh": "zh-CN", "en": "en"}
_HAN, _LATIN = re.compile(f"[{HAN}]"), re.compile("[A-Za-z]{3}")
_COMPILED = re.compile(r"[0-9a-f]{40}\.[0-9a-f]{12}")


def init_app(app):
    """Give the templates of `app` their globals and filters."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(_gettext, _ngettext, newstyle=True)
    # The ones of the extension make a context, a markup and a format anew for each of hundreds of words on a page.
    env.globals["_"] = env.globals["gettext"] = _words
    env.globals["ngettext"] = _counting(env.globals["ngettext"])
    env.trim_blocks = env.lstrip_blocks = True
    env.bytecode_cache = _kept_compiled()
    # Asked of the router for each of a hundred icons it costs as much as a row of a list.
    env.globals["icons"] = f"{app.static_url_path}/vendor/icons.svg"
    env.globals["verdicts"] = VERDICTS
    env.filters["view_page"] = page_of
    env.filters["by_month"] = rule_drawing.months
    env.globals["trait_kinds"] = KINDS
    env.globals["channel_names"] = channel_names
    env.globals["reason_words"] = WORDS
    env.tests["published"] = is_published
    env.tests["answered"] = is_answered
    env.globals["picture_kinds"] = PICTURES
    env.tests["ready"] = files.is_ready
    env.filters.update(
        marks=marks,
        fragment=fragment,
        unmarked=unmarked,
        diff=diff,
        table_diff=table_diff,
        localtime=lambda text: formats().time(text),
        localdate=lambda text, beside=None: formats().day(text, beside),
        exacttime=lambda text: formats().exact(text),
        reltime=lambda text: formats().relative(text),
        took=pace.took,
        rhythm=lambda each: rhythm_words.words(each, _gettext),
        products=lambda text: [(things.Thing("product", key).key, name) for key, name in products.of(text).items()],
        shares=shares,
        force=lambda note: in_force(note, _today()),
        namesakes=lambda people: {name for name, count in Counter(each.name for each in people).items() if count > 1},
        away=lambda member_id: _away().get(member_id),
        trust=lambda note: trust(note, utc_now()),
        looked_at=looked_at.whole,
        tongue=tongue,
        number=lambda value, digits=0: formats().number(value, digits),
        percent=lambda value, digits=1: formats().percent(value, digits),
        sentence=lambda problem: problem.sentence(_gettext),
        filled=lambda template, values=None: fill(template, values or {}, _gettext),
        then=then,
    )
    app.context_processor(_context)


def then(text, more):
    """Return two sentences, one after the other: after a Chinese mark, which is as wide as two, stands no blank."""
    if not more:
        return text
    return escape(text) + ("" if str(text)[-1:] in "。！？；：" else " ") + escape(more)


def compile_all(app):
    """Compile every template of `app`, which takes seconds and memory that processes forked from it then share."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)


def _kept_compiled():
    """Return where compiled templates are kept: beside them, as Python keeps its own; None where nobody may write."""
    folder = Path(__file__).parent / "templates" / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    # What the compiler makes of a template depends on itself and on what is set above, too.
    made_by = hashlib.sha256(jinja2.__version__.encode() + Path(__file__).read_bytes()).hexdigest()[:12]
    drop_others(folder, made_by)
    return jinja2.FileSystemBytecodeCache(str(folder), f"%s.{made_by}")


def drop_others(folder, made_by):
    """Remove from a folder the compiled templates that another version or setting than `made_by` made."""
    for each in folder.iterdir():
        if _COMPILED.fullmatch(each.name) and not each.name.endswith(f".{made_by}"):
            each.unlink(missing_ok=True)


def locale():
    """Return the locale of this request: the account's, the session's, the browser's, the instance's."""
    try:
        return g.locale
    except AttributeError:
        default = current_app.config["SETTINGS"].language
        member = g.get("member")
        chosen = member.language if member and g.get("reader") else None
        g.locale = chosen or session.get("language") or _of_browser(default)
        return g.locale


def language():
    """Return the language of this request as notes name theirs: zh or en."""
    return locale()[:2]


def tongue(note):
    """Return the language tag of the words of a note: as the note names it, else by their letters; or None."""
    if note.lang:
        return _TAGS[note.lang]
    words = f"{note.title} {note.body[:_SHOWN_WORDS]}"
    return _TAGS["zh"] if _HAN.search(words) else _TAGS["en"] if _LATIN.search(words) else None


def channel_names():
    """Return the channels to offer: those of the company, or the usual ones in the language of this request."""
    return channels.listing(g.db) or [_gettext(each) for each in channels.BUILTIN]


def formats():
    """Return how this reader reads dates and numbers."""
    if "formats" not in g:
        g.formats = i18n.Formats(locale(), current_app.config["SETTINGS"].zone)
    return g.formats


def translate(template):
    """Return `template` in the language of this request."""
    return i18n.translations(locale()).gettext(template)


def _today():
    if "today" not in g:
        g.today = kb.home.today(current_app.config["HOME"])
    return g.today


def _away():
    if "away" not in g:
        g.away = presence.away(g.db, day=_today())
    return g.away


def marks(text, spans):
    """Return `text` escaped, with its `spans` of characters inside ``<mark>``."""
    pieces, end = [], 0
    for start, stop in spans:
        pieces += [escape(text[end:start]), Markup("<mark>"), escape(text[start:stop]), Markup("</mark>")]
        end = stop
    return Markup("").join([*pieces, escape(text[end:])])


def fragment(words):
    """Return the end of an address that has a browser show the place where words stand on its page."""
    first = words.strip().splitlines()[0].strip()[:_SHOWN_WORDS]
    # A dash and a comma part the words of such an address.
    return "#:~:text=" + quote(first, safe="").replace("-", "%2D")


def _context():
    reader = g.get("reader")
    return {
        "reader": reader,
        "member": g.get("member") if reader else None,
        "signed_in": g.get("member") if reader else None,
        "seen_as": g.get("seen_as"),
        "may": lambda action: reader is not None and access.may(reader, action),
        "to_verify": _to_verify,
        "to_answer": lambda: question_lists.waiting(g.db, reader=g.reader),
        "instance_name": current_app.config["SETTINGS"].name,
        "is_demo": current_app.config["SETTINGS"].demo,
        "locale": locale(),
        "here": request.endpoint,
    }


def _to_verify():
    """Return how many notes wait for the reader, as the menu says it; nothing for none."""
    count = waits(g.db, reader=g.reader, now=utc_now())
    return f"{MOST_TOLD}+" if count > MOST_TOLD else str(count or "")


def _of_browser(default):
    for tag in request.accept_languages.values():
        found = i18n.best(tag, None)
        if found:
            return found
    return default


def _gettext(template):
    return translate(template) if template else ""


def _words(template, **values):
    """Return `template` as markup in the language of this request; values are escaped where they are put in."""
    words = _markup(locale(), template)
    return words % values if "%" in words else words


@lru_cache(maxsize=8192)
def _markup(language, template):
    return Markup(i18n.translations(language).gettext(template) if template else "")


def _counting(ngettext):
    """Return `ngettext` that writes its number as the reader's language does, with separators."""

    @pass_context
    def counted(context, one, many, n, **values):
        return ngettext(context, one, many, n, **{"num": formats().number(n), **values})

    return counted


def _ngettext(one, many, n):
    return i18n.translations(locale()).ngettext(one, many, n)
