"""A real app over a real home, people signed in, and one world to ask about."""

import hashlib
import io
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import g, session
from flask_wtf.csrf import generate_csrf

from kb import (
    absences,
    approval_rules,
    attachments,
    bulk,
    citing,
    customer_archive,
    customers,
    erasure,
    feed,
    file_reader,
    home as homes,
    intake,
    interactions,
    leaving,
    left_behind,
    member_mentions,
    note_import,
    note_templates,
    notes,
    proposals,
    questions,
    replies,
    saved_views,
    sources,
    topic_tree,
    unmerged,
    verification,
)
from kb.note_details import Details
from kb.search import indexer
from kb.store import close_store, open_store, writing
from mining import findings, note_deeds, note_intake, runs, schedules
from mining.ledger import load, uploads
from mining.ledger.options import Options
from mining.rhythm import Rhythm
from tests import made_files
from web import create_app, security, serve
from web.demo import home as demo


@pytest.fixture(scope="session")
def app_of(_empty_home):
    """Return a function that has the app answer for a home, as `kezhi serve` makes it, and returns it.

    There is one for all tests: its three hundred routes take longer to compile than most tests take.
    """
    made = create_app(_empty_home, hosts=["localhost"])
    config, extensions = dict(made.config), dict(made.extensions)

    def app_over(home):
        for now, first in ((made.config, config), (made.extensions, extensions)):
            now.clear()
            now.update(first)
        serve(made, home)
        return made

    return app_over


@pytest.fixture
def app(home, people, app_of):
    """The app over the home of this test."""
    return app_of(home)


class Browser:
    """A client that keeps cookies and sends the CSRF token of the last page, as a browser's form does."""

    def __init__(self, app):
        self.http = app.test_client()
        self.token = ""

    def get(self, path, **options):
        answer = self.http.get(path, buffered=True, **options)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text if answer.mimetype == "text/html" else "")
        if found:
            self.token = found.group(1)
        return answer

    def post(self, path, form=None, **options):
        return self.http.post(path, data={"csrf_token": self.token, **(form or {})}, buffered=True, **options)


def forged(token):
    """Return a CSRF token with one sign of its signature changed; the last sign has bits that no signature needs."""
    return token[:-9] + ("x" if token[-9] != "x" else "y") + token[-8:]


@pytest.fixture
def browser(app):
    """A browser nobody is signed in with."""
    return Browser(app)


@pytest.fixture
def signed_in(app, home):
    """Return a function from login to a `Browser` that has a session; test_sessions.py signs in through the page."""

    def sign_in(login):
        browser = Browser(app)
        with app.test_request_context():
            g.db = open_store(home)
            security.enter(login)
            browser.token = generate_csrf()
            kept = dict(session)
        with browser.http.session_transaction() as cookie:
            cookie.update(kept)
        return browser

    return sign_in


@pytest.fixture(scope="session")
def demo_home(made_once):
    """Return a function that puts a demo, made once, where it is told to and returns the path."""

    def make(path):
        demo.prepare(path, on_progress=lambda step: None)
        close_store(path)

    return lambda path: Path(shutil.copytree(made_once("demo", make), path))


@pytest.fixture
def indexed(db, home):
    """Return a function that waits until the index has everything that was written."""
    return lambda: indexer.catch_up(db, home)


def _erased(db, people, now):
    gone = customers.add(db, name="郑敏之", by=people["chen"], now=now)
    nothing = {"note_ids": (), "with_closed": False, "reason": "本人请求"}
    erasure.erase_customer(db, gone.id, **nothing, by=people["zhao"], now=now)
    return gone.id


@dataclass
class World:
    """Ids of one thing of each kind; what is private is wang's."""

    public: int
    for_customer: int
    private: int
    doubted: int
    away: int
    away_customer: int
    away_interaction: int
    topic: int
    other_topic: int
    private_topic: int
    batch: int
    import_run: int
    run: int
    waiting_run: int
    schedule: int
    resting: int
    stranded: int
    finding: int
    member: int
    department: int
    change: int
    private_change: int
    customer: int
    erased: int
    source: int
    bundle: int
    interaction: int
    private_interaction: int
    talk_file: int
    talk_order: int
    private_talk_file: int
    attachment: int
    contract: int
    private_attachment: int
    digest: str
    queue_digest: str
    waiting_digest: str
    intake: int
    taken: int
    deed: int
    view: int
    search_view: int
    proposal: int
    question: int
    private_question: int
    reply: int
    unmerged: int
    mention: int
    absence: int
    goer: int


@pytest.fixture(scope="session")
def _first_world(tmp_path_factory):
    """Where the first world is kept for the tests after it: ``ids``, ``home``, and the store as a connection ``db``."""
    kept = {"home": tmp_path_factory.mktemp("world") / "home"}
    yield kept
    if "db" in kept:
        kept["db"].close()


@pytest.fixture
def world(home, db, people, _first_world, request):
    """Return the ids of a small company: a public and a private note, an import, a finished run with a rule.

    It is made once; a copy takes a tenth of the time.
    """
    assert db["session"].count == 0, "the world comes before who signs in"
    kept = _first_world
    if "ids" not in kept:
        made = request.getfixturevalue("_made_world")
        kept["db"] = sqlite3.connect(":memory:")
        db.conn.backup(kept["db"])
        shutil.copytree(home, kept["home"], ignore=shutil.ignore_patterns(f"{homes.DATABASE}*"))
        kept["ids"] = made
    else:
        kept["db"].backup(db.conn)
        shutil.copytree(kept["home"], home, dirs_exist_ok=True)
    return kept["ids"]


@pytest.fixture
def _made_world(home, db, people, a_note, now, indexed, tmp_path):
    said = Details(channel="电话", experience="complaint", traits=(("preference.colour", "米白"),))
    public = a_note(summary="胶圈变硬就漏气。", details=said)
    change = feed.last_seq(db)
    private = a_note(title="王的私人备忘", topic_names=["私事"], readers="owner", by=people["wang"])
    private_attachment = _attach(db, private, "私人.txt", b"x", people["wang"], now)
    private_change = feed.last_seq(db)
    doubted = a_note(title="换圈周期")
    verification.doubt(db, doubted.id, "改成六个月了", by=people["li"], now=now)
    away = a_note(title="旧型号的换圈周期", topic_names=["密封罐"])
    notes.archive(db, away.id, by=people["chen"], now=now)
    note_templates.edit(db, "need.zh", name="需求", outline="## 原话 *", version=0, by=people["zhao"], now=now)
    told = a_note(
        title="清洗方法", dimension="for", body="1. **手洗**\n2. 阴干",
        details=Details(audience="all", valid_from="2026-01-01", customer_text="您好：\n\n手洗、阴干就好。"),
    )  # fmt: skip
    attachment = _attach(db, told, "胶圈.png", made_files.picture(), people["chen"], now)
    contract = _attach(db, told, "合同.txt", "违约金千分之三".encode(), people["chen"], now)
    with writing(db):
        member_mentions.store(db, public.id, "@chen", by=people["wang"], now=now)
    citing.note(db, doubted.id, told.id, why="那条里写了", by=people["chen"], now=now)
    fields = {"number": "60000123", "phone": "13812345678", "mail": "zhou@chenghu.example"}
    customer = customers.add(db, name="澄湖酒店", **fields, by=people["chen"], now=now)
    talks = [
        _talk(db, customer.id, readers, people[login], now) for login, readers in (("chen", "all"), ("wang", "owner"))
    ]
    talk, private_talk = (int(feed.change(db, seq)["noun_id"]) for seq in talks)
    while file_reader.read_next(db, home):
        pass
    owner = people["zhao"].member_id
    named = {"name": "测试台", "kind": "equipment", "owner_id": owner, "place": "实验室", "topic_names": ["密封罐"]}
    source = sources.add(db, **named, by=people["chen"], now=now)
    topics = {row["name"]: row["id"] for row in db["topic"].rows}
    listed = topic_tree.add(db, "炉灶", by=people["wang"], now=now)
    orders = tmp_path / "orders.csv"
    orders.write_text("order,item\n1,啤酒\n1,纸尿裤\n2,啤酒\n2,纸尿裤\n3,牛奶\n4\n", "utf-8")
    ids = [_import(home, db, orders, people["lin"], now), _mine(db, people["lin"], now)]
    proposal = _proposed(db, public, people, now)
    bundle = _upload(home, db, people["lin"], now)
    waiting = runs.queue(db, kind="rules", args=_RULES, by=people["lin"], now=now)
    for _ in range(3):
        schedules.add(db, _RULES, Rhythm("day", "06:00"), by=people["lin"], now=now)
    schedules.pause(db, 2, by=people["lin"], now=now)
    with writing(db):
        schedules.hand_over(db, 3, people["shen"].member_id, by=people["lin"], now=now)
    indexed()
    return World(
        mention=1,
        public=public.id,
        for_customer=told.id,
        private=private.id,
        doubted=doubted.id,
        away=away.id,
        topic=topics["密封罐"],
        other_topic=listed,
        private_topic=topics["私事"],
        batch=1,
        import_run=ids[0],
        run=ids[1],
        waiting_run=waiting,
        schedule=1,
        resting=2,
        stranded=3,
        finding=1,
        member=people["vera"].member_id,
        department=people["chen"].department_id,
        change=change,
        private_change=private_change,
        customer=customer.id,
        erased=_erased(db, people, now),
        source=source.id,
        proposal=proposal,
        bundle=bundle,
        interaction=talk,
        private_interaction=private_talk,
        talk_file=1,
        talk_order=2,
        private_talk_file=3,
        attachment=attachment,
        contract=contract,
        private_attachment=private_attachment,
        intake=_intake(home, db, "n1", people["chen"], now),
        taken=_taken(home, db, people["chen"], now),
        deed=note_deeds.queue_undo(db, [change], by=people["chen"], now=now),
        view=saved_views.add(
            db, name="来自", address={"dimension": "from"}, readers="owner", by=people["chen"], now=now
        ).id,
        search_view=saved_views.add(
            db, name="罐的事", address={"list": "search", "q": "罐"}, readers="owner", by=people["chen"], now=now
        ).id,
        **_asked(db, people, now),
        unmerged=unmerged.keep(
            db, public.id, 1, proposals.get(db, proposal, reader=people["chen"]).wanted, by=people["chen"], now=now
        ),
        **_going(db, people, now),
        **_put_away(db, people, now),
        digest=bulk.plan(db, bulk.checked("archive", None), [public.id], by=people["chen"]).digest,
        queue_digest=verification.digest(db, [doubted.id]),
        waiting_digest=left_behind.digest(db, [public.id]),
    )


def _proposed(db, note, people, now):
    """Have a change of a note proposed, by a rule that holds no longer."""
    asked = {"department_id": people["chen"].department_id, "by": people["wang"], "now": now}
    approval_rules.arrange(db, **asked, dimensions=["from"])
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers", "version")}
    told = {"topic_names": ["密封罐"], "details": note.details(), "body": "两年一换胶圈。"}
    notes.edit(db, note.id, **fields, **told, by=people["chen"], now=now)
    approval_rules.arrange(db, **asked, dimensions=[])
    return proposals.mine(db, reader=people["chen"])[0].id


def _asked(db, people, now):
    """Return the ids of a question by li with a reply of chen, and of one that is open to the management only."""
    told = {"title": "密封罐的圈多久换一次", "topic_names": ["密封罐"], "now": now}
    question, _ = questions.add(db, **told, by=people["li"])
    reply = feed.change(db, replies.add(db, question, body="半年一次", by=people["chen"], now=now))
    private, _ = questions.add(db, **{**told, "title": "总经办的问题", "readers": "department"}, by=people["zhao"])
    return {"question": question, "private_question": private, "reply": int(reply["noun_id"])}


def _going(db, people, now):
    """Return the ids of an absence of shen, and of the member who leaves, that is ma."""
    days = {"from_day": "2099-05-01", "until_day": "2099-05-05", "deputy_id": None}
    away = absences.add(db, people["shen"].member_id, **days, by=people["zhao"], now=now)
    goer = people["ma"].member_id
    leaving.announce(db, goer, last_day="2099-12-31", by=people["zhao"], now=now)
    return {"absence": int(feed.change(db, away)["noun_id"]), "goer": goer}


def _attach(db, note, name, content, by, now):
    attachments.add(db, note.id, [(name, io.BytesIO(content))], most_megabytes=1, by=by, now=now)
    return notes.get(db, note.id, reader=by).attachments[-1]["id"]


def _talk(db, customer_id, readers, by, now):
    sent = [("登记表.png", io.BytesIO(made_files.picture())), ("订单.txt", io.BytesIO("罐子四十个".encode()))]
    with attachments.taking(db, sent, most_megabytes=1) as (taken, _):
        fields = {**TALK, "customer_id": customer_id, "readers": readers}
        return interactions.add(db, **fields, files=taken, by=by, now=now)


def _put_away(db, people, now):
    customer_id = customers.add(db, name="旧客户", by=people["li"], now=now).id
    talk = {**TALK, "customer_id": customer_id, "readers": "all"}
    talk_id = int(feed.change(db, interactions.add(db, **talk, by=people["li"], now=now))["noun_id"])
    interactions.archive(db, talk_id, by=people["li"], now=now)
    customer_archive.archive(db, customer_id, by=people["li"], now=now)
    return {"away_customer": customer_id, "away_interaction": talk_id}


TALK = {
    "contact": "周经理", "channel": "电话", "method": "talk", "happened_at": "2026-11-20T01:30:00.000000Z",
    "said": "盖子老是受潮", "told": "先擦干再合上",
}  # fmt: skip
_RULES = {"min_support": 2, "min_confidence": 0.5, "max_length": None, "batches": None}
_RULE = {
    "antecedent": ["啤酒"], "consequent": ["纸尿裤"], "count": 2, "antecedent_count": 2, "consequent_count": 2,
    "support": 0.5, "confidence": 1.0, "base_rate": 0.5, "lift": 2.0, "leverage": 0.25, "conviction": None,
    "zhang": 1.0, "kulczynski": 1.0, "imbalance": 0.0, "p_value": 0.01, "q_value": 0.02,
}  # fmt: skip


def _import(home, db, path, by, now):
    run_id = runs.queue(db, kind="import", args={"upload": "x", "file": "orders.csv", "options": {}}, by=by, now=now)
    lease = _claimed(db, run_id, now)
    load.import_file(
        db,
        home,
        path,
        Options(),
        by=by,
        now=now,
        on_register=lambda answer: runs.finish(db, run_id, lease, answer, now=now),
        rejects_to=runs.rejects_file(home, run_id),
    )
    return run_id


def _upload(home, db, by, now):
    (home / "uploads").mkdir()
    path = home / "uploads" / "a1"
    path.write_text("order,item\n1,啤酒\n1,薯片\n", "utf-8")
    kept = {"token": "a1", "file": "五月.csv", "size": 30, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    bundle = uploads.add(db, [{**kept, "options": {}}], by=by, now=now)
    uploads.try_out(db, bundle, sentences={}, by=by, now=now)
    trial = uploads.of_bundle(db, bundle, reader=by)[0].trial
    lease = _claimed(db, trial.id, now)
    runs.finish(db, trial.id, lease, load.check_file(db, home, path, Options()), now=now)
    return bundle


def _intake(home, db, token, by, now):
    (home / "uploads" / token).write_text("# 换圈\n\n半年一次", "utf-8")
    details = Details(channel="电话", experience="complaint")
    defaults = note_import.Defaults("from", topic_names=("密封罐",), details=details)
    return intake.add(db, token, file="换圈.md", defaults=defaults, as_topics=False, by=by, now=now)


def _taken(home, db, by, now):
    """A file that waits for a worker."""
    intake_id = _intake(home, db, "n2", by, now)
    note_intake.queue(db, intake_id, by=by, now=now)
    return intake_id


def _mine(db, by, now):
    run_id = runs.queue(db, kind="rules", args={**_RULES, "batches": [1]}, by=by, now=now)
    lease = _claimed(db, run_id, now)
    told = {"baskets": 4, "items": 3, "itemsets": 3, "tested": 2, "hidden": {"redundant": 0, "chance": 0}}
    with writing(db):
        findings.add_rules(db, run_id, {**told, "rules": [_RULE]})
        runs.finish(db, run_id, lease, {**told, "rules": 1}, now=now)
    return run_id


def _claimed(db, run_id, now):
    lease = f"lease {run_id}"
    assert runs.claim(db, lease, now=now, is_abandoned=lambda *_: False) == run_id
    return lease
