"""A real home for each test, the eight people of the suite, and the rule that nothing skips unnoticed."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import argon2
import hypothesis
import pytest

from kb import customers, feed, home as homes, members, notes
from kb.access import OPERATOR
from kb.migrations import migrations as kb_migrations
from kb.note_details import Details
from kb.store import close_store, create_store, open_store, utc_now, writing

PASSWORD = "a sentence only tests would write"
PEOPLE = (
    # login, name, role, department
    ("wang", "王雅婷", "curator", "客服部"),
    ("chen", "陈小兰", "contributor", "客服部"),
    ("li", "李思远", "contributor", "客服部"),
    ("lin", "林志强", "marketer", "市场部"),
    ("zhao", "赵明", "admin", "总经办"),
    ("ma", "马丽", "manager", "市场部"),
    ("shen", "沈静", "auditor", "总经办"),
    ("vera", "Vera Novak", "viewer", "市场部"),
)
MAY_SKIP = ("shared_data", "spark")
# Begun last, they would leave the other processes waiting for one.
_LONG = ("test_routes.py", "test_worker.py", "test_serve.py", "test_demo_orders.py", "test_fill.py")

hypothesis.settings.register_profile("kezhi", deadline=None, max_examples=30)
hypothesis.settings.register_profile("ci", parent=hypothesis.settings.get_profile("kezhi"), derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "kezhi")


@pytest.fixture(scope="session")
def migration_sets():
    """The migrations of every package that keeps tables in the store."""
    try:
        from mining.migrations import migrations as mining_migrations
    except ModuleNotFoundError:
        return (kb_migrations,)
    return (kb_migrations, mining_migrations)


@pytest.fixture(scope="session")
def _empty_home(tmp_path_factory, migration_sets):
    """One real, empty home; copying its files costs a tenth of migrating again."""
    home = tmp_path_factory.mktemp("template") / "home"
    homes.create(home, homes.Settings())
    create_store(home, *migration_sets)
    return home


@pytest.fixture
def home(tmp_path, request):
    """A fresh home with today's schema and nobody in it, or the eight where the test asks for `people`."""
    first = request.getfixturevalue("_peopled" if "people" in request.fixturenames else "_empty_home")
    home = tmp_path / "home"
    shutil.copytree(first, home)
    yield home
    close_store(home)


@pytest.fixture
def db(home):
    """The store of `home`, opened as the product opens it."""
    return open_store(home)


@pytest.fixture
def now():
    """This instant, as it is stored."""
    return utc_now()


@pytest.fixture(scope="session")
def password():
    """What everybody in `people` signs in with."""
    return PASSWORD


@pytest.fixture(scope="session")
def _peopled(_empty_home, tmp_path_factory):
    """A home with the eight members; what `members.add` writes, with one shared hash."""
    home = tmp_path_factory.mktemp("peopled") / "home"
    shutil.copytree(_empty_home, home)
    db, now = open_store(home), utc_now()
    # argon2 is slow on purpose, also at each sign-in. A hash names its own cost: this one is as real and cheap.
    secret = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with writing(db):
        departments = {}
        for login, name, role, department in PEOPLE:
            if department not in departments:
                departments[department] = made = db["department"].insert({"name": department}).last_pk
                feed.append(db, by=OPERATOR, did="department.add", of=made, at=now, after={"name": department})
            row = {"login": login, "name": name, "department_id": departments[department], "role": role}
            member_id = db["member"].insert({**row, "password_hash": secret, "created_at": now}).last_pk
            feed.append(db, by=OPERATOR, did="member.add", of=member_id, at=now, after=row)
    close_store(home)
    return home


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Return a function that has a folder made by the first process of this run that asks; others get the same one.

    What is found there is only to be copied.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def of(name, make):
        whole, part = shared / name, shared / f"{name}.part"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(part, ignore_errors=True)
                make(part)
                part.rename(whole)
        return whole

    return of


@pytest.fixture
def people(db):
    """Return ``{login: Reader}`` of the eight members that `home` begins with where they are asked for."""
    return {login: members.by_login(db, login).reader() for login, *_ in PEOPLE}


@pytest.fixture
def details_of(db, people, now):
    """Return a function from dimension to details that a note of it may have."""

    def details(dimension):
        if dimension == "with":
            made = customers.add(db, name="青禾幼儿园", by=people["chen"], now=now)
            return Details(customers=((made.id, "试用四周"),), our_part="样品")
        return {
            "about": Details(product="密封罐", observation="园区店收银员看到"),
            "for": Details(audience="all", valid_from="2026-01-01"),
            "from": Details(channel="电话", experience="complaint"),
        }.get(dimension, Details())

    return details


@pytest.fixture
def a_note(db, people, now, details_of):
    """Return a function that writes a note by chen that everybody may see, and returns it."""

    def write(**overrides):
        fields = {
            "title": "密封罐在梅雨季受潮",
            "summary": "",
            "body": "客户说盖子的胶圈会变硬。",
            "dimension": "from",
            "topic_names": ["密封罐"],
            "readers": "all",
            "by": people["chen"],
            "now": now,
        }
        fields |= overrides
        return notes.add(db, **{"details": details_of(fields["dimension"]), **fields})

    return write


@pytest.fixture(scope="session")
def shared_data():
    """The folder with real data; a test that asks for it is marked `shared_data`."""
    named = os.environ.get("KEZHI_TEST_DATA")
    if not named:
        pytest.skip("KEZHI_TEST_DATA does not name the folder with the real data")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"KEZHI_TEST_DATA names {named}, which is no folder")
    return folder


def pytest_sessionstart(session):
    # While the processes of the run collect: else each that comes to mining first would compile the same.
    if session.config.getoption("numprocesses", None):
        ask = [sys.executable, "-c", "from mining.preparing import prepare; prepare()"]
        session.config.add_cleanup(subprocess.Popen(ask, cwd=session.config.rootpath).wait)


def pytest_collection_modifyitems(items):
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("shared_data")
    # In front they all come to one process, with one server and one browser; the others take what stands behind.
    items.sort(key=lambda item: ("demo" not in getattr(item, "fixturenames", ()), item.path.name not in _LONG))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.skipped and not any(item.get_closest_marker(name) for name in MAY_SKIP):
        _fail(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        _fail(report, collector.nodeid)
    return report


def _fail(report, nodeid):
    report.outcome = "failed"
    report.longrepr = f"{nodeid} skipped: only tests marked {' or '.join(MAY_SKIP)} may"
