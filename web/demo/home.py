"""Makes the demo home; mining its orders is left to the worker, which shows its progress."""

import io
import secrets
from collections import Counter
from datetime import date, datetime, timedelta

from kb import (
    absences,
    accepted,
    access,
    access_log,
    approval,
    approval_rules,
    attachments,
    comments,
    customers,
    file_reader,
    gates,
    home as homes,
    interactions,
    leaving,
    maturity,
    members,
    notes,
    proposals,
    question_turns,
    questions,
    replies,
    saved_views,
    sources,
    to_hand_over,
    topic_tree,
    topics,
    verification,
    verification_intervals,
)
from kb.access import OPERATOR
from kb.errors import Invalid, N_
from kb.map import expertise
from kb.migrations import migrations as kb_migrations
from kb.note_details import Details
from kb.search import indexer
from kb.store import create_store, home_of, open_store, utc_now, writing
from mining import runs
from mining.migrations import migrations as mining_migrations
from web.demo import colleagues, orders, people, talk_files, verifications, vouching
from web.demo.agreements import ANSWERS, BROUGHT_TO
from web.demo.customers import CUSTOMERS
from web.demo.files import files
from web.demo.notes import NOTES
from web.demo.notes.told import CUSTOMER_TEXTS
from web.demo.proposed import PROPOSALS, RULE, VIEW
from web.demo.questions import QUESTIONS
from web.demo.sources import ACCESS, SOURCES, TREE
from web.demo.talks import TALKS

# What the run of the demo asks for.
RULES = {"min_support": 0.01, "min_confidence": 0.25, "max_length": 3}
# Login: what its button on the sign-in page says; one click, no password.
DOORS = {
    "chen.xiaolan": N_("Enter as customer service"),
    "lin.zhiyuan": N_("Enter as marketing"),
    "wang.yating": N_("Enter as knowledge curator"),
    "he.jing": N_("Enter as manager"),
}
_DAYS_OFF = 14
_DAYS_WRITTEN = 70


def prepare(home, *, on_progress):
    """Make the demo in `home`, or reuse it; any other home is refused.

    Parameters
    ----------
    home : pathlib.Path
    on_progress : callable
        Called with a catalogue key at each step.
    """
    if (home / homes.DATABASE).exists():
        if not homes.settings(home).demo:
            raise Invalid(
                N_("%(home)s holds a company’s own data, not a demo."),
                hint=N_("Choose another folder with --home."),
                home=str(home),
            )
        return
    on_progress(N_("Making the demo company"))
    homes.create(home, homes.Settings(name="禾木生活", demo=True))
    create_store(home, kb_migrations, mining_migrations)
    db = open_store(home)
    on_progress(N_("Twenty-four colleagues"))
    readers = _add_people(db)
    on_progress(N_("Two hundred customers"))
    ids = _add_customers(db, readers["wang.yating"])
    on_progress(N_("Two hundred notes of all four types"))
    _add_notes(db, readers, ids)
    _attach_files(db, home)
    _bring_on(db, home)
    _add_talks(db, readers, ids)
    talk_files.attach(db, home)
    _verify(db, readers)
    _propose(db, readers)
    _vouch(db, readers)
    _ask(db, home, readers)
    _add_sources(db, readers)
    _arrange_topics(db, readers["wang.yating"])
    _name_colleagues(db, readers)
    _part_with(db, readers)
    _say_who_is_there(db, readers)
    indexer.catch_up(db, home)
    on_progress(N_("Twenty thousand orders, imported and mined in the background"))
    _queue_orders(db, home, readers["lin.zhiyuan"])


def orders_file(home):
    """Return where a demo keeps its orders as a file."""
    return home / "orders.csv"


def accounts():
    """Return the accounts the sign-in page of a demo home offers: one a role."""
    rows = {login: (name, department, role) for login, name, department, role in people.MEMBERS}
    return [
        {
            "login": login,
            "name": rows[login][0],
            "department": rows[login][1],
            "role": rows[login][2],
            "password": people.PASSWORD,
        }
        for login in people.SHOWN
    ]


def _add_people(db):
    found = {}
    for login, name, department, role in people.MEMBERS:
        member = members.add(
            db,
            login=login,
            name=name,
            department=department,
            role=role,
            password=people.PASSWORD,
            by=OPERATOR,
            now=utc_now(),
        )
        found[login] = member.reader()
        # Back from two weeks off, one sees what colleagues changed meanwhile.
        access_log.record(db, member_id=member.id, action="sign_in", at=_days_ago(_DAYS_OFF))
    for login, (phone, wecom) in people.CONTACTS.items():
        by = found[login]
        members.set_contact(db, by.member_id, phone=phone, wecom=wecom, mail="", by=by, now=utc_now())
    return found


def _days_ago(days):
    return (datetime.fromisoformat(utc_now()) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _add_customers(db, by):
    """Return the ids by name; of two customers of one name, the first's."""
    ids = {}
    with writing(db):
        for name, number, phone, mail, city, segment in CUSTOMERS:
            fields = {"number": number, "phone": phone, "mail": mail, "city": city, "segment": segment}
            made = customers.add(db, name=name, **fields, by=by, now=utc_now())
            ids.setdefault(name, made.id)
    return ids


def _add_sources(db, readers):
    for name, kind, login, place, topic_names in SOURCES:
        by = readers[login]
        by = by if access.may(by, "source.write") else OPERATOR
        sources.add(
            db,
            name=name,
            kind=kind,
            owner_id=readers[login].member_id,
            place=place,
            topic_names=topic_names,
            access=ACCESS.get(name, ("", None))[0],
            months=ACCESS.get(name, ("", None))[1],
            by=by,
            # Long enough ago that some are to be looked at again.
            now=_days_ago(100),
        )


def _arrange_topics(db, by):
    with writing(db):
        for name, (children, aliases) in TREE.items():
            above = topics.by_name(db, name, reader=by).id
            # Some of these words are topics of their own here.
            free = [each for each in aliases if not topics.ids_of(db, [each], reader=OPERATOR)]
            topic_tree.put(db, above, {"aliases": free}, did="topic.edit", by=by, now=utc_now())
            for child in topics.ids_of(db, children, reader=by).values():
                topic_tree.put(db, child, {"parents": [above]}, did="topic.arrange", by=by, now=utc_now())


def _details(note, ids):
    named = tuple((ids[name], part) for name, part in note.details.get("customers", ()))
    return Details(**{**note.details, "customers": named, "customer_text": CUSTOMER_TEXTS.get(note.title, "")})


def _add_notes(db, readers, ids):
    # Spread over the last weeks, from nine in the morning on, so that fresh work weighs more than old.
    first = datetime.fromisoformat(utc_now()).replace(hour=1, minute=0, second=0, microsecond=0)
    on_that_day = Counter()
    with writing(db):
        for n, note in enumerate(NOTES):
            days = _DAYS_WRITTEN - n * _DAYS_WRITTEN // len(NOTES)
            when = first - timedelta(days=days) + timedelta(hours=3 * on_that_day[days])
            on_that_day[days] += 1
            notes.add(
                db,
                title=note.title,
                summary=note.summary,
                body=note.body,
                dimension=note.dimension,
                topic_names=note.topics,
                facets_of=note.facets,
                details=_details(note, ids),
                readers=note.readers,
                named_readers=[("member", readers[login].member_id) for login in note.named],
                by=readers[note.login],
                now=when.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            )


def _attach_files(db, home):
    for title, name, content, proof in files():
        row = next(db["note"].rows_where("title = ?", [title]))
        by = members.get(db, row["owner_id"]).reader()
        later = datetime.fromisoformat(row["created_at"]) + timedelta(hours=1)
        now = min(later.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), utc_now())
        attachments.add(db, row["id"], [(name, io.BytesIO(content))], most_megabytes=1, by=by, now=now)
        if proof is not None:
            newest = notes.get(db, row["id"], reader=by).attachments[-1]
            attachments.prove(db, newest["id"], proof, by=by, now=now)
    while file_reader.read_next(db, home):
        pass


def _bring_on(db, home):
    with writing(db):
        for title, step in BROUGHT_TO.items():
            row = _titled(db, title)
            by = members.get(db, row["owner_id"]).reader()
            later = datetime.fromisoformat(row["created_at"]) + timedelta(hours=2)
            now = min(later.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), utc_now())
            for _ in range(gates.STEPS.index(step)):
                maturity.advance(db, row["id"], by=by, now=now)
            if title in ANSWERS:
                said = dict(zip(("verdict", "person", "channel", "words"), ANSWERS[title], strict=True))
                named = notes.get(db, row["id"], reader=by).customers
                said["customer"] = next((str(its["id"]) for its in named if said["person"].startswith(its["name"])), "")
                maturity.record(db, home, row["id"], **said, said_on=now[:10], by=by, now=now)


def _add_talks(db, readers, ids):
    first = datetime.fromisoformat(utc_now()).replace(minute=0, second=0, microsecond=0)
    with writing(db):
        for days, hour, login, customer, contact, channel, method, said, told, title in TALKS:
            # Hours of the clock in Shanghai.
            when = (first.replace(hour=hour - 8) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            interactions.add(
                db,
                customer_id=ids[customer],
                contact=contact,
                channel=channel,
                method=method,
                happened_at=when,
                said=said,
                told=told,
                readers="all",
                told_note_ids=[next(db["note"].rows_where("title = ?", [title]))["id"]] if title else (),
                by=readers[login],
                now=when,
            )


def _verify(db, readers):
    months = {**verification_intervals.of_company(db), "about": verifications.ABOUT_MONTHS}
    with writing(db):
        verification_intervals.arrange(db, months, by=readers["zhao.ming"], now=utc_now())
        for n, row in enumerate(list(db["note"].rows_where(order_by="id"))):
            if n % verifications.EVERY == 0:
                days = verifications.DAYS_AFTER[n % len(verifications.DAYS_AFTER)]
                later = datetime.fromisoformat(row["created_at"]) + timedelta(days=days)
                at = min(later.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), utc_now())
                verification.verify(db, row["id"], by=members.get(db, row["owner_id"]).reader(), now=at)
        for title, (login, words) in verifications.DOUBTS.items():
            verification.doubt(db, _titled(db, title)["id"], words, by=readers[login], now=utc_now())
        for title, login in verifications.PROPOSED.items():
            verification.do_to_all(db, [_titled(db, title)["id"]], "propose", by=readers[login], now=utc_now())


def _propose(db, readers):
    department, dimensions, second = RULE
    number = next(number for number, name in members.departments(db).items() if name == department)
    told = {"second": ("member", readers[second].member_id), "by": readers["zhao.ming"], "now": utc_now()}
    approval_rules.arrange(db, number, dimensions, **told)
    for title, login, summary, body, reason, agreed in PROPOSALS:
        note = notes.get(db, _titled(db, title)["id"], reader=readers[login])
        notes.edit(
            db,
            note.id,
            **{name: getattr(note, name) for name in ("version", "title", "dimension", "readers")},
            summary=summary,
            body=body,
            topic_names=[each["name"] for each in note.topics],
            details=note.details(),
            reason=reason,
            by=readers[login],
            now=utc_now(),
        )
        if agreed is not None:
            first, words = agreed
            (waits,) = proposals.of_note(db, note.id, reader=readers[first])
            looked_at = {"revision": waits.revision, "version": note.version}
            approval.approve(db, waits.id, **looked_at, words=words, by=readers[first], now=utc_now())
    name, login, whom, address = VIEW
    saved_views.add(db, name=name, address=address, readers=whom, by=readers[login], now=utc_now())


def _vouch(db, readers):
    for title, logins in vouching.THANKS.items():
        for login in logins:
            comments.thank(db, _titled(db, title)["id"], by=readers[login], now=utc_now())
    for topic, login, by in vouching.ENDORSED:
        topic_id = topics.by_name(db, topic, reader=readers[by]).id
        expertise.endorse(db, topic_id, readers[login].member_id, by=readers[by], now=utc_now())


def _ask(db, home, readers):
    last = datetime.fromisoformat(utc_now())
    told = {"origin": "同事问答", "topic_names": ("待归类",), "today": homes.today(home)}
    with writing(db):
        for each in QUESTIONS:
            times = (last - timedelta(hours=each.hours_ago - n / 2) for n in range(9))
            moments = (time.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for time in times)
            asked = {"title": each.title, "body": each.body, "topic_names": each.topics, "anonymous": each.anonymous}
            number, _ = questions.add(db, **asked, by=readers[each.login], now=next(moments))
            if each.declined:
                first = members.get(db, questions.get(db, number, reader=OPERATOR).asked_id).reader()
                question_turns.decline(db, number, by=first, now=next(moments), reason=each.declined)
            for login, body in each.replies:
                replies.add(db, number, body=body, by=readers[login], now=next(moments))
            if each.accepted:
                best = replies.of_question(db, number)[-1].id
                accepted.accept(db, number, best, **told, by=readers[each.login], now=utc_now())
                replies.thank(db, best, by=readers["chen.xiaolan"], now=utc_now())


def _titled(db, title):
    return next(db["note"].rows_where("title = ?", [title]))


def _name_colleagues(db, readers):
    for title, login, words in colleagues.SAID:
        comments.add(db, _titled(db, title)["id"], body=words, by=readers[login], now=utc_now())


def _say_who_is_there(db, readers):
    today = date.fromisoformat(homes.today(home_of(db)))
    who, days, deputy = colleagues.AWAY
    away = {"from_day": today.isoformat(), "until_day": (today + timedelta(days=days)).isoformat()}
    by = readers[who]
    absences.add(db, by.member_id, **away, deputy_id=readers[deputy].member_id, by=by, now=utc_now())
    who, days, successor, count = colleagues.LEAVES
    by, last_day = readers[who], (today + timedelta(days=days)).isoformat()
    leaving.announce(db, by.member_id, last_day=last_day, by=by, now=utc_now())
    given = [number for number, _ in to_hand_over.rows(db, by.member_id, reader=by)["notes"]][:count]
    leaving.give(db, by.member_id, "notes", readers[successor].member_id, ids=given, by=by, now=utc_now())


def _part_with(db, readers):
    for login in people.LEFT:
        members.leave(db, readers[login].member_id, by=OPERATOR, now=utc_now())


def _queue_orders(db, home, marketer):
    token = secrets.token_hex(16)
    folder = home / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    exported = orders.csv_bytes()
    (folder / token).write_bytes(exported)
    # The same file where a person finds it, to try the command line on.
    orders_file(home).write_bytes(exported)
    now = utc_now()
    runs.queue(
        db, kind="import", args={"upload": token, "file": "禾木生活订单.csv", "options": {}}, by=marketer, now=now
    )
    runs.queue(db, kind="rules", args={**RULES, "batches": None}, by=marketer, now=now)
