"""A list of notes taken along as a table, and taken into another home, is the same notes again."""

import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import customers, members, named_readers, note_import, note_sheet, notes
from kb.access import OPERATOR
from kb.facets import FACETS
from kb.note_details import EXPERIENCES, Details
from kb.store import close_store, open_store, utc_now
from kb.text import fold_name
from kb.traits import KINDS
from mining import note_intake
from web import csv_file, i18n, sheets

DEFAULTS = note_import.Defaults(
    "with", readers="owner", topic_names=("搬来的",), details=Details(audience="all", channel="邮件", product="锅")
)

KEPT = (
    "title", "summary", "body", "dimension", "readers", "segment", "product", "observation", "audience", "valid_from",
    "valid_until", "channel", "experience", "our_part", "customer_text", "lang", "origin", "template", "traits",
    "facets",
)  # fmt: skip
_HOSTILE = "甲乙a1=+-@'\"、，,;；：:|#[](（)）＝ _x000D_"
_word = st.text(_HOSTILE, min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(fold_name)
_body = st.one_of(
    st.text(_HOSTILE + "\t\n", max_size=30), st.sampled_from(["[[7 甲]]", "[[7  甲]]", '"\n"', "_x000D_", "字\n" * 300])
)
_names = st.lists(_word, min_size=1, max_size=3, unique_by=lambda name: "".join(fold_name(name).split()))


@st.composite
def _note(draw):
    dimension = draw(st.sampled_from(["about", "for", "from", "with"]))
    audience = draw(st.sampled_from(["all", "segment", "customer"]))
    said = {
        "about": {"product": draw(_word), "observation": draw(_word), "segment": draw(_word)},
        "for": {"audience": audience, "segment": draw(_word), "valid_from": "2026-01-01", "origin": draw(_word),
                "valid_until": draw(st.sampled_from(["", "2027-12-31"])), "customer_text": draw(_body)},
        "from": {"channel": draw(_word), "experience": draw(st.sampled_from(["", *EXPERIENCES])),
                 "product": draw(_word), "template": draw(st.sampled_from(["", "need.zh"])),
                 "traits": tuple((kind, draw(_word)) for kind in draw(st.sets(st.sampled_from(list(KINDS)))))},
        "with": {"our_part": draw(_word)},
    }[dimension]  # fmt: skip
    return {
        "title": draw(_word),
        "summary": draw(st.one_of(st.just(""), _word)),
        "body": draw(_body),
        "dimension": dimension,
        "topic_names": draw(_names),
        "readers": draw(st.sampled_from(["owner", "department", "all", "list"])),
        "facets_of": sorted(draw(st.sets(st.sampled_from(list(FACETS))))),
        "details": Details(lang=draw(st.sampled_from(["", "zh", "en"])), **said),
        "parts": draw(st.lists(_word, min_size=1, max_size=3)),
    }


@pytest.fixture
def a_home(_peopled, tmp_path):
    """Return a function that gives another home with the eight members: its store and chen."""
    made = []

    def call():
        home = tmp_path / f"home-{len(made)}"
        shutil.copytree(_peopled, home)
        made.append(home)
        db = open_store(home)
        return db, members.by_login(db, "chen").reader()

    yield call
    for home in made:
        close_store(home)


def written(db, by, drawn, names, numbers):
    """Write notes that name the first of some customers, and return them."""
    ids = _customers(db, by, names, numbers)
    found = []
    for fields in drawn:
        parts, details = fields["parts"], fields["details"]
        takes_part = fields["dimension"] == "with"
        linked = tuple((each, part if takes_part else "") for each, part in zip(ids, parts, strict=False))
        said = {name: value for name, value in fields.items() if name != "parts"} | {
            "details": replace(details, customers=linked)
        }
        if said["readers"] == "list":
            said["named_readers"] = named_readers.parsed(db, ["市场部", "li"])
        found.append(notes.add(db, **said, felt_later=True, by=by, now=utc_now()))
    return found


def _customers(db, by, names, numbers):
    pairs = zip(names, numbers, strict=False)
    return [customers.add(db, name=name, number=number, by=by, now=utc_now()).id for name, number in pairs]


def exported(db, folder, kind, locale):
    """Return the table of all notes of a store as the page sends it."""
    say = i18n.translator(locale)
    found = notes.listing(db, reader=OPERATOR, limit=500)[0]
    head = [say(each) for each in note_sheet.HEADINGS.values()]
    rows = [
        [{**dict.fromkeys(note_sheet.TOLD_ONLY, "x"), **each}[field] for field in note_sheet.HEADINGS]
        for each in note_sheet.texts(db, found, reader=OPERATOR, word=lambda _, label: say(label))
    ]
    path = folder / f"notes.{kind}"
    if kind == "csv":
        path.write_text(csv_file.text(head, rows), "utf-8", newline="")
    else:
        with path.open("wb") as file:
            sheets.write(file, [("x", head, rows)])
    return path


def taken(db, by, path):
    table = note_intake.table(path)
    return note_import.add_all(db, table.rows, DEFAULTS, by=by, now=utc_now(), columns=table.mapping)


def told(found):
    return sorted(
        (
            [getattr(note, name) for name in KEPT],
            [topic["name"] for topic in note.topics],
            [(each["name"], each["part"]) for each in note.customers],
            [each["name"] for each in note.named_readers],
        )
        for note in found
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_note(), min_size=2, max_size=6, unique_by=lambda each: each["title"]),
    st.lists(_word, min_size=3, max_size=3),
    st.sampled_from(["csv", "xlsx"]),
    st.sampled_from(["zh_CN", "en"]),
)
def test_notes_of_every_type_come_back_as_they_were(a_home, tmp_path, drawn, names, kind, locale):
    db, chen = a_home()
    numbers = ["60000001", "60000002", "60000003"]
    stood = written(db, chen, drawn, names, numbers)
    path = exported(db, tmp_path, kind, locale)
    assert taken(db, chen, path)["rows"]["merged"] == len(drawn)
    other, by = a_home()
    _customers(other, by, names, numbers)
    answer = taken(other, by, path)
    assert answer["rejects"] == []
    assert told(notes.listing(other, reader=OPERATOR, limit=500)[0]) == told(stood)
